"""The five questions."""

from __future__ import annotations

from flask import Response, g, render_template
from wtforms import RadioField

from intranet.api import (
    Form,
    Lines,
    Refused,
    at_most,
    blame,
    fetch,
    go,
    lazy_gettext,
    options,
    remember,
    repeated,
    required,
    requires,
    say,
)
from intranet.api import gettext as _
from plugins.professional_development.feedback import rules
from plugins.professional_development.models import Session
from plugins.professional_development.routes import blueprint
from plugins.professional_development.sessions.views import address_of

Answer = Response | tuple[str, int]
# No default: nobody's silence becomes praise.
SCALE = (
    (4, lazy_gettext("Rất đồng ý")),
    (3, lazy_gettext("Đồng ý")),
    (2, lazy_gettext("Chưa hẳn")),
    (1, lazy_gettext("Không đồng ý")),
)


CHOSEN = required(lazy_gettext("Thầy/cô chưa chọn câu trả lời."))


class FeedbackForm(Form):
    """Three statements and two free answers."""

    useful = RadioField(
        lazy_gettext("Buổi này giúp ích cho công việc của tôi"), [CHOSEN], choices=options(SCALE), coerce=int
    )
    clear = RadioField(lazy_gettext("Nội dung trình bày rõ, dễ theo dõi"), [CHOSEN], choices=options(SCALE), coerce=int)
    applicable = RadioField(
        lazy_gettext("Tôi áp dụng được ở lớp, ở trường mình"), [CHOSEN], choices=options(SCALE), coerce=int
    )
    wish = Lines(lazy_gettext("Buổi sau nên bàn điều gì"), [at_most(1000)])
    comment = Lines(lazy_gettext("Điều cần làm tốt hơn"), [at_most(1000)])

    def answers(self) -> dict[str, object]:
        """What the rule takes."""
        return {name: self[name].data for name in ("useful", "clear", "applicable", "wish", "comment")}


@blueprint.get("/sessions/<int:session_id>/feedback")
@requires("professional_development.join")
def ask_feedback(session_id: int) -> str:
    """The form, or why there is none."""
    session = fetch(Session, session_id, g.actor)
    return _page(session, FeedbackForm())


def _page(session: Session, form: FeedbackForm) -> str:
    return render_template(
        "professional_development/feedback/form.html",
        session=session,
        form=form,
        refusal=rules.refusal(session, g.actor.person_id),
        given=rules.has_given(session, g.actor.person_id),
    )


@blueprint.post("/sessions/<int:session_id>/feedback")
@requires("professional_development.join")
def give_feedback(session_id: int) -> Answer:
    """Answer."""
    session = fetch(Session, session_id, g.actor)
    home = address_of(session.id)
    if done := repeated():
        return go(done)
    form = FeedbackForm()
    if not form.validate():
        return _page(session, form), 422
    try:
        rules.give(session, g.actor, form.answers(), done=lambda: remember(home))
    except Refused as refusal:
        blame(form, refusal)
        return _page(session, form), 422
    say(_("Đã ghi góp ý. Cảm ơn thầy/cô."))
    return go(home)
