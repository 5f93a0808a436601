"""Where an administrator erases what is known of a person."""

from __future__ import annotations

from flask import abort, g, url_for
from wtforms import ValidationError

from intranet.kernel.forms import Form, Text, at_most, required
from intranet.kernel.language import gettext as _
from intranet.kernel.language import lazy_gettext
from intranet.people import blueprint, erasure
from intranet.people.pages import small_form
from intranet.registry.people import Person
from intranet.shared.access import fetch
from intranet.web.gate import requires
from intranet.web.saving import Answer


class EraseForm(Form):
    """The name typed once more, and why."""

    name = Text(
        lazy_gettext("Gõ lại họ và tên"),
        [required(lazy_gettext("Thầy/cô chưa gõ lại họ và tên."))],
        render_kw={"autocomplete": "off", "lang": "vi"},
    )
    reason = Text(
        lazy_gettext("Lý do"),
        [required(lazy_gettext("Thầy/cô chưa ghi lý do.")), at_most(200)],
        description=lazy_gettext("Ví dụ: theo yêu cầu của người đó ngày 05/09/2026. Không ghi tên ở đây."),
        render_kw={"autocomplete": "off", "lang": "vi"},
    )

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person

    def validate_name(self, field: Text) -> None:
        """The name as it stands, so that nobody erases the wrong person."""
        if field.data and field.data != self.person.name:
            raise ValidationError(_("Họ và tên gõ lại không khớp."))


@blueprint.route("/<int:person_id>/erase", methods=("GET", "POST"))
@requires("people.erase")
def erase(person_id: int) -> Answer:
    """Erase, after the name was typed once more."""
    person = fetch(Person, person_id, g.actor)
    if person.id == g.actor.person_id:
        abort(403)
    form = EraseForm(person)
    return small_form(
        person,
        form,
        lambda done: erasure.erase_person(person, person_id=g.actor.person_id, reason=form.reason.data, done=done),
        heading=_("Xóa dữ liệu cá nhân"),
        text=_(
            "Họ tên, liên hệ, ngày sinh, ghi chú, tài khoản, thông báo và các giá trị trong lịch sử bị xóa hẳn, không "
            "lấy lại được. Việc người này đã làm vẫn còn trong nhật ký nhưng không còn tên."
        ),
        button=_("Xóa hẳn"),
        done=_("Đã xóa dữ liệu cá nhân."),
        danger=True,
        home=url_for("people.index"),
    )
