"""The core's kinds of papers. The reports' come with their own room."""

from __future__ import annotations

from intranet.contributions import PaperKind
from intranet.kernel.language import lazy_gettext as _
from intranet.papers import bodies, contexts, samples
from intranet.papers.kinds import register_kind
from intranet.registry.agreements import Memorandum, YearPlan
from intranet.registry.pledges import Meeting
from intranet.registry.twinning import Pairing, Programme

register_kind(
    PaperKind(
        key="memorandum",
        label=_("Biên bản ghi nhớ"),
        model=Memorandum,
        permission="programmes.view",
        context=contexts.memorandum,
        file_name=lambda record: f"Bản ghi nhớ {record.title}",
        body=bodies.memorandum,
        sample=samples.MEMORANDUM,
        bodies=2,
    )
)
register_kind(
    PaperKind(
        key="pledge",
        label=_("Giao ước kết nghĩa"),
        model=Pairing,
        permission="pairings.view",
        context=contexts.pledge,
        file_name=lambda record: f"Giao ước {record.first_school.name} - {record.second_school.name}",
        body=bodies.pledge,
        sample=samples.PLEDGE,
        bodies=2,
    )
)
register_kind(
    PaperKind(
        key="year_plan",
        label=_("Kế hoạch năm"),
        model=YearPlan,
        permission="programmes.view",
        context=contexts.year_plan,
        file_name=lambda record: f"Kế hoạch năm học {record.school_year}",
        body=bodies.year_plan,
        sample=samples.YEAR_PLAN,
    )
)
register_kind(
    PaperKind(
        key="invitation",
        label=_("Giấy mời"),
        model=Meeting,
        permission="pairings.view",
        context=contexts.invitation,
        file_name=lambda record: f"Giấy mời {record.title}",
        body=bodies.invitation,
        sample=samples.INVITATION,
    )
)
register_kind(
    PaperKind(
        key="minutes",
        label=_("Biên bản họp"),
        model=Meeting,
        permission="pairings.view",
        context=contexts.minutes,
        file_name=lambda record: f"Biên bản {record.title}",
        body=bodies.minutes,
        sample=samples.MINUTES,
        bodies=2,
    )
)
register_kind(
    PaperKind(
        key="pair_list",
        label=_("Danh sách cặp trường"),
        model=Programme,
        permission="programmes.view",
        context=contexts.pair_list,
        file_name=lambda record: f"Danh sách cặp trường {record.title}",
        body=bodies.pair_list,
        sample=samples.PAIR_LIST,
    )
)
