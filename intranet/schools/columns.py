"""The columns of an office's list of schools."""

from __future__ import annotations

import re
from typing import Any

from intranet.kernel.clock import today
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.text import fold
from intranet.registry.schools import Level
from intranet.shared import cells
from intranet.shared.columns import NUMBER, BadCell, Column
from intranet.shared.spreadsheets import label_key

PRESCHOOL, PRIMARY, LOWER_SECONDARY, UPPER_SECONDARY = map(int, Level)
LEVELS = {
    "mn": PRESCHOOL,
    "mam non": PRESCHOOL,
    "mau giao": PRESCHOOL,
    "nha tre": PRESCHOOL,
    "th": PRIMARY,
    "tieu hoc": PRIMARY,
    "thcs": LOWER_SECONDARY,
    "trung hoc co so": LOWER_SECONDARY,
    "ptcs": PRIMARY | LOWER_SECONDARY,
    "pho thong co so": PRIMARY | LOWER_SECONDARY,
    "thpt": UPPER_SECONDARY,
    "trung hoc pho thong": UPPER_SECONDARY,
}
BETWEEN_LEVELS = re.compile(r"\s*(?:[,;&+/\-\u2013]|\bva\b)\s*")
LEVEL_IN_NAME = re.compile(rf"\b(?:{'|'.join(LEVELS)})\b")
OWNERSHIP = {
    "cong lap": "cong_lap",
    "dan lap": "dan_lap",
    "tu thuc": "tu_thuc",
    "tu thuc nuoc ngoai": "tu_thuc_nuoc_ngoai",
    "tu thuc co yeu to nuoc ngoai": "tu_thuc_nuoc_ngoai",
    "tu thuc co von dau tu nuoc ngoai": "tu_thuc_nuoc_ngoai",
}
STANDARD_LEVEL = re.compile(r"(?:dat )?(?:chuan )?(?:muc do|muc|md) ?([12])")
ACCREDITATION_LEVEL = re.compile(r"(?:dat )?(?:cap do|cap|cd)? ?([123])")
# A heading in the middle of the table: "II. KHỐI TIỂU HỌC".
GROUP = re.compile(r"(?:(?:[ivx]+|[a-h]|[0-9]+) )?(?:khoi|cap|bac)\b.*|(?:[ivx]+|[a-h]) (?:mam non|tieu hoc|thcs|thpt)")
NOT_REACHED = ("chua dat", "khong dat")

LONGEST_NAME = 200
LONGEST_SHORT_NAME = 60
LONGEST_PERSON = 120
MOST_CLASSES = 200
MOST_PUPILS = 20_000
MOST_STAFF = 2_000
MOST_ROOMS = 500
OLDEST_SCHOOL = 1800


def name(value: Any) -> str | None:
    """A school's name."""
    found = cells.text(value, LONGEST_NAME)
    if found is None:
        raise BadCell(gettext("Chưa có tên trường."))
    if not any(char.isalpha() for char in found):
        raise BadCell(gettext("Tên trường không có chữ nào."))
    return found


def levels(value: Any) -> int | None:
    """Levels in words or letters, several with commas; their sum (registry.schools.Level)."""
    found = cells.text(value)
    if found is None:
        return None
    total = 0
    for part in BETWEEN_LEVELS.split(fold(found)):
        if part not in LEVELS:
            raise BadCell(gettext("Hãy ghi cấp học là MN, TH, THCS hoặc THPT, cách nhau bằng dấu phẩy."))
        total |= LEVELS[part]
    return total


def levels_in_name(school_name: str) -> int:
    """The levels that a school's name tells, for lists that have no column for them; 0 when it tells none."""
    total = 0
    for word in LEVEL_IN_NAME.findall(fold(school_name)):
        total |= LEVELS[word]
    return total


def national_standard(value: Any) -> int | None:
    """The level of the national standard; 0 is "chưa đạt"."""
    key = label_key(cells.text(value) or "")
    if not key:
        return None
    if key in NOT_REACHED:
        return 0
    match = STANDARD_LEVEL.fullmatch(key)
    if match is None:
        raise BadCell(gettext("Hãy ghi “Chưa đạt”, “Mức độ 1” hoặc “Mức độ 2”."))
    return int(match.group(1))


