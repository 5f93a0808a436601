"""Units change and papers stay: what is of then prints the names of then, what is of today those of today."""

from datetime import date, datetime

import pytest

from intranet.papers import rules
from intranet.papers.letterheads import Heading, default_heading, heading_of
from intranet.papers.queries import body_of
from intranet.registry.agreements import Signatory, YearPlan
from intranet.registry.districts import District
from intranet.registry.people import Membership, Person
from intranet.registry.pledges import Meeting
from intranet.registry.reports import Report
from intranet.registry.schools import FormerKey, School
from intranet.registry.then import Heir, heirs_of
from intranet.registry.twinning import Pairing, ProgrammeDistrict
from intranet.registry.units import APPLIED, FormerUnit, UnitChange
from intranet.reports import heading
from intranet.shared.papers import Letterhead
from intranet.units.undoing import undo_change

BEFORE, AFTER = date(2023, 10, 20), date(2026, 10, 20)


@pytest.fixture
def school(app):
    """Trường THCS Hồng Quang, of huyện Ứng Hòa."""
    with app.app_context():
        return School.get(School.code == "01281503")


def fresh(record):
    return type(record).get_by_id(record.id)


def said(page, panel):
    found = page.find(attrs={"data-panel": panel})
    return found and [item.get_text(" ", strip=True) for item in found.select("li")]


# --- Headings ---


def test_a_school_under_a_commune_heads_its_papers_in_two_lines_and_those_of_before_as_before(app, reorganised, school):
    school = fresh(school)
    assert heading_of(school.district, school) == Heading(
        parent_body="UBND XÃ HÒA XÁ",
        body="TRƯỜNG THCS HỒNG QUANG",
        place="Hòa Xá",
        symbol="TrTHCSHQ",
        signer_title="HIỆU TRƯỞNG",
        signer_name="Huỳnh Bích Tâm",
    )
    assert heading_of(school.district, school, BEFORE) == Heading(
        parent_body="PHÒNG GD&ĐT HUYỆN ỨNG HÒA",
        body="TRƯỜNG THCS HỒNG QUANG",
        place="Hồng Quang",
        symbol="THCSHQ",
        signer_title="HIỆU TRƯỞNG",
        signer_name="Huỳnh Bích Tâm",
    )


def test_a_communes_committee_stands_under_nobodys_name_and_its_chairman_signs(app, reorganised):
    assert heading_of(reorganised["Vân Đình"]) == Heading(
        body="ỦY BAN NHÂN DÂN\nXÃ VÂN ĐÌNH",
        place="Vân Đình",
        symbol="UBND",
        signer_title="CHỦ TỊCH",
        signer_name="Nguyễn Hữu Ơn",
    )


def test_a_dissolved_office_is_signed_for_by_who_led_it(app, reorganised):
    head = heading_of(reorganised["Huyện Ứng Hòa"], day=BEFORE)
    assert (head.parent_body, head.signer_title, head.signer_name) == (
        "UBND HUYỆN ỨNG HÒA",
        "TRƯỞNG PHÒNG",
        "Nguyễn Hữu Ơn",
    )


def test_a_unit_that_is_renamed_twice_has_on_each_day_its_own_name(app):
    with app.app_context():
        unit = District.get(District.code == "HM")
        for name, until in (("Quận Mai", date(2015, 1, 1)), ("Quận Hoàng", date(2020, 1, 1))):
            FormerUnit.create(
                district=unit, kind="quan", code="HM", name=name, office_name=f"Phòng GD&ĐT {name}", until=until
            )
        days = (date(2014, 12, 31), date(2015, 1, 1), date(2019, 12, 31), date(2020, 1, 1), None)
        assert [default_heading(unit, day=day).parent_body for day in days] == [
            "UBND QUẬN MAI",
            "UBND QUẬN HOÀNG",
            "UBND QUẬN HOÀNG",
            "UBND QUẬN HOÀNG MAI",
            "UBND QUẬN HOÀNG MAI",
        ]


def test_who_was_principal_on_the_day_signs(app, school):
    with app.app_context():
        Membership.update(starts_on=date(2024, 8, 1)).where(
            Membership.school == school, Membership.role == "principal"
        ).execute()
        person = Person.get(Person.username == "uh.giaovien")
        before = Membership.create(
            person=person,
            role="principal",
            district=school.district_id,
            school=school,
            starts_on=date(2020, 8, 1),
            ends_on=date(2024, 7, 31),
        )
        days = (BEFORE, date(2024, 8, 1), None)
        assert [heading_of(school.district, school, day).signer_name for day in days] == [
            person.name,
            "Huỳnh Bích Tâm",
            "Huỳnh Bích Tâm",
        ]
        before.delete_instance()
        # Of nobody else than who came later do the memberships know.
        assert heading_of(school.district, school, BEFORE).signer_name == ""


