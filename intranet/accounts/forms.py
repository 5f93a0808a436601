"""Forms of the account pages."""

from __future__ import annotations

from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, Length

from intranet.kernel.forms import Form, options, required
from intranet.kernel.language import lazy_gettext as _

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))
THEMES = (("auto", _("Theo thiết bị")), ("light", _("Sáng")), ("dark", _("Tối")))


class SignInForm(Form):
    """Name and password."""

    username = StringField(_("Tên đăng nhập"), [required(_("Thầy/cô chưa nhập tên đăng nhập."))])
    password = PasswordField(_("Mật khẩu"), [required(_("Thầy/cô chưa nhập mật khẩu."))])


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
