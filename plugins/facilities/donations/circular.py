"""What Circular 16/2018/TT-BGDĐT forbids, found in what people wrote. It warns and cites; people decide.

The plan of a school may well say that there is no mean and no minimum, so the words alone cannot refuse it.
"""

from __future__ import annotations

import re

from intranet.api import match_key

DOCUMENT = "Thông tư 16/2018/TT-BGDĐT"
VOLUNTARY = (
    "Tài trợ là tự nguyện: không ép buộc, không quy định mức bình quân, không quy định mức tài trợ tối thiểu, "
    "không coi tài trợ là điều kiện cho việc cung cấp dịch vụ giáo dục."
)
AMOUNTS = (
    *("bình quân", "tối thiểu", "mỗi học sinh", "mỗi em", "mỗi phụ huynh", "mỗi gia đình", "mỗi người nộp"),
    *("bắt buộc", "chia đều", "mức đóng góp", "chưa đóng góp", "chưa ủng hộ", "chưa nộp"),
)
PURPOSES = (
    *("thù lao giảng dạy", "tiền lương", "lương giáo viên", "trả lương", "bảo vệ trường", "an ninh", "trông xe"),
    *("gửi xe", "vệ sinh lớp", "khen thưởng cán bộ", "khen thưởng giáo viên"),
)


def warnings(*texts: str) -> list[str]:
    """The sentences that the texts of a plan call for; legal text, always Vietnamese."""
    written = f" {_key(' '.join(texts))} "
    found = []
    if words := _found(AMOUNTS, written):
        found.append(f"Nội dung có từ ngữ gần với điều bị cấm ({words}). {VOLUNTARY}")
    if words := _found(PURPOSES, written):
        found.append(
            f"Nội dung có khoản có thể không được vận động ({words}): thù lao giảng dạy, lương, bảo vệ, trông giữ xe, "
            "vệ sinh, khen thưởng cán bộ, giáo viên không nằm trong nội dung được vận động tài trợ."
        )
    return found


def _found(phrases: tuple[str, ...], written: str) -> str:
    return ", ".join(f"“{phrase}”" for phrase in phrases if f" {_key(phrase)} " in written)


def _key(text: str) -> str:
    """Its words alone. With their marks: "mọi em" is what one may say, "mỗi em" is not."""
    return match_key(re.sub(r"[^\w\s]", " ", text))
