"""What the core's papers say, taken from the tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from intranet.kernel.clock import local
from intranet.papers.days import paper_day
from intranet.papers.letterheads import Heading, heading_of, issuer_of
from intranet.papers.parts import more_bodies, one_body, signature
from intranet.papers.wording import (
    clock_time,
    hour_and_day,
    paragraphs,
    short_day,
    split_bases,
    written_day,
)
from intranet.registry.agreements import Memorandum, MemorandumClause, Signatory, YearPlan, YearPlanItem
from intranet.registry.districts import District
from intranet.registry.pledges import ABSENT, EXCUSED, Meeting, MeetingAttendee, PledgeClause
from intranet.registry.schools import School
from intranet.registry.then import keeper_on, offices_above, offices_on, school_name_on, school_names_on
from intranet.registry.twinning import TWINNED, Pairing, Programme, ProgrammeDistrict, takes_part
from intranet.registry.units import unit_on
from intranet.web.layout import format_quantity

# A longer list stands in its Excel annex.
MOST_PAIRS = 300
AWAY = {ABSENT: "", EXCUSED: " (có lý do)"}


def _clauses(memorandum: Memorandum) -> list[dict[str, Any]]:
    rows = (
        MemorandumClause.select(MemorandumClause.heading, MemorandumClause.text)
        .where(MemorandumClause.memorandum == memorandum)
        .order_by(MemorandumClause.position, MemorandumClause.id)
        .tuples()
    )
    return [
        {"so": number, "tieu_de": heading, "doan": paragraphs(text)}
        for number, (heading, text) in enumerate(rows, start=1)
    ]


def _programme_districts(programme: Programme, day: date | None = None) -> list[District]:
    """Those that take part on a day, the owner first."""
    query = (
        District.select()
        .join(ProgrammeDistrict, on=(ProgrammeDistrict.district == District.id))
        .where(ProgrammeDistrict.programme == programme, takes_part(day=day))
        .order_by(District.id)
    )
    owner = keeper_on(programme, "owner_district", day)
    return sorted(query, key=lambda district: district != owner)


def _signatory_headings(memorandum: Memorandum) -> list[tuple[str, Heading]]:
    """(name, heading) of each side: as it signs, or what its office's letterhead says."""
    programme, day = memorandum.programme, memorandum.signed_on
    signatories = {row.district_id: row for row in Signatory.select().where(Signatory.memorandum == memorandum)}
    districts = list(District.select().where(District.id.in_(list(signatories))).order_by(District.id))
    owner = keeper_on(programme, "owner_district", day)
    districts.sort(key=lambda district: district != owner)
    found = []
    sides = districts or _programme_districts(programme, day)
    for district, office in zip(sides, offices_on(sides, day), strict=True):
        heading, signed = heading_of(district, day=day), signatories.get(district.id)
        name = signed.body if signed else office
        found.append(
            (
                name,
                replace(
                    heading,
                    body=_broken(name, unit_on(district, day).name).upper(),
                    signer_name=(signed.name if signed else "") or heading.signer_name,
                    signer_title=(signed.title if signed else "") or heading.signer_title,
                ),
            )
        )
    return found


def _broken(name: str, unit: str) -> str:
    """An office in two lines, the name of its district below: in one it does not fit beside the state's name."""
    return re.sub(rf" (?={re.escape(unit)}$)", "\n", name, flags=re.IGNORECASE)


def memorandum(record: Memorandum) -> dict[str, Any]:
    """A memorandum of two or more offices, or an appendix to one."""
    named = _signatory_headings(record)
    sides = [heading for _name, heading in named]
    place = record.signed_place or sides[0].place
    parts = more_bodies(
        sides,
        name="Phụ lục bản ghi nhớ" if record.parent_id else "Bản ghi nhớ",
        about=_without_kind(record.title),
        sign="PLBGN" if record.parent_id else "BGN",
        number=record.number,
        day=record.signed_on,
        place=place,
        recipients=[*(name for name, _heading in named), "Các trường tham gia chương trình", "Lưu: VT"],
    )
    bases, opening = split_bases(record.preamble)
    for side, (name, _heading) in zip(parts["cac_ben"], named, strict=True):
        side["ten"] = name
    clauses, period, copies = _clauses(record), _period(record), _copies(len(sides))
    return parts | {
        "can_cu": bases,
        "mo_dau": opening,
        "cau_mo": f"Hôm nay, {written_day(record.signed_on)}, tại {place}, chúng tôi gồm:",
        "dieu": clauses,
        "hieu_luc": period,
        "so_ban": copies,
        "loi_ket": _closing(clauses, period, copies),
    }


