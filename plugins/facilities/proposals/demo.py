"""Dossiers of the demo's offices: one under appraisal, one in preparation."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from intranet.api import OFFICER, Actor, Person, carry, today
from plugins.facilities.models import Need, Proposal
from plugins.facilities.proposals import rules

TEXTS = {
    "bases": "Căn cứ kết quả rà soát cơ sở vật chất năm học này\nCăn cứ danh mục nhu cầu đã thẩm định của các trường",
    "reasons": "Các công trình dưới đây vượt khả năng hỗ trợ của trường kết nghĩa và nguồn tài trợ.",
    "course": "Chuẩn bị đầu tư: quý I. Thi công: nghỉ hè. Bàn giao trước ngày khai giảng.",
    "effects": "Học sinh có chỗ chào cờ, để xe; phòng học có đủ phương tiện dạy học.",
}
# (title, addressee, needs, sources in million đồng, steps)
DOSSIERS = {
    "uh": (
        "Đầu tư mái che sân khấu, nhà để xe cho các trường",
        "Ủy ban nhân dân huyện Ứng Hòa",
        ("Mái che sân khấu ngoài trời", "Nhà để xe học sinh"),
        (("budget", 150), ("budget_above", 65)),
        ("submit", "check", "send", "appraise"),
    ),
    "hm": (
        "Bổ sung bảng tương tác cho các phòng học khối 9",
        "Ủy ban nhân dân quận Hoàng Mai",
        ("Bảng tương tác phòng học",),
        (("budget", 100),),
        (),
    ),
}


def build() -> None:
    """Make them of the demo's needs."""
    for code, row in DOSSIERS.items():
        _make(_officer(code), *row)


def _officer(code: str) -> Actor:
    person = Person.get(Person.username == f"{code}.chuyenvien")
    return Actor(person_id=person.id, role=OFFICER, district_id=person.district_id)


def _make(
    officer: Actor,
    title: str,
    addressee: str,
    items: tuple[str, ...],
    sources: tuple[tuple[str, int], ...],
    steps: tuple[str, ...],
) -> None:
    proposal = rules.make_proposal(officer, {**TEXTS, "title": title, "addressee": addressee})
    wanted = Need.select(Need.id).where(Need.item.in_(items), Need.district == officer.district_id)
    rules.add_needs(proposal, [id_ for (id_,) in wanted.order_by(Need.id).tuples()], officer)
    for kind, millions in sources:
        source = {"kind": kind, "label": "", "amount": Decimal(millions) * 1_000_000}
        rules.add_source(proposal, source, officer)
    for step in steps:
        carry(proposal, step, person_id=officer.person_id)
    if "send" in steps:
        sent = {"number": "27/TTr-PGDĐT", "sent_on": today() - timedelta(days=18)}
        Proposal.update(sent).where(Proposal.id == proposal.id).execute()


def mark() -> None:
    """A dossier in preparation of each office: for the office alone."""
    for code in ("hm", "uh"):
        values = {**TEXTS, "title": "Hồ sơ đang lập", "addressee": "", "reasons": f"CANARY-{code.upper()}-O1"}
        rules.make_proposal(_officer(code), values)
