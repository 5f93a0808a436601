"""Papers made of records: what they say, in which order, and who gets them."""

import pytest

from intranet.registry.agreements import Memorandum, MemorandumClause

KINDS = ["memorandum", "pledge", "year_plan", "invitation", "minutes", "pair_list"]


@pytest.fixture
def records(memorandum, pledge, plan, meeting, programme):
    return {
        "memorandum": memorandum,
        "pledge": pledge,
        "year_plan": plan,
        "invitation": meeting,
        "minutes": meeting,
        "pair_list": programme,
    }


def test_a_memorandum_says_what_was_agreed_in_the_order_of_the_decree(paper, memorandum):
    assert paper("uh.chuyenvien", "memorandum", memorandum) == [
        "PHÒNG GD&ĐTQUẬN HOÀNG MAI",
        "-",
        "PHÒNG GD&ĐTHUYỆN ỨNG HÒA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BGN-PGDĐT",
        "Ứng Hòa, ngày 05 tháng 9 năm 2023",
        "BẢN GHI NHỚ",
        "Về việc phối hợp giáo dục",
        "Căn cứ Kế hoạch số 12/KH-UBND;",
        "Căn cứ Công văn số 3.",
        "Hai phòng cùng mong muốn giúp nhau.",
        "Hôm nay, ngày 05 tháng 9 năm 2023, tại Ứng Hòa, chúng tôi gồm:",
        "Bên A: Phòng GD&ĐT quận Hoàng Mai",
        "Đại diện: Ông (bà) Nguyễn Thị Ánh; chức vụ: Trưởng phòng.",
        "Bên B: Phòng GD&ĐT huyện Ứng Hòa",
        "Đại diện: Ông (bà) Nguyễn Hữu Ơn; chức vụ: Trưởng phòng.",
        "Các bên thống nhất ký bản ghi nhớ với các nội dung sau:",
        "Điều 1. Mục đích",
        "Chia sẻ.",
        "Điều 2. Nội dung",
        "Một.",
        "Hai.",
        "Bản ghi nhớ có hiệu lực từ ngày 01 tháng 9 năm 2023 đến hết ngày 31 tháng 8 năm 2025. Bản ghi nhớ được lập "
        "thành 04 (bốn) bản có giá trị như nhau, mỗi bên giữ 02 (hai) bản.",
        "ĐẠI DIỆN BÊN A",
        "TRƯỞNG PHÒNG",
        "Nguyễn Thị Ánh",
        "ĐẠI DIỆN BÊN B",
        "TRƯỞNG PHÒNG",
        "Nguyễn Hữu Ơn",
        "Nơi nhận:",
        "- Phòng GD&ĐT quận Hoàng Mai;",
        "- Phòng GD&ĐT huyện Ứng Hòa;",
        "- Các trường tham gia chương trình;",
        "- Lưu: VT.",
    ]


def test_what_a_memorandums_articles_say_is_not_said_again(app, paper, memorandum):
    with app.app_context():
        text = "Bản ghi nhớ có hiệu lực từ ngày ký và được lập thành 02 bản."
        MemorandumClause.create(memorandum=memorandum, position=9, heading="Hiệu lực", text=text)
        Memorandum.update(title="Bản ghi nhớ về phối hợp").where(Memorandum.id == memorandum.id).execute()
    texts = paper("hm.chuyenvien", "memorandum", memorandum)
    assert [line for line in texts if "hiệu lực" in line] == [text]
    assert texts[texts.index("BẢN GHI NHỚ") + 1] == "Về phối hợp"


def test_a_pledge_names_both_schools_their_principals_and_each_promise(paper, pledge):
    texts = paper("hm.giaovien", "pledge", pledge)
    assert texts[:3] == ["TRƯỜNG THCS YÊN SỞ", "-", "TRƯỜNG THCS HỒNG QUANG"]
    assert texts[5:7] == ["Số: 07/GƯ-THCSYS-THCSHQ", "Yên Sở, ngày 20 tháng 10 năm 2023"]
    table = texts.index("TT")
    assert texts[table + 5 : table + 14] == [
        *("1", "Dạy chuyên đề", "Trường THCS Yên Sở", "4 tiết"),
        *("2", "Giao lưu văn nghệ", "Hai trường", "03/02/2024"),
        "Hai trường cam kết thực hiện đúng các nội dung trên, cùng theo dõi và đánh giá kết quả vào cuối mỗi năm học. "
        "Bản giao ước được lập thành 04 (bốn) bản có giá trị như nhau, mỗi bên giữ 02 (hai) bản./.",
    ]
    left = texts.index("ĐẠI DIỆN BÊN A")
    assert texts[left : left + 6] == [
        *("ĐẠI DIỆN BÊN A", "HIỆU TRƯỞNG", "Đặng Minh Vinh"),
        *("ĐẠI DIỆN BÊN B", "HIỆU TRƯỞNG", "Huỳnh Bích Tâm"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_tag_of_our_templates_is_filled(paper, records, kind):
    texts = paper("hm.chuyenvien", kind, records[kind])
    assert [text for text in texts if "{" in text or "}" in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_gives_the_tags_that_the_sample_has(app, records, kind):
    with app.app_context():
        found = app.extensions["paper_kinds"].find(kind)[1]
        assert found.context(records[kind]).keys() == found.sample.keys()


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hm.hieutruong", 200),
        ("uh.giaovien", 200),
        ("hm.lanhdao", 200),
        ("uh.chuyenvien", 200),
        ("admin", 200),
        ("hm2.hieutruong", 404),
        ("uh2.giaovien", 404),
        ("", 303),
    ],
)
def test_a_pledge_is_for_whoever_sees_the_pair(cast, pledge, username, status):
    assert cast(username).get(f"/papers/pledge/{pledge.id}.docx").status_code == status


def test_the_file_carries_the_papers_name(cast, pledge):
    answer = cast("hm.hieutruong").get(f"/papers/pledge/{pledge.id}.docx")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Giao uoc Truong THCS Yen So')
    assert (answer.mimetype.rpartition(".")[2], answer.headers["Cache-Control"]) == ("document", "no-store")


@pytest.mark.parametrize("address", ["/papers/unknown/1.docx", "/papers/pledge/999999.docx"])
def test_what_does_not_exist_is_not_found(cast, address):
    assert cast("hm.chuyenvien").get(address).status_code == 404


def test_the_list_of_pairs_has_its_excel_annex(cast, programme):
    annex = cast("hm.chuyenvien").soup(f"/papers/pair_list/{programme.id}").select_one("a[href*='export.xlsx']")
    assert cast("hm.chuyenvien").get(annex["href"]).mimetype.endswith("spreadsheetml.sheet")


def test_a_long_list_of_pairs_stands_in_the_annex_only(paper, programme, monkeypatch):
    monkeypatch.setattr("intranet.papers.contexts.MOST_PAIRS", 3)
    texts = paper("hm.chuyenvien", "pair_list", programme)
    assert "Danh sách đầy đủ ở phụ lục Excel kèm theo." in texts
    assert "TT" not in texts
