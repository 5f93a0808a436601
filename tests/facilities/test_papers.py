"""The module's papers as Word files: what they say, and who gets them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document

from intranet.kernel.clock import today
from intranet.kernel.language import SOURCE, speaking
from intranet.kernel.schoolyear import school_year_of
from intranet.papers.kinds import paper_kinds
from intranet.registry.schools import School
from intranet.shared.checklists import ChecklistPack
from plugins.facilities.models import DonationPlan, Donor, Offer, Proposal, ProposalItem, ReviewLine, StandardLine
from plugins.facilities.reviews import rules as reviews
from plugins.facilities.standard import rules as standards


def pack(key):
    return ChecklistPack.get(ChecklistPack.key == key)


@pytest.fixture
def review(app, actor_of):
    """hm.hieutruong's school has of everything ten, and four fit for use."""
    with app.app_context():
        given = {"title": "Rà soát đầu năm học", "note": "", "due_on": today() + timedelta(days=9)}
        opened = reviews.open_round(actor_of("hm.chuyenvien"), pack("review-lower-secondary"), given)
        principal = actor_of("hm.hieutruong")
        found = reviews.begin_review(opened, School.get_by_id(principal.school_id), principal.person_id)
        ReviewLine.update(have=10, usable=4, condition=2).where(ReviewLine.review == found).execute()
        return found


@pytest.fixture
def check(app, actor_of):
    """The self-check of hm.hieutruong's school, all of it at level 1."""
    year = school_year_of(today())
    with app.app_context():
        given = {"school_year": year, "target_level": 2, "target_year": year}
        found = standards.begin_check(actor_of("hm.hieutruong"), pack("standard-57-2026"), given)
        StandardLine.update(own=Decimal(1)).where(StandardLine.standard == found).execute()
        return found


@pytest.fixture
def arrived(app, make_need, promise, bring):
    """Eighteen of twenty sets that the partner brought, two of them broken."""
    offer = promise(make_need(), 20, worth=Decimal(27_000_000))
    return bring(offer, "thanked", received=Decimal(18), broken=Decimal(2), receipt_note="Hai bộ gãy chân.")


@pytest.fixture
def records(app, actor_of, review, check, arrived):
    """{kind of paper: a record of it}."""
    with app.app_context():
        officer = actor_of("hm.chuyenvien")
        school = School.get_by_id(actor_of("hm.hieutruong").school_id)
        plan = DonationPlan.create(district=school.district_id, school=school, title="Sửa phòng đọc", content="Sửa.")
        proposal = Proposal.create(district=officer.district_id, title="Bổ sung bàn ghế")
    return {
        "review_minutes": review,
        "shortage_list": review,
        "standard_report": check,
        "hand_over": arrived,
        "thank_you": arrived,
        "use_plan": plan,
        "settlement": plan,
        "submission": proposal,
    }


def test_every_tag_of_a_sample_stands_in_the_record_and_no_other(app, records):
    differing = {}
    for key, record in records.items():
        _module, kind = paper_kinds_of(app, f"facilities.{key}")
        with app.app_context(), speaking(SOURCE):
            context = kind.context(type(record).get_by_id(record.id))
        differing[key] = context.keys() ^ kind.sample.keys()
    assert differing == {key: set() for key in records}


def paper_kinds_of(app, key):
    with app.app_context():
        return paper_kinds().find(key)


def test_the_hand_over_record_counts_what_arrived_and_what_was_broken(paper, arrived):
    texts = paper("uh.hieutruong", "facilities.hand_over", arrived)
    wanted = [
        "BIÊN BẢN",
        "Trường THCS Hồng Quang; người giao: Anh Lái.",
        "Trường THCS Yên Sở; người nhận: Cô Thư viện.",
        "Bộ bàn ghế học sinh cỡ IV; hình thức: Tặng.",
        "Số lượng giao: 20 bộ.",
        "Số lượng nhận, nguyên vẹn, dùng được: 18 bộ.",
        "Số lượng hỏng, không dùng được: 2 bộ.",
        "Tình trạng: Tốt.",
        "Trị giá ước tính: 27.000.000 đồng (Hai mươi bảy triệu đồng).",
        "Hai bộ gãy chân.",
    ]
    assert [text for text in texts if text in wanted] == wanted


def test_both_sides_sign_the_hand_over_record(paper, arrived):
    texts = paper("uh.hieutruong", "facilities.hand_over", arrived)
    start, middle = texts.index("ĐẠI DIỆN BÊN GIAO"), texts.index("ĐẠI DIỆN BÊN NHẬN")
    assert [texts[start + 1], texts[middle + 1]] == ["HIỆU TRƯỞNG", "HIỆU TRƯỞNG"]
    assert start < middle < texts.index("Nơi nhận:")


