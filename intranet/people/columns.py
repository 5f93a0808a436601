"""The columns of an office's list of staff."""

from __future__ import annotations

from datetime import date
from typing import Any

from intranet.kernel.clock import today
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.registry.people import COORDINATOR, FEMALE, MALE, PRINCIPAL, TEACHER
from intranet.shared import cells
from intranet.shared.columns import DATE, BadCell, Column
from intranet.shared.spreadsheets import label_key

LONGEST_NAME = 120
LONGEST_TITLE = 60
LONGEST_SUBJECTS = 200
YOUNGEST, OLDEST = 16, 100
ROLES = {"hieu truong": PRINCIPAL, "dieu phoi vien": COORDINATOR}
GENDERS = {"nu": FEMALE, "02": FEMALE, "2": FEMALE, "f": FEMALE, "nam": MALE, "01": MALE, "1": MALE, "m": MALE}
TITLES = ("Hiệu trưởng", "Phó Hiệu trưởng", "Tổ trưởng", "Giáo viên", "Nhân viên", "Kế toán", "Điều phối viên")


def name(value: Any) -> str | None:
    """A person's full name."""
    found = cells.text(value, LONGEST_NAME)
    if found is None:
        raise BadCell(gettext("Chưa có họ và tên."))
    if not any(char.isalpha() for char in found) or any(char.isdecimal() for char in found):
        raise BadCell(gettext("Họ và tên chỉ gồm chữ."))
    return found


def birth_date(value: Any) -> date | None:
    """A day on which somebody who works here can have been born."""
    day = cells.day(value)
    if day is not None and not YOUNGEST <= today().year - day.year <= OLDEST:
        raise BadCell(gettext("Ngày sinh %(day)s không hợp lý.", day=f"{day:%d/%m/%Y}"))
    return day


def role_of(title: str | None) -> str:
    """The role that goes with a title: principals and coordinators have their own, all others are staff."""
    return ROLES.get(label_key(title or ""), TEACHER)


def subjects(value: Any) -> str | None:
    """Subjects, with a comma and a space between them."""
    found = cells.text(value, LONGEST_SUBJECTS)
    if found is None:
        return None
    return ", ".join(part.strip() for part in found.replace(";", ",").split(",") if part.strip()) or None


STAFF_COLUMNS = (
    Column(
        key="school_code",
        label=_("Mã trường"),
        aliases=("ma so truong", "ma don vi"),
        parse=cells.code,
        hint=_("Mã của trường trong cơ sở dữ liệu ngành. Để trống thì hệ thống tìm theo tên trường."),
        example="01008508",
        width=14,
    ),
    Column(
        key="school_name",
        label=_("Trường"),
        aliases=("ten truong", "don vi", "ten don vi", "don vi cong tac", "noi cong tac", "truong cong tac"),
        parse=cells.text,
        hint=_("Tên trường như trong danh sách trường. Cần có mã trường hoặc tên trường."),
        example="Trường THCS Yên Sở",
        width=34,
    ),
    Column(
        key="name",
        label=_("Họ và tên"),
        aliases=("ho ten", "ho va ten can bo", "ho ten can bo", "ho va ten giao vien", "ho ten giao vien"),
        parse=name,
        hint=_("Họ, tên đệm và tên trong một ô, viết có dấu."),
        example="Trần Thu Hương",
        required=True,
        width=26,
    ),
    Column(
        key="birth_date",
        label=_("Ngày sinh"),
        aliases=("ngay thang nam sinh", "sinh ngay", "nam sinh", "ngay thang nam"),
        parse=birth_date,
        hint=_("Ô kiểu ngày, hoặc chữ dạng ngày/tháng/năm."),
        example="18/08/1996",
        kind=DATE,
        width=13,
    ),
    Column(
        key="gender",
        label=_("Giới tính"),
        aliases=("gioi", "phai"),
        parse=cells.one_of(GENDERS, _("Hãy ghi “Nam” hoặc “Nữ” (cũng nhận 01, 02, M, F).")),
        hint=_("Nam hoặc Nữ; cũng nhận 01, 02, M, F."),
        example="Nữ",
        choices=("Nam", "Nữ"),
        width=10,
    ),
    Column(
        key="title",
        label=_("Chức vụ"),
        aliases=("chuc danh", "vi tri viec lam", "nhom chuc vu", "cong viec"),
        parse=cells.text_of(LONGEST_TITLE),
        hint=_("“Hiệu trưởng” và “Điều phối viên” nhận vai trò đó; chức vụ khác là giáo viên, nhân viên."),
        example="Giáo viên",
        choices=TITLES,
        width=18,
    ),
    Column(
        key="subjects",
        label=_("Môn dạy"),
        aliases=("mon", "mon giang day", "chuyen mon", "bo mon"),
        parse=subjects,
        hint=_("Một hoặc nhiều môn, cách nhau bằng dấu phẩy."),
        example="Toán, Tin học",
        width=24,
    ),
    Column(
        key="phone",
        label=_("Số điện thoại"),
        aliases=("dien thoai", "sdt", "dt", "dien thoai di dong", "so dt", "di dong"),
        parse=cells.phone,
        hint=_("Số di động hoặc số bàn ở Việt Nam; dấu cách, dấu chấm và +84 đều được."),
        example="0912 345 678",
        width=15,
    ),
    Column(
        key="email",
        label=_("Email"),
        aliases=("e mail", "thu dien tu", "dia chi email", "hop thu"),
        parse=cells.email,
        hint=_("Một địa chỉ email. Có thể để trống."),
        example="huong@truong.edu.vn",
        width=28,
    ),
)
