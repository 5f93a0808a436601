"""What the rules of people write, by the day: work, where a person is, who leads a school, and the trail."""

from datetime import date, timedelta

import pytest

from intranet.demo import build as demo
from intranet.kernel.clock import today
from intranet.people import rules, work
from intranet.people.authority import Post
from intranet.registry.districts import District
from intranet.registry.people import Function, Leave, Membership, Person
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry, AuditValue
from intranet.shared.edits import MERGED, SAVED, Conflict, Refused

FIRST, SECOND, ELSEWHERE = "01008508", "01008401", "01281503"
NAME = "Trần Thu Hương"


@pytest.fixture(autouse=True)
def context(app):
    with app.app_context():
        yield


def day(number):
    return today() + timedelta(days=number)


def shown(number):
    return f"{day(number):%d/%m/%Y}"


def person(username):
    return Person.get(Person.username == username)


def school(code=FIRST):
    return School.get(School.code == code)


def post(role, code=FIRST, title=""):
    place = school(code)
    return Post(role, place.district_id, place.id, title)


def office(role):
    return Post(role, District.get(District.code == "HM").id)


def work_of(who):
    """(role, school's code or None, first day, last day, reason), days counted from today."""
    rows = Membership.select().where(Membership.person == who).order_by(Membership.id)
    return [
        (row.role, row.school and row.school.code, since(row.starts_on), since(row.ends_on), row.end_reason)
        for row in rows
    ]


def since(value):
    return None if value is None else (value - today()).days


def place_of(who):
    return (found := Person.get_by_id(who.id)).school and found.school.code


def acts(who):
    """(action, {field: (before, after)}) of the person's trail."""
    entries = AuditEntry.select().where(AuditEntry.subject_type == "person", AuditEntry.subject_id == who.id)
    return [
        (
            entry.action,
            {v.field: (v.before, v.after) for v in AuditValue.select().where(AuditValue.entry == entry)},
        )
        for entry in entries.order_by(AuditEntry.id)
        if not entry.action.startswith("session.")
    ]


def create(name=NAME, *, at=FIRST, role="teacher", starts=0, **values):
    place = None if at is None else post(role, at)
    district = District.get(District.code == "HM").id
    return rules.create_person(district, {"name": name, **values}, place, starts_on=day(starts), person_id=None)


def refusal(act, *arguments, **options):
    with pytest.raises(Refused) as refused:
        act(*arguments, **options, person_id=None)
    return refused.value.field, str(refused.value)


# --- a new person ---


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Trần Thu Hương", "huongtt.hm"),
        ("Nguyễn Đức", "ducn.hm"),
        ("Đặng Thị Ngọc Ánh", "anhdtn.hm"),
        ("Y-Moan Êban", "ebanym.hm"),
        ("Thảo", "thao.hm"),
    ],
)
def test_a_user_name_is_the_given_name_the_initials_and_the_district(name, username):
    assert create(name).username == username


def test_a_user_name_that_is_taken_gets_a_number():
    assert [create(phone=f"+8491200011{n}").username for n in range(3)] == ["huongtt.hm", "huongtt2.hm", "huongtt3.hm"]


def test_a_user_name_is_found_after_many_of_the_kind():
    Person.insert_many(
        {"username": f"huongtt{number if number > 1 else ''}.hm", "name": NAME, "sort_key": "", "search_text": ""}
        for number in range(1, 121)
    ).execute()
    assert create().username == "huongtt121.hm"


def test_a_new_person_has_no_password_and_is_noted():
    who = create(phone="+84912000111")
    assert (who.password_hash, work_of(who), place_of(who)) == (None, [("teacher", FIRST, 0, None, "")], FIRST)
    assert acts(who) == [
        (
            "person.create",
            {
                "name": (None, NAME),
                "phone": (None, "+84912000111"),
                "work": (None, "Giáo viên, nhân viên – Trường THCS Yên Sở"),
                "starts_on": (None, shown(0)),
            },
        )
    ]


