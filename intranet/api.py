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
    Function,
    Measure,
    Module,
    NavItem,
    NoticeKind,
    Panel,
    Permission,
    ReportSection,
    ReportTable,
    SearchResult,
)
from intranet.hookspecs import hookimpl
from intranet.kernel.clock import now, today
from intranet.kernel.database import SortKeyField, Statement, Table, param, transaction
from intranet.kernel.forms import Form, Lines, Phone, Text, Whole, at_most, form_token, remember, repeated, required
from intranet.kernel.fulltext import contains, words
from intranet.kernel.fulltext import create_index as create_search_index
from intranet.kernel.text import canonical, fold, match_key, search_tokens, sort_key
from intranet.kernel.workflow import DONE, STOPPED, UNDER_WAY, Holder, Party, State, Transition, Workflow
from intranet.registry.districts import District
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
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing
from intranet.shared.access import Actor, demand, fetch, may
from intranet.shared.activities import record_activity, void_activity
from intranet.shared.audit import differences, record
from intranet.shared.columns import Column
from intranet.shared.edits import Refused
from intranet.shared.notifying import count_recipients, notify
from intranet.shared.steps import begin, take, text_changed
from intranet.shared.workbooks import write_table
from intranet.web.exports import send_workbook
from intranet.web.gate import requires
from intranet.web.hx import go, page
from intranet.web.layout import say
from intranet.web.numbers import whole

__all__ = [
    "ANY",
    "AT_ONCE",
    "COORDINATOR",
    "COUNSELLOR",
    "DAILY",
    "DISTRICT",
    "DONE",
    "GIVEN",
    "GROUP_HEAD",
    "HOMEROOM",
    "IT_CONTACT",
    "LEADER",
    "NEVER",
    "OFFICER",
    "PRINCIPAL",
    "SCHOOL",
    "STOPPED",
    "TEACHER",
    "TOGETHER",
    "UNDER_WAY",
    "UNION",
    "VIEWER",
    "ActivityFacts",
    "ActivityKind",
    "Actor",
    "Column",
    "District",
    "Form",
    "Function",
    "Holder",
    "Lines",
    "Measure",
    "Module",
    "NavItem",
    "NoticeKind",
    "Pairing",
    "Panel",
    "Party",
    "Permission",
    "Person",
    "Phone",
    "Refused",
    "ReportSection",
    "ReportTable",
    "School",
    "SearchResult",
    "SortKeyField",
    "State",
    "Statement",
    "Table",
    "Text",
    "Transition",
    "Whole",
    "Workflow",
    "at_most",
    "begin",
    "canonical",
    "contains",
    "count_recipients",
    "create_search_index",
    "demand",
    "differences",
    "fetch",
    "fold",
    "form_token",
    "go",
    "hookimpl",
    "match_key",
    "may",
    "notify",
    "now",
    "page",
    "param",
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
    "take",
    "text_changed",
    "today",
    "transaction",
    "void_activity",
    "whole",
    "words",
    "write_table",
]
