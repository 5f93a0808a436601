"""Every address of the module, with the numbers of real records in it."""

import re

from intranet.cli.switches import route_table
from plugins.mentoring.tables.aid import Aid, TeacherSupport
from plugins.mentoring.tables.cases import Case, Consent
from plugins.mentoring.tables.groups import Group, GroupPupil
from plugins.mentoring.tables.handovers import Handover
from plugins.mentoring.tables.mentors import Match, Meeting

YEAR, TERM = "2026-2027", "2026-2027-1"
# The parameters of addresses, and which records stand in them: the columns of their tables.
OF = {
    ("case_id",): (Case, [Case.id]),
    ("case_id", "consent_id"): (Consent, [Consent.case, Consent.id]),
    ("case_id", "person_id"): (Match, [Match.case, Match.mentor]),
    ("match_id",): (Match, [Match.id]),
    ("match_id", "meeting_id"): (Meeting, [Meeting.match, Meeting.id]),
    ("group_id",): (Group, [Group.id]),
    ("group_id", "pupil_id"): (GroupPupil, [GroupPupil.group, GroupPupil.id]),
    ("aid_id",): (Aid, [Aid.id]),
    ("support_id",): (TeacherSupport, [TeacherSupport.id]),
    ("handover_id",): (Handover, [Handover.id]),
}


def addresses(app):
    """Every page of the module and of every record of it; whoever adds a route with another parameter adds it above."""
    found = {
        parameters: [list(row) for row in model.select(*columns).order_by(model.id).tuples()]
        for parameters, (model, columns) in OF.items()
    }
    for row in route_table(app):
        if row["module"] != "mentoring" or "GET" not in row["methods"]:
            continue
        rule = row["rule"].replace("<year>", YEAR).replace("<term>", TERM)
        parameters = tuple(re.findall(r"<int:(\w+)>", rule))
        for numbers in found[parameters] if parameters else [[]]:
            yield re.sub(r"<int:\w+>", "{}", rule).format(*numbers)
