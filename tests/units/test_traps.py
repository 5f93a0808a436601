"""Codes that were given again, names that live on at another level, wards that do not say where a school lies now."""

from datetime import date

from intranet.registry.districts import Commune, District, district_by_code
from intranet.registry.schools import School
from intranet.registry.units import ChangeLine, ChangeUnit, Placement, district_on

# {code: (what it named before 1 July 2025, what it names since)}
GIVEN_AGAIN = {
    "00301": ("Phường Thanh Trì", "Phường Vĩnh Hưng"),
    "00316": ("Phường Đại Kim", "Phường Định Công"),
    "00322": ("Phường Hoàng Văn Thụ", "Phường Tương Mai"),
    "00331": ("Phường Thịnh Liệt", "Phường Hoàng Mai"),
    "10369": ("Xã Trường Thịnh", "Xã Ứng Thiên"),
    "10402": ("Xã Trầm Lộng", "Xã Ứng Hòa"),
    "10417": ("Xã Hòa Phú", "Xã Hòa Xá"),
}


def test_a_code_given_again_means_who_has_it_today_and_the_other_keeps_its_past(replayed):
    ended = dict(Commune.select(Commune.code, Commune.name).where(Commune.valid_to == date(2025, 6, 30)).tuples())
    assert {code: (ended[code], district_by_code(code).name) for code in GIVEN_AGAIN} == GIVEN_AGAIN


def test_a_code_that_passed_from_one_commune_to_another_leads_back_to_both(replayed):
    had = (
        ChangeUnit.select(ChangeUnit.side, ChangeUnit.name)
        .where(ChangeUnit.code == "10402")
        .order_by(ChangeUnit.change, ChangeUnit.id)
    )
    assert list(had.tuples()) == [
        ("to", "Xã Trầm Lộng"),
        ("from", "Xã Hòa Lâm"),
        ("to", "Xã Ứng Hòa"),
        ("from", "Xã Trầm Lộng"),
    ]


def test_a_name_that_lives_on_at_another_level_is_another_unit(replayed):
    for ended, new in (("Huyện Ứng Hòa", "Xã Ứng Hòa"), ("Quận Hoàng Mai", "Phường Hoàng Mai")):
        old, young = District.get(District.name == ended), District.get(District.name == new)
        assert (old.id == young.id, old.valid_to, young.valid_from) == (False, date(2025, 6, 30), date(2025, 7, 1))
        schools = list(School.select().where(School.district == young))
        assert {district_on(school, date(2025, 6, 30)).name for school in schools} == {ended}
    # A ward, then a commune of the same name elsewhere, with another code.
    codes = Commune.select(Commune.code).where(Commune.name == "Phường Thanh Trì")
    assert ([code for (code,) in codes.tuples()], District.get(District.name == "Xã Thanh Trì").code) == (
        ["00301"],
        "00640",
    )


def test_an_old_ward_that_was_cut_up_does_not_say_where_its_school_lies_now(history):
    change = history.two_tiers("HM")
    lines = ChangeLine.select().join(ChangeUnit, on=(ChangeLine.source == ChangeUnit.id))
    of_tan_mai = [line.target.name for line in lines.where(ChangeUnit.name == "Phường Tân Mai")]
    assert of_tan_mai == ["Phường Tương Mai", "Phường Hoàng Mai"]
    placed = Placement.select().where(Placement.change == change, Placement.target.is_null(False))
    assert placed.count() == 0


def test_a_commune_that_went_over_whole_says_where_its_schools_lie(history):
    history.take_effect(history.communes_of_2025())
    change = history.two_tiers("UH")
    rows = Placement.select().where(Placement.change == change)
    targets = {row.school.commune.name: row.target.name for row in rows if row.target_id}
    assert targets["Xã Liên Bạt"] == "Xã Ứng Thiên"
    assert [row.school.commune.name for row in rows if row.target_id is None] == ["Xã Thịnh"]
