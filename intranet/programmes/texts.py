"""What a new memorandum says before anybody edits it: the articles that such papers have, filled from the programme.

The texts are the papers' own and stay Vietnamese in every language of the interface.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from intranet.kernel.dates import show_date
from intranet.registry.agreements import Memorandum
from intranet.registry.twinning import Programme

Clause = tuple[str, str]


def title(programme: Programme) -> str:
    """What the paper is about."""
    return f"Bản ghi nhớ về chương trình phối hợp “{programme.title}”"


def preamble(programme: Programme, bodies: Sequence[str]) -> str:
    """On what it rests, and between whom it is made."""
    return (
        "Căn cứ chức năng, nhiệm vụ được giao của các bên;\n"
        "Căn cứ nhu cầu phối hợp nâng cao chất lượng giáo dục của các nhà trường thuộc các bên.\n"
        f"{_list(bodies)} thống nhất thực hiện chương trình phối hợp “{programme.title}”"
        f"{_period(programme.starts_on, programme.ends_on)}."
    )


def clauses(programme: Programme, bodies: Sequence[str]) -> list[Clause]:
    """The seven articles of a joint programme, to be edited."""
    goals = programme.goals or (
        "Tăng cường kết nối, trao đổi, chia sẻ kinh nghiệm dạy học và quản lý giữa các nhà trường; "
        "từng bước thu hẹp khoảng cách chất lượng giáo dục giữa các đơn vị."
    )
    movements = "".join(f"\n- {line}" for line in programme.movements.splitlines() if line)
    answers = f"\nChương trình hưởng ứng:{movements}" if movements else ""
    return [
        ("Mục đích", goals + answers),
        (
            "Nội dung phối hợp",
            "1. Trao đổi chuyên môn: sinh hoạt chuyên môn, chuyên đề, tiết dạy minh họa, bồi dưỡng giáo viên.\n"
            "2. Trao đổi kinh nghiệm quản trị nhà trường và chuyển đổi số.\n"
            "3. Huy động nguồn lực hỗ trợ các trường khó khăn về cơ sở vật chất, thiết bị dạy học.\n"
            "4. Giúp đỡ học sinh có hoàn cảnh khó khăn, không để học sinh nào bị bỏ lại phía sau.",
        ),
        (
            "Kết nghĩa giữa các trường",
            "Các bên giới thiệu và duyệt các cặp trường kết nghĩa. Hai trường trong mỗi cặp họp, thống nhất và ký "
            "giao ước, trong đó ghi rõ nội dung, số lượng và thời hạn của từng cam kết.",
        ),
        (
            "Trách nhiệm của các bên",
            f"{_list(bodies)} phân công đầu mối, tạo điều kiện để các trường thực hiện giao ước, "
            "kịp thời tháo gỡ khó khăn, vướng mắc.",
        ),
        (
            "Kế hoạch, sơ kết và tổng kết",
            "Hằng năm, các bên cùng xây dựng kế hoạch năm học, sơ kết khi kết thúc năm học "
            "và tổng kết khi chương trình kết thúc.",
        ),
        (
            "Thông tin về học sinh",
            "Các bên chỉ trao đổi thông tin cần cho việc phối hợp; thông tin riêng của học sinh được giữ tại trường "
            "quản lý học sinh và chỉ công bố khi có sự đồng ý theo quy định.",
        ),
        (
            "Hiệu lực",
            f"Bản ghi nhớ có hiệu lực từ ngày ký{_until(programme.ends_on)}. Việc sửa đổi, bổ sung được lập thành "
            f"phụ lục do các bên cùng ký. Bản ghi nhớ được lập thành {max(2, len(bodies)):02} bản có giá trị "
            "như nhau, mỗi bên giữ 01 bản.",
        ),
    ]


def appendix_title(parent: Memorandum) -> str:
    """An appendix says what it belongs to."""
    return f"Phụ lục của {parent.title[0].lower()}{parent.title[1:]}"


def appendix_preamble(parent: Memorandum, bodies: Sequence[str]) -> str:
    """On what an appendix rests."""
    number = f" số {parent.number}" if parent.number else ""
    signed = f" ký ngày {show_date(parent.signed_on)}" if parent.signed_on else ""
    return (
        f"Căn cứ bản ghi nhớ{number}{signed}.\n"
        f"{_list(bodies)} thống nhất sửa đổi, bổ sung bản ghi nhớ nói trên như sau."
    )


def appendix_clauses() -> list[Clause]:
    """The two articles of an appendix."""
    return [
        ("Nội dung sửa đổi, bổ sung", "Sửa đổi, bổ sung Điều … như sau: …"),
        (
            "Hiệu lực",
            "Phụ lục có hiệu lực từ ngày ký và là một phần của bản ghi nhớ. "
            "Các nội dung khác của bản ghi nhớ giữ nguyên.",
        ),
    ]


def _list(names: Sequence[str]) -> str:
    *first, last = names or [""]
    return f"{', '.join(first)} và {last}" if first else last


def _period(starts_on: date | None, ends_on: date | None) -> str:
    return f", giai đoạn {starts_on.year}-{ends_on.year}" if starts_on and ends_on else ""


def _until(ends_on: date | None) -> str:
    return f" đến hết ngày {show_date(ends_on)}" if ends_on else " đến khi các bên tổng kết chương trình"
