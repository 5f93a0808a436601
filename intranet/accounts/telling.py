"""What people are told of their own account: who did not do it learns that somebody else did."""

from __future__ import annotations

from intranet.kernel.language import lazy_gettext as _
from intranet.registry.people import KnownDevice, SignInSession
from intranet.shared.notifying import ACCOUNT, notify

PAGE = "/account"


def new_device(person_id: int) -> None:
    """The person came in on a device not seen before, and it was not the first one."""
    devices = KnownDevice.select().where(KnownDevice.person == person_id).count()
    sessions = SignInSession.select().where(SignInSession.person == person_id).count()
    if devices > 1 or sessions > 1:
        title = _("Tài khoản của thầy/cô vừa được đăng nhập từ thiết bị mới")
        notify([person_id], ACCOUNT, title, PAGE, group="device")


def password_changed(person_id: int) -> None:
    """The person's password is another one."""
    notify([person_id], ACCOUNT, _("Mật khẩu của thầy/cô đã được đổi"), PAGE, group="password")


def opened_again(person_id: int) -> None:
    """The account was closed, and is open."""
    notify([person_id], ACCOUNT, _("Tài khoản của thầy/cô đã được mở lại"), PAGE, group="opened")
