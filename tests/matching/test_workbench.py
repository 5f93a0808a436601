"""The workbench: what stands there, the calculation, and what nobody may see of the other district."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from intranet.kernel import jobs
from intranet.kernel.clock import now
from intranet.registry.districts import District
from intranet.registry.schools import School, SchoolYearFigures, Tag
from intranet.registry.twinning import ACTIVE, CLOSED, DECLINED, Pairing, Programme, ProgrammeDistrict
from plugins.matching.models import Calculation, Suggestion
from plugins.matching.score import BALANCED, PRESETS

PRIMARY, LOWER_SECONDARY = 2, 4


def titles(page):
    return [row.th.a.text for row in page.select("#list tbody tr")]


def test_unpaired_schools_are_counted_by_level_and_district_and_lead_to_their_list(officer, unpaired):
    page = officer.soup("/matching/")
    panel = page.find(attrs={"data-panel": "matching.counts"})
    heads = [cell.text for cell in panel.select("thead th")]
    assert heads == ["Cấp học", "Quận Hoàng Mai", "Huyện Ứng Hòa"]
    row = next(row for row in panel.select("tbody tr") if row.th.text == "Tiểu học")
    assert [int(cell.text) for cell in row.select("td")] == [len(unpaired(code, PRIMARY)) for code in ("HM", "UH")]
    listed = officer.soup(row.select("td a")[0]["href"])
    assert len(titles(listed)) == len(unpaired("HM", PRIMARY))


def test_the_own_school_stands_first_for_each_reader(cast, suggestion):
    first, second = suggestion.first_school.name, suggestion.second_school.name
    for username, heading in (("hm.lanhdao", f"{first} – {second}"), ("uh.chuyenvien", f"{second} – {first}")):
        assert cast(username).soup(f"/matching/suggestions/{suggestion.id}").h1.text == heading
        assert heading in titles(cast(username).soup("/matching/"))


@pytest.mark.parametrize("username", ["hm.hieutruong", "hm.dieuphoi", "hm.giaovien", "hm.xem"])
def test_only_the_offices_work_here(cast, suggestion, username):
    for url in ("/matching/", "/matching/schools", "/matching/weights", f"/matching/suggestions/{suggestion.id}"):
        assert cast(username).get(url).status_code == 403


@pytest.fixture
def stranger(programme):
    """The programme of two other districts, with a suggestion; hm.chuyenvien has nothing to do with it."""
    other = Programme.create(title="Chương trình khác", state="running")
    districts = [
        District.create(code=code, kind="huyen", name=code, office_name=code, sort_key=code) for code in ("X1", "X2")
    ]
    for district in districts:
        ProgrammeDistrict.create(programme=other, district=district)
    schools = []
    for district in districts:
        school = School(district=district, name=f"Trường {district.code}", levels=PRIMARY)
        school.set_keys("")
        school.save()
        schools.append(school)
    return Suggestion.create(
        programme=other,
        first_school=schools[0],
        first_district=districts[0],
        second_school=schools[1],
        second_district=districts[1],
        score=500,
        parts="{}",
        sentence="",
    )


def test_strangers_find_nothing(officer, stranger):
    programme_id, school_id = stranger.programme_id, stranger.first_school_id
    for url in (
        f"/matching/?programme={programme_id}",
        f"/matching/schools?programme={programme_id}",
        f"/matching/weights?programme={programme_id}",
        f"/matching/export.xlsx?programme={programme_id}",
        f"/matching/programmes/{programme_id}/schools/{school_id}",
        f"/matching/suggestions/{stranger.id}",
    ):
        assert officer.get(url).status_code == 404, url
    token = officer.csrf("/account")
    for url in (
        "calculate",
        "weights",
        "send",
        f"suggestions/{stranger.id}/drop",
        f"suggestions/{stranger.id}/restore",
    ):
        answer = officer.post(f"/matching/{url}", data={"csrf_token": token, "programme": programme_id})
        assert answer.status_code == 404, url


def test_a_school_outside_the_programme_is_not_found_under_it(cast, stranger, programme):
    url = f"/matching/programmes/{programme.id}/schools/{stranger.first_school_id}"
    assert cast("admin").get(url).status_code == 404


def test_a_district_that_left_sees_the_workbench_no_longer(officer, programme):
    own = District.get(District.code == "HM")
    ProgrammeDistrict.update(left_on=now().date()).where(ProgrammeDistrict.district == own).execute()
    assert officer.soup("/matching/").select_one(".empty h2").text == "Chưa có chương trình nào đang thực hiện"
    assert officer.get(f"/matching/?programme={programme.id}").status_code == 403


def test_one_click_pairs_as_many_schools_as_have_a_counterpart(calculate, unpaired):
    calculation = calculate()
    expected = sum(min(len(unpaired("HM", level)), len(unpaired("UH", level))) for level in (1, 2, 4))
    assert (calculation.state, calculation.paired) == ("ready", expected)
    assert Suggestion.select().where(Suggestion.state == "open").count() == expected
    assert Pairing.select().where(Pairing.state == "suggested").count() == 0


def test_the_button_leads_to_the_progress_and_that_back_to_the_suggestions(app, officer, programme):
    answer = officer.submit("/matching/", "calculate")
    job_page = answer.headers["Location"]
    assert officer.soup(job_page).h1.text == "Tính gợi ý ghép cặp"
    assert "đang được tính" in officer.soup("/matching/").select_one(".notice.info").text
    with app.app_context():
        jobs.run_due()
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert officer.get(job_page, headers=headers).headers["HX-Redirect"] == f"/matching/?programme={programme.id}"
    assert officer.get(job_page).headers["Location"] == f"/matching/?programme={programme.id}"


def test_the_second_of_two_officers_learns_that_it_is_being_calculated(cast, officer):
    officer.submit("/matching/", "calculate")
    other = cast("uh.chuyenvien")
    assert other.submit("/matching/", "calculate").headers["Location"].startswith("/matching/")
    warning = other.soup("/matching/").select_one("#flash .warn").text
    assert warning == "Gợi ý của chương trình này đang được tính. Thầy/cô chờ một lát."
    assert Calculation.select().where(Calculation.state == "working").count() == 1


def test_the_same_schools_give_the_same_suggestions(calculate):
    def pairs():
        rows = Suggestion.select(Suggestion.first_school, Suggestion.second_school, Suggestion.score)
        return sorted(rows.tuples())

    calculate()
    before = pairs()
    calculate()
    assert pairs() == before


def test_those_who_declined_each_other_are_not_suggested_again(calculate, programme, suggestion):
    first, second = suggestion.first_school, suggestion.second_school
    Pairing.create(
        programme=programme,
        first_school=first,
        first_district=first.district_id,
        second_school=second,
        second_district=second.district_id,
        state=DECLINED,
    )
    calculate()
    pairs = set(Suggestion.select(Suggestion.first_school, Suggestion.second_school).tuples())
    assert (first.id, second.id) not in pairs
    assert first.id in {pair[0] for pair in pairs}


def test_paired_closed_and_deleted_schools_are_left_out(calculate, programme, unpaired):
    closed, deleted, paired = unpaired("HM", PRIMARY)[:3]
    School.update(closed_on=now().date()).where(School.id == closed.id).execute()
    School.update(deleted_at=now()).where(School.id == deleted.id).execute()
    other = unpaired("UH", PRIMARY)[0]
    Pairing.create(
        programme=programme,
        first_school=paired,
        first_district=paired.district_id,
        second_school=other,
        second_district=other.district_id,
        state=ACTIVE,
    )
    calculate()
    suggested = {
        id_ for row in Suggestion.select(Suggestion.first_school, Suggestion.second_school).tuples() for id_ in row
    }
    assert suggested & {closed.id, deleted.id, paired.id, other.id} == set()


def test_a_programme_of_one_district_says_why_nothing_can_be_paired(officer, programme):
    other = District.get(District.code == "UH")
    ProgrammeDistrict.update(left_on=now().date()).where(ProgrammeDistrict.district == other).execute()
    page = officer.soup("/matching/")
    sentence = "Chương trình mới có một đơn vị tham gia nên chưa ghép cặp được."
    assert page.select_one("main .notice").text.strip() == sentence
    assert page.find("form", {"data-form": "calculate"}) is None
    token = officer.csrf("/account")
    officer.post("/matching/calculate", data={"csrf_token": token, "programme": programme.id})
    assert officer.soup("/matching/").select_one("#flash .warn").text == sentence


def test_a_closed_programme_can_be_read_only(officer, programme):
    Programme.update(state=CLOSED).where(Programme.id == programme.id).execute()
    page = officer.soup(f"/matching/?programme={programme.id}")
    assert "chưa bắt đầu hoặc đã kết thúc" in page.select_one("main .notice").text
    assert page.find("form", {"data-form": "calculate"}) is None


def test_a_level_that_only_one_district_has_stays_without_suggestion(calculate, unpaired, officer, programme):
    [lonely] = unpaired("HM", PRIMARY)[:1]
    School.update(levels=8).where(School.id == lonely.id).execute()
    calculate()
    rows = Suggestion.select().where(Suggestion.first_school == lonely)
    assert rows.count() == 0
    page = officer.soup(f"/matching/programmes/{programme.id}/schools/{lonely.id}")
    assert page.select_one(".empty h2").text == "Không có trường nào để ghép"
    assert "chưa có trường bạn" in officer.soup("/matching/").select_one(".actions .soft").text


def test_a_calculation_that_was_stopped_leaves_the_former_suggestions(app, officer, cast, programme):
    before = Suggestion.select().count()
    job_page = officer.submit("/matching/", "calculate").headers["Location"]
    officer.submit(job_page, "cancel")
    assert Suggestion.select().count() == before
    assert Calculation.select().order_by(Calculation.id.desc()).first().state == "failed"
    assert officer.submit("/matching/", "calculate").headers["Location"].startswith("/jobs/")


def test_a_calculation_for_a_district_that_switched_the_module_off_does_nothing(app, officer, switch):
    before = sorted(Suggestion.select(Suggestion.id).tuples())
    job_page = officer.submit("/matching/", "calculate").headers["Location"]
    switch("matching", "HM", False)
    with app.app_context():
        jobs.run_due()
    assert sorted(Suggestion.select(Suggestion.id).tuples()) == before
    assert "Mô-đun “Ghép cặp” đã tắt." in officer.soup(job_page).main.text


def test_the_same_form_sent_twice_calculates_once(officer):
    form = officer.soup("/matching/").find("form", {"data-form": "calculate"})
    fields = {field["name"]: field["value"] for field in form.find_all("input")}
    answers = [officer.post("/matching/calculate", data=fields).headers["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert Calculation.select().where(Calculation.state == "working").count() == 1


def test_nothing_of_the_other_districts_figures_reaches_the_pages(app, calculate, officer, programme, unpaired):
    other, own = unpaired("UH", LOWER_SECONDARY)[0], unpaired("HM", LOWER_SECONDARY)[0]
    SchoolYearFigures.delete().where(SchoolYearFigures.school == other).execute()
    SchoolYearFigures.create(school=other, school_year="2025-2026", pupils=7654, classes=321)
    calculate()
    urls = ["/matching/", f"/matching/programmes/{programme.id}/schools/{own.id}?all=1"]
    urls += [f"/matching/suggestions/{id_}" for (id_,) in Suggestion.select(Suggestion.id).tuples()]
    for url in urls:
        text = officer.get(url).text
        assert ("7654" in text, "7.654" in text, "321" in officer.soup(url).main.text) == (False, False, False), url


def test_unpublished_needs_are_used_by_nobody(calculate, officer, programme, unpaired):
    own, other = unpaired("HM", LOWER_SECONDARY)[0], unpaired("UH", LOWER_SECONDARY)[0]
    for school, kind in ((own, "strength"), (other, "need")):
        Tag.create(school=school, kind=kind, label="Đàn tranh")
    School.update(needs_published=False).where(School.id == other.id).execute()
    page = f"/matching/programmes/{programme.id}/schools/{own.id}?all=1"
    assert "đúng điều" not in _sentence(officer.soup(page), other)
    School.update(needs_published=True).where(School.id == other.id).execute()
    assert "mạnh về “Đàn tranh”, đúng điều" in _sentence(officer.soup(page), other)


def _sentence(page, school):
    return page.find(id=f"s{school.id}").find_parent("tr").select_one("td.prose [lang=vi]").text


def test_the_list_comes_out_as_an_excel_file(officer, suggestion):
    answer = officer.get("/matching/export.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)
    assert rows[3][1:] == (
        *("Trường", "Đơn vị", "Trường bạn", "Đơn vị của trường bạn", "Cấp học", "Điểm"),
        *("Vì sao", "Trạng thái", "Lý do chọn khác"),
    )
    assert len(rows) - 4 == Suggestion.select().where(Suggestion.state == "open").count()
    assert (suggestion.first_school.name, suggestion.score / 10) in {(row[1], row[6]) for row in rows[4:]}


@pytest.mark.parametrize("url", ["/matching/", "/matching/schools", "/matching/weights"])
def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(officer, queries, url):
    def count():
        officer.get(url)
        with queries() as run:
            officer.get(url)
        return len(run)

    many = count()
    keep = [id_ for (id_,) in Suggestion.select(Suggestion.id).order_by(Suggestion.id).limit(1).tuples()]
    Suggestion.delete().where(Suggestion.id.not_in(keep)).execute()
    assert count() == many


def test_a_long_list_goes_on_on_the_next_page(officer, monkeypatch):
    monkeypatch.setattr("plugins.matching.queries.PAGE_SIZE", 10)
    total, seen, url = Suggestion.select().count(), [], "/matching/"
    while url:
        page = officer.soup(url)
        seen += titles(page)
        following = page.find(id="pager-next")
        url = following["href"] if following else None
    assert (len(seen), len(set(seen))) == (total, total)


def test_the_weights_are_one_set_for_all_and_everybody_reads_how_it_is_done(cast, officer, programme):
    page = officer.soup("/matching/weights")
    assert "Mọi trường được tính như nhau" in page.find(attrs={"data-panel": "matching.explain"}).text
    answer = officer.submit("/matching/weights", "weights", {"needs": "30", "distance": "30"})
    assert answer.status_code == 303
    fields = {field["name"]: field["value"] for field in _weights_form(cast("uh.chuyenvien"))}
    assert {name: fields[name] for name in BALANCED} == {"needs": "30", "size": "20", "distance": "30", "load": "20"}
    assert "Trọng số đã đổi sau khi tính" in officer.soup("/matching/").main.text


def _weights_form(client):
    return client.soup("/matching/weights").find("form", {"data-form": "weights"}).find_all("input")


def test_a_preset_is_taken_with_one_click(officer):
    page = officer.soup("/matching/weights")
    form = page.find(id="preset-near").find_parent("form")
    fields = {field["name"]: field["value"] for field in form.find_all("input")}
    assert officer.post("/matching/weights", data=fields).status_code == 303
    fields = {field["name"]: field["value"] for field in _weights_form(officer)}
    assert {name: int(fields[name]) for name in BALANCED} == PRESETS["near"]
    assert officer.soup("/matching/weights").select_one("[data-state=near]").text == "Gần nhau trước"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"needs": ""}, "Hãy nhập một số từ 0 đến 100."),
        ({"needs": "101"}, "Hãy nhập số từ 0 đến 100."),
        ({"size": "nhiều"}, "Hãy nhập một số nguyên."),
        (dict.fromkeys(BALANCED, "0"), "Cần ít nhất một yếu tố có trọng số lớn hơn 0."),
    ],
)
def test_weights_that_make_no_sense_are_refused(officer, values, sentence):
    answer = officer.submit("/matching/weights", "weights", values)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_of_two_who_change_the_weights_the_second_is_told(cast, officer):
    form = {field["name"]: field["value"] for field in _weights_form(cast("uh.chuyenvien"))}
    officer.submit("/matching/weights", "weights", {"needs": "40"})
    answer = cast("uh.chuyenvien").post("/matching/weights", data=form | {"needs": "10"})
    assert (answer.status_code, "Người khác vừa sửa trọng số" in answer.text) == (409, True)