def accreditation(value: Any) -> int | None:
    """The level of quality accreditation; 0 is "chưa đạt"."""
    key = label_key(cells.text(value) or "")
    if not key:
        return None
    if key in NOT_REACHED:
        return 0
    match = ACCREDITATION_LEVEL.fullmatch(key)
    if match is None:
        raise BadCell(gettext("Hãy ghi “Chưa đạt”, “Cấp độ 1”, “Cấp độ 2” hoặc “Cấp độ 3”."))
    return int(match.group(1))


def founded_year(value: Any) -> int | None:
    """The year in which a school was founded."""
    return cells.number(today().year, OLDEST_SCHOOL)(value)


def _count(key: str, label: Any, most: int, *aliases: str) -> Column:
    """A number of the school year."""
    return Column(
        key=key,
        label=label,
        aliases=aliases,
        parse=cells.number(most),
        hint=_("Số nguyên từ 0; để trống nếu chưa có số liệu."),
        kind=NUMBER,
        width=11,
    )


SCHOOL_COLUMNS = (
    Column(
        key="code",
        label=_("Mã trường"),
        aliases=("ma so truong", "ma don vi", "ma dinh danh", "ma dinh danh bo gd dt"),
        parse=cells.code,
        hint=_("Mã trong cơ sở dữ liệu ngành. Để trống nếu trường chưa có mã."),
        example="01008508",
        width=14,
    ),
    Column(
        key="name",
        label=_("Tên trường"),
        aliases=("ten don vi", "ten co so giao duc", "truong", "don vi"),
        parse=name,
        hint=_("Tên đầy đủ như trên con dấu."),
        example="Trường THCS Yên Sở",
        required=True,
        width=36,
    ),
    Column(
        key="short_name",
        label=_("Tên viết tắt"),
        aliases=("ten ngan", "viet tat"),
        parse=cells.text_of(LONGEST_SHORT_NAME),
        hint=_("Tên gọi tắt trong đơn vị."),
        example="THCS YS",
        width=14,
    ),
    Column(
        key="levels",
        label=_("Loại hình trường"),
        aliases=("cap hoc", "cap", "bac hoc", "nhom cap hoc"),
        parse=levels,
        hint=_("MN, TH, THCS hoặc THPT; trường nhiều cấp ghi cách nhau bằng dấu phẩy."),
        example="THCS",
        choices=("MN", "TH", "THCS", "THPT", "TH, THCS", "THCS, THPT"),
        width=12,
    ),
    Column(
        key="ownership",
        label=_("Loại hình đào tạo"),
        aliases=("loai hinh so huu", "loai hinh", "so huu"),
        parse=cells.one_of(
            OWNERSHIP, _("Loại hình phải là công lập, dân lập, tư thục hoặc tư thục có yếu tố nước ngoài.")
        ),
        hint=_("Công lập, Dân lập, Tư thục hoặc Tư thục có yếu tố nước ngoài. Trường mới để trống là công lập."),
        example="Công lập",
        choices=("Công lập", "Dân lập", "Tư thục", "Tư thục có yếu tố nước ngoài"),
        width=16,
    ),
    Column(
        key="commune",
        label=_("Phường/xã"),
        aliases=("xa phuong", "xa phuong thi tran", "xa thi tran", "xa", "phuong"),
        parse=cells.text,
        hint=_("Tên xã, phường, thị trấn. Tên chưa có sẽ được thêm vào danh sách của đơn vị."),
        example="Phường Yên Sở",
        width=24,
    ),
    Column(
        key="difficult_area",
        label=_("Vùng khó khăn"),
        aliases=("thuoc vung kho khan", "vung kk", "xa kho khan"),
        parse=cells.yes_no,
        hint=_("Có hoặc Không."),
        example="Không",
        choices=("Có", "Không"),
        width=10,
    ),
    Column(
        key="founded_year",
        label=_("Năm thành lập"),
        aliases=("nam tl",),
        parse=founded_year,
        hint=_("Năm gồm bốn chữ số."),
        example="1961",
        kind=NUMBER,
        width=10,
    ),
    Column(
        key="address",
        label=_("Địa chỉ"),
        aliases=("dia chi truong",),
        parse=cells.text,
        hint=_("Số nhà, đường, thôn, tổ dân phố."),
        example="Đường Yên Sở",
        width=34,
    ),
    Column(
        key="phone",
        label=_("Điện thoại"),
        aliases=("so dien thoai", "sdt", "dt", "dien thoai truong"),
        parse=cells.phone,
        hint=_("Số di động hoặc số bàn ở Việt Nam; dấu cách, dấu chấm và +84 đều được."),
        example="024 3861 2345",
        width=15,
    ),
    Column(
        key="email",
        label=_("Email"),
        aliases=("e mail", "thu dien tu", "dia chi email", "hop thu"),
        parse=cells.email,
        hint=_("Một địa chỉ email. Có thể để trống."),
        example="c2yenso@truong.edu.vn",
        width=28,
    ),
    Column(
        key="website",
        label=_("Website"),
        aliases=("trang web", "trang thong tin", "cong thong tin"),
        parse=cells.text_of(LONGEST_NAME),
        hint=_("Địa chỉ trang thông tin điện tử của trường."),
        example="thcsyenso.edu.vn",
        width=24,
    ),
    Column(
        key="principal_name",
        label=_("Hiệu trưởng"),
        aliases=("ho ten hieu truong", "ho va ten hieu truong", "ten hieu truong"),
        parse=cells.text_of(LONGEST_PERSON),
        hint=_("Họ và tên hiệu trưởng. Vai trò trong hệ thống được giao ở danh bạ."),
        example="Đặng Minh Vinh",
        width=24,
    ),
    _count("classes", _("Số lớp"), MOST_CLASSES, "so lop hoc", "tong so lop", "lop"),
    _count(
        "pupils", _("Số học sinh"), MOST_PUPILS, "so hs", "tong so hoc sinh", "hoc sinh", "so tre", "so hoc sinh tre"
    ),
    _count("pupils_female", _("Học sinh nữ"), MOST_PUPILS, "so hoc sinh nu", "hs nu", "nu"),
    _count(
        "staff",
        _("CBQL, GV, NV"),
        MOST_STAFF,
        "so cbql gv nv",
        "cb gv nv",
        "can bo giao vien nhan vien",
        "so can bo giao vien nhan vien",
    ),
    _count("managers", _("Cán bộ quản lý"), MOST_STAFF, "cbql", "so cbql"),
    _count("teachers", _("Giáo viên"), MOST_STAFF, "gv", "so gv", "so giao vien"),
    _count("employees", _("Nhân viên"), MOST_STAFF, "nv", "so nv", "so nhan vien"),
    _count("rooms_solid", _("Phòng kiên cố"), MOST_ROOMS, "phong hoc kien co", "so phong kien co"),
    _count("rooms_semi_solid", _("Phòng bán kiên cố"), MOST_ROOMS, "phong hoc ban kien co", "so phong ban kien co"),
    _count("rooms_temporary", _("Phòng tạm"), MOST_ROOMS, "phong hoc tam", "phong tam muon", "so phong tam"),
    Column(
        key="accreditation",
        label=_("Kiểm định chất lượng"),
        aliases=("kdclgd", "cap do kdclgd", "kiem dinh clgd", "cap do kiem dinh"),
        parse=accreditation,
        hint=_("Chưa đạt, Cấp độ 1, Cấp độ 2 hoặc Cấp độ 3."),
        example="Cấp độ 2",
        choices=("Chưa đạt", "Cấp độ 1", "Cấp độ 2", "Cấp độ 3"),
        width=13,
    ),
    Column(
        key="national_standard",
        label=_("Chuẩn quốc gia"),
        aliases=("dat chuan quoc gia", "truong chuan quoc gia"),
        parse=national_standard,
        hint=_("Chưa đạt, Mức độ 1 hoặc Mức độ 2."),
        example="Mức độ 1",
        choices=("Chưa đạt", "Mức độ 1", "Mức độ 2"),
        width=13,
    ),
    Column(
        key="note",
        label=_("Ghi chú"),
        parse=cells.lines,
        hint=_(
            "Ghi chú nội bộ, chỉ trường và phòng quản lý xem được. “dữ liệu minh họa” đánh dấu trường chưa đối chiếu."
        ),
        width=30,
    ),
)
FIGURES = tuple(
    column.key
    for column in SCHOOL_COLUMNS
    if column.key
    in {
        "classes",
        "pupils",
        "pupils_female",
        "staff",
        "managers",
        "teachers",
        "employees",
        "rooms_solid",
        "rooms_semi_solid",
        "rooms_temporary",
        "accreditation",
        "national_standard",
    }
)
