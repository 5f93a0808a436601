"""Where schools and people go: on the page, for several at once, by a file that comes back."""

from io import BytesIO

import openpyxl
import pytest

from intranet.registry.districts import Commune
from intranet.registry.people import Membership
from intranet.registry.schools import School
from intranet.registry.units import BY_PERSON, TO, ChangeUnit, PersonPlacement, Placement
from intranet.shared.audit import AuditEntry
from intranet.testing import form_values
from intranet.units import choosing, plans, shaping


def page_of(change, page="schools"):
    return f"/units/changes/{change.id}/{page}"


def unit(change, name, side=TO):
    return ChangeUnit.get(ChangeUnit.change == change, ChangeUnit.side == side, ChangeUnit.name == name)


def of_ward(name):
    return School.select().join(Commune).where(Commune.name == name).order_by(School.id)


def target_of(school):
    row = Placement.get(Placement.school == school)
    return (row.target and row.target.name, row.chosen)


def test_a_school_is_placed_by_a_person_and_that_stays_when_lines_change(cast, shaped):
    school, chosen = of_ward("Phường Đại Kim")[0], unit(shaped, "Phường Hoàng Liệt")
    here = page_of(shaped) + f"?commune={school.commune_id}"
    answer = cast("admin").submit(here, "schools", {f"school-{school.id}-0": chosen.id}, verb="save")
    assert (answer.status_code, target_of(school)) == (303, ("Phường Hoàng Liệt", BY_PERSON))
    assert AuditEntry.select().order_by(AuditEntry.id.desc()).get().action == "unit_change.schools"
    plans.sync(shaped)
    assert target_of(school) == ("Phường Hoàng Liệt", BY_PERSON)
    shaping.remove_unit(shaped, chosen, person_id=None)
    assert target_of(school)[0] is None


def test_an_old_page_puts_nothing_back_that_somebody_else_placed_since(cast, shaped):
    school, chosen = of_ward("Phường Đại Kim")[0], unit(shaped, "Phường Hoàng Liệt")
    here = page_of(shaped) + f"?commune={school.commune_id}"
    page = cast("admin").soup(here)
    choosing.choose_schools(shaped, {school.id: chosen.id}, person_id=None)
    form = form_values(page.select_one('form[data-form="schools"]')) | {"action": "save"}
    assert cast("admin").post(here, data=form).status_code == 303
    assert target_of(school)[0] == "Phường Hoàng Liệt"


def test_ticked_schools_go_into_one_unit_together(cast, shaped):
    schools, chosen = list(of_ward("Phường Hoàng Liệt")), unit(shaped, "Phường Yên Sở")
    ticked = {"school": [school.id for school in schools[:4]], "target": chosen.id}
    here = page_of(shaped) + f"?commune={schools[0].commune_id}"
    answer = cast("admin").submit(here, "schools", ticked, verb="bulk")
    assert answer.status_code == 303
    assert [target_of(school)[0] for school in schools] == ["Phường Yên Sở"] * 4 + [None] * 2


def test_the_list_of_those_without_a_place_shrinks_as_they_are_placed(cast, shaped, placed):
    browser = cast("admin")
    assert "Còn 126 trường chưa có đơn vị mới" in browser.get(page_of(shaped)).text
    placed(shaped)
    page = browser.soup(page_of(shaped) + "?show=waiting")
    assert page.select_one(".empty h2").text == "Không còn trường nào chưa có đơn vị mới"


def test_all_schools_are_reached_page_by_page(cast, shaped):
    browser, address, seen = cast("admin"), page_of(shaped), []
    while address:
        page = browser.soup(address)
        seen += [box["value"] for box in page.select('input[name="school"]')]
        following = page.select_one("#pager-next")
        address = following and following["href"]
    assert (len(seen), len(set(seen))) == (139, 139)


def test_the_page_asks_the_same_number_of_questions_for_one_school_and_for_many(cast, shaped, queries):
    browser, counted = cast("admin"), []
    for ward in ("Phường Yên Sở", "Phường Hoàng Liệt"):
        with queries() as asked:
            browser.get(page_of(shaped) + f"?commune={Commune.get(Commune.name == ward).id}")
        counted.append(len(asked))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("value", ["999999", "abc", "-1"])