@pytest.mark.parametrize("values", [{"phone": "+84912000111"}, {"birth_date": date(1996, 8, 18)}])
def test_the_same_name_with_the_same_phone_or_birthday_is_the_same_person(values):
    create(**values)
    assert refusal(rules.create_person, 1, {"name": NAME, **values}, None, starts_on=today()) == (
        "name",
        "Người này đã có trong danh bạ, tên đăng nhập huongtt.hm.",
    )
    assert Person.select().where(Person.name == NAME).count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Post("principal", 1, None), "school"),
        (Post("officer", 1, 1), "school"),
        (post, "role"),
    ],
)
def test_a_post_that_cannot_be_held_leaves_nothing_behind(given, field):
    place = post("principal") if given is post else given
    refused = refusal(rules.create_person, 1, {"name": NAME}, place, starts_on=today())
    assert (refused[0], Person.select().where(Person.name == NAME).exists()) == (field, False)


def test_a_school_has_one_principal():
    assert refusal(rules.add_work, person("hm.giaovien"), post("principal"), starts_on=today()) == (
        "role",
        "Trường đang có hiệu trưởng là Đặng Minh Vinh. Thầy/cô dùng “Bổ nhiệm hiệu trưởng” ở trang của trường.",
    )


def test_nobody_begins_in_a_school_after_it_closed():
    School.update(closed_on=day(-1)).where(School.code == SECOND).execute()
    assert refusal(rules.add_work, person("hm.giaovien"), post("teacher", SECOND), starts_on=today())[0] == "school"
    School.update(closed_on=day(5)).where(School.code == SECOND).execute()
    rules.add_work(person("hm.giaovien"), post("teacher", SECOND), starts_on=today(), person_id=None)


# --- the record ---


def test_a_change_says_what_was_before():
    who = person("hm.giaovien")
    outcome = rules.update_person(who, {"email": "b@x.vn", "phone": who.phone}, version=1, person_id=None)
    assert (outcome, Person.get_by_id(who.id).version) == (SAVED, 2)
    assert acts(who) == [("person.update", {"email": ("", "b@x.vn")})]


def test_what_others_changed_meanwhile_stays_and_the_same_field_is_a_conflict():
    who, old = person("hm.giaovien"), {"email": "", "gender": ""}
    rules.update_person(who, old | {"email": "a@x.vn"}, version=1, person_id=None)
    assert rules.update_person(who, old | {"gender": "F"}, version=1, person_id=None) == MERGED
    with pytest.raises(Conflict) as conflict:
        rules.update_person(who, {"email": "b@x.vn", "gender": "F"}, version=1, person_id=None)
    assert conflict.value.differences == {"email": ("a@x.vn", "b@x.vn")}
    changed = Person.get_by_id(who.id)
    assert (changed.email, changed.gender, changed.version) == ("a@x.vn", "F", 3)


def test_work_that_changed_meanwhile_is_no_conflict():
    who = person("hm.giaovien")
    rules.transfer(who, post("teacher", SECOND), on=today(), person_id=None)
    assert rules.update_person(who, {"email": "b@x.vn"}, version=1, person_id=None) == SAVED


def test_a_new_name_is_found_sorted_and_stands_on_the_school():
    rules.update_person(person("hm.hieutruong"), {"name": "Đặng Minh Ánh"}, version=1, person_id=None)
    who = person("hm.hieutruong")
    assert (" anh " in who.search_text, school().principal_name) == (True, "Đặng Minh Ánh")


# --- transfer ---


def test_a_transfer_keeps_the_history_and_ends_the_duties_of_the_former_school():
    who = person("hm.giaovien")
    Function.create(person=who, school=school(), kind="homeroom", detail="6A")
    rules.transfer(who, post("coordinator", SECOND), on=day(-3), person_id=None)
    assert work_of(who) == [("teacher", FIRST, None, -4, "transfer"), ("coordinator", SECOND, -3, None, "")]
    assert (place_of(who), since(Function.get().ends_on)) == (SECOND, -4)
    assert acts(who) == [
        (
            "person.transfer",
            {
                "work": (
                    "Giáo viên, nhân viên – Trường THCS Yên Sở",
                    "Điều phối viên – Trường Tiểu học Hoàng Liệt",
                ),
                "starts_on": (None, shown(-3)),
            },
        )
    ]


def test_another_office_in_the_same_school_is_a_change_of_role_and_keeps_the_duties():
    who = person("hm.giaovien")
    Function.create(person=who, school=school(), kind="homeroom", detail="6A")
    rules.transfer(who, post("teacher", title="Tổ trưởng"), on=today(), person_id=None)
    assert work_of(who) == [("teacher", FIRST, None, -1, "role"), ("teacher", FIRST, 0, None, "")]
    assert Function.get().ends_on is None
    same = refusal(rules.transfer, who, post("teacher", title="Tổ trưởng"), on=day(1))
    assert same == ("role", "Người này đang làm đúng việc này.")


