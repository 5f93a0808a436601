"""Forms of the pages that open, close and begin accounts."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import EqualTo, Regexp

from intranet.kernel.forms import Form, Text, at_most, options, required
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.districts import DISTRICT_KINDS

KIND_LABELS = dict(
    zip(
        DISTRICT_KINDS,
        (_("Quận"), _("Huyện"), _("Thị xã"), _("Thành phố"), _("Phường"), _("Xã"), _("Đặc khu")),
        strict=True,
    )
)


class NewPasswordForm(Form):
    """A password to set, twice. What it must be like, policy.problem_of() says."""

    new = PasswordField(_("Mật khẩu mới"), [required(_("Thầy/cô chưa nhập mật khẩu mới."))])
    repeat = PasswordField(
        _("Nhập lại mật khẩu mới"),
        [
            required(_("Thầy/cô chưa nhập lại mật khẩu mới.")),
            EqualTo("new", message=_("Hai lần nhập mật khẩu mới chưa giống nhau.")),
        ],
    )

    def refuse(self, sentence: str) -> None:
        """Say at the password what is wrong with it."""
        self.new.errors = [*self.new.errors, sentence]


class SetupForm(NewPasswordForm):
    """The first district and the first administrator."""

    setup_code = StringField(_("Mã cài đặt"), [required(_("Thầy/cô chưa nhập mã cài đặt."))])
    kind = SelectField(_("Loại đơn vị"), choices=options(KIND_LABELS.items()))
    name = Text(
        _("Tên đơn vị"),
        [required(_("Thầy/cô chưa nhập tên đơn vị.")), at_most(200)],
        description=_("Viết đầy đủ, ví dụ Quận Hoàng Mai."),
    )
    code = Text(
        _("Mã đơn vị"),
        [
            required(_("Thầy/cô chưa nhập mã đơn vị.")),
            Regexp(
                r"[A-Za-z0-9-]{1,20}$", message=_("Mã đơn vị chỉ gồm chữ không dấu, số và gạch nối, tối đa 20 ký tự.")
            ),
        ],
        description=_("Ngắn gọn, ví dụ HM. Mã này đứng ở cuối tên đăng nhập của mọi người."),
    )
    office = Text(
        _("Tên phòng"),
        [required(_("Thầy/cô chưa nhập tên phòng.")), at_most(200)],
        description=_("Như trên văn bản, ví dụ Phòng GD&ĐT quận Hoàng Mai."),
    )
    administrator = Text(_("Họ và tên"), [required(_("Thầy/cô chưa nhập họ và tên.")), at_most(120)])
    username = Text(
        _("Tên đăng nhập"),
        [
            required(_("Thầy/cô chưa nhập tên đăng nhập.")),
            Regexp(
                r"[A-Za-z0-9][A-Za-z0-9._-]{2,59}$",
                message=_("Tên đăng nhập gồm 3 đến 60 chữ không dấu, số, dấu chấm hoặc gạch nối."),
            ),
        ],
    )


class LockForm(Form):
    """Why an account is closed."""

    reason = Text(
        _("Lý do"),
        [required(_("Thầy/cô chưa nhập lý do.")), at_most(300)],
        description=_("Người có quyền xem lịch sử sẽ đọc được lý do này."),
    )


class InviteForm(Form):
    """Who of a school gets an invitation."""

    people = SelectMultipleField(
        _("Người được cấp liên kết"), [required(_("Thầy/cô chưa chọn người nào."))], coerce=int
    )

    def __init__(self, candidates: Any, **fields: Any) -> None:
        # Who has a slip in hand already keeps it: a new link would make it worthless.
        chosen = [row.person.id for row in candidates if row.invited_until is None]
        super().__init__(data={"people": chosen}, **fields)
        self.people.choices = options((row.person.id, row.person.name) for row in candidates)
