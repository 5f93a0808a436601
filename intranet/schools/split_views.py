"""The page on which a school is split."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.kernel.schoolyear import school_year_of
from intranet.registry.districts import commune_options
from intranet.registry.people import ROLE_LABELS
from intranet.registry.schools import School
from intranet.schools import blueprint, queries, rules, split_queries
from intranet.schools.forms import LEVEL_CHOICES, TAG_KINDS
from intranet.schools.open_work import open_work
from intranet.schools.pages import school_for
from intranet.schools.split_forms import SplitForm
from intranet.schools.splitting import DIVIDED, split_school
from intranet.shared.edits import Conflict, Refused
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import format_time, named, say
from intranet.web.saving import blame, put

# What can be ticked: (value, name, what else the school says of it, what it is in the page's language).
Row = tuple[Any, str, str, Any]
# (form field, heading, rows)
Part = tuple[str, str, list[Row]]
TICKED = ("people", "sites", "pairs", "tags", "work")


def _home(school_id: int) -> str:
    return url_for("schools.show", school_id=school_id)


@blueprint.get("/<int:school_id>/split")
@requires("schools.close")
def split_form(school_id: int) -> Response | str:
    """The decision, the new school, and what could go there; nothing is ticked."""
    school = school_for(school_id, "schools.close")
    if school.closed_on is not None:
        say(_("Trường này đã đóng nên không tách được."), "bad")
        return go(_home(school_id))
    levels = [value for value, _label in LEVEL_CHOICES if school.levels & value]
    form = SplitForm(version=school.version, levels=levels, commune=rules.commune_name(school))
    return _split_page(form, school, _parts(school))


def _parts(school: School) -> list[Part]:
    """What a school has that may go elsewhere. Work of modules stands in a part for each kind."""
    classes = split_queries.classes_of(school.id)
    people = [
        (id_, name, title, _kind_of(role, title, classes.get(id_)))
        for id_, name, role, title in split_queries.people_of(school.id)
    ]
    sites = [(site[0], site[1], site[2], "") for site in queries.sites_of(school.id)]
    pairs = split_queries.open_pairs_of(school.id)
    tags = [(id_, label, "", TAG_KINDS[kind]) for id_, label, kind in split_queries.tags_of(school.id)]
    kinds: dict[str, list[Row]] = {}
    for key, work in open_work(school).items():
        kinds.setdefault(str(work.kind_label), []).append((key, work.label, "", ""))
    found = [
        ("people", _("Cán bộ, giáo viên, nhân viên"), people),
        ("sites", _("Điểm trường"), sites),
        ("pairs", _("Cặp kết nghĩa, cùng giao ước và kế hoạch của cặp"), pairs),
        ("tags", _("Thế mạnh và nhu cầu"), tags),
        *(("work", label, rows) for label, rows in kinds.items()),
    ]
    return [part for part in found if part[2]]


def _kind_of(role: str, title: str, class_name: str | None) -> str:
    """What somebody is there: the role, unless the work has a title, and the class."""
    homeroom = _("chủ nhiệm %(name)s", name=class_name) if class_name else ""
    return " · ".join(filter(None, ("" if title else str(ROLE_LABELS[role]), homeroom)))


def _split_page(form: SplitForm, school: School, parts: list[Part], **extra: Any) -> str:
    year = school_year_of(today())
    reported = queries.figures_of(school.id).get(year, {})
    return render_template(
        "schools/split.html",
        form=form,
        school=school,
        communes=commune_options(school.district_id),
        parts=[part for part in parts if part[0] != "work"],
        work=[part for part in parts if part[0] == "work"],
        ticked={name: {str(value) for value in form[name].data or ()} for name in TICKED},
        year=year,
        reported={name: reported[name] for name in DIVIDED if reported.get(name) is not None},
        splits=[split for split in split_queries.splits_of(school.id) if not split[0]],
        **extra,
    )


@blueprint.post("/<int:school_id>/split")
@requires("schools.close")
def split(school_id: int) -> Response | tuple[str, int]:
    """Split a school; what may be a slip is asked about once."""
    school = school_for(school_id, "schools.close")
    if address := repeated():
        return go(address)
    form, parts = SplitForm(), _parts(school)
    if not form.validate():
        return _split_page(form, school, parts), 422
    unsure = [] if request.form.get("action") == "confirm" else _doubts(form, parts)
    if unsure:
        return _split_page(form, school, parts, doubts=unsure), 422
    try:
        new, moved = split_school(
            school,
            form.values(),
            form.decision(),
            form.share(),
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda new: remember(_home(new.id)),
        )
    except Refused as refusal:
        blame(form, refusal)
        return _split_page(form, school, parts), 422 if refusal.field else 409
    except Conflict:
        return _changed_meanwhile(form, school_id)
    say(named(_("Đã tách %(new)s từ %(old)s."), new=new.name, old=school.name) + " " + _in_words(moved))
    unled = School.select(School.name).where(School.id.in_([school.id, new.id]), School.principal_name == "")
    for (name,) in unled.order_by(School.id).tuples():
        say(named(_("%(name)s chưa có hiệu trưởng; thầy/cô bổ nhiệm ở trang của trường."), name=name), "warn")
    return go(_home(new.id))


def _changed_meanwhile(form: SplitForm, school_id: int) -> tuple[str, int]:
    """The form as it was filled in, over what the school has now."""
    school = School.get_by_id(school_id)
    put(form, "version", str(school.version))
    sentence = _("Trường vừa được sửa lúc %(at)s. Thầy/cô xem lại rồi gửi lại.", at=format_time(school.updated_at))
    form.form_errors.append(sentence)
    return _split_page(form, school, _parts(school)), 409


def _doubts(form: SplitForm, parts: list[Part]) -> list[str]:
    """Sentences about what may well be a slip."""
    if not any(form[name].data for name in TICKED):
        return [_("Thầy/cô chưa chọn gì đi theo: trường mới sẽ chưa có người, điểm trường hay cặp kết nghĩa nào.")]
    people = next((rows for name, _label, rows in parts if name == "people"), [])
    if people and {id_ for id_, *_rest in people} <= set(form.people.data or ()):
        return [_("Tất cả mọi người đều sang trường mới: trường cũ sẽ không còn ai.")]
    return []


def _in_words(moved: dict[str, int]) -> str:
    """What went there, in a sentence."""
    words = [
        ngettext("%(num)s người", "%(num)s người", moved["people"]),
        ngettext("%(num)s điểm trường", "%(num)s điểm trường", moved["sites"]),
        ngettext("%(num)s cặp kết nghĩa", "%(num)s cặp kết nghĩa", moved["pairs"]),
        ngettext("%(num)s việc đang làm", "%(num)s việc đang làm", moved["work"]),
    ]
    return _("Sang trường mới: %(what)s.", what=", ".join(words))
