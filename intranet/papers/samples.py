"""Made-up papers, one of each kind with every value filled: what a district's template is tried with."""

from __future__ import annotations

from datetime import date
from typing import Any

from intranet.papers.letterheads import Heading
from intranet.papers.parts import more_bodies, one_body, signature

DAY = date(2026, 9, 5)
PROGRAMME = "Nhà trường cùng chung tay phát triển"
OFFICE = Heading(
    parent_body="UBND QUẬN A",
    body="PHÒNG GIÁO DỤC VÀ ĐÀO TẠO",
    place="Quận A",
    symbol="PGDĐT",
    signer_title="TRƯỞNG PHÒNG",
    signer_name="Nguyễn Văn A",
)
OFFICES = (
    Heading(
        body="PHÒNG GD&ĐT QUẬN A",
        place="Quận A",
        symbol="PGDĐT",
        signer_title="TRƯỞNG PHÒNG",
        signer_name="Nguyễn Văn A",
    ),
    Heading(
        body="PHÒNG GD&ĐT HUYỆN B",
        place="Huyện B",
        symbol="PGDĐT",
        signer_title="TRƯỞNG PHÒNG",
        signer_name="Trần Thị B",
    ),
)
SCHOOLS = (
    Heading(
        parent_body="PHÒNG GD&ĐT QUẬN A",
        body="TRƯỜNG THCS MẪU A",
        place="Quận A",
        symbol="THCSMA",
        signer_title="HIỆU TRƯỞNG",
        signer_name="Lê Văn C",
    ),
    Heading(
        parent_body="PHÒNG GD&ĐT HUYỆN B",
        body="TRƯỜNG THCS MẪU B",
        place="Huyện B",
        symbol="THCSMB",
        signer_title="HIỆU TRƯỞNG",
        signer_name="Phạm Thị D",
    ),
)
OPENING = "Hôm nay, ngày 05 tháng 9 năm 2026, tại Quận A, chúng tôi gồm:"
COPIES = "04 (bốn) bản có giá trị như nhau, mỗi bên giữ 02 (hai) bản"


def _named(parts: dict[str, Any], *names: str) -> dict[str, Any]:
    for side, name in zip(parts["cac_ben"], names, strict=True):
        side["ten"] = name
    return parts


