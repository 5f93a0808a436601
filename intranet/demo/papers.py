"""The demo's papers: an office's letterhead, a list of pairs that was issued, and one that was made void for it."""

from __future__ import annotations

from datetime import timedelta

from intranet.kernel.clock import today
from intranet.papers import rules
from intranet.registry.people import Person
from intranet.registry.twinning import Programme


def build(programme: Programme) -> None:
    """Write the letterhead of the office that keeps the programme, and issue its list of pairs twice."""
    officer = Person.get(Person.username == "hm.chuyenvien")
    letterhead = {"parent_body": "ỦY BAN NHÂN DÂN\nQUẬN HOÀNG MAI"}
    rules.save_letterhead(programme.owner_district, None, letterhead, version=0, person_id=officer.id)
    day = today() - timedelta(days=20)
    first = rules.issue("pair_list", programme, number="14", issued_on=day, person_id=officer.id)
    rules.void(first, "Thay bằng danh sách số 15 vì thêm cặp mới", person_id=officer.id)
    rules.issue("pair_list", programme, number="15", issued_on=day + timedelta(days=6), person_id=officer.id)
