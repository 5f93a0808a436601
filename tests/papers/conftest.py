"""Records to make papers of, and how a Word file is read."""

from datetime import date, datetime
from io import BytesIO

import pytest
from docx import Document

from intranet.registry.agreements import Memorandum, MemorandumClause, Signatory, YearPlan, YearPlanItem
from intranet.registry.districts import District
from intranet.registry.pledges import Meeting, MeetingAttendee, PledgeClause
from intranet.registry.twinning import Pairing, Programme


@pytest.fixture
def programme(app):
    with app.app_context():
        return Programme.get()


@pytest.fixture
def pairing(app):
    """The pair of the accounts' first schools."""
    with app.app_context():
        return Pairing.select().order_by(Pairing.id).first()


@pytest.fixture
def memorandum(app, programme):
    """A signed memorandum of both offices."""
    with app.app_context():
        made = Memorandum.create(
            programme=programme,
            title="Về việc phối hợp giáo dục",
            preamble="Căn cứ Kế hoạch số 12/KH-UBND\nCăn cứ Công văn số 3\nHai phòng cùng mong muốn giúp nhau.",
            number="5",
            signed_on=date(2023, 9, 5),
            signed_place="Ứng Hòa",
            starts_on=date(2023, 9, 1),
            ends_on=date(2025, 8, 31),
        )
        for position, (heading, text) in enumerate((("Mục đích", "Chia sẻ."), ("Nội dung", "Một.\nHai."))):
            MemorandumClause.create(memorandum=made, position=position, heading=heading, text=text)
        names = ("Nguyễn Thị Ánh", "Nguyễn Hữu Ơn")
        for district, name in zip(District.select().order_by(District.id), names, strict=True):
            Signatory.create(
                memorandum=made, district=district, body=district.office_name, name=name, title="Trưởng phòng"
            )
        return made


@pytest.fixture
def pledge(app, pairing):
    """The pair with two promises."""
    with app.app_context():
        first, second = pairing.first_school_id, pairing.second_school_id
        PledgeClause.delete().where(PledgeClause.pairing == pairing).execute()
        PledgeClause.create(
            pairing=pairing,
            position=0,
            giver=first,
            receiver=second,
            text="Dạy chuyên đề",
            quantity="4.00",
            unit="tiết",
        )
        PledgeClause.create(pairing=pairing, position=1, text="Giao lưu văn nghệ", due_on=date(2024, 2, 3))
        Pairing.update(pledge_number="7", signed_on=date(2023, 10, 20)).where(Pairing.id == pairing.id).execute()
        return Pairing.get_by_id(pairing.id)


@pytest.fixture
def plan(app, programme):
    """A year's plan with one task."""
    with app.app_context():
        made = YearPlan.create(programme=programme, school_year="2019-2020", aims="Một.\nHai.", number="12/KH-PGDĐT")
        YearPlanItem.create(plan=made, position=0, task="Tập huấn", lead="Phòng GD&ĐT", target="4 buổi")
        return made


@pytest.fixture
def meeting(app, pairing):
    """A meeting that was held: one was there, one was not."""
    with app.app_context():
        made = Meeting.create(
            pairing=pairing,
            title="Họp thống nhất giao ước",
            starts_at=datetime(2023, 10, 2, 1, 30),
            ends_at=datetime(2023, 10, 2, 3, 0),
            place="Hội trường",
            agenda="Thống nhất nội dung",
            minutes="Hai trường trao đổi.",
            conclusions="Nhất trí.",
            chair="Đặng Minh Vinh",
            secretary="Ngô Đức Thủy",
        )
        MeetingAttendee.create(meeting=made, name="Huỳnh Bích Tâm", title="Hiệu trưởng", attendance="present")
        MeetingAttendee.create(meeting=made, name="Lê Thu Hòa", attendance="excused")
        return made


def paragraphs_of(body):
    """The texts of a Word file in the order in which they stand, those of tables too; empty ones left out."""
    document = Document(BytesIO(body))
    texts = ("".join(node.text or "" for node in p.iter(TEXT)) for p in document.element.body.iter(PARAGRAPH))
    return [text for text in texts if text.strip()]


WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT, PARAGRAPH = f"{WORDS}t", f"{WORDS}p"


@pytest.fixture
def read():
    """The texts of a Word file."""
    return paragraphs_of


@pytest.fixture
def paper(cast):
    """``paper("hm.chuyenvien", "pledge", record)``: the texts of the Word file that the person gets."""

    def read(username, kind, record):
        answer = cast(username).get(f"/papers/{kind}/{record.id}.docx")
        assert answer.status_code == 200, answer.text
        return paragraphs_of(answer.data)

    return read
