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
# What the form says to a family before it agrees; a paper, so Vietnamese throughout.
TOLD = (
    "Họ tên, ngày sinh, hoàn cảnh của em được mã hóa; ngoài nhà trường, em chỉ mang mã {code}.",
    "Nhà trường ghi lại ai đã xem hồ sơ, lúc nào; gia đình có quyền được biết.",
    "Gia đình có quyền xem, sửa, nhận một bản dữ liệu của em và rút sự đồng ý bất cứ lúc nào, không phải nêu lý do. "
    "Khi rút, việc dùng dữ liệu dừng ngay.",
    "Không đồng ý không làm em thiệt thòi gì trong học tập và đánh giá. Im lặng không phải là đồng ý.",
    "Dữ liệu được xóa chậm nhất một năm sau khi kết thúc việc giúp đỡ.",
)
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