def _without_kind(title: str) -> str:
    """What a memorandum is about, without the name that stands above it already."""
    rest = re.sub(r"^(phụ lục )?(biên )?bản ghi nhớ ", "", title, flags=re.IGNORECASE)
    return rest[:1].upper() + rest[1:]


def _closing(clauses: Sequence[dict[str, Any]], period: str, copies: str) -> str:
    """What a memorandum's own articles do not say: until when it holds, and in how many copies it is."""
    said = " ".join(line for clause in clauses for line in clause["doan"]).lower()
    sentences = [
        f"Bản ghi nhớ có hiệu lực {period}." if "hiệu lực" not in said else "",
        f"Bản ghi nhớ được lập thành {copies}." if "lập thành" not in said else "",
    ]
    return " ".join(filter(None, sentences))


def _period(record: Memorandum) -> str:
    if record.starts_on and record.ends_on:
        return f"từ {written_day(record.starts_on)} đến hết {written_day(record.ends_on)}"
    return f"từ {written_day(record.starts_on)}" if record.starts_on else "kể từ ngày ký"


def _copies(sides: int) -> str:
    words = {2: "hai", 3: "ba", 4: "bốn", 5: "năm", 6: "sáu"}
    count = 2 * sides
    written = words.get(count, "tám" if count == 8 else str(count))
    return f"{count:02} ({written}) bản có giá trị như nhau, mỗi bên giữ 02 (hai) bản"


def pledge(record: Pairing) -> dict[str, Any]:
    """The pledge of two schools, by the names and the principals of the day on which it was signed."""
    schools, signed_on = (record.first_school, record.second_school), record.signed_on
    names = school_names_on(schools, signed_on)
    sides = [heading_of(school.district, school, signed_on) for school in schools]
    place = record.signed_place or sides[0].place
    parts = more_bodies(
        sides,
        name="Bản giao ước kết nghĩa",
        about=" và ".join(names.values()),
        sign="GƯ",
        number=record.pledge_number,
        day=record.signed_on,
        # Heads the paper; where it was signed, often in a school, stands in the text.
        place=sides[0].place,
        recipients=[*offices_above(schools, signed_on), "Hai trường (để thực hiện)", "Lưu: VT"],
    )
    for side, name in zip(parts["cac_ben"], names.values(), strict=True):
        side["ten"] = name
    bases, opening = split_bases(record.pledge_preamble)
    return parts | {
        "chuong_trinh": record.programme.title,
        "can_cu": bases,
        "mo_dau": opening,
        "cau_mo": f"Hôm nay, {written_day(record.signed_on)}, tại {place}, chúng tôi gồm:",
        "cam_ket": _promises(record, names),
        "so_ban": _copies(2),
    }


def _promises(record: Pairing, names: Mapping[int, str]) -> list[dict[str, Any]]:
    rows = (
        PledgeClause.select(
            PledgeClause.text, PledgeClause.giver, PledgeClause.quantity, PledgeClause.unit, PledgeClause.due_on
        )
        .where(PledgeClause.pairing == record, PledgeClause.dropped_on.is_null())
        .order_by(PledgeClause.position, PledgeClause.id)
        .tuples()
    )
    return [
        {
            "stt": number,
            "noi_dung": text,
            "ben": names.get(giver, "Hai trường"),
            "so_luong": f"{format_quantity(quantity)} {unit}".strip() if quantity is not None else "",
            "han": short_day(due_on),
        }
        for number, (text, giver, quantity, unit, due_on) in enumerate(rows, start=1)
    ]


def year_plan(record: YearPlan) -> dict[str, Any]:
    """A programme's plan for a school year, issued by the office that keeps the programme."""
    programme = record.programme
    issuer = issuer_of(programme, record.issued_on, side="owner_")
    day = paper_day(record.issued_on)
    parts = one_body(
        issuer.heading,
        name="Kế hoạch",
        about=f"Thực hiện chương trình “{programme.title}” năm học {record.school_year}",
        sign="KH",
        number=record.number,
        day=record.issued_on,
        recipients=[
            *offices_on(_programme_districts(programme, day), day),
            "Các trường tham gia chương trình",
            "Lưu: VT",
        ],
    )
    rows = YearPlanItem.select().where(YearPlanItem.plan == record).order_by(YearPlanItem.position, YearPlanItem.id)
    return parts | {
        "chuong_trinh": programme.title,
        "don_vi": issuer.office,
        "nam_hoc": record.school_year,
        "muc_dich": paragraphs(record.aims),
        "nhiem_vu": [
            {
                "stt": number,
                "noi_dung": item.task,
                "chu_tri": item.lead,
                "han": short_day(item.due_on),
                "chi_tieu": item.target,
            }
            for number, item in enumerate(rows, start=1)
        ],
    }


def _host(record: Meeting) -> School:
    return record.host if record.host_id else record.pairing.first_school