# --- Saved letterheads ---


def test_what_a_school_saved_under_its_former_unit_heads_the_papers_of_then(app, cast, school, reorganised):
    before = reorganised["Huyện Ứng Hòa"]
    with app.app_context():
        Letterhead.create(district=before, school=school, parent_body="PHÒNG GIÁO DỤC", signer_name="ThS. Tâm")
    here = f"/papers/letterheads/school/{school.id}"
    browser = cast("uh.hieutruong")
    kept = browser.soup(here).find(attrs={"data-panel": "papers.kept"})
    assert "PHÒNG GIÁO DỤC" in kept.text
    browser.submit(here, "letterhead", {"parent_body": "UBND XÃ", "signer_name": "Bà Tâm"})
    school = fresh(school)
    for day, parent_body, signer in ((BEFORE, "PHÒNG GIÁO DỤC", "ThS. Tâm"), (AFTER, "UBND XÃ", "Bà Tâm")):
        head = heading_of(school.district, school, day)
        assert (head.parent_body, head.signer_name) == (parent_body, signer)
    assert [row.district.name for row in Letterhead.select().where(Letterhead.school == school)] == [
        "Huyện Ứng Hòa",
        "Xã Hòa Xá",
    ]


def test_what_an_office_saved_heads_its_papers_until_it_is_called_otherwise(app, cast):
    with app.app_context():
        unit = District.get(District.code == "HM")
        Letterhead.delete().execute()
        saved_at = datetime(2024, 1, 1)
        Letterhead.create(district=unit, parent_body="UBND QUẬN CŨ", updated_at=saved_at, signer_name="TS. Ánh")
        change = UnitChange.create(
            kind="rename",
            title="Đổi tên",
            effective_on=date(2025, 7, 1),
            state=APPLIED,
            applied_at=datetime(2025, 8, 1),
        )
        former = FormerUnit.create(
            district=unit,
            kind="quan",
            code="HM",
            name="Quận cũ",
            office_name="Phòng cũ",
            until=change.effective_on,
            change=change,
        )
    here = f"/papers/letterheads/office/{unit.id}"
    cast("hm.chuyenvien").submit(here, "letterhead", {"parent_body": "UBND MỚI"})
    heads = [heading_of(unit, day=day) for day in (BEFORE, AFTER, None)]
    assert [head.parent_body for head in heads] == ["UBND QUẬN CŨ", "UBND MỚI", "UBND MỚI"]
    assert [head.signer_name for head in heads] == ["TS. Ánh", "Nguyễn Thị Ánh", "Nguyễn Thị Ánh"]
    with app.app_context():
        # What was saved while the change was only to come is of the old name still.
        Letterhead.update(updated_at=datetime(2025, 7, 15)).where(Letterhead.parent_body == "UBND QUẬN CŨ").execute()
        assert heading_of(unit, day=BEFORE).parent_body == "UBND QUẬN CŨ"
        former.delete_instance()


def test_what_a_dissolved_office_saved_is_shown_to_the_office_that_goes_on(app, cast, reorganised):
    with app.app_context():
        Letterhead.create(district=reorganised["Huyện Ứng Hòa"], body="PHÒNG GIÁO DỤC", signer_name="Ơn")
    here = f"/papers/letterheads/office/{reorganised['Vân Đình'].id}"
    assert said(cast("uh.chuyenvien").soup(here), "papers.kept") == ["PHÒNG GIÁO DỤC Ơn"]
    assert heading_of(reorganised["Huyện Ứng Hòa"], day=BEFORE).body == "PHÒNG GIÁO DỤC"
    assert heading_of(reorganised["Vân Đình"]).body == "ỦY BAN NHÂN DÂN\nXÃ VÂN ĐÌNH"


# --- Papers made on demand ---


def test_a_pledge_of_before_names_offices_and_schools_of_then(app, paper, pledge, school, reorganised):
    with app.app_context():
        FormerKey.create(school=school, kind="name", value="Trường THCS Đội Bình", match_key="", until=date(2024, 9, 1))
    texts = paper("hm.chuyenvien", "pledge", pledge)
    assert texts[:3] == ["TRƯỜNG THCS YÊN SỞ", "-", "TRƯỜNG THCS ĐỘI BÌNH"]
    assert "Số: 07/GƯ-THCSYS-THCSĐB" in texts
    assert "Bên B: Trường THCS Đội Bình" in texts
    assert texts[-4:-2] == ["- Phòng GD&ĐT quận Hoàng Mai;", "- Phòng GD&ĐT huyện Ứng Hòa;"]
    assert "Hồng Quang" not in " ".join(texts)


