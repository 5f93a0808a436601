"""The kinds of sessions, the fields that each needs, and what each is worth to pledges and ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from intranet.api import GIVEN, ActivityKind
from intranet.api import lazy_gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of session. ``fields`` are those beyond the common ones that its form asks for."""

    label: Any
    unit: str
    fields: tuple[str, ...] = ()


_LESSON = ("subject", "grade", "textbook")
KINDS = {
    "demonstration": Kind(label=_("Tiết dạy minh họa"), unit="tiết dạy", fields=_LESSON),
    "topic": Kind(label=_("Chuyên đề"), unit="chuyên đề", fields=_LESSON),
    "lesson_study": Kind(label=_("Sinh hoạt chuyên môn theo nghiên cứu bài học"), unit="buổi", fields=_LESSON),
    "training": Kind(label=_("Tập huấn"), unit="buổi", fields=("subject",)),
    "visit": Kind(label=_("Tham quan học tập mô hình"), unit="chuyến"),
    "management": Kind(label=_("Giao lưu quản trị trường học"), unit="buổi"),
}

# The programme's own themes (memorandum 2023-2025); each district words them as it likes.
THEMES = (
    "Đổi mới phương pháp dạy học theo định hướng phát triển năng lực học sinh",
    "Ứng dụng công nghệ thông tin, chuyển đổi số trong dạy học và quản lý",
    "Bồi dưỡng học sinh giỏi",
    "Nâng cao chất lượng thi vào lớp 10 THPT",
)
# Yearly training (Circulars 17, 18 and 19/2019/TT-BGDĐT): what attending may count for.
PROGRAMMES = {
    "": _("Không tính bồi dưỡng thường xuyên"),
    "01": _("Chương trình 01"),
    "02": _("Chương trình 02"),
    "03": _("Chương trình 03"),
}

# How many teaching periods each programme is a year: "khoảng 01 tuần/năm học (40 tiết)", article 4 of Circulars
# 17/2019/TT-BGDĐT (teachers) and 18/2019/TT-BGDĐT (managers).
PERIODS_A_YEAR = 40


def written_periods(periods: Decimal | int) -> str:
    """2 or 1,5: as papers write it."""
    text = f"{periods:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def activity_kind(kind: str) -> str:
    """The kind of activity that a session of a kind is recorded as."""
    return f"professional_development.{kind}"


def activity_kinds() -> list[ActivityKind]:
    """What the module's sessions are in timelines, pledges and ledgers."""
    return [
        ActivityKind(key=activity_kind(key), label=kind.label, unit=kind.unit, direction=GIVEN)
        for key, kind in KINDS.items()
    ]
