"""What acts are called where people read them."""

from __future__ import annotations

from intranet.kernel.language import lazy_gettext as _

ACTION_LABELS = {
    "school.create": _("Thêm trường"),
    "school.update": _("Sửa hồ sơ"),
    "school.import": _("Nhập từ Excel"),
    "school.bulk": _("Sửa hàng loạt"),
    "school.figures": _("Sửa số liệu năm học"),
    "school.tags": _("Sửa thế mạnh và nhu cầu"),
    "school.site": _("Sửa điểm trường"),
    "school.close": _("Đóng trường"),
    "school.reopen": _("Mở lại trường"),
    "school.merge": _("Gộp trường"),
    "school.delete": _("Chuyển vào thùng rác"),
    "school.restore": _("Khôi phục từ thùng rác"),
    "school.undo": _("Hoàn tác"),
    "person.create": _("Thêm người"),
    "person.update": _("Sửa hồ sơ"),
    "person.import": _("Nhập từ Excel"),
    "person.transfer": _("Chuyển công tác"),
    "person.leave": _("Nghỉ"),
    "person.quit": _("Thôi việc"),
    "membership.add": _("Thêm công việc"),
    "membership.end": _("Kết thúc công việc"),
    "function.add": _("Thêm nhiệm vụ"),
    "function.end": _("Thôi nhiệm vụ"),
    "person.return": _("Trở lại làm việc"),
    "person.appoint": _("Bổ nhiệm hiệu trưởng"),
    "person.delete": _("Chuyển vào thùng rác"),
    "person.restore": _("Khôi phục từ thùng rác"),
    "person.undo": _("Hoàn tác"),
}
