"""Erasing what is known of a person, the person's own copy of it, and what goes by itself after some time."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.accounts import upkeep as accounts_upkeep
from intranet.audit_log import upkeep as log_upkeep
from intranet.kernel import clock
from intranet.kernel.clock import midnight, today
from intranet.kernel.database import database
from intranet.people import erasure
from intranet.people.erasure import ERASED_NAME, erase_person, erase_thrown_away
from intranet.people.rules import delete_person, leave_for_good, update_person
from intranet.registry.accounts import AccountLink, RecoveryCode, SecondFactor
from intranet.registry.people import (
    Function,
    KnownDevice,
    Leave,
    Membership,
    Person,
    Preference,
    SignInFailure,
    SignInSession,
)
from intranet.registry.schools import School, Tag
from intranet.schools import upkeep as schools_upkeep
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.edits import Refused
from intranet.shared.notices import Notice, NoticeChoice
from intranet.testing import form_values, parse

SECRET = {
    "name": "Nguyễn Thị Bí Mật",
    "phone": "+84912000999",
    "email": "bimat@truong.vn",
    "birth_date": date(1990, 2, 3),
    "gender": "F",
    "subjects": "Mật mã học",
    "note": "Ghi chú bí mật",
}
WORDS = ("Bí Mật", "bi mat", "912000999", "bimat@", "1990-02-03", "Mật mã", "Ghi chú bí mật", "Lớp 6Z9")
NOON = datetime(2026, 11, 23, 5, 0)


@pytest.fixture
def teacher(app, cast):
    """A person of whom everything is known, signed in on a device; the work ended yesterday."""
    cast("hm.giaovien")
    found = Person.get(Person.username == "hm.giaovien")
    with app.app_context():
        update_person(found, SECRET, version=found.version, person_id=None)
        moment = clock.now()
        SecondFactor.create(person=found, secret="x")
        RecoveryCode.create(person=found, code_hash="y")
        AccountLink.create(token_hash="z", person=found, kind="reset", expires_at=moment)
        Preference.create(person=found, name="columns", value="[]")
        Notice.create(person=found, kind="core.test", title="Chào thầy/cô Bí Mật", url="/")
        NoticeChoice.create(person=found, kind="core.test", delivery="none")
        Leave.create(person=found, kind="illness", starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 9))
        Function.create(
            person=found, school=found.school_id, kind="homeroom", detail="Lớp 6Z9", starts_on=date(2026, 1, 5)
        )
        leave_for_good(found, on=today() - timedelta(days=1), reason="left", person_id=None)
    return Person.get_by_id(found.id)


def erase(app, person, by="admin"):
    with app.app_context():
        erase_person(person, person_id=Person.get(Person.username == by).id, reason="Theo yêu cầu.")


def everything():
    """(table, text) of every row; the index of words follows the tables."""
    for table in database.get_tables():
        if "_words" in table:
            continue
        for row in database.execute_sql(f'SELECT * FROM "{table}"').fetchall():
            yield table, " ".join(str(value) for value in row)


def test_nothing_personal_is_left_anywhere(app, teacher):
    before = {word for word in WORDS for _table, text in everything() if word in text}
    erase(app, teacher)
    after = {(table, word) for table, text in everything() for word in WORDS if word in text}
    assert (before, after) == (set(WORDS), set())


def test_the_row_stays_without_a_name_and_with_its_work(app, teacher):
    posts = Membership.select().where(Membership.person == teacher).count()
    erase(app, teacher)
    left = Person.get_by_id(teacher.id)
    assert (left.name, left.username, left.active, left.password_hash) == (
        ERASED_NAME,
        f"xoa-{teacher.id}",
        False,
        None,
    )
    assert (left.phone, left.email, left.birth_date, left.gender, left.subjects, left.note) == (
        "",
        "",
        None,
        "",
        "",
        "",
    )
    assert (posts, Membership.select().where(Membership.person == teacher).count()) == (posts, posts)
    assert {model: model.select().where(model.person == teacher).count() for model in erasure._OWN} == dict.fromkeys(
        erasure._OWN, 0
    )


def test_the_acts_stay_in_the_log_and_their_values_go(app, cast, teacher):
    own = (AuditEntry.subject_type == "person") & (AuditEntry.subject_id == teacher.id)
    before = AuditEntry.select().where(own).count()
    erase(app, teacher)
    values = AuditValue.select(AuditValue.field, AuditValue.after).join(AuditEntry).where(own)
    assert (AuditEntry.select().where(own).count(), list(values.tuples())) == (
        before + 1,
        [("reason", "Theo yêu cầu.")],
    )
    line = cast("admin").soup(f"/audit?kind=person&id={teacher.id}").select_one("#list tbody tr")
    assert [cell.text for cell in line.find_all(["th", "td"])[:2]] == ["Xóa dữ liệu cá nhân", ERASED_NAME]


def test_a_school_no_longer_tells_who_led_it(app):
    principal = Person.get(Person.username == "hm.hieutruong")
    with app.app_context():
        update_person(principal, {"name": "Lê Văn Dẫn Đầu"}, version=principal.version, person_id=None)
        leave_for_good(principal, on=today() - timedelta(days=1), reason="retired", person_id=None)
    erase(app, Person.get_by_id(principal.id))
    assert [text for _table, text in everything() if "Dẫn Đầu" in text] == []


def test_nobody_signs_in_with_it_and_no_list_shows_it(app, cast, teacher):
    browser = cast("hm.giaovien")
    erase(app, teacher)
    assert browser.get("/").headers["Location"].startswith("/login")
    admin = cast("admin")
    assert admin.get(f"/people/{teacher.id}").status_code == 404
    assert ERASED_NAME not in admin.get("/people?state=all").text
    assert ERASED_NAME not in admin.get("/trash").text


def refused(app, person, by="admin"):
    with pytest.raises(Refused) as refusal:
        erase(app, person, by)
    return str(refusal.value)


def test_whoever_works_is_not_erased(app):
    person = Person.get(Person.username == "hm.giaovien")
    assert refused(app, person) == ("Người này đang có công việc. Thầy/cô ghi thôi việc trước rồi mới xóa dữ liệu.")
    assert Person.get_by_id(person.id).name == person.name


def test_nobody_erases_themselves(app):
    admin = Person.get(Person.username == "admin")
    assert refused(app, admin).startswith("Thầy/cô không tự xóa")


def test_nobody_is_erased_twice(app, teacher):
    erase(app, teacher)
    assert refused(app, teacher) == "Dữ liệu của người này đã được xóa trước đó."


def test_nobody_is_erased_while_a_module_with_tables_is_absent(app, teacher):
    database.execute_sql("CREATE TABLE migration_health (id INTEGER)")
    assert "Mô-đun health còn dữ liệu" in refused(app, teacher)


PAGE = "/people/{}/erase"


def test_an_administrator_types_the_name_and_erases(app, cast, teacher):
    admin = cast("admin")
    answer = admin.submit(PAGE.format(teacher.id), "erase", {"name": teacher.name, "reason": "Theo yêu cầu."})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert Person.get_by_id(teacher.id).name == ERASED_NAME


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "Nguyễn Thị Khác", "reason": "x"}, "Họ và tên gõ lại không khớp."),
        ({"name": "", "reason": "x"}, "Thầy/cô chưa gõ lại họ và tên."),
        ({"name": "Nguyễn Thị Bí Mật", "reason": ""}, "Thầy/cô chưa ghi lý do."),
    ],
)
def test_another_name_or_no_reason_erases_nobody(app, cast, teacher, data, sentence):
    answer = cast("admin").submit(PAGE.format(teacher.id), "erase", data)
    assert (answer.status_code, parse(answer.text).select_one(".errors li").text) == (422, sentence)
    assert Person.get_by_id(teacher.id).erased_at is None


def test_a_form_sent_twice_erases_once(app, cast, teacher):
    admin, url = cast("admin"), PAGE.format(teacher.id)
    data = form_values(admin.soup(url).find("form", {"data-form": "erase"})) | {"name": teacher.name, "reason": "x"}
    found = [admin.post(url, data=data).status_code for _ in range(2)]
    assert (found[0], AuditEntry.select().where(AuditEntry.action == "person.erase").count()) == (303, 1)


def test_refusals_stand_in_the_form(cast):
    person = Person.get(Person.username == "hm.giaovien")
    answer = cast("admin").submit(PAGE.format(person.id), "erase", {"name": person.name, "reason": "x"})
    assert (answer.status_code, "Người này đang có công việc." in answer.text) == (422, True)


@pytest.mark.parametrize("username", ["hm.lanhdao", "hm.chuyenvien", "hm.hieutruong"])
def test_only_administrators_erase(cast, username):
    person = Person.get(Person.username == "hm.giaovien")
    assert cast(username).get(PAGE.format(person.id)).status_code == 403


def test_an_administrator_does_not_erase_the_own_account(cast):
    admin = Person.get(Person.username == "admin")
    assert cast("admin").get(PAGE.format(admin.id)).status_code == 403


# --- the own copy ---


def test_people_get_what_is_known_of_them(app, cast):
    person = Person.get(Person.username == "hm.giaovien")
    copy = cast("hm.giaovien").get(f"/people/{person.id}/copy.json").json
    assert copy["Hồ sơ"][0]["Họ và tên"] == person.name
    assert copy["Công việc"][0]["Nơi làm việc"] == School.get_by_id(person.school_id).name
    assert [row["Việc"] for row in copy["Việc đã làm gần đây"]] == ["Đăng nhập"]
    assert len(copy["Thiết bị đang đăng nhập"]) == 1


def test_the_copy_for_people_has_a_sheet_for_each_part(app, cast):
    person = Person.get(Person.username == "hm.giaovien")
    answer = cast("hm.giaovien").get(f"/people/{person.id}/copy.xlsx")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames[:3] == ["1. Hồ sơ", "2. Công việc", "3. Nhiệm vụ"]
    assert person.name in [cell.value for row in book.worksheets[0].iter_rows() for cell in row]


def test_the_office_s_note_is_not_in_the_copy(app, cast):
    person = Person.get(Person.username == "hm.giaovien")
    with app.app_context():
        update_person(person, {"note": "Ghi chú kín"}, version=person.version, person_id=None)
    text = json.dumps(cast("hm.giaovien").get(f"/people/{person.id}/copy.json").json, ensure_ascii=False)
    assert "Ghi chú kín" not in text


@pytest.mark.parametrize(
    ("username", "status"), [("admin", 200), ("hm.lanhdao", 404), ("hm.hieutruong", 404), ("uh.giaovien", 404)]
)
def test_the_copy_is_for_the_person_and_for_administrators(cast, username, status):
    person = Person.get(Person.username == "hm.giaovien")
    found = [cast(username).get(f"/people/{person.id}/copy.{form}").status_code for form in ("xlsx", "json")]
    assert found == [status, status]


def test_the_copy_is_found_in_the_own_account(cast):
    person = Person.get(Person.username == "hm.giaovien")
    links = [link["href"] for link in cast("hm.giaovien").soup("/account").select('[data-panel="accounts.copy"] a')]
    assert links == [f"/people/{person.id}/copy.xlsx", f"/people/{person.id}/copy.json"]


# --- what goes by itself ---


@pytest.fixture
def noon(app):
    """The clock stands at noon of 23/11/2026."""
    clock.set_now(NOON)
    with app.app_context():
        yield NOON
    clock.set_now(None)


DAY = date(2026, 11, 23)


@pytest.mark.parametrize(("days", "erased"), [(29, False), (30, False), (31, True)])
def test_who_lay_in_the_trash_for_thirty_days_is_erased(noon, days, erased):
    person = Person.create(
        district=Person.get(Person.username == "hm.giaovien").district_id,
        username="ghi.nham", name="Ghi Nhầm", sort_key="x", search_text="x", phone="+84912000998",
    )  # fmt: skip
    delete_person(person, person_id=None)
    Person.update(deleted_at=midnight(DAY) - timedelta(days=days)).where(Person.id == person.id).execute()
    erase_thrown_away(DAY)
    erase_thrown_away(DAY)
    found = Person.get_by_id(person.id)
    assert (found.name == ERASED_NAME, found.phone == "") == (erased, erased)


@pytest.mark.parametrize(("days", "emptied"), [(30, False), (31, True)])
def test_a_school_that_lay_in_the_trash_for_thirty_days_is_emptied_and_cannot_come_back(noon, cast, days, emptied):
    school = School.create(
        district=School.get(School.code == "01008508").district_id, code="99999999", name="Trường Ghi Nhầm", levels=2,
        match_key="x", sort_key="x", search_text="x", phone="+84912000997", email="a@b.vn", note="Kín",
        deleted_at=midnight(DAY) - timedelta(days=days),
    )  # fmt: skip
    Tag.create(school=school, kind="strength", label="Bóng bàn")
    schools_upkeep.empty_trash(DAY)
    schools_upkeep.empty_trash(DAY)
    found = School.get_by_id(school.id)
    if not emptied:
        assert (found.name, found.code) == ("Trường Ghi Nhầm", "99999999")
        return
    assert (found.name, found.code, found.phone, found.email, found.note) == (
        f"Trường đã xóa {school.id}", None, "", "", "",
    )  # fmt: skip
    assert Tag.select().where(Tag.school == school).count() == 0
    assert AuditEntry.select().where(AuditEntry.action == "school.erase").count() == 1
    token = {"csrf_token": cast("hm.chuyenvien").csrf("/account")}
    assert cast("hm.chuyenvien").post(f"/trash/school/{school.id}", data=token).status_code == 404


def test_the_trash_says_that_what_is_left_there_is_lost(cast):
    assert "xóa hẳn và không khôi phục được" in cast("hm.chuyenvien").soup("/trash").select_one(".lead").text


def test_sessions_wrong_passwords_and_old_devices_are_forgotten(noon):
    person = Person.get(Person.username == "hm.giaovien")
    begin = midnight(DAY)
    for number, days in enumerate((6, 7, 8)):
        at = begin - timedelta(days=days)
        SignInSession.create(token_hash=f"s{number}", person=person, created_at=at, seen_at=at)
    for number, days in enumerate((400, 401)):
        KnownDevice.create(token_hash=f"d{number}", person=person, created_at=begin - timedelta(days=days))
    for hours in (23, 25):
        SignInFailure.create(key=f"k{hours}", at=begin - timedelta(hours=hours))
    accounts_upkeep.forget_old_sessions(DAY)
    assert [row.token_hash for row in SignInSession.select().order_by(SignInSession.token_hash)] == ["s0", "s1"]
    assert [row.token_hash for row in KnownDevice.select()] == ["d0"]
    assert [row.key for row in SignInFailure.select()] == ["k23"]


@pytest.fixture
def entry(app):
    """``entry(at)``: an act of that moment with one value."""

    def make(at):
        made = AuditEntry.create(at=at, action="school.update", subject_type="school", subject_id=1)
        return AuditValue.create(entry=made, field="phone", before="1", after="2").id

    return make


@pytest.mark.parametrize(("years", "left"), [(5, 2), (0, 3), (20, 3)])
def test_values_of_the_log_go_after_the_years_of_the_setting_and_the_acts_stay(noon, app, entry, years, left):
    config = app.extensions["config"]
    app.extensions["config"] = replace(config, keep_audit_values_years=years)
    ids = [entry(at) for at in (datetime(2021, 10, 31), datetime(2021, 11, 2), datetime(2026, 11, 2))]
    acts = AuditEntry.select().count()
    log_upkeep.forget_old_values(DAY)
    app.extensions["config"] = config
    assert AuditValue.select().where(AuditValue.id.in_(ids)).count() == left
    assert AuditEntry.select().count() == acts


def test_the_values_of_a_leap_day_s_log_go_too(noon, entry):
    kept, old = entry(datetime(2023, 3, 1)), entry(datetime(2023, 1, 31))
    log_upkeep.forget_old_values(date(2028, 2, 29))
    assert [AuditValue.select().where(AuditValue.id == id_).exists() for id_ in (kept, old)] == [True, False]
