"""A note on paper, as the office hangs it out."""

from intranet.api import PaperKind, heading_of, one_body
from notice_board.models import Note


def _context(note):
    parts = one_body(heading_of(note.district), name="Thông báo", about=note.title, sign="TB", recipients=["Lưu: VT"])
    return parts | {"noi_dung": note.body.splitlines()}


def _body(layout):
    layout.lines("noi_dung")


NOTE = PaperKind(
    key="notice_board.note",
    label="Bảng tin",
    model=Note,
    permission="notice_board.view",
    context=_context,
    file_name=lambda note: f"Thông báo {note.title}",
    body=_body,
    sample={
        "co_quan_chu_quan": "UBND QUẬN A",
        "co_quan": "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO",
        "so_ky_hieu": "Số: 01/TB-PGDĐT",
        "ky_hieu": "TB-PGDĐT",
        "dia_danh_ngay_thang": "Quận A, ngày 05 tháng 9 năm 2026",
        "dia_danh": "Quận A",
        "ma_tra_cuu": "",
        "ten_loai": "THÔNG BÁO",
        "trich_yeu": "Nghỉ học",
        "chu_ky": {"thay_mat": "", "chuc_vu": "TRƯỞNG PHÒNG", "ho_ten": "Nguyễn Văn A"},
        "noi_nhan": ["Lưu: VT"],
        "noi_dung": ["Học sinh nghỉ học ngày 06/9/2026."],
    },
)