def test_a_change_that_is_taken_back_has_never_been_for_papers(app, paper, pledge, plan, programme, request):
    with app.app_context():
        programme.owner_district = District.get(District.code == "UH")
        programme.save()
        Pairing.update(signed_on=AFTER).where(Pairing.id == pledge.id).execute()
    made = [paper("hm.chuyenvien", kind, record) for kind, record in (("pledge", pledge), ("year_plan", plan))]
    request.getfixturevalue("reorganised")
    with app.app_context():
        undo_change(UnitChange.get(), person_id=None)
    assert [paper("hm.chuyenvien", kind, record) for kind, record in (("pledge", pledge), ("year_plan", plan))] == made


def test_a_pledge_of_today_names_those_of_today(app, paper, pledge, reorganised):
    with app.app_context():
        Pairing.update(signed_on=AFTER).where(Pairing.id == pledge.id).execute()
    texts = paper("hm.chuyenvien", "pledge", pledge)
    assert "Số: 07/GƯ-THCSYS-TrTHCSHQ" in texts
    assert texts[-4:-2] == ["- Phòng GD&ĐT quận Hoàng Mai;", "- UBND xã Hòa Xá;"]


def test_a_memorandum_stays_word_for_word(paper, memorandum, request):
    before = paper("hm.chuyenvien", "memorandum", memorandum)
    request.getfixturevalue("reorganised")
    assert paper("hm.chuyenvien", "memorandum", memorandum) == before


def test_it_does_so_without_signatories_and_where_the_dissolved_office_kept_the_programme(
    app, paper, memorandum, programme, request
):
    with app.app_context():
        Signatory.delete().execute()
        programme.owner_district = District.get(District.code == "UH")
        programme.save()
    before = paper("hm.chuyenvien", "memorandum", memorandum)
    units = request.getfixturevalue("reorganised")
    assert fresh(programme).owner_district == units["Vân Đình"]
    assert paper("hm.chuyenvien", "memorandum", memorandum) == before