def test_a_transfer_to_come_counts_from_its_day():
    who = person("hm.giaovien")
    rules.transfer(who, post("teacher", SECOND), on=day(2), person_id=None)
    assert (work_of(who)[0][3], place_of(who)) == (1, FIRST)
    work.refresh_places(day(1))
    assert place_of(who) == FIRST
    work.refresh_places(day(2))
    assert place_of(who) == SECOND
    work.refresh_places(day(2))
    assert place_of(who) == SECOND


def test_days_that_were_missed_are_made_up_for():
    who = person("hm.giaovien")
    rules.transfer(who, post("teacher", SECOND), on=day(2), person_id=None)
    work.refresh_places(day(20))
    assert place_of(who) == SECOND


def test_a_new_transfer_takes_the_place_of_one_that_was_planned():
    who = person("hm.giaovien")
    rules.transfer(who, post("teacher", SECOND), on=day(10), person_id=None)
    rules.transfer(who, post("teacher", "01008501"), on=day(5), person_id=None)
    assert work_of(who) == [("teacher", FIRST, None, 4, "transfer"), ("teacher", "01008501", 5, None, "")]


def test_a_second_job_elsewhere_goes_on():
    who = person("hm.giaovien")
    rules.add_work(who, post("teacher", SECOND), starts_on=day(-9), person_id=None)
    rules.transfer(who, post("teacher", "01008501"), on=today(), person_id=None)
    assert work_of(who) == [
        ("teacher", FIRST, None, -1, "transfer"),
        ("teacher", SECOND, -9, None, ""),
        ("teacher", "01008501", 0, None, ""),
    ]


def test_work_cannot_end_before_it_began():
    who = create(starts=-5)
    refused = refusal(rules.transfer, who, post("teacher", SECOND), on=day(-5))
    assert refused == ("on", f"Việc này bắt đầu từ {shown(-5)} nên không thể kết thúc trước đó.")
    assert work_of(who) == [("teacher", FIRST, -5, None, "")]


def test_somebody_of_the_office_goes_to_a_school_and_back():
    who = person("hm.chuyenvien")
    rules.transfer(who, post("teacher"), on=day(-5), person_id=None)
    assert (work_of(who)[0][3:], place_of(who)) == ((-6, "transfer"), FIRST)
    rules.transfer(who, office("officer"), on=today(), person_id=None)
    assert (work_of(who)[-1], place_of(who)) == (("officer", None, 0, None, ""), None)


def test_the_district_that_keeps_the_record_follows_a_transfer():
    who = person("hm.giaovien")
    rules.transfer(who, post("teacher", ELSEWHERE), on=today(), person_id=None)
    assert (Person.get_by_id(who.id).district.code, place_of(who)) == ("UH", ELSEWHERE)


def test_who_has_only_work_to_come_belongs_where_it_will_be():
    assert place_of(create(starts=9)) == FIRST


def test_a_principal_who_goes_leaves_the_place_empty():
    rules.transfer(person("hm.hieutruong"), post("teacher", SECOND), on=today(), person_id=None)
    assert school().principal_name == ""
    entry = AuditEntry.select().where(AuditEntry.action == "school.update").order_by(AuditEntry.id.desc()).get()
    assert (entry.subject_id, entry.version) == (school().id, school().version)


# --- a new principal ---


def test_a_takeover_on_a_day_to_come_changes_nothing_before():
    teacher, former = person("hm.giaovien"), person("hm.hieutruong")
    School.update(principal_name="Đặng Minh Vinh").where(School.code == FIRST).execute()
    rules.appoint_principal(school(), teacher, on=day(3), stay=True, person_id=None)
    assert (work_of(former), work_of(teacher)) == (
        [("principal", FIRST, None, 2, "role"), ("teacher", FIRST, 3, None, "")],
        [("teacher", FIRST, None, 2, "role"), ("principal", FIRST, 3, None, "")],
    )
    assert school().principal_name == "Đặng Minh Vinh"
    work.refresh_places(day(3))
    assert school().principal_name == "Phạm Ngọc Bích"


