"""People of the first schools of Hoàng Mai and Ứng Hòa, which are partners; hm.giaovien helps with computers."""

from datetime import timedelta

import pytest

from intranet.kernel import clock
from intranet.kernel.database import database
from intranet.registry.people import Person
from intranet.shared.attachments import Attachment
from intranet.shared.steps import take
from intranet.shared.waiting import Waiting
from plugins.digital.desk import rules
from plugins.digital.models import Request, Resource
from plugins.digital.volunteers.rules import register


@pytest.fixture
def app(app):
    """The application without the demo's marked requests and resources: each test here has its own."""
    with database.atomic():
        for model in (Request, Resource):
            for about in (Waiting, Attachment):
                about.delete().where(about.subject_type == model._meta.table_name).execute()
            model.delete().execute()
    return app


@pytest.fixture
def person(app):
    """``person("hm.giaovien")``: by the user name."""
    return lambda username: Person.get(Person.username == username)


@pytest.fixture
def volunteer(app, actor_of):
    """hm.giaovien's line of the register."""
    with app.app_context():
        return register(actor_of("hm.giaovien"), {"topics": 3, "note": "", "active": True})


@pytest.fixture
def make_request(app, actor_of):
    """``make_request("assigned")``: a request of uh.giaovien in this state, helped with by hm.giaovien."""
    steps = (
        ("assigned", lambda request, actor: take(request, "accept", actor("hm.giaovien"))),
        ("solved", lambda request, actor: rules.solve(request, actor("hm.giaovien"), "Đổi cáp", None)),
        ("confirmed", lambda request, actor: take(request, "confirm", actor("uh.giaovien"))),
        ("rated", lambda request, actor: rules.rate(request, actor("uh.giaovien"), 5, "Cảm ơn thầy")),
    )

    def make(state="new", text="Máy chiếu không lên hình"):
        with app.app_context():
            request = rules.ask(actor_of("uh.giaovien"), text, "Phòng 6A")
            for reached, step in steps:
                if request.state == state:
                    break
                step(request, actor_of)
                request = Request.get_by_id(request.id)
                assert request.state == reached
        return request

    return make


@pytest.fixture
def on_day(app):
    """``on_day(date(…))``: it is nine o'clock of that day."""
    yield lambda day: clock.set_now(clock.midnight(day) + timedelta(hours=9))
    clock.set_now(None)
