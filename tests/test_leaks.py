"""Marker texts stand in every private field of two districts and two schools each: nobody else ever sees one."""

import re
from collections import defaultdict
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.mentoring.pages import addresses

MARKER = re.compile(r"CANARY-[A-Z]{2}(?:-[A-Z]\d)?")
PER_PATTERN = 6
# plugins/mentoring/demo_markers.py says what stands where. No office and no administrator sees any of it.
OF_CHILDREN = re.compile(r"-[KHXAGT]\d$")


def of(code, *ends):
    return {f"CANARY-{code}{end}" for end in ends}


# intranet/demo/canaries.py says what stands where. A district's people see the files of its schools; -F1 is on the
# first one, -F2 on the second.
HM, UH = (of(code, "", "-F1", "-F2") for code in ("HM", "UH"))
PAIRS = of("HM", "-P2", "-P3")
VIEWER_HM, VIEWER_UH = HM | of("HM", "-V1", "-O1") | PAIRS, UH | of("UH", "-V1", "-O1") | PAIRS
OFFICE_HM, OFFICE_UH = VIEWER_HM | of("HM", "-S1", "-S2", "-R1"), VIEWER_UH | of("UH", "-S1", "-S2", "-R1")
# What a school does for practice (-D1) no office sees, nor an administrator.
FIRST_HM, FIRST_UH = (
    everybody | of(code, "-S1", "-V1", "-D1") | of(partner, "-F1")
    for everybody, code, partner in ((HM, "HM", "UH"), (UH, "UH", "HM"))
)
# Of the child of each school: what its keepers see, and what those of the partner school see.
SCHOOLS = [(code, number) for code in ("HM", "UH") for number in (1, 2)]
CHILD = {f"{code}{number}": of(code, *(f"-{letter}{number}" for letter in "KHAG")) for code, number in SCHOOLS}
GIVEN = {f"{code}{number}": of(code, f"-A{number}", f"-G{number}") for code, number in SCHOOLS}
# The notice board of the tests shows an office's notes to everybody in the district. The first schools of both
# districts are partners, and so are the second ones: they see each other's files.
ALLOWED = {
    "admin": OFFICE_HM | OFFICE_UH,
    "hm.lanhdao": OFFICE_HM,
    "hm.chuyenvien": OFFICE_HM,
    "uh.lanhdao": OFFICE_UH,
    "uh.chuyenvien": OFFICE_UH,
    "hm.hieutruong": FIRST_HM | of("HM", "-R1", "-X1", "-T1") | CHILD["HM1"] | GIVEN["UH1"],
    "hm.dieuphoi": FIRST_HM | of("HM", "-R1") | CHILD["HM1"] | GIVEN["UH1"],
    "hm.giaovien": FIRST_HM | of("HM", "-T1") | CHILD["HM1"] | of("UH", "-H1"),
    "hm2.giaovien": HM | of("HM", "-S2", "-P2", "-T2") | of("UH", "-F2", "-H2") | CHILD["HM2"],
    "uh.hieutruong": FIRST_UH | of("UH", "-R1", "-X1", "-T1") | CHILD["UH1"] | GIVEN["HM1"],
    "uh.giaovien": FIRST_UH | of("UH", "-T1") | CHILD["UH1"] | of("HM", "-H1"),
    "uh2.hieutruong": UH | of("UH", "-S2", "-X2", "-T2") | of("HM", "-F2", "-P2") | CHILD["UH2"] | GIVEN["HM2"],
    "hm.xem": VIEWER_HM,
    "uh.xem": VIEWER_UH,
    "hm.moi": set(),
    "": set(),
}


# Who sees every marker of a child of the own school, and all that the partner school shows of theirs.
KEEPERS = ("hm.hieutruong", "uh.hieutruong", "uh2.hieutruong")
OFFICES = ("hm.lanhdao", "hm.chuyenvien", "uh.lanhdao", "uh.chuyenvien")


def text_of(answer):
    """What an answer tells, Excel and Word files included."""
    if "wordprocessingml" in answer.mimetype and answer.data.startswith(b"PK"):
        return " ".join(Document(BytesIO(answer.data)).element.body.itertext())
    if "spreadsheetml" not in answer.mimetype:
        return answer.data.decode(errors="replace")
    sheets = load_workbook(BytesIO(answer.data), read_only=True).worksheets
    return " ".join(str(value) for sheet in sheets for row in sheet.iter_rows(values_only=True) for value in row)


