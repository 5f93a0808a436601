"""The life of a lesson study, by the four steps of công văn 5555/BGDĐT-GDTrH (2014)."""

from __future__ import annotations

from intranet.api import DONE, STOPPED, State, Transition, Workflow, gettext
from intranet.api import lazy_gettext as _
from plugins.professional_development import parties
from plugins.professional_development.lesson_studies import effects
from plugins.professional_development.models import LessonPlan, LessonStudy, Observation

THEME, PLANNED, TAUGHT, DISCUSSED = "theme", "planned", "taught", "discussed"
REPLANNED, TAUGHT_AGAIN, REPORTED, SHARED, DROPPED = "replanned", "taught_again", "reported", "shared", "dropped"
STATE_LABELS = {
    THEME: _("Chọn bài, lập nhóm"),
    PLANNED: _("Đã có kế hoạch bài dạy lần 1"),
    TAUGHT: _("Đã dạy và dự giờ"),
    DISCUSSED: _("Đã suy ngẫm, thảo luận"),
    REPLANNED: _("Đã có kế hoạch bài dạy lần 2"),
    TAUGHT_AGAIN: _("Đã dạy lại"),
    REPORTED: _("Đã báo cáo"),
    SHARED: _("Đã chia sẻ"),
    DROPPED: _("Dừng"),
}


# The four steps of công văn 5555, each with the states in which its work is done.
STEPS = (
    (_("Xây dựng bài học minh họa"), (THEME,)),
    (_("Dạy minh họa và dự giờ"), (PLANNED,)),
    (_("Suy ngẫm, thảo luận"), (TAUGHT,)),
    (_("Vận dụng"), (DISCUSSED, REPLANNED, TAUGHT_AGAIN)),
)


def step_of(state: str) -> int:
    """Which of STEPS is under way, from 0 on; after them all, their number."""
    return next((number for number, (_label, states) in enumerate(STEPS) if state in states), len(STEPS))


def _plan(number: int):
    def guard(study: LessonStudy) -> str | None:
        written = LessonPlan.select().where(LessonPlan.study == study, LessonPlan.number == number).exists()
        return None if written else gettext("Chưa có kế hoạch bài dạy lần %(number)s.", number=number)

    return guard


def _observed(teaching: int):
    def guard(study: LessonStudy) -> str | None:
        day = study.taught_on if teaching == 1 else study.taught_again_on
        if day is None:
            return gettext("Chưa ghi ngày dạy.")
        seen = Observation.select().where(Observation.study == study, Observation.teaching == teaching).exists()
        return None if seen else gettext("Chưa có ghi chép dự giờ nào.")

    return guard


def _field(name: str, sentence: str):
    return lambda study: None if getattr(study, name) else gettext(sentence)


WHO = ("leader", "host")
LIFE_CYCLE = Workflow(
    model=LessonStudy,
    label=_("Nghiên cứu bài học"),
    parties=(parties.person("leader", _("Trưởng nhóm"), "leader"), parties.HOST),
    states=(
        State(key=THEME, label=STATE_LABELS[THEME], step=_("Viết kế hoạch bài dạy lần 1"), days=30),
        State(key=PLANNED, label=STATE_LABELS[PLANNED], step=_("Dạy minh họa và dự giờ"), days=30),
        State(key=TAUGHT, label=STATE_LABELS[TAUGHT], step=_("Suy ngẫm, thảo luận"), days=7),
        State(key=DISCUSSED, label=STATE_LABELS[DISCUSSED], step=_("Viết kế hoạch bài dạy lần 2"), days=14),
        State(key=REPLANNED, label=STATE_LABELS[REPLANNED], step=_("Dạy lại hoặc báo cáo"), days=30),
        State(key=TAUGHT_AGAIN, label=STATE_LABELS[TAUGHT_AGAIN], step=_("Viết báo cáo"), days=14),
        State(key=REPORTED, label=STATE_LABELS[REPORTED], step=_("Chia sẻ với các trường"), days=30),
        State(key=SHARED, label=STATE_LABELS[SHARED], kind=DONE),
        State(key=DROPPED, label=STATE_LABELS[DROPPED], kind=STOPPED),
    ),
    transitions=(
        Transition(
            key="plan", label=_("Xong kế hoạch lần 1"), sources=(THEME,), target=PLANNED, by=WHO, guard=_plan(1)
        ),
        Transition(
            key="teach", label=_("Đã dạy minh họa"), sources=(PLANNED,), target=TAUGHT, by=WHO, guard=_observed(1)
        ),
        Transition(
            key="discuss",
            label=_("Đã thảo luận"),
            sources=(TAUGHT,),
            target=DISCUSSED,
            by=WHO,
            guard=_field("discussion", _("Chưa ghi nội dung thảo luận.")),
        ),
        Transition(
            key="replan", label=_("Xong kế hoạch lần 2"), sources=(DISCUSSED,), target=REPLANNED, by=WHO, guard=_plan(2)
        ),
        Transition(
            key="teach_again",
            label=_("Đã dạy lại"),
            sources=(REPLANNED,),
            target=TAUGHT_AGAIN,
            by=WHO,
            guard=_observed(2),
            exit=True,
        ),
        Transition(
            key="report",
            label=_("Nộp báo cáo"),
            sources=(REPLANNED, TAUGHT_AGAIN),
            target=REPORTED,
            by=WHO,
            guard=_field("report", _("Chưa viết báo cáo.")),
            effect=effects.reported,
        ),
        Transition(key="share", label=_("Chia sẻ"), sources=(REPORTED,), target=SHARED, by=("host",)),
        Transition(
            key="drop",
            label=_("Dừng"),
            sources=(THEME, PLANNED, TAUGHT, DISCUSSED, REPLANNED),
            target=DROPPED,
            by=WHO,
            exit=True,
            reason=True,
            danger=True,
            keeps_reason="outcome",
        ),
    ),
    title=lambda study: study.title,
    url=lambda study: f"/professional-development/lesson-studies/{study.id}",
)
