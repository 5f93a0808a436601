"""All that a plugin may import from the intranet: the only door."""

from intranet.accounts.public_posts import count_public_post
from intranet.calendar_pages.feed_views import send_calendar_item
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
    OpenWork,
    Panel,
    PaperKind,
    Permission,
    ReportSection,
    ReportTable,
    SearchResult,
)
from intranet.files.queries import page_of as files_of
from intranet.files.queries import pictures_of, small_pictures
from intranet.files.rules import attach as attach_files
from intranet.hookspecs import hookimpl
from intranet.kernel import checklists
from intranet.kernel.clock import local, midnight, now, stored, today
from intranet.kernel.database import transaction
from intranet.kernel.forms import (
    Amount,
    Day,
    Form,
    Hour,
    Lines,
    Money,
    Phone,
    Query,
    Text,
    Versioned,
    Whole,
    at_most,
    form_token,
    options,
    remember,
    repeated,
    required,
)
from intranet.kernel.fulltext import contains, words
from intranet.kernel.fulltext import create_index as create_search_index
from intranet.kernel.jobs import JobRefused, Run, enqueue
from intranet.kernel.language import gettext, lazy_gettext, ngettext, source_text
from intranet.kernel.schoolyear import days_of, school_year_of, term_of
from intranet.kernel.sealed import Broken, KeyMissing
from intranet.kernel.secret_fields import SealKeyField, Secret, names_of_secrets, opened, opened_file, put, put_file
from intranet.kernel.statements import Statement, among, param
from intranet.kernel.tables import SortKeyField, Table
from intranet.kernel.text import canonical, fold, match_key, search_tokens, sort_key
from intranet.kernel.workflow import DONE, STOPPED, UNDER_WAY, Holder, Party, State, Transition, Workflow
from intranet.pairings.rules import propose as propose_pairing
from intranet.pairings.rules import suggest as suggest_pairing
from intranet.papers.amounts import money_in_words, written_money
from intranet.papers.days import paper_day, settled_on
from intranet.papers.documents import render as render_paper
from intranet.papers.letterheads import heading_of, issuer_of
from intranet.papers.parts import letter, more_bodies, one_body, signature
from intranet.papers.queries import body_of as issued_body
from intranet.papers.queries import by_code as issued_paper
from intranet.papers.rules import issue as issue_paper
from intranet.papers.rules import void as void_paper
from intranet.papers.views import send_word
from intranet.papers.word import Pictured
from intranet.papers.word import joined as joined_papers
from intranet.papers.wording import short_day, written_day
from intranet.registry.districts import Commune, District, closed_sentence, district_by_code, of_today
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
    people_with_role,
    works_at,
)
from intranet.registry.pledges import PledgeClause
from intranet.registry.schools import LEVEL_LABELS, NEED, STRENGTH, Level, School, SchoolYearFigures, Site, Tag
from intranet.registry.then import office_name_at, school_name_at, school_name_on
from intranet.registry.twinning import (
    DECLINED,
    OPEN,
    RUNNING,
    TWINNED,
    Pairing,
    Programme,
    ProgrammeDistrict,
    takes_part,
)
from intranet.registry.units import successors_of
from intranet.shared import office_rounds, scoring
from intranet.shared.access import Actor, demand, fetch, for_each_actor, may, visible
from intranet.shared.activities import keep_activities, record_activity, told_of_pair, void_activity
from intranet.shared.attachments import Attachable, count_files, register_attachable
from intranet.shared.audit import differences, record
from intranet.shared.calendar import clashes
from intranet.shared.checklists import ChecklistPack, ScoredLine, checklist_of, insert_packs
from intranet.shared.checklists import in_force as packs_in_force
from intranet.shared.checklists import register_use as register_checklist_use
from intranet.shared.columns import Column
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Conflict, Refused, locked, merged, write_merged
from intranet.shared.holders import people_of as people_who_hold
from intranet.shared.modules import where_on
from intranet.shared.notifying import count_recipients, notify
from intranet.shared.readings import came_since, divided_since
from intranet.shared.steps import NotYours, begin, carry, fall_due, locked_within, may_take, take, text_changed
from intranet.shared.steps import refresh as refresh_waiting
from intranet.shared.tasks import stop_waiting, wait_for_holder
from intranet.shared.unit_moves import Moves
from intranet.shared.uploads import Upload
from intranet.shared.uploads import taken as take_file
from intranet.shared.workbooks import write_table
from intranet.shared.working_days import working_days_after, working_days_between, years_without_calendar
from intranet.web.addresses import external, picture_of
from intranet.web.downloads import send_bytes
from intranet.web.exports import Export, send_workbook
from intranet.web.exports import answer as answer_export
from intranet.web.exports import job_of as export_job
from intranet.web.exports import start as start_export
from intranet.web.exports import subtitle as export_subtitle
from intranet.web.gate import duty, public, requires
from intranet.web.hx import go, page
from intranet.web.jobs import job_address
from intranet.web.layout import format_quantity, named, say
from intranet.web.numbers import whole
from intranet.web.saving import blame, fields_of, leave, save_form, show_conflict
from intranet.web.uploads import largest_file, takes_files

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
    "MERGED",
    "NEED",
    "NEVER",
    "OFFICER",
    "OPEN",
    "PRINCIPAL",
    "RUNNING",
    "SAVED",
    "SCHOOL",
    "STOPPED",
    "STRENGTH",
    "TEACHER",
    "TOGETHER",
    "TWINNED",
    "UNCHANGED",
    "UNDER_WAY",
    "UNION",
    "VIEWER",
    "ActivityFacts",
    "ActivityKind",
    "Actor",
    "Amount",
    "Attachable",
    "Broken",
    "CalendarItem",
    "ChecklistPack",
    "Column",
    "Commune",
    "Conflict",
    "Day",
    "District",
    "Export",
    "Form",
    "Function",
    "Holder",
    "Hour",
    "JobKind",
    "JobRefused",
    "KeyMissing",
    "Level",
    "Lines",
    "Measure",
    "Module",
    "Money",
    "Moves",
    "NavItem",
    "NotYours",
    "NoticeKind",
    "OpenWork",
    "Pairing",
    "Panel",
    "PaperKind",
    "Party",
    "Permission",
    "Person",
    "Phone",
    "Pictured",
    "PledgeClause",
    "Programme",
    "ProgrammeDistrict",
    "Query",
    "Refused",
    "ReportSection",
    "ReportTable",
    "Run",
    "School",
    "SchoolYearFigures",
    "ScoredLine",
    "SealKeyField",
    "SearchResult",
    "Secret",
    "Site",
    "SortKeyField",
    "State",
    "Statement",
    "Table",
    "Tag",
    "Text",
    "Transition",
    "Upload",
    "Versioned",
    "Whole",
    "Workflow",
    "among",
    "answer_export",
    "at_most",
    "attach_files",
    "begin",
    "blame",
    "came_since",
    "canonical",
    "carry",
    "checklist_of",
    "checklists",
    "clashes",
    "closed_sentence",
    "contains",
    "count_files",
    "count_public_post",
    "count_recipients",
    "create_search_index",
    "days_of",
    "demand",
    "differences",
    "district_by_code",
    "divided_since",
    "duty",
    "enqueue",
    "export_job",
    "export_subtitle",
    "external",
    "fall_due",
    "fetch",
    "fields_of",
    "files_of",
    "fold",
    "for_each_actor",
    "form_token",
    "format_quantity",
    "gettext",
    "go",
    "heading_of",
    "hookimpl",
    "insert_packs",
    "issue_paper",
    "issued_body",
    "issued_paper",
    "issuer_of",
    "job_address",
    "joined_papers",
    "keep_activities",
    "largest_file",
    "lazy_gettext",
    "leave",
    "letter",
    "local",
    "locked",
    "locked_within",
    "match_key",
    "may",
    "may_take",
    "merged",
    "midnight",
    "money_in_words",
    "more_bodies",
    "named",
    "names_of_secrets",
    "ngettext",
    "notify",
    "now",
    "of_today",
    "office_name_at",
    "office_rounds",
    "one_body",
    "opened",
    "opened_file",
    "options",
    "packs_in_force",
    "page",
    "paper_day",
    "param",
    "people_who_hold",
    "people_with_role",
    "picture_of",
    "pictures_of",
    "propose_pairing",
    "public",
    "put",
    "put_file",
    "record",
    "record_activity",
    "refresh_waiting",
    "register_attachable",
    "register_checklist_use",
    "remember",
    "render_paper",
    "repeated",
    "required",
    "requires",
    "save_form",
    "say",
    "school_name_at",
    "school_name_on",
    "school_year_of",
    "scoring",
    "search_tokens",
    "send_bytes",
    "send_calendar_item",
    "send_word",
    "send_workbook",
    "settled_on",
    "short_day",
    "show_conflict",
    "signature",
    "small_pictures",
    "sort_key",
    "source_text",
    "start_export",
    "stop_waiting",
    "stored",
    "successors_of",
    "suggest_pairing",
    "take",
    "take_file",
    "takes_files",
    "takes_part",
    "term_of",
    "text_changed",
    "today",
    "told_of_pair",
    "transaction",
    "visible",
    "void_activity",
    "void_paper",
    "wait_for_holder",
    "where_on",
    "whole",
    "words",
    "working_days_after",
    "working_days_between",
    "works_at",
    "write_merged",
    "write_table",
    "written_day",
    "written_money",
    "years_without_calendar",
]
