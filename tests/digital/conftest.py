"""A round of Hoàng Mai that is open, and its first school's assessment."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document

from intranet.kernel.clock import today
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared.checklists import ChecklistPack
from intranet.shared.sessions import build_actor, first_membership
from intranet.shared.steps import take
from plugins.digital.assessments import rules
from plugins.digital.models import Assessment

# The steps that lead to a state, and whose they are.
WAY = (
    ("hand_in", "hm.hieutruong", "confirming"),
    ("confirm", "hm.hieutruong", "submitted"),
    ("approve", "hm.chuyenvien", "approved"),
    ("publish", "hm.chuyenvien", "published"),
)


def pack():
    return ChecklistPack.get(ChecklistPack.key == "decision-4725")


@pytest.fixture
def actor_of(app):
    """``actor_of("hm.giaovien")``: the person, acting in the one membership."""

    def act(username):
        work = first_membership(Person.get(Person.username == username).id)
        return build_actor(
            person_id=work.person_id, district_id=work.district_id, school_id=work.school_id, role=work.role
        )

    return act


@pytest.fixture
def make_round(app, actor_of):
    """``make_round(due_on=…)``: a round of Hoàng Mai's office."""

    def make(**values):
        year = school_year_of(today())
        given = {"title": "Đánh giá năm nay", "school_year": year, "due_on": today() + timedelta(days=30), **values}
        with app.app_context():
            return rules.open_round(actor_of("hm.chuyenvien"), pack(), given)

    return make


@pytest.fixture
def make_assessment(app, actor_of, make_round):
    """``make_assessment("submitted", {"1.4": 3})``: that of hm.hieutruong's school; full points where not said."""

    def make(state="draft", scores=None, opened=None):
        opened = opened or make_round()
        with app.app_context():
            principal, officer = actor_of("hm.hieutruong"), actor_of("hm.chuyenvien")
            made = rules.begin_assessment(opened, School.get_by_id(principal.school_id), principal.person_id)
            if scores is None and state == "draft":
                return made
            said = {code: item.maximum for code, item in pack().checklist.items.items()}
            said |= {code: Decimal(score) for code, score in (scores or {}).items()}
            written = {f"own-{code}": score for code, score in said.items()}
            rules.save_section(made, written, version=made.version, person_id=principal.person_id)
            for key, username, reached in WAY:
                found = Assessment.get_by_id(made.id)
                if found.state == state:
                    break
                if key == "approve":
                    checked = {f"checked-{code}": score for code, score in said.items()}
                    rules.save_checked(found, checked, version=found.version, person_id=officer.person_id)
                take(found, key, actor_of(username))
                assert Assessment.get_by_id(made.id).state == reached
            return Assessment.get_by_id(made.id)

    return make


WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def paper(cast):
    """``paper("hm.chuyenvien", kind, record)``: the texts of the Word file that the person gets, in their order."""

    def read(username, kind, record):
        answer = cast(username).get(f"/papers/{kind}/{record.id}.docx")
        assert answer.status_code == 200, answer.text
        lines = Document(BytesIO(answer.data)).element.body.iter(f"{WORDS}p")
        texts = ("".join(node.text or "" for node in line.iter(f"{WORDS}t")) for line in lines)
        return [text for text in texts if text.strip()]

    return read
