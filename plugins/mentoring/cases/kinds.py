"""Words of the room: why a child is helped, who agreed to what, how far goals were reached."""

from __future__ import annotations

from intranet.api import lazy_gettext as _
from plugins.mentoring.tables.cases import AID, GROUP, OWN_SCHOOL, PARTNER_SCHOOL

KINDS = {
    "hardship": _("Hoàn cảnh khó khăn"),
    "results": _("Kết quả học tập còn hạn chế"),
    "gifted": _("Học sinh giỏi"),
    "exam": _("Ôn thi vào lớp 10"),
    "spirit": _("Cần động viên tinh thần"),
}

SCOPES = {
    OWN_SCHOOL: _("Giáo viên của trường kèm em, biết tên và mục tiêu"),
    PARTNER_SCHOOL: _("Giáo viên trường kết nghĩa kèm em, chỉ biết mã, mục tiêu và môn học"),
    GROUP: _("Em tham gia nhóm bồi dưỡng, ôn thi"),
    AID: _("Em nhận quà, học bổng, đỡ đầu mà người tặng không biết em là ai"),
}
RELATIONS = {
    "mother": _("Mẹ"),
    "father": _("Bố"),
    "grandparent": _("Ông, bà"),
    "guardian": _("Người giám hộ"),
}
WAYS = {
    "paper": _("Ký trên giấy, có bản chụp"),
    "met": _("Gặp trực tiếp và ký tại trường"),
    "visit": _("Ký khi trường đến thăm nhà"),
}
REACHED = {"yes": _("Đạt"), "mostly": _("Gần đạt"), "partly": _("Đạt một phần"), "no": _("Chưa đạt")}
ENDINGS = {
    "reached": _("Đã đạt mục tiêu"),
    "year": _("Hết năm học, hết cấp học"),
    "moved": _("Học sinh chuyển trường"),
    "wish": _("Gia đình hoặc học sinh không muốn tiếp tục"),
    "withdrawn": _("Gia đình rút sự đồng ý"),
    "other": _("Lý do khác"),
}
DECISIONS = {
    "met": _("Đã đạt mục tiêu"),
    "go_on": _("Kèm tiếp"),
    "escalate": _("Chuyển hiệu trưởng quyết định"),
}