def test_a_takeover_stands_in_both_trails():
    teacher, former = person("hm.giaovien"), person("hm.hieutruong")
    rules.appoint_principal(school(), teacher, on=today(), stay=True, person_id=None)
    principal, staff = "Hiệu trưởng – Trường THCS Yên Sở", "Giáo viên, nhân viên – Trường THCS Yên Sở"
    assert acts(teacher) == [("person.appoint", {"work": (staff, principal), "starts_on": (None, shown(0))})]
    ended = {"work": (principal, staff), "ends_on": (None, shown(-1)), "reason": (None, "Đổi chức vụ")}
    assert acts(former) == [("membership.end", ended)]


def test_the_former_principal_of_another_school_leaves_it_without_one():
    rules.appoint_principal(school(), person("hm2.hieutruong"), on=today(), stay=False, person_id=None)
    assert (school().principal_name, school(SECOND).principal_name) == ("Đoàn Minh Lan", "")
    assert work_of(person("hm.hieutruong")) == [("principal", FIRST, None, -1, "role")]


def test_who_leads_the_school_is_not_appointed_again():
    refused = refusal(rules.appoint_principal, school(), person("hm.hieutruong"), on=today(), stay=True)
    assert refused == ("", "Người này đang là hiệu trưởng của trường.")


# --- leaves, duties, leaving ---


def test_a_leave_ends_the_day_before_the_return():
    who = person("hm.giaovien")
    rules.start_leave(who, "birth", starts_on=day(-60), ends_on=day(60), person_id=None)
    rules.end_leave(Leave.get(), on=today(), person_id=None)
    assert (since(Leave.get().starts_on), since(Leave.get().ends_on)) == (-60, -1)
    assert acts(who) == [
        (
            "person.leave",
            {"leave": (None, "Nghỉ thai sản"), "starts_on": (None, shown(-60)), "ends_on": (None, shown(60))},
        ),
        ("person.return", {"leave": ("Nghỉ thai sản", None), "returns_on": (None, shown(0))}),
    ]


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        ((0, None), (5, None), False),
        ((0, 9), (9, 12), False),
        ((5, 9), (0, None), False),
        ((5, 9), (0, 5), False),
        ((5, 9), (0, 4), True),
        ((0, 9), (10, None), True),
    ],
)
def test_two_leaves_do_not_overlap(first, second, allowed):
    who = person("hm.giaovien")
    Leave.create(person=who, kind="birth", starts_on=day(first[0]), ends_on=first[1] and day(first[1]))
    days = {"starts_on": day(second[0]), "ends_on": second[1] and day(second[1])}
    if allowed:
        rules.start_leave(who, "study", **days, person_id=None)
    else:
        assert refusal(rules.start_leave, who, "study", **days)[0] == "starts_on"
    assert Leave.select().count() == 1 + allowed


def test_a_leave_that_has_not_begun_is_forgotten_on_return():
    who = person("hm.giaovien")
    rules.start_leave(who, "study", starts_on=day(5), ends_on=None, person_id=None)
    rules.end_leave(Leave.get(), on=day(1), person_id=None)
    assert Leave.select().count() == 0


def test_a_duty_is_given_where_the_person_works_and_once():
    who, here = person("hm.giaovien"), school().id
    rules.add_duty(who, here, "homeroom", "6A", starts_on=today(), person_id=None)
    rules.add_duty(who, here, "homeroom", "6B", starts_on=today(), person_id=None)
    same = refusal(rules.add_duty, who, here, "homeroom", "6A", starts_on=day(3))
    elsewhere = refusal(rules.add_duty, who, school(SECOND).id, "union", "", starts_on=today())
    assert (same[0], elsewhere[0], Function.select().count()) == ("kind", "school", 2)
    assert acts(who)[0] == (
        "function.add",
        {"duty": (None, "Giáo viên chủ nhiệm 6A"), "starts_on": (None, shown(0))},
    )


def test_a_duty_of_a_module_stands_in_the_trail_by_its_name():
    rules.add_duty(person("hm.giaovien"), school().id, "notice_board.editor", "", starts_on=today(), person_id=None)
    rules.end_duty(Function.get(), ends_on=day(2), person_id=None)
    assert [values["duty"] for _action, values in acts(person("hm.giaovien"))] == [
        (None, "Biên tập bảng tin"),
        ("Biên tập bảng tin", None),
    ]


