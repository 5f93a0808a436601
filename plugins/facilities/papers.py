"""What the module's papers share."""

from __future__ import annotations

# The head and foot that every sample has.
HEAD = {
    "co_quan_chu_quan": "UBND XÃ A",
    "co_quan": "TRƯỜNG THCS A",
    "chu_ky": {"thay_mat": "", "chuc_vu": "HIỆU TRƯỞNG", "ho_ten": "Nguyễn Văn A"},
    "so_ky_hieu": "Số: 05/KH-THCSA",
    "ky_hieu": "KH-THCSA",
    "dia_danh_ngay_thang": "Xã A, ngày 05 tháng 10 năm 2026",
    "dia_danh": "Xã A",
    "ma_tra_cuu": "",
    "ten_loai": "KẾ HOẠCH",
    "trich_yeu": "Sử dụng tài trợ",
    "noi_nhan": ["Niêm yết tại trường", "Lưu: VT"],
}


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
