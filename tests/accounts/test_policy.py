"""Which passwords are refused, and why."""

from datetime import date

import pytest

from intranet.accounts import policy
from intranet.kernel import passwords
from intranet.registry.people import Person

SHORT = "Mật khẩu cần ít nhất %s ký tự."
COMMON = "Mật khẩu này là từ nhiều người dùng"
RUN = "Mật khẩu này chỉ là các ký tự lặp lại"
DATE = "Mật khẩu này chỉ là một ngày tháng"
OWN = "Mật khẩu này gần như chỉ gồm tên"

KNOWN = ["Phạm Ngọc Bích", "0364918275", "Quận Hoàng Mai", "Trường THCS Yên Sở"]


def reason(password, least=8):
    return policy.problem(password, least=least, known=KNOWN) or ""


@pytest.mark.parametrize(
    "password",
    [
        "mùa thu lá vàng",
        "con mèo trèo cây cau",
        "nq83hf0a",
        "Bích thích hoa sữa đầu đông",
        "hàng cau trước ngõ nhà Bích 1985",
        "tháng 3 năm nay mưa nhiều",
        "長い合言葉です七文字",
    ],
)
def test_a_sentence_of_ones_own_is_good(password):
    assert reason(password) == ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ngan", SHORT % 8),
        ("matkhau2024", COMMON),
        ("Mật Khẩu 2024", COMMON),
        ("M.a.t.k.h.a.u!", COMMON),
        ("anhyeuem", COMMON),
        ("Anh yêu em 1", COMMON),
        ("qwertyuiop", COMMON),
        ("1qaz2wsx3edc", COMMON),
        ("123456789", COMMON),
        ("１２３４５６７８９", COMMON),
        ("password@123", COMMON),
        ("aaaaaaaa", RUN),
        ("        ", RUN),
        ("abcdefgh", RUN),
        ("hgfedcba", RUN),
        ("aaaabbbb", RUN),
        ("mnop4567", RUN),
        ("xk9xk9xk9", RUN),
        ("20111985", DATE),
        ("20-11-1985", DATE),
        ("19851120", DATE),
        ("phamngocbich", OWN),
        ("Ngọc Bích 99", OWN),
        ("0364918275", OWN),
        ("bich0364918275", OWN),
        ("thcsyenso", OWN),
        ("YenSo@2024", OWN),
        ("quanhoangmai1", OWN),
        ("chungtay-demo", OWN),
        ("ChungTay123456", OWN),
    ],
)
def test_what_others_would_try_is_refused_with_the_reason(password, why):
    assert reason(password).startswith(why)


@pytest.mark.parametrize(("length", "refused"), [(200, False), (201, True)])
def test_there_is_a_longest_password(length, refused):
    assert bool(reason(("mùa thu lá vàng rơi " * 11)[:length])) == refused


@pytest.mark.parametrize(
    ("username", "least"),
    [("admin", 12), ("hm.lanhdao", 12), ("hm.chuyenvien", 12), ("hm.hieutruong", 8), ("hm.xem", 8), ("hm.moi", 8)],
)
def test_offices_and_administrators_need_twelve_characters(app, username, least):
    person = Person.get(Person.username == username)
    sentence = policy.problem_of("k3#vQ9z", person)
    assert sentence == SHORT % least
    assert (policy.problem_of("k3#vQ9zLp2", person) is None) == (least == 8)


@pytest.mark.parametrize(
    "password",
    ["Phạm Ngọc Bích", "hm.giaovien", "Trường THCS Yên Sở", "yênsở2025", "01008508", "Quận Hoàng Mai", "bich.p@x.vn 1"],
)
def test_a_persons_own_names_numbers_and_places_are_known_to_others(app, password):
    person = Person.get(Person.username == "hm.giaovien")
    person.email = "bich.p@x.vn"
    assert (policy.problem_of(password, person) or "").startswith(OWN)


def test_the_phone_and_the_birth_date_count_however_they_are_written(app):
    person = Person.get(Person.username == "hm.giaovien")
    person.phone, person.birth_date = "+84987654399", date(1985, 11, 20)
    for password in ("0987 654 399", "+84987654399", "bich20111985", "20/11/1985 bích"):
        assert (policy.problem_of(password, person) or "").startswith((OWN, DATE))


def test_the_list_is_as_passwords_are_compared():
    assert {line for line in policy.common() if policy.squeezed(line) != line} == set()
    assert len(policy.common()) > 1000


@pytest.mark.parametrize("typed", ["mùa thu lá vàng", "mu\u0300a thu la\u0301 va\u0300ng", "mùa thu lá vàng"])
def test_a_password_is_its_letters_however_the_keyboard_composes_them(app, typed):
    assert passwords.verify(passwords.hash_password("mùa thu lá vàng"), typed)


def test_a_hash_made_of_the_letters_as_typed_still_opens(app):
    typed = "mu\u0300a thu la\u0301 va\u0300ng"
    assert passwords.verify(passwords._hasher.hash(typed), typed)
    assert not passwords.verify(passwords._hasher.hash(typed), typed + ".")
