"""How the core's papers are laid out between title and signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intranet.papers.layout import Layout


def _parties(layout: Layout) -> None:
    """The sides of an agreement, introduced one by one."""
    layout.paragraph("{{ cau_mo }}")
    with layout.each("ben", "cac_ben"):
        layout.paragraph("Bên {{ ben.chu }}: {{ ben.ten }}", bold=True)
        layout.paragraph("Đại diện: Ông (bà) {{ ben.dai_dien }}; chức vụ: {{ ben.chuc_vu }}.")


def memorandum(layout: Layout) -> None:
    """Legal bases, parties, clauses, period."""
    layout.lines("can_cu", italic=True)
    layout.lines("mo_dau")
    _parties(layout)
    layout.paragraph("Các bên thống nhất ký bản ghi nhớ với các nội dung sau:")
    with layout.each("muc", "dieu"):
        layout.heading("Điều {{ muc.so }}. {{ muc.tieu_de }}")
        layout.lines("muc.doan")
    with layout.when("loi_ket"):
        layout.paragraph("{{ loi_ket }}")


def pledge(layout: Layout) -> None:
    """Parties and a table of promises."""
    layout.lines("can_cu", italic=True)
    _parties(layout)
    # The preamble of a pledge leads to its promises.
    layout.lines("mo_dau")
    with layout.when("not mo_dau"):
        layout.paragraph(
            "Thực hiện chương trình “{{ chuong_trinh }}”, hai trường cùng giao ước thực hiện các nội dung sau:"
        )
    with layout.when("cam_ket"):
        _promises(layout)
    layout.paragraph(
        "Hai trường cam kết thực hiện đúng các nội dung trên, cùng theo dõi và đánh giá kết quả vào cuối mỗi năm học. "
        "Bản giao ước được lập thành {{ so_ban }}./."
    )


def _promises(layout: Layout) -> None:
    columns = (
        *(("TT", "stt", 12), ("Nội dung cam kết", "noi_dung", 66), ("Trường thực hiện", "ben", 38)),
        *(("Số lượng", "so_luong", 24), ("Thời hạn", "han", 25)),
    )
    layout.table("cam_ket", columns)


def year_plan(layout: Layout) -> None:
    """Aims and a table of tasks."""
    layout.heading("I. MỤC ĐÍCH, YÊU CẦU")
    layout.lines("muc_dich")
    layout.heading("II. NHIỆM VỤ")
    columns = (
        *(("TT", "stt", 12), ("Nhiệm vụ", "noi_dung", 64), ("Đơn vị chủ trì", "chu_tri", 34)),
        *(("Thời hạn", "han", 25), ("Chỉ tiêu", "chi_tieu", 30)),
    )
    layout.table("nhiem_vu", columns)
    layout.heading("III. TỔ CHỨC THỰC HIỆN")
    layout.paragraph(
        "Các đơn vị, trường tham gia chương trình căn cứ kế hoạch này để thực hiện. Trong quá trình thực hiện, nếu có "
        "vướng mắc, các đơn vị báo cáo về {{ don_vi }} để xem xét, giải quyết./."
    )


def invitation(layout: Layout) -> None:
    """Who is asked, to what, when and where."""
    layout.paragraph("{{ truong_moi }} trân trọng kính mời:")
    layout.lines("kinh_moi", mark="- ")
    layout.paragraph("Tới dự: {{ cuoc_hop }}.")
    layout.paragraph("Thời gian: {{ thoi_gian }}.")
    with layout.when("dia_diem"):
        layout.paragraph("Địa điểm: {{ dia_diem }}.")
    with layout.when("lien_ket"):
        layout.paragraph("Họp trực tuyến tại: {{ lien_ket }}")
    with layout.when("chu_tri"):
        layout.paragraph("Chủ trì: {{ chu_tri }}.")
    with layout.when("noi_dung"):
        layout.paragraph("Nội dung:")
        layout.lines("noi_dung", mark="- ")
    layout.paragraph("Rất mong quý vị sắp xếp thời gian tới dự./.")


def minutes(layout: Layout) -> None:
    """Time and place, who was there, what was said and decided."""
    layout.paragraph("Thời gian bắt đầu: {{ thoi_gian }}.")
    with layout.when("dia_diem"):
        layout.paragraph("Địa điểm: {{ dia_diem }}.")
    layout.heading("I. THÀNH PHẦN THAM DỰ")
    layout.paragraph("Chủ tọa: Ông (bà) {{ chu_tri }}.")
    layout.paragraph("Thư ký: Ông (bà) {{ thu_ky }}.")
    with layout.when("co_mat"):
        layout.paragraph("Có mặt:")
        layout.lines("co_mat", mark="- ")
    with layout.when("vang_mat"):
        layout.paragraph("Vắng mặt:")
        layout.lines("vang_mat", mark="- ")
    layout.heading("II. NỘI DUNG, DIỄN BIẾN")
    layout.lines("dien_bien")
    with layout.when("ket_luan"):
        layout.heading("III. KẾT LUẬN")
        layout.lines("ket_luan")
    layout.paragraph(
        "Cuộc họp kết thúc{% if ket_thuc %} lúc {{ ket_thuc }}{% endif %}. Biên bản đã được đọc cho mọi người cùng "
        "nghe và thống nhất thông qua./."
    )


def pair_list(layout: Layout) -> None:
    """A table of schools that face each other."""
    layout.paragraph("Chương trình có {{ so_cap }} cặp trường kết nghĩa.")
    with layout.when("trong_phu_luc"):
        layout.paragraph("Danh sách đầy đủ ở phụ lục Excel kèm theo.")
    with layout.when("cap"):
        columns = (
            *(("TT", "stt", 12), ("Trường", "truong_1", 46), ("Đơn vị", "don_vi_1", 30)),
            *(("Trường kết nghĩa", "truong_2", 47), ("Đơn vị", "don_vi_2", 30)),
        )
        layout.table("cap", columns)


def report(layout: Layout) -> None:
    """Parts with headings, each with its paragraphs and its tables of any number of columns."""
    with layout.each("phan", "cac_phan"):
        layout.heading("{{ phan.tieu_de }}")
        layout.lines("phan.doan")
        with layout.each("bang", "phan.bang"):
            layout.free_table("bang")
