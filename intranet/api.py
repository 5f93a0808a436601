"""All that a plugin may import from the intranet: the only door."""

from intranet.contributions import (
    ANY,
    AT_ONCE,
    DAILY,
    DISTRICT,
    GIVEN,
    NEVER,
    SCHOOL,
    TOGETHER,
    ActivityFacts,
    ActivityKind,
    CalendarItem,
    Function,
    JobKind,
    Measure,
    Module,
    NavItem,
    NoticeKind,
    Panel,
    PaperKind,
    Permission,
    ReportSection,
    ReportTable,
    SearchResult,
)
from intranet.hookspecs import hookimpl
from intranet.kernel.clock import midnight, now, today
from intranet.kernel.database import SortKeyField, Statement, Table, param, transaction
from intranet.kernel.forms import Form, Lines, Phone, Text, Whole, at_most, form_token, remember, repeated, required
from intranet.kernel.fulltext import contains, words
from intranet.kernel.fulltext import create_index as create_search_index
from intranet.kernel.jobs import JobRefused, Run, enqueue
from intranet.kernel.language import gettext, lazy_gettext, ngettext, source_text
from intranet.kernel.text import canonical, fold, match_key, search_tokens, sort_key
from intranet.kernel.workflow import DONE, STOPPED, UNDER_WAY, Holder, Party, State, Transition, Workflow
from intranet.pairings.rules import propose as propose_pairing
from intranet.pairings.rules import suggest as suggest_pairing
from intranet.papers.letterheads import heading_of
from intranet.papers.parts import more_bodies, one_body
from intranet.papers.rules import issue as issue_paper
from intranet.papers.rules import void as void_paper
from intranet.registry.districts import Commune, District
from intranet.registry.people import (
    COORDINATOR,
    COUNSELLOR,
    GROUP_HEAD,
    HOMEROOM,
    IT_CONTACT,
    LEADER,
    OFFICER,
    PRINCIPAL,
    TEACHER,
    UNION,
    VIEWER,
    Person,
)
from intranet.registry.schools import (
    LEVEL_LABELS,
    NEED,
    STRENGTH,
    Level,
    School,
    SchoolYearFigures,
    Site,
    Tag,
)
from intranet.registry.twinning import (
    DECLINED,
    OPEN,
    RUNNING,
    Pairing,
    Programme,
    ProgrammeDistrict,
    takes_part,
)
from intranet.shared.access import Actor, demand, fetch, may
from intranet.shared.activities import record_activity, void_activity
from intranet.shared.audit import differences, record
from intranet.shared.calendar import clashes
from intranet.shared.columns import Column
from intranet.shared.edits import Refused, locked
from intranet.shared.notifying import count_recipients, notify
from intranet.shared.steps import begin, take, text_changed
from intranet.shared.workbooks import write_table
from intranet.web.exports import send_workbook
from intranet.web.gate import requires
from intranet.web.hx import go, page
from intranet.web.jobs import job_address
from intranet.web.layout import named, say
from intranet.web.numbers import whole

__all__ = [
    "ANY",
    "AT_ONCE",
    "COORDINATOR",
    "COUNSELLOR",
    "DAILY",
    "DECLINED",
    "DISTRICT",
    "DONE",
    "GIVEN",
    "GROUP_HEAD",
    "HOMEROOM",
    "IT_CONTACT",
    "LEADER",
    "LEVEL_LABELS",
    "NEED",
    "NEVER",
    "OFFICER",
    "OPEN",
    "PRINCIPAL",
    "RUNNING",
    "SCHOOL",
    "STOPPED",
    "STRENGTH",
    "TEACHER",
    "TOGETHER",
    "UNDER_WAY",
    "UNION",
    "VIEWER",
    "ActivityFacts",
    "ActivityKind",
    "Actor",
    "CalendarItem",
    "Column",
    "Commune",
    "District",
    "Form",
    "Function",
    "Holder",
    "JobKind",
    "JobRefused",
    "Level",
    "Lines",
    "Measure",
    "Module",
    "NavItem",
    "NoticeKind",
    "Pairing",
    "Panel",
    "PaperKind",
    "Party",
    "Permission",
    "Person",
    "Phone",
    "Programme",
    "ProgrammeDistrict",
    "Refused",
    "ReportSection",
    "ReportTable",
    "Run",
    "School",
    "SchoolYearFigures",
    "SearchResult",
    "Site",
    "SortKeyField",
    "State",
    "Statement",
    "Table",
    "Tag",
    "Text",
    "Transition",
    "Whole",
    "Workflow",
    "at_most",
    "begin",
    "canonical",
    "clashes",
    "contains",
    "count_recipients",
    "create_search_index",
    "demand",
    "differences",
    "enqueue",
    "fetch",
    "fold",
    "form_token",
    "gettext",
    "go",
    "heading_of",
    "hookimpl",
    "issue_paper",
    "job_address",
    "lazy_gettext",
    "locked",
    "match_key",
    "may",
    "midnight",
    "more_bodies",
    "named",
    "ngettext",
    "notify",
    "now",
    "one_body",
    "page",
    "param",
    "propose_pairing",
    "record",
    "record_activity",
    "remember",
    "repeated",
    "required",
    "requires",
    "say",
    "search_tokens",
    "send_workbook",
    "sort_key",
    "source_text",
    "suggest_pairing",
    "take",
    "takes_part",
    "text_changed",
    "today",
    "transaction",
    "void_activity",
    "void_paper",
    "whole",
    "words",
    "write_table",
]