def test_a_unit_of_no_change_places_nobody(cast, shaped, value):
    school = of_ward("Phường Đại Kim")[0]
    here = page_of(shaped) + f"?commune={school.commune_id}"
    answer = cast("admin").submit(here, "schools", {f"school-{school.id}-0": value}, verb="save")
    assert (answer.status_code in (303, 400), target_of(school)[0]) == (True, None)


def filled(cast, change, choose):
    """The list as taken out, with what ``choose(code, name)`` says in its last column."""
    book = openpyxl.load_workbook(BytesIO(cast("admin").get(page_of(change, "schools.xlsx")).data))
    sheet = book.active
    for row in sheet.iter_rows(min_row=5):
        if (chosen := choose(row[1].value, row[2].value)) is not None:
            row[-1].value = chosen
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_list_comes_back_filled_in(cast, shaped, upload):
    first, second = of_ward("Phường Đại Kim")
    body = filled(cast, shaped, lambda code, name: "Phường Định Công" if name == first.name else None)
    assert upload(shaped, body, "truong.xlsx", page="schools/file", form="places").status_code == 303
    assert (target_of(first), target_of(second)) == (("Phường Định Công", BY_PERSON), (None, "file"))


def test_a_csv_with_name_and_ward_will_do(shaped, upload):
    first, _second = of_ward("Phường Đại Kim")
    body = f"Tên trường;Xã, phường cũ;Đơn vị mới\n{first.name};Phường Đại Kim;phường hoàng liệt\n".encode()
    assert upload(shaped, body, "truong.csv", page="schools/file", form="places").status_code == 303
    assert target_of(first)[0] == "Phường Hoàng Liệt"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("Trường Không Có,,Xã Vân Đình", "Dòng 3: không có trường “Trường Không Có” trong thay đổi này."),
        ("{name},Phường Đại Kim,Xã Lạ", "Dòng 3: “Xã Lạ” không có trong các đơn vị sau thay đổi."),
        ("{name},Phường Đại Kim,Xã Vân Đình", "Dòng 3: trường này đã có ở dòng trên với đơn vị khác."),
        ("{name},Phường Đại Kim,=A1", "Dòng 3: Ô “=A1” là công thức"),
    ],
)
def test_one_wrong_line_and_nothing_of_the_file_is_written(shaped, upload, lines, sentence):
    school = of_ward("Phường Đại Kim")[0]
    body = f'Tên trường,"Xã, phường cũ",Đơn vị mới\n{school.name},Phường Đại Kim,Phường Định Công\n{lines}\n'
    answer = upload(shaped, body.format(name=school.name).encode(), "a.csv", page="schools/file", form="places")
    assert (answer.status_code, sentence in answer.text, target_of(school)[0]) == (422, True, None)


def test_people_are_sent_elsewhere_or_nowhere(cast, shaped):
    people = list(PersonPlacement.select().order_by(PersonPlacement.membership))
    other = unit(shaped, "Xã Ứng Thiên")
    shown = [f"person-{row.membership_id}-{row.target_id}" for row in people]
    choices = {shown[0]: other.id, shown[1]: 0}
    assert cast("admin").submit(page_of(shaped, "people"), "people", choices, verb="save").status_code == 303
    rows = {row.membership_id: row.target_id for row in PersonPlacement.select()}
    assert [rows[row.membership_id] for row in people[:2]] == [other.id, None]
    plans.sync(shaped)
    assert PersonPlacement.get(PersonPlacement.membership == people[1].membership_id).target_id is None


def test_a_new_heir_takes_along_whom_nobody_sent_elsewhere(cast, shaped):
    office = unit(shaped, "Huyện Ứng Hòa", "from")
    people = PersonPlacement.select().join(Membership).where(Membership.district == office.district_id)
    other = unit(shaped, "Xã Hòa Xá")
    assert other.id != office.heir_id
    address = page_of(shaped, f"units/{office.id}")
    assert cast("admin").submit(address, "heir", {"heir": other.id}).status_code == 303
    assert {row.target_id for row in people} == {other.id}


def test_schools_in_the_trash_go_along_and_nobody_is_asked(app, shaped):
    school = of_ward("Phường Đại Kim")[0]
    School.update(deleted_at="2026-01-01 00:00:00").where(School.id == school.id).execute()
    plans.sync(shaped)
    assert target_of(school)[0] == unit(shaped, "Quận Hoàng Mai", "from").heir.name