def test_who_leaves_for_good_ends_everything_after_the_last_day():
    who = person("hm.hieutruong")
    rules.add_work(who, post("teacher", SECOND), starts_on=day(40), person_id=None)
    rules.add_duty(who, school().id, "union", "", starts_on=today(), person_id=None)
    rules.start_leave(who, "illness", starts_on=day(-5), ends_on=None, person_id=None)
    rules.leave_for_good(who, on=day(7), reason="retired", person_id=None)
    assert work_of(who) == [("principal", FIRST, None, 7, "retired")]
    assert [since(row.ends_on) for row in (Function.get(), Leave.get())] == [7, 7]
    assert place_of(who) == FIRST
    work.refresh_places(day(8))
    assert (place_of(who), school().principal_name) == (None, "")
    assert acts(who)[-1][0] == "person.quit"


def test_work_with_an_earlier_end_keeps_it():
    who = person("hm.giaovien")
    rules.add_work(who, post("teacher", SECOND), starts_on=day(-9), person_id=None)
    Membership.update(ends_on=day(3)).where(Membership.person == who, Membership.school == school(SECOND)).execute()
    rules.leave_for_good(who, on=day(7), reason="left", person_id=None)
    assert work_of(who) == [("teacher", FIRST, None, 7, "left"), ("teacher", SECOND, -9, 3, "")]


def test_nobody_leaves_twice():
    who = person("hm.giaovien")
    rules.leave_for_good(who, on=day(-1), reason="left", person_id=None)
    assert refusal(rules.leave_for_good, who, on=today(), reason="left")[0] == "on"


def test_one_of_two_jobs_ends_with_its_duties():
    who = person("hm.giaovien")
    rules.add_work(who, post("teacher", SECOND), starts_on=day(-9), person_id=None)
    rules.add_duty(who, school(SECOND).id, "union", "", starts_on=today(), person_id=None)
    rules.add_duty(who, school().id, "homeroom", "6A", starts_on=today(), person_id=None)
    second = Membership.get(Membership.person == who, Membership.school == school(SECOND))
    rules.end_work(second.id, who, ends_on=today(), reason="role", person_id=None)
    assert work_of(who) == [("teacher", FIRST, None, None, ""), ("teacher", SECOND, -9, 0, "role")]
    assert {row.kind: since(row.ends_on) for row in Function.select()} == {"union": 0, "homeroom": None}


def test_the_same_job_is_not_given_twice():
    assert refusal(rules.add_work, person("hm.giaovien"), post("teacher"), starts_on=day(4))[0] == "role"


# --- the trash ---


def test_only_who_never_had_an_account_goes_into_the_trash():
    assert refusal(rules.delete_person, person("hm.giaovien"))[0] == ""
    who = create()
    rules.delete_person(who, person_id=None)
    gone = Person.get_by_id(who.id)
    assert (gone.deleted_at is None, gone.school.code) == (False, FIRST)
    assert work_of(who) == [("teacher", FIRST, 0, -1, "mistake")]
    work.refresh_places(today())
    assert place_of(who) == FIRST


def test_a_person_comes_back_with_the_work():
    who = create(at=None)
    rules.add_work(who, post("teacher", SECOND), starts_on=day(-9), person_id=None)
    rules.delete_person(who, person_id=None)
    rules.restore_person(who, person_id=None)
    back = Person.get_by_id(who.id)
    assert (back.deleted_at, place_of(who), work_of(who)) == (None, SECOND, [("teacher", SECOND, -9, None, "")])
    assert [action for action, _values in acts(who)][-2:] == ["person.delete", "person.restore"]


def test_a_principal_entered_by_mistake_gives_the_place_back_only_while_it_is_free():
    who = create(at="01008501", role="principal")
    assert school("01008501").principal_name == NAME
    rules.delete_person(who, person_id=None)
    assert school("01008501").principal_name == ""
    other = create("Lê Văn An", at="01008501", role="principal")
    rules.restore_person(who, person_id=None)
    assert (work_of(who)[0][3:], school("01008501").principal_name) == ((-1, "mistake"), other.name)


def test_the_demo_shows_subjects_duties_earlier_work_and_a_leave():
    demo._describe_people()
    coordinator = person("hm.dieuphoi")
    assert coordinator.subjects == "Tiếng Anh"
    assert [row.kind for row in Function.select().where(Function.person == coordinator)] == ["it_contact"]
    assert [row.end_reason for row in Membership.select().where(Membership.person == coordinator)] == ["", "transfer"]
    assert Leave.get(Leave.person == person("hm2.giaovien")).kind == "study"
