"""Signing in by user name, phone number or e-mail address: whose account is meant, and what is never told."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from intranet.accounts import names
from intranet.accounts.throttle import PER_ACCOUNT
from intranet.demo.build import PASSWORD
from intranet.kernel import clock
from intranet.registry.people import Person, SignInFailure

WRONG = "Tài khoản hoặc mật khẩu không đúng. Nếu đã nhập sai nhiều lần, thầy/cô đợi 15 phút rồi thử lại."
PHONE, EMAIL = "+84987654321", "bich.pham@truong.edu.vn"


@pytest.fixture
def owner(app):
    """A teacher with a phone number and an address of her own."""
    Person.update(phone=PHONE, email=EMAIL).where(Person.username == "hm.giaovien").execute()
    return Person.get(Person.username == "hm.giaovien")


def sign_in(browser, typed, password=PASSWORD):
    return browser.submit("/login", "login", {"username": typed, "password": password})


def refusal(answer):
    alert = BeautifulSoup(answer.text, "lxml").find(attrs={"role": "alert"})
    return answer.status_code, alert.get_text(" ", strip=True)


def test_the_field_says_what_may_be_typed(cast):
    page = cast("").soup("/login")
    assert page.find("label", {"for": "username"}).text == "Tên đăng nhập, số điện thoại hoặc thư điện tử"


@pytest.mark.parametrize(
    "typed",
    [
        *("hm.giaovien", "HM.GiaoVien"),
        *("0987654321", "0987 654 321", "0987.654.321", "+84 987 654 321", "0084987654321", "987654321"),
        *("bich.pham@truong.edu.vn", " Bich.Pham@Truong.edu.VN "),
    ],
)
def test_each_name_of_an_account_opens_it_however_it_is_spelled(app, owner, typed):
    answer = sign_in(app.test_client(), typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("typed", ["0987 654 321", EMAIL])
def test_what_two_open_accounts_share_signs_in_neither(app, owner, typed):
    Person.update(phone=PHONE, email=EMAIL).where(Person.username == "hm.hieutruong").execute()
    assert refusal(sign_in(app.test_client(), typed)) == (422, WRONG)
    assert sign_in(app.test_client(), "hm.giaovien").status_code == 303


@pytest.mark.parametrize("change", [{"active": False}, {"deleted_at": clock.now()}])
def test_a_closed_account_takes_no_name_from_an_open_one(app, owner, change):
    Person.update(phone=PHONE, **change).where(Person.username == "hm.hieutruong").execute()
    assert sign_in(app.test_client(), PHONE).status_code == 303


@pytest.mark.parametrize("change", [{"active": False}, {"deleted_at": clock.now()}])
def test_the_number_of_a_closed_account_opens_nothing(app, owner, change):
    Person.update(**change).where(Person.id == owner.id).execute()
    assert refusal(sign_in(app.test_client(), PHONE)) == (422, WRONG)


def test_a_number_that_is_somebodys_user_name_means_that_person(app, owner):
    Person.update(username="0987654321").where(Person.username == "hm.hieutruong").execute()
    assert names.find("0987654321")[1].name == Person.get(Person.username == "0987654321").name


@pytest.mark.parametrize("typed", ["", " ", "@", "0", "+84", "0912 345", "'; --", "a@b", "٠٩٨٧٦٥٤٣٢١", "x" * 5000])
def test_what_names_nobody_is_refused_like_a_wrong_password(app, owner, typed):
    Person.update(phone="", email="").where(Person.id != owner.id).execute()
    assert names.find(typed)[1] is None


# --- what is never told ---


def strangers():
    """What an attacker types: a name, number or address that is there, that is not, and that two people share."""
    Person.update(phone="+84911222333", email="chung@truong.edu.vn").where(
        Person.username.in_(("hm.hieutruong", "hm.dieuphoi"))
    ).execute()
    return {
        "name": ("hm.giaovien", "nobody.hm"),
        "phone": ("0987654321", "0987654322", "0911222333"),
        "email": (EMAIL, "khong.co@truong.edu.vn", "chung@truong.edu.vn"),
    }


@pytest.mark.parametrize("kind", ["name", "phone", "email"])
def test_known_unknown_and_shared_names_cost_the_same_and_are_answered_alike(app, owner, queries, kind):
    costs = set()
    for typed in strangers()[kind]:
        with queries() as run:
            assert refusal(sign_in(app.test_client(), typed, "wrong")) == (422, WRONG)
        costs.add(len(run))
    assert len(costs) == 1


@pytest.mark.parametrize("kind", ["name", "phone", "email"])
def test_the_eleventh_try_is_refused_whether_the_name_is_there_or_not(app, owner, kind):
    for typed in strangers()[kind]:
        statuses = [sign_in(app.test_client(), typed, "wrong").status_code for _try in range(PER_ACCOUNT + 1)]
        assert statuses == [422] * PER_ACCOUNT + [429]


def test_all_spellings_of_a_number_are_counted_together(app, owner):
    spellings = ["0987654321", "0987 654 321", "+84987654321", "0084 987 654 321", "(0987) 654-321"] * 2
    assert [sign_in(app.test_client(), typed, "wrong").status_code for typed in spellings] == [422] * PER_ACCOUNT
    assert sign_in(app.test_client(), "0987.654.321").status_code == 429


@pytest.mark.parametrize("other", ["0987654321", EMAIL])
def test_an_account_is_counted_under_all_its_names_and_nothing_tells_that_they_are_one(app, owner, other):
    for _try in range(PER_ACCOUNT):
        sign_in(app.test_client(), "hm.giaovien", "wrong")
    # The right password is refused, in the words of a wrong one.
    assert refusal(sign_in(app.test_client(), other)) == (422, WRONG)
    SignInFailure.update(at=clock.now() - timedelta(minutes=16)).execute()
    assert sign_in(app.test_client(), other).status_code == 303


def test_nobody_can_lock_a_known_device_out_by_trying_the_number(app, cast, owner):
    own = cast("hm.giaovien")
    own.submit("/account", "logout")
    for typed in ("0987654321", EMAIL, "hm.giaovien"):
        for _try in range(PER_ACCOUNT):
            sign_in(app.test_client(), typed, "wrong")
    assert sign_in(own, "0987 654 321").status_code == 303


def test_a_right_password_clears_the_count_of_the_account(app, owner):
    for _round in range(3):
        for _try in range(PER_ACCOUNT - 1):
            sign_in(app.test_client(), "0987654321", "wrong")
        assert sign_in(app.test_client(), "0987654321").status_code == 303


# --- how numbers and addresses are kept ---


def test_an_address_typed_into_a_form_is_kept_in_small_letters(cast, owner):
    cast("hm.giaovien").submit("/people/own", "own", {"email": "Bich.Moi@Truong.edu.vn"})
    assert Person.get_by_id(owner.id).email == "bich.moi@truong.edu.vn"
