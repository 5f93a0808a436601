"""Marker texts stand in every private field of two districts and two schools each: nobody else ever sees one."""

import re
from collections import defaultdict
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

MARKER = re.compile(r"CANARY-[A-Z]{2}(?:-[SF]\d)?")
PER_PATTERN = 6

# A district's people see the files of its schools; -F1 is on the first one, -F2 on the second.
HM, UH = ({f"CANARY-{code}", f"CANARY-{code}-F1", f"CANARY-{code}-F2"} for code in ("HM", "UH"))
OFFICE_HM = HM | {"CANARY-HM-S1", "CANARY-HM-S2"}
OFFICE_UH = UH | {"CANARY-UH-S1", "CANARY-UH-S2"}
# The notice board of the tests shows an office's notes to everybody in the district. The first schools of both
# districts are partners, and so are the second ones: they see each other's files.
ALLOWED = {
    "admin": OFFICE_HM | OFFICE_UH,
    "hm.lanhdao": OFFICE_HM,
    "hm.chuyenvien": OFFICE_HM,
    "uh.lanhdao": OFFICE_UH,
    "uh.chuyenvien": OFFICE_UH,
    "hm.hieutruong": HM | {"CANARY-HM-S1", "CANARY-UH-F1"},
    "hm.giaovien": HM | {"CANARY-HM-S1", "CANARY-UH-F1"},
    "hm2.giaovien": HM | {"CANARY-HM-S2", "CANARY-UH-F2"},
    "uh.hieutruong": UH | {"CANARY-UH-S1", "CANARY-HM-F1"},
    "uh2.hieutruong": UH | {"CANARY-UH-S2", "CANARY-HM-F2"},
    "hm.xem": HM,
    "uh.xem": UH,
    "hm.moi": set(),
    "": set(),
}


OFFICES = ("hm.lanhdao", "hm.chuyenvien", "uh.lanhdao", "uh.chuyenvien", "admin")


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
    from intranet.registry.schools import School
    from intranet.registry.twinning import Pairing, Programme
    from intranet.shared.attachments import Attachment
    from intranet.shared.list_imports import ListImport
    from plugins.professional_development.models import Session

    yield from ("/", "/search?q=CANARY", "/schools?q=CANARY", "/people?q=CANARY", "/admin/modules", "/notice-board/")
    yield from ("/matching/", "/matching/schools", "/matching/weights", "/matching/send?all=1", "/matching/export.xlsx")
    yield from ("/overview", "/pairings", "/pairings/export.xlsx")
    yield from ("/calendar", "/calendar/year", "/calendar/list")
    yield from ("/professional-development/?when=all", "/professional-development/difficulties")
    yield from (f"/professional-development/sessions/{row.id}" for row in Session.select(Session.id))
    for school in School.select().where(School.note != ""):
        yield from (f"/schools/{school.id}", f"/schools/{school.id}/edit", f"/files/school/{school.id}")
    yield from (f"/people/{person.id}" for person in Person.select().where(Person.note != "").limit(4))
    yield from (f"/schools/import/{row.id}" for row in ListImport.select())
    yield from (f"/programmes/{row.id}" for row in Programme.select())
    yield from (f"/programmes/memoranda/{row.id}" for row in Memorandum.select())
    yield from (f"/programmes/plans/{row.id}" for row in YearPlan.select())
    for row in Pairing.select().limit(4):
        yield from (f"/pairings/{row.id}", f"/papers/pledge/{row.id}", f"/papers/pledge/{row.id}.docx")
        yield from (f"/pairings/{row.id}/pledge", f"/meetings/pairing/{row.id}", f"/meetings/{row.id}")
    yield from ("/papers/letterheads", "/papers/templates", "/papers/pair_list/1.docx")
    yield from (f"/notice-board/{number}" for number in range(1, 5))
    yield from (f"/files/{row.id}/download" for row in Attachment.select())


@pytest.mark.parametrize("username", ALLOWED)
def test_nobody_sees_a_marker_of_another_scope(app, cast, username):
    browser, shown = cast(username), defaultdict(list)
    for url, answer in browser.crawl(start_pages(app), PER_PATTERN):
        for marker in MARKER.findall(re.sub(r'value="CANARY"|“CANARY”', "", text_of(answer))):
            shown[marker].append(url)
    assert {marker: urls for marker, urls in shown.items() if marker not in ALLOWED[username]} == {}
    # The markers do stand on the pages: an office sees all of its own.
    if username in OFFICES:
        assert shown.keys() == ALLOWED[username]
