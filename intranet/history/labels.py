"""What acts are called where people read them."""

from __future__ import annotations

from flask import current_app

from intranet.kernel.language import gettext
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
    "school.split": _("Tách trường"),
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
    "person.erase": _("Xóa dữ liệu cá nhân"),
    "school.erase": _("Xóa hẳn sau 30 ngày trong thùng rác"),
    "file.attach": _("Tải tệp lên"),
    "file.remove": _("Bỏ tệp"),
    "file.restore": _("Khôi phục tệp"),
    "account.invite": _("Cấp liên kết mời"),
    "account.reset": _("Cấp liên kết đặt lại mật khẩu"),
    "account.password": _("Đặt mật khẩu qua liên kết"),
    "account.lock": _("Khóa tài khoản"),
    "account.unlock": _("Mở lại tài khoản"),
    "session.open": _("Đăng nhập"),
    "session.end": _("Đăng xuất một thiết bị"),
    "session.end_all": _("Đăng xuất khỏi mọi thiết bị"),
    "session.membership": _("Đổi vai trò đang làm việc"),
    "session.see_as": _("Bắt đầu xem như người khác"),
    "session.see_as_end": _("Thôi xem như người khác"),
    "password.change": _("Đổi mật khẩu"),
    "password.reset": _("Đặt lại mật khẩu từ máy chủ"),
    "factor.on": _("Bật xác thực hai bước"),
    "factor.off": _("Tắt xác thực hai bước"),
    "factor.remove": _("Gỡ xác thực hai bước"),
    "factor.codes": _("Tạo mã khôi phục mới"),
    "factor.recovery": _("Dùng mã khôi phục"),
    "calendar.feed": _("Tạo địa chỉ lịch riêng"),
    "calendar.feed_end": _("Bỏ địa chỉ lịch riêng"),
    "letterhead.update": _("Sửa tiêu đề văn bản"),
    "paper_template.replace": _("Thay mẫu văn bản"),
    "paper_template.retire": _("Thôi dùng mẫu riêng"),
    "checklist.copy": _("Sao chép bộ tiêu chí"),
    "checklist.update": _("Sửa bộ tiêu chí"),
    "paper.issue": _("Ban hành văn bản"),
    "paper.void": _("Hủy văn bản đã ban hành"),
    "district.create": _("Thêm đơn vị"),
    "district.copy": _("Xuất toàn bộ dữ liệu của đơn vị"),
    "unit.apply": _("Thực hiện thay đổi đơn vị"),
    "unit.undo": _("Hoàn tác thay đổi đơn vị"),
    "unit.create": _("Thêm đơn vị"),
    "unit.rename": _("Đổi tên đơn vị"),
    "unit.end": _("Đơn vị kết thúc hoạt động"),
    "unit.school": _("Trường chuyển đơn vị"),
    "unit_change.create": _("Lập thay đổi đơn vị"),
    "unit_change.update": _("Sửa thay đổi đơn vị"),
    "unit_change.file": _("Đọc bảng chuyển đổi"),
    "unit_change.unit": _("Sửa đơn vị trong thay đổi"),
    "unit_change.line": _("Sửa dòng chuyển đổi"),
    "unit_change.heir": _("Chọn đơn vị kế thừa"),
    "unit_change.schools": _("Chọn đơn vị mới của trường"),
    "unit_change.people": _("Chọn đơn vị mới của người"),
    "unit_change.schedule": _("Lên lịch thay đổi đơn vị"),
    "unit_change.unschedule": _("Đưa thay đổi đơn vị về bản nháp"),
    "unit_change.drop": _("Hủy thay đổi đơn vị"),
    "meeting.create": _("Lên lịch họp, thăm"),
    "meeting.update": _("Sửa lịch"),
    "meeting.people": _("Thành phần, điểm danh"),
    "meeting.invite": _("Gửi lời mời"),
    "meeting.minutes": _("Ghi biên bản"),
    "module.on": _("Bật mô-đun"),
    "module.off": _("Tắt mô-đun"),
    "schools.export": _("Xuất Excel danh sách trường"),
    "people.export": _("Xuất Excel danh bạ"),
    "pairing.create": _("Lập cặp kết nghĩa"),
    "pairing.preamble": _("Sửa lời mở đầu giao ước"),
    "pairing.clause": _("Thêm, sửa cam kết"),
    "pairing.move": _("Xếp lại cam kết"),
    "pairing.remove": _("Bỏ cam kết"),
    "pairing.drop": _("Không thực hiện cam kết"),
    "pairing.correct": _("Điều chỉnh kết quả"),
    "pairing.signature": _("Ghi số, ngày ký giao ước"),
    "pairing.reviewed": _("Viết nhận xét sơ kết"),
    "pairing.review_on": _("Đổi ngày sơ kết của cặp"),
    "programme.create": _("Lập chương trình"),
    "programme.edit": _("Sửa chương trình"),
    "programme.hand_over": _("Bàn giao việc chủ trì"),
    "programme.leave": _("Ghi đơn vị rời chương trình"),
    "programme.join": _("Đơn vị tham gia chương trình"),
    "programme.stay": _("Đơn vị ở lại chương trình"),
    "area.create": _("Thêm khu vực của chương trình"),
    "area.update": _("Sửa khu vực của chương trình"),
    "area.remove": _("Bỏ khu vực của chương trình"),
    "memorandum.create": _("Soạn văn bản"),
    "memorandum.edit": _("Sửa văn bản"),
    "memorandum.signing": _("Ghi số, ngày và nơi ký"),
    "year_plan.create": _("Lập kế hoạch năm"),
    "year_plan.edit": _("Sửa kế hoạch năm"),
    "year_plan.issue": _("Ban hành kế hoạch"),
    "year_plan.reopen": _("Mở lại kế hoạch"),
    "pairings.export": _("Xuất Excel các cặp kết nghĩa"),
    "audit.export": _("Xuất Excel nhật ký"),
    "report.create": _("Lập báo cáo"),
    "report.update": _("Sửa lời văn của báo cáo"),
    "report.refill": _("Lấy lại số liệu của báo cáo"),
    "report.read": _("Đọc số liệu cho báo cáo"),
    "report.sign": _("Ghi số, ngày và người ký"),
    "reports.export": _("Xuất Excel các cặp chưa có báo cáo"),
    "job.cancel": _("Dừng việc chạy nền"),
    "job.again": _("Chạy lại việc chạy nền"),
    "special_day.save": _("Sửa lịch nghỉ lễ"),
    "special_day.remove": _("Bỏ ngày khỏi lịch nghỉ lễ"),
}