@pytest.mark.parametrize(
    ("issued_on", "head", "sign", "told"),
    [
        (
            BEFORE,
            ["UBND HUYỆN ỨNG HÒA", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"],
            "TRƯỞNG PHÒNG",
            ["- Phòng GD&ĐT huyện Ứng Hòa;", "- Phòng GD&ĐT quận Hoàng Mai;"],
        ),
        (
            AFTER,
            ["ỦY BAN NHÂN DÂNXÃ VÂN ĐÌNH"],
            "CHỦ TỊCH",
            ["- UBND xã Vân Đình;", "- Phòng GD&ĐT quận Hoàng Mai;", "- UBND xã Hòa Xá;"],
        ),
    ],
)
def test_a_years_plan_is_its_offices_of_the_day_on_which_it_was_issued(
    app, paper, plan, programme, request, issued_on, head, sign, told
):
    with app.app_context():
        programme.owner_district = District.get(District.code == "UH")
        programme.save()
    request.getfixturevalue("reorganised")
    with app.app_context():
        YearPlan.update(issued_on=issued_on).execute()
    texts = paper("hm.chuyenvien", "year_plan", plan)
    assert texts[: len(head)] == head
    assert sign in texts
    assert texts[texts.index("Nơi nhận:") + 1 : texts.index("- Các trường tham gia chương trình;")] == told


def test_minutes_and_invitations_are_of_the_meetings_day(app, paper, meeting, school, reorganised):
    with app.app_context():
        FormerKey.create(school=school, kind="name", value="Trường THCS Đội Bình", match_key="", until=date(2024, 9, 1))
        Meeting.update(host=school, invited_at=datetime(2023, 9, 25)).execute()
    minutes, invitation = (paper("hm.chuyenvien", kind, meeting) for kind in ("minutes", "invitation"))
    assert minutes[2] == "TRƯỜNG THCS ĐỘI BÌNH"
    assert "Hồng Quang, ngày 02 tháng 10 năm 2023" in minutes
    assert invitation[:2] == ["PHÒNG GD&ĐT HUYỆN ỨNG HÒA", "TRƯỜNG THCS ĐỘI BÌNH"]
    with app.app_context():
        Meeting.update(starts_at=datetime(2026, 10, 2), invited_at=datetime(2026, 9, 25)).execute()
    minutes, invitation = (paper("hm.chuyenvien", kind, meeting) for kind in ("minutes", "invitation"))
    assert "Hòa Xá, ngày 02 tháng 10 năm 2026" in minutes
    assert invitation[:2] == ["UBND XÃ HÒA XÁ", "TRƯỜNG THCS HỒNG QUANG"]


@pytest.mark.parametrize(
    ("day", "parent_body", "office"),
    [
        (BEFORE, "PHÒNG GD&ĐT HUYỆN ỨNG HÒA", "Phòng GD&ĐT huyện Ứng Hòa"),
        (None, "UBND XÃ HÒA XÁ", "UBND xã Hòa Xá"),
    ],
)
def test_a_report_is_headed_and_sent_as_on_the_day_of_its_issue(
    app, pairing, school, reorganised, day, parent_body, office
):
    with app.app_context():
        school = fresh(school)
        report = Report(pairing=fresh(pairing), school=school, district=school.district, issued_on=day)
        assert heading.present_head(report, day).parent_body == parent_body
        assert heading.recipients(report)[:2] == [
            "Phòng GD&ĐT quận Hoàng Mai (để báo cáo)",
            f"{office} (để báo cáo)",
        ]


def test_what_is_issued_is_headed_as_on_the_day_of_its_issue(app, meeting, school, reorganised, read):
    with app.app_context():
        Meeting.update(host=school, invited_at=datetime(2023, 9, 25)).execute()
        person = Person.get(Person.username == "hm.chuyenvien")
        heads = []
        for day in (BEFORE, AFTER):
            issued = rules.issue("invitation", fresh(meeting), number="1", issued_on=day, person_id=person.id)
            heads.append(read(_body(issued))[0])
    assert heads == ["PHÒNG GD&ĐT HUYỆN ỨNG HÒA", "UBND XÃ HÒA XÁ"]


def _body(issued):
    return body_of(issued)


def test_what_was_issued_is_the_same_to_the_byte(app, pledge, request):
    with app.app_context():
        person = Person.get(Person.username == "hm.chuyenvien")
        issued = rules.issue("pledge", pledge, number="9", issued_on=BEFORE, person_id=person.id)
        before = _body(issued), issued.title, issued.number, issued.facts
        request.getfixturevalue("reorganised")
        issued = fresh(issued)
        assert (_body(issued), issued.title, issued.number, issued.facts) == before


def test_a_paper_takes_as_many_queries_in_a_programme_of_many_units(app, cast, queries, plan, programme, reorganised):
    browser, here = cast("hm.chuyenvien"), f"/papers/year_plan/{plan.id}.docx"
    browser.get(here)
    with queries() as many:
        browser.get(here)
    with app.app_context():
        ProgrammeDistrict.delete().where(ProgrammeDistrict.district == reorganised["Hòa Xá"]).execute()
    with queries() as few:
        browser.get(here)
    assert len(many) == len(few)


# --- Who answers today ---


def test_a_pledges_page_names_the_schools_as_they_signed_and_as_they_are_called_now(app, cast, pledge, request):
    here = f"/pairings/{pledge.id}/pledge"
    assert said(cast("hm.hieutruong").soup(here), "pairings.signed") is None
    units = request.getfixturevalue("reorganised")
    page = cast("hm.hieutruong").soup(here)
    assert said(page, "pairings.signed") == [
        "Trường THCS Yên Sở , Phòng GD&ĐT quận Hoàng Mai",
        "Trường THCS Hồng Quang , Phòng GD&ĐT huyện Ứng Hòa Nay thuộc UBND xã Hòa Xá",
    ]
    with app.app_context():
        School.update(name="Trường THCS Hòa Xá").where(School.code == "01281503").execute()
        FormerKey.create(
            school=pledge.second_school_id, kind="name", value="Trường cũ", match_key="", until=date(2026, 1, 1)
        )
    assert said(cast("uh.hieutruong").soup(here), "pairings.signed")[1] == (
        "Trường cũ , Phòng GD&ĐT huyện Ứng Hòa Nay là Trường THCS Hòa Xá, UBND xã Hòa Xá"
    )
    with app.app_context():
        # What is signed under the names of today says nothing more.
        FormerKey.delete().execute()
        Pairing.update(signed_on=AFTER).where(Pairing.id == pledge.id).execute()
    assert said(cast("hm.hieutruong").soup(here), "pairings.signed") is None
    assert units["Hòa Xá"].office_name == "UBND xã Hòa Xá"


def test_a_memorandums_page_names_who_answers_for_an_office_that_was_split_and_one_renamed(
    app, cast, memorandum, reorganised
):
    with app.app_context():
        unit = District.get(District.code == "HM")
        named = {name: getattr(unit, name) for name in ("kind", "code", "name", "office_name")}
        FormerUnit.create(district=unit, until=date(2026, 1, 1), **named)
        District.update(office_name="Phòng GD&ĐT quận Mới").where(District.id == unit.id).execute()
    page = cast("hm.chuyenvien").soup(f"/programmes/memoranda/{memorandum.id}")
    assert said(page, "programmes.signing") == [
        "Phòng GD&ĐT quận Hoàng Mai Trưởng phòng: Nguyễn Thị Ánh Nay là Phòng GD&ĐT quận Mới",
        "Phòng GD&ĐT huyện Ứng Hòa Trưởng phòng: Nguyễn Hữu Ơn Cơ quan kế thừa: UBND xã Vân Đình và 3 đơn vị khác",
    ]


def test_a_programmes_page_names_who_answers_for_a_dissolved_unit(cast, programme, reorganised):
    page = cast("hm.chuyenvien").soup(f"/programmes/{programme.id}")
    (line,) = (item for item in said(page, "programmes.districts") if "Huyện Ứng Hòa" in item)
    assert "Cơ quan kế thừa: UBND xã Vân Đình và 3 đơn vị khác" in line


@pytest.mark.parametrize(
    ("key", "then", "now"),
    [
        (
            "pledge",
            "Trường THCS Hồng Quang , Phòng GD&ĐT huyện Ứng Hòa",
            "Nay thuộc UBND xã Hòa Xá",
        ),
        ("memorandum", "Phòng GD&ĐT huyện Ứng Hòa", "Cơ quan kế thừa: UBND xã Vân Đình và 3 đơn vị khác"),
        ("year_plan", "Phòng GD&ĐT huyện Ứng Hòa", "Cơ quan kế thừa: UBND xã Vân Đình và 3 đơn vị khác"),
        (
            "invitation",
            "Trường THCS Hồng Quang , Phòng GD&ĐT huyện Ứng Hòa",
            "Nay thuộc UBND xã Hòa Xá",
        ),
    ],
)
def test_who_checks_a_paper_reads_who_issued_it_then_and_who_that_is_now(
    app, cast, school, programme, pledge, memorandum, plan, meeting, request, key, then, now
):
    with app.app_context():
        programme.owner_district = school.district_id
        programme.save()
        Meeting.update(host=school).execute()
        records = {"pledge": pledge, "memorandum": memorandum, "year_plan": plan, "invitation": meeting}
        issued = rules.issue(key, fresh(records[key]), number="1", issued_on=BEFORE, person_id=None)
    assert cast("").soup(f"/verify/{issued.code}").select_one(".login-card .lines") is None
    request.getfixturevalue("reorganised")
    (line,) = cast("").soup(f"/verify/{issued.code}").select(".login-card .lines li")
    assert line.get_text(" ", strip=True) == f"{then} {now}"
    names = cast("").soup(f"/verify/{issued.code}").select_one(".login-card dl").get_text(" ", strip=True)
    assert ("ỨNG HÒA" in names or "HỒNG QUANG" in names, "HÒA XÁ" in names) == (True, False)


def test_a_dissolved_unit_has_an_heir_and_others_with_a_part_of_it(app, reorganised):
    before, heir = reorganised["Huyện Ứng Hòa"], reorganised["Vân Đình"]
    with app.app_context():
        assert heirs_of([before.id, heir.id]) == {before.id: Heir("UBND xã Vân Đình", 3)}
        last = District.create(kind="xa", code="9", name="Xã Mới", office_name="UBND xã Mới", sort_key="moi")
        District.update(merged_into=last).where(District.id == heir.id).execute()
        assert heirs_of([before.id]) == {before.id: Heir("UBND xã Mới", 3)}
        District.update(merged_into=None).where(District.id == before.id).execute()
        # Without an heir, the first that got a part stands for all.
        assert heirs_of([before.id])[before.id].others == 3
        District.update(merged_into=last).where(District.id == before.id).execute()
        # A change that was taken back counts no more.
        UnitChange.update(state="undone").execute()
        assert heirs_of([before.id]) == {before.id: Heir("UBND xã Mới", 0)}
