"""Ứng Hòa becomes several communes: suggestions are of the same schools, and whoever has them decides."""

from plugins.matching.models import Calculation, Suggestion


def test_suggestions_follow_their_schools_and_can_be_calculated_anew(app, programme, calculate, cast, request):
    calculate(cast("uh.chuyenvien"))
    before = set(Suggestion.select(Suggestion.id, Suggestion.first_school, Suggestion.second_school).tuples())
    units = request.getfixturevalue("reorganised")
    assert set(Suggestion.select(Suggestion.id, Suggestion.first_school, Suggestion.second_school).tuples()) == before
    for suggestion in Suggestion.select():
        places = suggestion.first_district, suggestion.second_district
        assert places == (suggestion.first_school.district, suggestion.second_school.district)
    assert {row.district.name for row in Calculation.select()} <= {"Quận Hoàng Mai", "Xã Vân Đình"}
    # The officer works for Vân Đình by now.
    again = calculate(cast("uh.chuyenvien"))
    assert (again.district, again.state) == (units["Vân Đình"], "ready")
    assert Suggestion.select().count() > 0