KIND_LABELS = {
    "school": _("Trường"),
    "person": _("Người"),
    "district": _("Đơn vị"),
    "unit_change": _("Thay đổi đơn vị"),
    "pairing": _("Cặp kết nghĩa"),
    "programme": _("Chương trình phối hợp"),
    "programme_area": _("Khu vực của chương trình"),
    "memorandum": _("Biên bản ghi nhớ"),
    "year_plan": _("Kế hoạch năm"),
    "meeting": _("Cuộc họp, chuyến thăm"),
    "attachment": _("Tệp"),
    "job": _("Việc chạy nền"),
    "letterhead": _("Tiêu đề văn bản"),
    "paper_template": _("Mẫu văn bản"),
    "issued_document": _("Văn bản đã ban hành"),
    "special_day": _("Lịch nghỉ lễ"),
    "checklist_pack": _("Bộ tiêu chí"),
}


def action_label(action: str) -> str:
    """What an act is called: the core's, a step of a life cycle as its declaration says, or a change in a module."""
    if action in ACTION_LABELS:
        return str(ACTION_LABELS[action])
    table, _dot, key = action.rpartition(".")
    found = current_app.extensions["workflows"].find(table)
    if found is None:
        module = _module_label(table)
        return gettext("Thay đổi trong mô-đun %(module)s", module=module) if module else action
    transition = found[1].transition.get(key)
    return str(transition.label) if transition else gettext("Đồng ý")


def kind_label(kind: str) -> str:
    """What a kind of record is called; of a plugin's table without a life cycle, the module's name."""
    if kind in KIND_LABELS:
        return str(KIND_LABELS[kind])
    found = current_app.extensions["workflows"].find(kind)
    return str(found[1].label) if found else _module_label(kind) or kind


def _module_label(table: str) -> str:
    """The module whose table, or whose acts, have this name; empty for none."""
    cards = current_app.extensions["plugins"].cards
    return next((str(card.label) for name, card in cards.items() if f"{table}_".startswith(f"{name}_")), "")
