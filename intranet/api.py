"""All that a plugin may import from the intranet: the only door."""

from intranet.contributions import ANY, DISTRICT, SCHOOL, Function, Module, NavItem, Panel, Permission, SearchResult
from intranet.hookspecs import hookimpl
from intranet.kernel.clock import now, today
from intranet.kernel.database import SortKeyField, Statement, Table, param, transaction
from intranet.kernel.forms import Form, Lines, Phone, Text, Whole, at_most, form_token, remember, repeated, required
from intranet.kernel.fulltext import contains, words
from intranet.kernel.fulltext import create_index as create_search_index
from intranet.kernel.text import canonical, fold, match_key, search_tokens, sort_key
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
from intranet.shared.audit import differences, record
from intranet.shared.columns import Column
from intranet.shared.workbooks import write_table
from intranet.web.exports import send_workbook
from intranet.web.gate import requires
from intranet.web.hx import go, page
from intranet.web.layout import say
from intranet.web.numbers import whole

__all__ = [
    "ANY",
    "COORDINATOR",
    "COUNSELLOR",
    "DISTRICT",
    "GROUP_HEAD",
    "HOMEROOM",
    "IT_CONTACT",
    "LEADER",
    "OFFICER",
    "PRINCIPAL",
    "SCHOOL",
    "TEACHER",
    "UNION",
    "VIEWER",
    "Actor",
    "Column",
    "District",
    "Form",
    "Function",
    "Lines",
    "Module",
    "NavItem",
    "Pairing",
    "Panel",
    "Permission",
    "Person",
    "Phone",
    "School",
    "SearchResult",
    "SortKeyField",
    "Statement",
    "Table",
    "Text",
    "Whole",
    "at_most",
    "canonical",
    "contains",
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
    "now",
    "page",
    "param",
    "record",
    "remember",
    "repeated",
    "required",
    "requires",
    "say",
    "search_tokens",
    "send_workbook",
    "sort_key",
    "today",
    "transaction",
    "whole",
    "words",
    "write_table",
]
