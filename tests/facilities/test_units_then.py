"""The module's papers after units changed: what is of then by the names of then, what is of today by those of today."""

from datetime import date, timedelta

import pytest

from intranet.kernel.clock import midnight, today
from intranet.kernel.language import SOURCE, speaking
from intranet.papers.kinds import paper_kinds
from intranet.registry.schools import FormerKey, School
from intranet.shared.checklists import ChecklistPack
from plugins.facilities.models import DonationPlan, Offer, Proposal, ProposalItem, Review
from plugins.facilities.reviews import rules as reviews

BEFORE, AFTER = date(2024, 10, 1), date(2026, 10, 1)


def context(app, key, record):
    with app.app_context(), speaking(SOURCE):
        _module, kind = paper_kinds().find(f"facilities.{key}")
        return kind.context(type(record).get_by_id(record.id))


@pytest.fixture
def school(app):
    """Trường THCS Hồng Quang, of huyện Ứng Hòa; it had another name until 2025."""
    with app.app_context():
        found = School.get(School.code == "01281503")
        FormerKey.create(school=found, kind="name", value="Trường THCS Đội Bình", match_key="", until=date(2025, 1, 1))
        return found


@pytest.fixture
def plan(app, school):
    with app.app_context():
        return DonationPlan.create(district=school.district_id, school=school, title="Sửa phòng đọc", content="Sửa.")


@pytest.fixture
def review(app, school, actor_of):
    with app.app_context():
        pack = ChecklistPack.get(ChecklistPack.key == "review-lower-secondary")
        given = {"title": "Rà soát", "note": "", "due_on": today() + timedelta(days=9)}
        opened = reviews.open_round(actor_of("uh.chuyenvien"), pack, given)
        return reviews.begin_review(opened, school, actor_of("uh.hieutruong").person_id)


@pytest.mark.parametrize(
    ("day", "head", "office"),
    [
        (BEFORE, ["PHÒNG GD&ĐT HUYỆN ỨNG HÒA", "TRƯỜNG THCS ĐỘI BÌNH"], "Phòng GD&ĐT huyện Ứng Hòa"),
        (AFTER, ["UBND XÃ HÒA XÁ", "TRƯỜNG THCS HỒNG QUANG"], "UBND xã Hòa Xá"),
        (None, ["UBND XÃ HÒA XÁ", "TRƯỜNG THCS HỒNG QUANG"], "UBND xã Hòa Xá"),
    ],
)
def test_a_schools_papers_are_headed_and_sent_as_on_their_day(app, plan, review, reorganised, day, head, office):
    with app.app_context():
        DonationPlan.update(posted_on=day, settled_on=day).execute()
        if day is not None:
            Review.update(state="locked", state_since=midnight(day)).execute()
    for key, record in {"use_plan": plan, "settlement": plan, "review_minutes": review}.items():
        found = context(app, key, record)
        assert [found["co_quan_chu_quan"], found["co_quan"].upper(), found["noi_nhan"][0]] == [*head, office]
        assert found["truong"].upper() == head[1]


@pytest.mark.parametrize(
    ("day", "giver"), [(BEFORE, "Trường THCS Đội Bình"), (AFTER, "Trường THCS Hồng Quang")], ids=["then", "now"]
)
def test_who_gave_is_named_as_on_the_day_of_the_hand_over(app, school, make_need, promise, reorganised, day, giver):
    offer = promise(make_need(), 5)
    with app.app_context():
        Offer.update(received_on=day).execute()
    assert context(app, "hand_over", offer)["ben_giao"] == giver


@pytest.mark.parametrize(
    ("day", "head", "office", "name"),
    [
        (
            BEFORE,
            ["UBND HUYỆN ỨNG HÒA", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỞNG PHÒNG"],
            "Phòng GD&ĐT huyện Ứng Hòa",
            "Trường THCS Đội Bình",
        ),
        (AFTER, ["", "ỦY BAN NHÂN DÂN\nXÃ VÂN ĐÌNH", "CHỦ TỊCH"], "UBND xã Vân Đình", "Trường THCS Hồng Quang"),
    ],
    ids=["then", "now"],
)
def test_a_submission_is_its_offices_of_the_day_on_which_it_was_sent(
    app, school, make_need, request, day, head, office, name
):
    need = make_need()
    with app.app_context():
        proposal = Proposal.create(district=school.district_id, title="Bổ sung bàn ghế", sent_on=day)
        line = {"item": need.item, "quantity": need.quantity, "unit": need.unit}
        ProposalItem.create(proposal=proposal, need=need, school=school, position=1, **line)
    request.getfixturevalue("reorganised")
    found = context(app, "submission", proposal)
    assert [found["co_quan_chu_quan"], found["co_quan"], found["chu_ky"]["chuc_vu"]] == head
    assert (found["don_vi"], found["cac_muc"][0]["truong"]) == (office, name)
