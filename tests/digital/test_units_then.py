"""Assessments and results on paper after units changed: of then by the names of then, of today by those of today."""

from datetime import date

import pytest

from intranet.kernel.clock import midnight
from intranet.kernel.language import SOURCE, speaking
from intranet.registry.schools import School
from plugins.digital.assessments.papers import KINDS
from plugins.digital.models import Assessment, Round

REPORT, EVIDENCE, PLAN, RESULTS = KINDS
THEN = ["PHÒNG GD&ĐT HUYỆN ỨNG HÒA", "Phòng GD&ĐT huyện Ứng Hòa"]
NOW = ["UBND XÃ HÒA XÁ", "UBND xã Hòa Xá"]


@pytest.fixture
def assessment(app, make_assessment, request):
    """That of a school of huyện Ứng Hòa, which then is dissolved."""
    made = make_assessment()
    with app.app_context():
        school = School.get(School.code == "01281503")
        Assessment.update(school=school, district=school.district_id).execute()
        Round.update(district=school.district_id).execute()
    request.getfixturevalue("reorganised")
    return made


@pytest.mark.parametrize(
    ("state", "day", "said"),
    [("approved", date(2024, 5, 5), THEN), ("approved", date(2026, 5, 5), NOW), ("submitted", date(2024, 5, 5), NOW)],
    ids=["then", "now", "still worked on"],
)
def test_a_schools_report_is_of_the_day_since_which_it_stands(app, assessment, state, day, said):
    with app.app_context(), speaking(SOURCE):
        Assessment.update(state=state, state_since=midnight(day)).execute()
        for kind in (REPORT, EVIDENCE):
            found = kind.context(Assessment.get_by_id(assessment.id))
            assert [found["co_quan_chu_quan"], found["noi_nhan"][0]] == said


@pytest.mark.parametrize(
    ("day", "office"),
    [(date(2024, 6, 1), "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"), (date(2026, 6, 1), "ỦY BAN NHÂN DÂN\nXÃ VÂN ĐÌNH")],
    ids=["then", "now"],
)
def test_results_are_the_offices_of_the_day_of_their_publication(app, assessment, day, office):
    with app.app_context(), speaking(SOURCE):
        Round.update(publish_on=day).execute()
        assert RESULTS.context(Round.get())["co_quan"] == office
