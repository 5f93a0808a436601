"""All tables of the module; what they hold of children stands in secret columns (decisions D9, D10)."""

from plugins.mentoring.tables.aid import Aid, TeacherSupport
from plugins.mentoring.tables.cases import Case, CaseRead, Consent, Goal, OfficeOpening, RestrictedNote, Review
from plugins.mentoring.tables.groups import Group, GroupAbsence, GroupMeeting, GroupPupil
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match, Meeting, Mentor

MODELS = (
    Case,
    Goal,
    Consent,
    RestrictedNote,
    Review,
    CaseRead,
    OfficeOpening,
    Handover,
    Mentor,
    Match,
    Meeting,
    Group,
    GroupPupil,
    GroupMeeting,
    GroupAbsence,
    Aid,
    TeacherSupport,
)
