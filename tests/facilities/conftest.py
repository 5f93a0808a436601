"""A need of the first school of Hoàng Mai, whose partner is the first school of Ứng Hòa."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from PIL import Image

from intranet.kernel import clock
from intranet.kernel.clock import today
from intranet.registry.people import Person
from intranet.registry.schools import School
from intranet.shared.sessions import build_actor, first_membership
from intranet.shared.steps import take
from plugins.facilities.models import Need, Offer
from plugins.facilities.needs import rules
from plugins.facilities.offers import rules as offers

NEED = {
    "item": "Bộ bàn ghế học sinh cỡ IV",
    "quantity": Decimal(20),
    "unit": "bộ",
    "why": "Bàn ghế phòng 6A, 6B gãy chân",
    "pupils": 80,
    "priority": 1,
    "due_on": None,
    "estimate": Decimal(30_000_000),
    "public": True,
}
# The steps that lead to a state, and whose they are.
WAY = (("submit", "hm.hieutruong", "submitted"), ("verify", "hm.chuyenvien", "verified"))
WAY += (("publish", "hm.chuyenvien", "published"),)


@pytest.fixture
def person(app):
    """``person("hm.giaovien")``: by the user name."""
    return lambda username: Person.get(Person.username == username)


@pytest.fixture
def actor_of(person):
    """``actor_of("hm.giaovien")``: the person, acting in the one membership."""

    def act(username):
        work = first_membership(person(username).id)
        return build_actor(
            person_id=work.person_id, district_id=work.district_id, school_id=work.school_id, role=work.role
        )

    return act


@pytest.fixture
def make_need(app, actor_of):
    """``make_need("published", quantity=5)``: a need of hm.hieutruong's school in this state."""

    def make(state="published", **values):
        with app.app_context():
            need = rules.make_need(actor_of("hm.hieutruong"), {**NEED, **values})
            for key, username, reached in WAY:
                if need.state != state:
                    take(need, key, actor_of(username))
                    need = Need.get_by_id(need.id)
                    assert need.state == reached
            return need

    return make


@pytest.fixture
def promise(app, actor_of):
    """``promise(need, 5, "uh.hieutruong", kind="loan", …)``: that school promises some of a need."""

    def make(need, quantity, username="uh.hieutruong", **values):
        with app.app_context():
            giver = actor_of(username)
            given = {"quantity": Decimal(quantity), "kind": "gift", "note": "", **values}
            school = School.get_by_id(giver.school_id)
            return offers.offer_for_need(need, given, person_id=giver.person_id, giver=school)

    return make


@pytest.fixture
def bring(app, actor_of):
    """``bring(offer, "received", received=…)``: the offer after the steps that lead to a state."""
    slip = {"condition": "good", "giver_name": "Anh Lái", "receiver_name": "Cô Thư viện", "receipt_note": ""}

    def go(offer, state="received", **values):
        receiver, giver = actor_of("hm.hieutruong"), actor_of("uh.hieutruong")
        dispatched = {"dispatched": offer.quantity, "giver_name": "Anh Lái", **values.pop("sent", {})}
        whole = {"received": offer.quantity, "broken": Decimal(0), **slip, **values}
        steps = (
            ("accepted", lambda found: take(found, "accept", receiver)),
            ("scheduled", lambda found: offers.schedule(found, {"scheduled_on": today(), "way": "bring"}, giver)),
            ("dispatched", lambda found: offers.dispatch(found, dispatched, giver)),
            ("received", lambda found: offers.receive(found, whole, receiver)),
            ("thanked", lambda found: offers.thank(found, "Cảm ơn", receiver)),
        )
        names = ["offered", *(reached for reached, _step in steps)]
        with app.app_context():
            for _reached, step in steps[names.index(offer.state) : names.index(state)]:
                step(offer)
                offer = Offer.get_by_id(offer.id)
        assert offer.state == state
        return offer

    return go


@pytest.fixture
def picture():
    """``picture("anh.jpg")``: a small photograph as a form sends it."""

    def make(name):
        body = BytesIO()
        Image.new("RGB", (60, 40), "teal").save(body, "JPEG")
        body.seek(0)
        return body, name

    return make


@pytest.fixture
def on_day(app):
    """``on_day(date(…))``: it is nine o'clock of that day."""
    yield lambda day: clock.set_now(clock.midnight(day) + timedelta(hours=9))
    clock.set_now(None)


WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def paper(cast):
    """``paper("hm.chuyenvien", kind, record)``: the texts of the Word file that the person gets, in their order."""

    def read(username, kind, record):
        answer = cast(username).get(f"/papers/{kind}/{record.id}.docx")
        assert answer.status_code == 200, answer.text
        document = Document(BytesIO(answer.data))
        lines = document.element.body.iter(f"{WORDS}p")
        texts = ("".join(node.text or "" for node in line.iter(f"{WORDS}t")) for line in lines)
        return [text for text in texts if text.strip()]

    return read
