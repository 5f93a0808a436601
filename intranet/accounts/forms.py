"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, Length, Optional

from intranet.kernel.forms import Form, Text, at_most, options, required
from intranet.kernel.language import lazy_gettext as _

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))
THEMES = (("auto", _("Theo thiết bị")), ("light", _("Sáng")), ("dark", _("Tối")))


class SignInForm(Form):
    """Name and password."""

    username = StringField(
        _("Tên đăng nhập, số điện thoại hoặc thư điện tử"),
        [required(_("Thầy/cô chưa nhập tên đăng nhập, số điện thoại hoặc thư điện tử."))],
    )
    password = PasswordField(_("Mật khẩu"), [required(_("Thầy/cô chưa nhập mật khẩu."))])


class CodeForm(Form):
    """The second step: the phone's code or, without the phone, a recovery code."""

    code = Text(_("Mã 6 số"), [Optional(), at_most(40)], description=_("Mở ứng dụng mã trên điện thoại để xem."))
    recovery = Text(_("Mã khôi phục"), [Optional(), at_most(40)])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Without the phone it may stay empty, but that is not what its label should say.
        self.code.flags.required = True

    @property
    def given(self) -> str:
        """What was typed, in either box."""
        return self.recovery.data or self.code.data

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two must be there."""
        valid = super().validate(extra_validators)
        if valid and not self.given:
            self.code.errors = [_("Thầy/cô chưa nhập mã.")]
            return False
        return valid


class AgainForm(Form):
    """The current password once more, before something that protects the account changes."""

    password = PasswordField(_("Mật khẩu hiện nay"), [required(_("Thầy/cô chưa nhập mật khẩu hiện nay."))])


class ConfirmForm(Form):
    """The first code of a new secret."""

    code = Text(_("Mã 6 số"), [required(_("Thầy/cô chưa nhập mã.")), at_most(40)])


class OffForm(Form):
    """Password and code, to switch the second factor off."""

    off_password = PasswordField(_("Mật khẩu hiện nay"), [required(_("Thầy/cô chưa nhập mật khẩu hiện nay."))])
    off_code = Text(_("Mã 6 số hoặc mã khôi phục"), [required(_("Thầy/cô chưa nhập mã.")), at_most(40)])


class PreferencesForm(Form):
    """Language and look."""

    language = SelectField(_("Ngôn ngữ"), choices=options(LANGUAGES))
    theme = SelectField(_("Giao diện"), choices=options(THEMES))


class PasswordForm(Form):
    """A new password."""

    current = PasswordField(_("Mật khẩu hiện nay"), [required(_("Thầy/cô chưa nhập mật khẩu hiện nay."))])
    new = PasswordField(
        _("Mật khẩu mới"),
        [
            required(_("Thầy/cô chưa nhập mật khẩu mới.")),
            Length(min=8, max=200, message=_("Mật khẩu mới cần từ 8 đến 200 ký tự.")),
        ],
        description=_("Ít nhất 8 ký tự. Một câu dài dễ nhớ thì tốt hơn nhiều ký hiệu."),
    )
    repeat = PasswordField(
        _("Nhập lại mật khẩu mới"),
        [
            required(_("Thầy/cô chưa nhập lại mật khẩu mới.")),
            EqualTo("new", message=_("Hai lần nhập mật khẩu mới chưa giống nhau.")),
        ],
    )