def _attendees(record: Meeting) -> list[tuple[str, str]]:
    """(who in words, attendance) of everybody asked."""
    asked = MeetingAttendee.select().where(MeetingAttendee.meeting == record)
    schools = School.select().where(School.id.in_(asked.select(MeetingAttendee.school)))
    names = school_names_on(schools, _day_of(record))
    return [
        (
            ", ".join(filter(None, (f"Ông (bà) {who.name}", who.title, names.get(who.school_id)))),
            who.attendance,
        )
        for who in asked.order_by(MeetingAttendee.id)
    ]


def _day_of(record: Meeting) -> date:
    return local(record.starts_at).date()


def _meeting(record: Meeting) -> dict[str, Any]:
    names = school_names_on((record.pairing.first_school, record.pairing.second_school), _day_of(record))
    return {
        "cuoc_hop": record.title,
        "thoi_gian": hour_and_day(record.starts_at),
        "dia_diem": record.place,
        "lien_ket": record.link,
        "chu_tri": record.chair,
        "noi_dung": paragraphs(record.agenda),
        "cap": " và ".join(names.values()),
    }


def invitation(record: Meeting) -> dict[str, Any]:
    """The invitation to a meeting or a visit, from the school that hosts it."""
    host = _host(record)
    invited_on = local(record.invited_at).date() if record.invited_at else None
    day = paper_day(invited_on)
    parts = one_body(
        heading_of(host.district, host, day),
        name="Giấy mời",
        about=record.title,
        sign="GM",
        day=invited_on,
        recipients=["Như thành phần mời", "Lưu: VT"],
    )
    return (
        parts
        | _meeting(record)
        | {
            "truong_moi": school_name_on(host, day),
            "kinh_moi": [who for who, _attendance in _attendees(record)],
        }
    )


def minutes(record: Meeting) -> dict[str, Any]:
    """The minutes of a meeting: the secretary signs on the left, who was in the chair on the right."""
    schools = (record.pairing.first_school, record.pairing.second_school)
    day = paper_day(_day_of(record))
    sides = {school.id: heading_of(school.district, school, day) for school in schools}
    host = _host(record)
    parts = more_bodies(
        list(sides.values()),
        name="Biên bản",
        about=record.title,
        sign="BB",
        day=_day_of(record),
        place=(sides.get(host.id) or heading_of(host.district, host, day)).place,
        recipients=[*school_names_on(schools, day).values(), "Lưu: VT"],
        signatures=[signature("Thư ký", record.secretary), signature("Chủ tọa", record.chair)],
    )
    attendees = _attendees(record)
    return (
        parts
        | _meeting(record)
        | {
            "thu_ky": record.secretary,
            "co_mat": [who for who, attendance in attendees if attendance not in AWAY],
            "vang_mat": [who + AWAY[attendance] for who, attendance in attendees if attendance in AWAY],
            "dien_bien": paragraphs(record.minutes),
            "ket_luan": paragraphs(record.conclusions),
            "ket_thuc": f"{clock_time(record.ends_at)} cùng ngày" if record.ends_at else "",
        }
    )


def pair_list(record: Programme) -> dict[str, Any]:
    """The pairs of a programme, as an annex to its decisions; a long list stands in an Excel annex."""
    day = paper_day()
    parts = one_body(
        issuer_of(record, side="owner_").heading,
        name="Danh sách",
        about=f"Các cặp trường kết nghĩa thuộc chương trình “{record.title}”",
        sign="DS",
        recipients=[*offices_on(_programme_districts(record, day), day), "Lưu: VT"],
    )
    pairs, count = _pairs(record)
    return parts | {"chuong_trinh": record.title, "so_cap": count, "cap": pairs, "trong_phu_luc": count > len(pairs)}


def _pairs(record: Programme) -> tuple[Sequence[dict[str, Any]], int]:
    first, second, first_district, second_district = School.alias(), School.alias(), District.alias(), District.alias()
    twinned = (Pairing.programme == record) & Pairing.state.in_(TWINNED)
    count = Pairing.select().where(twinned).count()
    rows = (
        Pairing.select(first.name, first_district.name, second.name, second_district.name)
        .join(first, on=(Pairing.first_school == first.id))
        .join(second, on=(Pairing.second_school == second.id))
        .join(first_district, on=(Pairing.first_district == first_district.id))
        .join(second_district, on=(Pairing.second_district == second_district.id))
        .where(twinned)
        .order_by(first.sort_key, Pairing.id)
        .limit(MOST_PAIRS if count <= MOST_PAIRS else 0)
        .tuples()
    )
    names = ("truong_1", "don_vi_1", "truong_2", "don_vi_2")
    return [{"stt": number, **dict(zip(names, row, strict=True))} for number, row in enumerate(rows, start=1)], count
