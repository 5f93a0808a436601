"""Demo data: what some unpaired schools are strong in and need, made up, and the suggestions that follow."""

from __future__ import annotations

from intranet.api import NEED, STRENGTH, Programme, School, Tag
from plugins.matching import queries, rules

# {district: (strength, need)}, given to schools in turn.
SUBJECTS = {
    "HM": (
        ("Dạy học tiếng Anh", "Hoạt động trải nghiệm"),
        ("Chuyển đổi số", "Giáo dục thể chất"),
        ("Giáo dục STEM", "Sân chơi"),
        ("Thư viện thân thiện", "Vườn trường"),
        ("Bồi dưỡng học sinh giỏi", "Giáo dục kỹ năng sống"),
    ),
    "UH": (
        ("Hoạt động trải nghiệm", "Giáo viên tiếng Anh"),
        ("Giáo dục thể chất", "Chuyển đổi số"),
        ("Vườn trường", "Sách thư viện"),
        ("Giáo dục kỹ năng sống", "Giáo dục STEM"),
        ("Văn nghệ dân gian", "Bồi dưỡng học sinh giỏi"),
    ),
}
# Two of three schools have entered theirs.
LEFT_OUT = 3


def build() -> None:
    """Describe schools of each programme's districts that are not twinned yet and have nothing entered."""
    for programme in Programme.select().order_by(Programme.id):
        bench = queries.bench_of(programme)
        described = Tag.select(Tag.school)
        rows = School.select().where(queries.unpaired(bench), School.id.not_in(described))
        for number, school in enumerate(rows.order_by(School.district, School.code, School.id)):
            subjects = SUBJECTS.get(school.district.code)
            if subjects and number % LEFT_OUT:
                _describe(school, *subjects[number % len(subjects)])
        if bench.running:
            rules.finish(rules.begin(bench, programme.owner_district_id, person_id=None))


def _describe(school: School, strength: str, need: str) -> None:
    Tag.create(school=school, kind=STRENGTH, label=strength)
    Tag.create(school=school, kind=NEED, label=need)
    School.update(needs_published=True).where(School.id == school.id).execute()