MEMORANDUM = _named(
    more_bodies(
        OFFICES,
        name="Bản ghi nhớ",
        about="Về việc phối hợp phát triển giáo dục",
        sign="BGN",
        number="1",
        day=DAY,
        recipients=["Phòng GD&ĐT quận A", "Phòng GD&ĐT huyện B", "Lưu: VT"],
    ),
    "Phòng GD&ĐT quận A",
    "Phòng GD&ĐT huyện B",
) | {
    "can_cu": ["Căn cứ Kế hoạch số 01/KH-UBND ngày 20 tháng 8 năm 2026 của UBND quận A."],
    "mo_dau": ["Hai phòng cùng mong muốn giúp nhau nâng cao chất lượng giáo dục."],
    "cau_mo": OPENING,
    "dieu": [
        {"so": 1, "tieu_de": "Mục đích", "doan": ["Thu hẹp khoảng cách chất lượng giữa các trường."]},
        {"so": 2, "tieu_de": "Nội dung phối hợp", "doan": ["Kết nghĩa trường với trường.", "Sinh hoạt chuyên môn."]},
    ],
    "hieu_luc": "từ ngày 05 tháng 9 năm 2026 đến hết ngày 31 tháng 8 năm 2028",
    "so_ban": COPIES,
    "loi_ket": f"Bản ghi nhớ được lập thành {COPIES}.",
}
PLEDGE = _named(
    more_bodies(
        SCHOOLS,
        name="Bản giao ước kết nghĩa",
        about="Trường THCS Mẫu A và Trường THCS Mẫu B",
        sign="GƯ",
        number="1",
        day=DAY,
        recipients=["Phòng GD&ĐT quận A", "Phòng GD&ĐT huyện B", "Lưu: VT"],
    ),
    "Trường THCS Mẫu A",
    "Trường THCS Mẫu B",
) | {
    "chuong_trinh": PROGRAMME,
    "can_cu": ["Căn cứ Bản ghi nhớ số 01/BGN-PGDĐT ngày 05 tháng 9 năm 2026."],
    "mo_dau": ["Hai trường tự nguyện giúp nhau."],
    "cau_mo": OPENING,
    "cam_ket": [
        {
            "stt": 1,
            "noi_dung": "Dạy chuyên đề tiếng Anh",
            "ben": "Trường THCS Mẫu A",
            "so_luong": "4 tiết",
            "han": "31/12/2026",
        }
    ],
    "so_ban": COPIES,
}
YEAR_PLAN = one_body(
    OFFICE,
    name="Kế hoạch",
    about="Thực hiện chương trình phối hợp năm học 2026-2027",
    sign="KH",
    number="5",
    day=DAY,
    recipients=["Các trường tham gia chương trình", "Lưu: VT"],
) | {
    "chuong_trinh": PROGRAMME,
    "don_vi": "Phòng GD&ĐT quận A",
    "nam_hoc": "2026-2027",
    "muc_dich": ["Nâng cao chất lượng giáo dục của các trường kết nghĩa."],
    "nhiem_vu": [
        {
            "stt": 1,
            "noi_dung": "Tổ chức sinh hoạt chuyên môn chung",
            "chu_tri": "Phòng GD&ĐT quận A",
            "han": "30/11/2026",
            "chi_tieu": "4 buổi",
        }
    ],
}
MEETING = {
    "cuoc_hop": "Họp thống nhất nội dung giao ước",
    "thoi_gian": "08 giờ 30 phút, ngày 05 tháng 9 năm 2026",
    "dia_diem": "Phòng họp Trường THCS Mẫu A",
    "lien_ket": "https://hop.example.vn/1",
    "chu_tri": "Lê Văn C",
    "noi_dung": ["Thống nhất nội dung giao ước", "Phân công thực hiện"],
    "cap": "Trường THCS Mẫu A và Trường THCS Mẫu B",
}
INVITATION = (
    one_body(
        SCHOOLS[0],
        name="Giấy mời",
        about="Họp thống nhất nội dung giao ước",
        sign="GM",
        day=DAY,
        recipients=["Như thành phần mời", "Lưu: VT"],
    )
    | MEETING
    | {"truong_moi": "Trường THCS Mẫu A", "kinh_moi": ["Ông (bà) Phạm Thị D, Hiệu trưởng, Trường THCS Mẫu B"]}
)
MINUTES = (
    more_bodies(
        SCHOOLS,
        name="Biên bản",
        about="Họp thống nhất nội dung giao ước",
        sign="BB",
        day=DAY,
        recipients=["Trường THCS Mẫu A", "Trường THCS Mẫu B", "Lưu: VT"],
        signatures=[signature("Thư ký", "Hoàng Văn E"), signature("Chủ tọa", "Lê Văn C")],
    )
    | MEETING
    | {
        "thu_ky": "Hoàng Văn E",
        "co_mat": ["Ông (bà) Lê Văn C, Hiệu trưởng, Trường THCS Mẫu A"],
        "vang_mat": ["Ông (bà) Vũ Thị G, Tổ trưởng, Trường THCS Mẫu B (có lý do)"],
        "dien_bien": ["Hai trường trao đổi về nhu cầu và thế mạnh."],
        "ket_luan": ["Thống nhất nội dung giao ước."],
        "ket_thuc": "10 giờ 00 phút cùng ngày",
    }
)
PAIR_LIST = one_body(
    OFFICE,
    name="Danh sách",
    about="Các cặp trường kết nghĩa thuộc chương trình phối hợp",
    sign="DS",
    number="6",
    day=DAY,
    recipients=["Phòng GD&ĐT huyện B", "Lưu: VT"],
) | {
    "chuong_trinh": PROGRAMME,
    "so_cap": 1,
    "cap": [
        {
            "stt": 1,
            "truong_1": "Trường THCS Mẫu A",
            "don_vi_1": "Quận A",
            "truong_2": "Trường THCS Mẫu B",
            "don_vi_2": "Huyện B",
        }
    ],
    "trong_phu_luc": True,
}
REPORT_SECTIONS = [
    {
        "tieu_de": "I. KẾT QUẢ THỰC HIỆN",
        "doan": ["Hai trường đã thực hiện các cam kết trong giao ước."],
        "bang": [{"ten": "Các hoạt động", "cot": ["Hoạt động", "Số lượng"], "hang": [["Sinh hoạt chuyên môn", "4"]]}],
    }
]
PROGRAMME_REPORT = one_body(
    OFFICE,
    name="Báo cáo",
    about="Kết quả thực hiện chương trình phối hợp năm học 2026-2027",
    sign="BC",
    number="8",
    day=DAY,
    recipients=["UBND quận A", "Lưu: VT"],
) | {"nam_hoc": "2026-2027", "cac_phan": REPORT_SECTIONS}