def test_who_gives_from_outside_signs_by_name(app, paper, arrived):
    Offer.update(giver_school=None, giver_district=None).where(Offer.id == arrived.id).execute()
    texts = paper("hm.hieutruong", "facilities.hand_over", arrived)
    start = texts.index("ĐẠI DIỆN BÊN GIAO")
    assert texts[start + 1 : start + 3] == ["NGƯỜI GIAO", "Anh Lái"]


def test_a_submission_ends_with_the_photos_of_its_needs_if_there_are_any(app, cast, make_need, picture):
    need = make_need()
    with app.app_context():
        proposal = Proposal.create(district=need.district_id, title="Bổ sung bàn ghế")
        for position, of in enumerate((make_need(item="Máy tính"), need), start=1):
            line = {"item": of.item, "quantity": of.quantity, "unit": of.unit}
            ProposalItem.create(proposal=proposal, need=of, school=of.school_id, position=position, **line)
    office, address = cast("hm.chuyenvien"), f"/papers/facilities.submission/{proposal.id}.docx"
    before = Document(BytesIO(office.get(address).data))
    assert ("PHỤ LỤC ẢNH HIỆN TRẠNG" in texts_of(before), len(before.inline_shapes)) == (False, 0)
    page = f"/files/facilities_need/{need.id}"
    for name in ("anh1.jpg", "anh2.jpg"):
        assert cast("hm.hieutruong").submit(page, "files", {"files": picture(name)}).status_code == 303
    after = Document(BytesIO(office.get(address).data))
    texts = texts_of(after)
    assert texts[texts.index("PHỤ LỤC ẢNH HIỆN TRẠNG") + 1 :] == [f"2. {need.item}, {need.school.name}", " "] * 2
    assert len(after.inline_shapes) == 2


def texts_of(document):
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def test_before_it_has_arrived_there_is_nothing_to_sign(cast, make_need, promise):
    offer = promise(make_need(), 20)
    assert cast("hm.hieutruong").get(f"/papers/facilities.hand_over/{offer.id}.docx").status_code == 403


def test_a_letter_of_thanks_names_the_giver_unless_the_giver_wishes_no_name(app, paper, arrived):
    assert "Kính gửi: Trường THCS Hồng Quang." in paper("hm.hieutruong", "facilities.thank_you", arrived)
    with app.app_context():
        of_school = {"district": arrived.district_id, "school": arrived.school_id, "sort_key": "x", "search_text": "x"}
        shy = Donor.create(name="Bà Tư Hiền", kind="person", anonymous=True, **of_school)
        Offer.update(giver_school=None, giver_district=None, donor=shy).where(Offer.id == arrived.id).execute()
    texts = paper("hm.hieutruong", "facilities.thank_you", arrived)
    assert "Kính gửi: Nhà tài trợ không nêu tên." in texts


def test_the_minutes_of_a_review_say_each_line_and_the_list_what_is_missing(paper, review):
    minutes = paper("hm.hieutruong", "facilities.review_minutes", review)
    assert "Rà soát cơ sở vật chất: Rà soát đầu năm học" in minutes
    at = next(place for place, text in enumerate(minutes) if text.startswith("2.1. "))
    assert minutes[at + 2 : at + 5] == ["10", "4", "Cần sửa lớn"]
    missing = paper("hm.chuyenvien", "facilities.shortage_list", review)
    rows = sum(text.startswith(("1.", "2.", "3.", "4.", "5.")) for text in missing)
    assert f"Số còn thiếu so với định mức: {rows} mục." in missing


def test_the_report_of_a_self_check_says_level_rule_and_what_is_missing(paper, check):
    texts = paper("hm.hieutruong", "facilities.standard_report", check)
    assert "Trường tự xếp: Mức 1." in texts or "Trường tự xếp: Chưa đạt mức 1." in texts
    assert any(text.startswith("- 4.1. ") for text in texts)


@pytest.mark.parametrize(
    ("username", "status"), [("hm.hieutruong", 200), ("hm.chuyenvien", 200), ("hm2.hieutruong", 404), ("uh.xem", 404)]
)
def test_a_paper_is_for_whoever_sees_its_record(cast, review, username, status):
    assert cast(username).get(f"/papers/facilities.review_minutes/{review.id}.docx").status_code == status
