"""What work in the queue is called where people read it."""

from __future__ import annotations

from datetime import date

from intranet.kernel import jobs
from intranet.kernel.dates import show_date
from intranet.kernel.jobs import ABANDONED, CANCELLED, DAILY, DONE, FAILED, RUNNING, WAITING
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _

KIND_LABELS = {
    DAILY: _("Việc hằng ngày"),
    "imports.read": _("Đọc danh sách Excel"),
    "imports.write": _("Ghi danh sách Excel vào hệ thống"),
    "history.undo": _("Hoàn tác một lần thay đổi"),
    "schools.export": _("Xuất Excel danh sách trường"),
    "people.export": _("Xuất Excel danh bạ"),
    "pairings.export": _("Xuất Excel các cặp kết nghĩa"),
    "reports.export": _("Xuất Excel các cặp chưa có báo cáo"),
    "reports.read": _("Đọc số liệu cho báo cáo"),
    "audit.export": _("Xuất Excel nhật ký"),
    "programmes.settle": _("Kết thúc các cặp của đơn vị rời đi hoặc của chương trình đã hết"),
    "programmes.shorten": _("Báo các cặp về chương trình rút ngắn"),
    "programmes.carry": _("Nối tiếp các cặp sang chương trình mới"),
    "units.apply": _("Thực hiện thay đổi đơn vị"),
    "units.undo": _("Hoàn tác thay đổi đơn vị"),
    "backup": _("Sao lưu"),
    "files.look": _("Chuẩn bị bản xem nhanh của tệp"),
    "notices.mail": _("Gửi thư thông báo"),
    "notices.spread": _("Chia thông báo để gửi thư"),
}
STATE_LABELS = {
    WAITING: _("Đang chờ"),
    RUNNING: _("Đang làm"),
    FAILED: _("Không làm được"),
    DONE: _("Đã xong"),
    CANCELLED: _("Đã dừng"),
}


def label_of(kind: str) -> str:
    """What work of a kind is called: the core's here, a module's as the module says."""
    return str(KIND_LABELS.get(kind) or jobs.label_of(kind) or kind)


def name_of(kind: str, unique_key: str | None) -> str:
    """The work in words; of daily work also the day."""
    label = label_of(kind)
    return f"{label} {show_date(day_of(unique_key))}" if kind == DAILY and unique_key else label


def day_of(unique_key: str) -> date:
    """The day that daily work is for."""
    return date.fromisoformat(unique_key.removeprefix(f"{DAILY}-"))


def is_sentence(problem: str) -> bool:
    """Whether the problem of a job was written for people; else it names a fault of the program."""
    return bool(problem) and problem != ABANDONED and not problem.isidentifier()


def reason(problem: str, job_id: int) -> str:
    """Why a job failed, in words."""
    if not problem or is_sentence(problem):
        return problem
    if problem == ABANDONED:
        return gettext("Tiến trình làm việc này bị tắt giữa chừng nhiều lần; mã %(number)s.", number=job_id)
    return gettext("Lỗi của phần mềm (%(name)s); mã %(number)s.", name=problem, number=job_id)
