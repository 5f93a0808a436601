"""Good practices are reviewed, published, and taken over by other schools: what counts is the adoption."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.testing import form_values
from plugins.professional_development.models import Adoption, Practice

HOME = "/professional-development/practices"


@pytest.fixture
def practice(cast):
    """A draft of hm.giaovien, for the districts of the programme."""
    browser = cast("hm.giaovien")
    form = browser.soup(f"{HOME}/new").select_one("main form.form")
    values = {"title": "Góc hỏi đáp", "description": "Mỗi tuần một câu.", "licence": "credit", "wide": "y"}
    answer = browser.post(f"{HOME}/new", data=form_values(form) | values)
    return Practice.get_by_id(int(answer.headers["Location"].rpartition("/")[2]))


def press(browser, practice, verb, **values):
    form = browser.soup(f"{HOME}/{practice.id}").find("button", {"name": "action", "value": verb}).find_parent("form")
    return browser.post(form["action"], data=form_values(form) | {"action": verb} | values).status_code


def publish(practice, **values):
    Practice.update(state="published", **values).where(Practice.id == practice.id).execute()


def adopt(browser, practice, note="Làm ở khối 6."):
    return browser.submit(f"{HOME}/{practice.id}", "adopt", {"note": note}).status_code


def test_it_is_reviewed_before_others_see_it(cast, practice):
    stranger = cast("hm2.giaovien")
    assert stranger.get(f"{HOME}/{practice.id}").status_code == 404
    press(cast("hm.giaovien"), practice, "submit")
    for verb in ("approve", "publish"):
        press(cast("hm.chuyenvien"), practice, verb)
    assert Practice.get_by_id(practice.id).state == "published"
    assert stranger.get(f"{HOME}/{practice.id}").status_code == 200
    assert cast("uh.giaovien").get(f"{HOME}/{practice.id}").status_code == 200


@pytest.mark.parametrize(("missing", "sentence"), [("licence", "điều kiện sử dụng"), ("description", "mô tả cách làm")])
def test_without_licence_or_description_it_is_not_reviewed(cast, practice, missing, sentence):
    Practice.update({missing: ""}).where(Practice.id == practice.id).execute()
    page = cast("hm.giaovien").soup(f"{HOME}/{practice.id}")
    assert page.find("button", {"name": "action", "value": "submit"}) is None
    assert sentence in page.text


def test_another_school_takes_it_over_with_a_note_once(cast, practice):
    publish(practice)
    for note in ("Làm ở khối 6.", "Làm ở cả trường."):
        assert adopt(cast("uh.giaovien"), practice, note) == 303
    assert [row.note for row in Adoption.select().where(Adoption.practice == practice)] == ["Làm ở cả trường."]
    assert Practice.get_by_id(practice.id).adopted == 1
    assert "Làm ở cả trường." in cast("hm.giaovien").soup(f"{HOME}/{practice.id}").text


def test_an_adoption_without_a_note_is_asked_for_again(cast, practice):
    publish(practice)
    assert adopt(cast("uh.giaovien"), practice, "") == 422
    assert Practice.get_by_id(practice.id).adopted == 0


def test_the_own_school_and_offices_do_not_adopt(cast, practice):
    publish(practice)
    for name in ("hm.giaovien", "hm.chuyenvien", "uh.xem"):
        page = cast(name).soup(f"{HOME}/{practice.id}")
        assert page.find("form", {"data-form": "adopt"}) is None
    token = {"csrf_token": cast("hm.hieutruong").csrf("/account"), "note": "Của chính trường tôi."}
    assert cast("hm.hieutruong").post(f"{HOME}/{practice.id}/adopt", data=token).status_code == 403
    assert Adoption.select().where(Adoption.practice == practice).count() == 0


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({"state": "draft", "wide": True}, {"hm.hieutruong": 200, "hm2.giaovien": 404, "uh.giaovien": 404}),
        ({"state": "published", "wide": False}, {"hm.hieutruong": 200, "hm2.giaovien": 200, "uh.giaovien": 404}),
        ({"state": "published", "wide": True}, {"hm.hieutruong": 200, "hm2.giaovien": 200, "uh.giaovien": 200}),
        ({"state": "retired", "wide": True}, {"hm.hieutruong": 200, "hm2.giaovien": 404, "uh.giaovien": 404}),
    ],
)
def test_its_materials_are_for_those_who_may_see_it(cast, practice, values, seen):
    Practice.update(values).where(Practice.id == practice.id).execute()
    files = f"/files/professional_development_practice/{practice.id}"
    assert {name: cast(name).get(files).status_code for name in seen} == seen


def test_only_the_author_and_the_own_head_add_materials(cast, practice):
    publish(practice)
    files = f"/files/professional_development_practice/{practice.id}"
    adds = {
        name: bool(cast(name).soup(files).find("input", {"type": "file"})) for name in ("hm.giaovien", "uh.giaovien")
    }
    assert adds == {"hm.giaovien": True, "uh.giaovien": False}


def test_the_most_adopted_stands_first(cast, practice):
    publish(practice, adopted=50)
    assert cast("uh.giaovien").soup(HOME).select_one(".card h2 a").text == "Góc hỏi đáp"


def test_the_library_as_a_file_has_the_rows_of_its_filters(cast, practice):
    publish(practice, levels=4)
    page = cast("uh.giaovien").soup(f"{HOME}?state=published&level=4")
    sheet = load_workbook(BytesIO(cast("uh.giaovien").get(page.find(id="export")["href"]).data)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert [row[1] for row in rows] == [link.text for link in page.select(".card h2 a")]
    assert {row[3] for row in rows} == {"THCS"}
    assert "Góc hỏi đáp" in [row[1] for row in rows]
