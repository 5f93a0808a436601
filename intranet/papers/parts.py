"""The parts that every paper has, as values by their tags: heading, number, place and day, title, signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from intranet.papers.letterheads import Heading
from intranet.papers.wording import joined, number_line, place_and_day

SIDES = "ABCDEFGH"


def one_body(
    heading: Heading,
    *,
    name: str,
    about: str,
    sign: str,
    number: str = "",
    day: date | None = None,
    recipients: Sequence[str] = (),
    signatures: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The parts of a paper that one body issues. ``sign`` is the short sign of its kind: KH, BC, GM.

    ``signatures`` are of those who sign it side by side, where it is not its head alone.
    """
    signed = (
        {"hang_ky": _in_rows(signatures)}
        if signatures
        else {"chu_ky": signature(heading.signer_title, heading.signer_name)}
    )
    return {
        "co_quan_chu_quan": heading.parent_body,
        "co_quan": heading.body,
        **signed,
        **_common(name, about, joined(sign, heading.symbol), number, heading.place, day, recipients),
    }


def more_bodies(
    sides: Sequence[Heading],
    *,
    name: str,
    about: str,
    sign: str,
    number: str = "",
    day: date | None = None,
    place: str = "",
    recipients: Sequence[str] = (),
    signatures: Sequence[Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """The parts of a paper that two or more bodies issue together; side A stands first and signs on the left."""
    if signatures is None:
        signatures = [
            signature(side.signer_title, side.signer_name, f"ĐẠI DIỆN BÊN {letter}")
            for letter, side in zip(SIDES, sides, strict=False)
        ]
    signs = joined(sign, *(side.symbol for side in sides))
    return {
        "cac_ben": [
            {
                "chu": letter,
                "co_quan": side.body,
                "dai_dien": side.signer_name,
                "chuc_vu": own_office(side.signer_title),
            }
            for letter, side in zip(SIDES, sides, strict=False)
        ],
        "hang_ky": _in_rows(signatures),
        **_common(name, about, signs, number, place or sides[0].place, day, recipients),
    }


def letter(
    *, name: str, about: str, place: str, signatures: Sequence[Mapping[str, str]], day: date | None = None
) -> dict[str, Any]:
    """The parts of somebody's letter, which no body issues (``bodies=0``)."""
    return {
        "dia_danh_ngay_thang": place_and_day(place, day),
        "ma_tra_cuu": "",
        "ten_loai": name.upper(),
        "trich_yeu": about,
        "hang_ky": _in_rows(signatures),
        "noi_nhan": [],
    }


def _common(
    name: str, about: str, signs: str, number: str, place: str, day: date | None, recipients: Sequence[str]
) -> dict[str, Any]:
    return {
        "so_ky_hieu": number_line(number, signs),
        "ky_hieu": signs,
        "dia_danh_ngay_thang": place_and_day(place, day),
        "dia_danh": place,
        # Filled when the paper is issued.
        "ma_tra_cuu": "",
        "ten_loai": name.upper(),
        "trich_yeu": about,
        "noi_nhan": list(recipients),
    }


def own_office(title: str) -> str:
    """Phó trưởng phòng, of who signs as "KT. TRƯỞNG PHÒNG" above "PHÓ TRƯỞNG PHÒNG"."""
    return title.rpartition("\n")[2].capitalize()


def signature(title: str, name: str, for_whom: str = "") -> dict[str, str]:
    """A signature block: for whom, in which office, who."""
    return {"thay_mat": for_whom, "chuc_vu": title.upper(), "ho_ten": name}


def _in_rows(signatures: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    pairs = [signatures[start : start + 2] for start in range(0, len(signatures), 2)]
    return [{"trai": pair[0], "phai": pair[1] if len(pair) > 1 else None} for pair in pairs]
