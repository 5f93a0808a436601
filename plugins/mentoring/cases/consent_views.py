"""Consents: the form to print, what was agreed to, the signed form, and the withdrawal."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, abort, g, render_template

from intranet.api import (
    Form,
    Refused,
    duty,
    largest_file,
    opened,
    opened_file,
    requires,
    school_year_of,
    send_bytes,
    take_file,
    today,
)
from intranet.api import gettext as _
from plugins.mentoring.cases import consents, queries, rules
from plugins.mentoring.cases.forms import ConsentForm
from plugins.mentoring.cases.kinds import RELATIONS, SCOPES, TOLD, WAYS
from plugins.mentoring.cases.views import FOLDER, Answer, write
from plugins.mentoring.pages import address_of, file_code, kept_case
from plugins.mentoring.routes import blueprint
from plugins.mentoring.tables.cases import Case, Consent

# What a signed form is: its media type, and how the file is called for whoever keeps it.
SCANS = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


@blueprint.get("/cases/<int:case_id>/consents")
@duty
@requires("mentoring.nominate")
def consents_of(case_id: int) -> str:
    """What the family agreed to, and where that was taken back."""
    found = kept_case(case_id, "consent", "nominate")
    rows = [(consent, opened(consent, "giver"), _scopes(consent.scope)) for consent in queries.consents(found.id)]
    return render_template(
        f"{FOLDER}/consents.html",
        case=found,
        rows=rows,
        relations=RELATIONS,
        ways=WAYS,
        today=today(),
        over=found.state in rules.OVER,
    )


def _scopes(scope: int) -> list[str]:
    return [str(label) for bit, label in SCOPES.items() if scope & bit]


@blueprint.get("/cases/<int:case_id>/consents/form")
@requires("mentoring.nominate")
def consent_form(case_id: int) -> str:
    """The form that the family signs, to print; it is made anew each time and kept nowhere."""
    found = kept_case(case_id, "consent", "nominate")
    return render_template(
        f"{FOLDER}/consent_form.html",
        case=found,
        known=rules.known_values(found),
        goals=queries.goals(found),
        scopes=list(SCOPES.values()),
        told=TOLD,
        born=rules.birth_date_of(found),
    )


@blueprint.get("/cases/<int:case_id>/consents/new")
@requires("mentoring.nominate")
def new_consent(case_id: int) -> str:
    """The form that writes down a consent; it lasts until the end of the school year."""
    found = kept_case(case_id, "consent", "nominate")
    day = today()
    ends = min(day + timedelta(days=365), day.replace(year=int(school_year_of(day)[5:]), month=7, day=31))
    return _consent_page(ConsentForm(data={"given_on": day, "expires_on": ends}), found)


def _consent_page(form: ConsentForm, case: Case) -> str:
    form.scope.flags.required = True
    return render_template(f"{FOLDER}/consent.html", form=form, case=case)


@blueprint.post("/cases/<int:case_id>/consents/new")
@requires("mentoring.nominate")
def record_consent(case_id: int) -> Answer:
    """Write a consent down."""
    found = kept_case(case_id, "consent", "nominate")
    form = ConsentForm()

    def rule(done):
        consents.give(found, form.values(), _scan(form), g.actor, done=done)

    return write(found, form, rule, lambda: _consent_page(form, found), _("Đã ghi sự đồng ý."))


def _scan(form: ConsentForm) -> tuple[bytes, str] | None:
    """(contents, media type) of the signed form. Raises Refused."""
    if not form.scan.data:
        return None
    try:
        upload = take_file(form.scan.data.read(), form.scan.data.filename or "", largest=largest_file())
    except Refused as refusal:
        raise Refused("scan", str(refusal)) from refusal
    if upload.media_type not in SCANS:
        raise Refused("scan", _("Bản chụp phải là ảnh hoặc PDF."))
    return upload.body, upload.media_type


def _consent(case: Case, consent_id: int) -> Consent:
    return Consent.get_or_none(Consent.id == consent_id, Consent.case == case) or abort(404)


@blueprint.get("/cases/<int:case_id>/consents/<int:consent_id>/scan")
@duty
@requires("mentoring.nominate")
def consent_scan(case_id: int, consent_id: int) -> Response:
    """The signed form, under a name that tells only the code."""
    found = kept_case(case_id, "scan", "nominate")
    consent = _consent(found, consent_id)
    if not consent.scan:
        abort(404)
    name = f"{file_code(found)}-dong-y-{consent.id}{SCANS[consent.scan_type]}"
    return send_bytes(opened_file(consent, "scan"), consent.scan_type, name)


@blueprint.get("/cases/<int:case_id>/consents/<int:consent_id>/withdraw")
@duty
@requires("mentoring.nominate")
def ask_withdraw(case_id: int, consent_id: int) -> str:
    """What a withdrawal stops."""
    found = kept_case(case_id, "consent", "nominate")
    return _withdraw_page(found, _consent(found, consent_id), Form())


def _withdraw_page(case: Case, consent: Consent, form: Form) -> str:
    return render_template(f"{FOLDER}/withdraw.html", case=case, consent=consent, form=form)


@blueprint.post("/cases/<int:case_id>/consents/<int:consent_id>/withdraw")
@duty
@requires("mentoring.nominate")
def withdraw_consent(case_id: int, consent_id: int) -> Answer:
    """The family takes its consent back: everything stops at once."""
    found = kept_case(case_id, "consent", "nominate")
    consent, form = _consent(found, consent_id), Form()
    return write(
        found,
        form,
        lambda done: consents.withdraw(consent, g.actor.person_id, done=done),
        lambda: _withdraw_page(found, consent, form),
        _("Đã ghi việc rút sự đồng ý. Từ lúc này không ai được dùng dữ liệu đã rút."),
        f"{address_of(found.id)}/consents",
    )