def start_pages(app):
    """The pages of the marked records, for people to whom no link leads there."""
    from intranet.registry.agreements import Memorandum, YearPlan
    from intranet.registry.people import Person
    from intranet.registry.pledges import Meeting
    from intranet.registry.reports import Report
    from intranet.registry.schools import School
    from intranet.registry.twinning import Pairing, Programme
    from intranet.shared.attachments import Attachment
    from intranet.shared.list_imports import ListImport
    from plugins.digital.models import Request, Resource, Score
    from plugins.facilities.models import ReviewLine, StandardLine
    from plugins.professional_development.models import Difficulty, LessonStudy, Practice, Session

    yield from ("/", "/search?q=CANARY", "/schools?q=CANARY", "/people?q=CANARY", "/admin/modules", "/notice-board/")
    yield from ("/matching/", "/matching/schools", "/matching/weights", "/matching/send?all=1", "/matching/export.xlsx")
    yield from ("/overview", "/pairings", "/pairings/export.xlsx")
    yield from ("/calendar", "/calendar/year", "/calendar/list")
    module = "/professional-development"
    yield from (f"{module}/?when=all", f"{module}/numbers", f"{module}/people", f"{module}/record")
    yield from (f"{module}/practices", f"{module}/difficulties", f"{module}/lesson-studies", f"{module}/credits")
    for row in Session.select(Session.id).where(Session.content.contains("CANARY")):
        own = f"{module}/sessions/{row.id}"
        yield from (own, f"{own}/minutes", f"{own}/edit", f"{own}/people", f"{own}/people.xlsx", f"{own}/date.ics")
        yield from (
            f"/papers/professional_development.plan/{row.id}.docx",
            f"/papers/professional_development.minutes/{row.id}.docx",
            f"/files/professional_development_session/{row.id}",
            f"/history/professional_development_session/{row.id}",
        )
    yield from (f"{module}/sessions/{row.id}" for row in Session.select(Session.id))
    yield from (f"{module}/difficulties/{row.id}" for row in Difficulty.select(Difficulty.id))
    for row in LessonStudy.select(LessonStudy.id):
        yield from (f"{module}/lesson-studies/{row.id}", f"{module}/lesson-studies/{row.id}/discussion")
    for row in Practice.select(Practice.id):
        yield from (f"{module}/practices/{row.id}", f"/files/professional_development_practice/{row.id}")
    yield from ("/digital/requests", "/digital/resources", "/digital/requests/export.xlsx", "/digital/articles")
    for row in Request.select(Request.id):
        yield from (f"/digital/requests/{row.id}", f"/files/digital_request/{row.id}")
    for row in Resource.select(Resource.id):
        yield from (f"/digital/resources/{row.id}", f"/files/digital_resource/{row.id}")
    for row in ReviewLine.select().where(ReviewLine.note.contains("CANARY")):
        own = f"/facilities/reviews/{row.review_id}"
        yield from (own, f"{own}/sections/2", f"{own}/shortage", f"{own}/shortage.xlsx")
        yield f"/files/facilities_review_line/{row.id}"
    for row in StandardLine.select().where(StandardLine.note.contains("CANARY")):
        own = f"/facilities/standard/{row.standard_id}"
        yield from (own, f"{own}/sections/4", f"/files/facilities_standard_line/{row.id}")
    for row in Score.select().where(Score.note.contains("CANARY")):
        own = f"/digital/assessments/{row.assessment_id}"
        yield from (own, f"{own}/sections/1", f"/files/digital_score/{row.id}")
        yield f"/papers/digital.evidence/{row.assessment_id}.docx"
    for row in Report.select(Report.id):
        own = f"/reports/{row.id}"
        yield from (
            own,
            f"{own}/edit",
            f"{own}/annex.xlsx",
            f"/papers/report/{row.id}.docx",
            f"/history/report/{row.id}",
        )
    for school in School.select().where(School.note != ""):
        yield from (f"/schools/{school.id}", f"/schools/{school.id}/edit", f"/files/school/{school.id}")
    yield from (f"/people/{person.id}" for person in Person.select().where(Person.note != "").limit(4))
    yield from (f"/schools/import/{row.id}" for row in ListImport.select())
    yield from (f"/programmes/{row.id}" for row in Programme.select())
    yield from (f"/programmes/memoranda/{row.id}" for row in Memorandum.select())
    yield from (f"/programmes/plans/{row.id}" for row in YearPlan.select())
    for row in Pairing.select().limit(4):
        yield from (f"/pairings/{row.id}", f"/papers/pledge/{row.id}", f"/papers/pledge/{row.id}.docx")
        yield from (f"/pairings/{row.id}/pledge", f"/meetings/pairing/{row.id}", f"/timeline/pairing/{row.id}")
        yield from (f"/files/pairing/{row.id}", f"/history/pairing/{row.id}")
    for row in Meeting.select(Meeting.id).where(Meeting.minutes.contains("CANARY")):
        yield from (f"/meetings/{row.id}", f"/papers/minutes/{row.id}.docx", f"/files/meeting/{row.id}")
    yield from (f"/papers/letterheads/school/{row.id}" for row in School.select().where(School.note != ""))
    yield from ("/papers/letterheads", "/papers/templates", "/papers/pair_list/1.docx")
    yield from (f"/notice-board/{number}" for number in range(1, 5))
    yield from (f"/files/{row.id}/download" for row in Attachment.select())
    yield from addresses(app)


@pytest.mark.crawl
@pytest.mark.parametrize(
    "username", [pytest.param(name, marks=pytest.mark.story if name == "hm.hieutruong" else ()) for name in ALLOWED]
)
def test_nobody_sees_a_marker_of_another_scope(app, cast, username):
    browser, shown, dead = cast(username), defaultdict(list), []
    first = set(start_pages(app))
    for url, answer in browser.crawl(sorted(first), PER_PATTERN):
        # Who is led somewhere finds something there.
        if answer.status_code in (403, 404) and url not in first:
            dead.append(url)
        for marker in MARKER.findall(re.sub(r'value="CANARY"|“CANARY”', "", text_of(answer))):
            shown[marker].append(url)
    assert {marker: urls for marker, urls in shown.items() if marker not in ALLOWED[username]} == {}
    assert dead == []
    # The markers do stand on the pages: an office sees all of its own, a principal all of the school's children.
    if username in OFFICES:
        assert shown.keys() == ALLOWED[username]
    if username in KEEPERS:
        assert {marker for marker in ALLOWED[username] if OF_CHILDREN.search(marker)} <= shown.keys()
