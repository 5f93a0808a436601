"""The pages on which a school's figures, tags and sites are kept."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.kernel.clock import today
from intranet.kernel.forms import remember, repeated
from intranet.kernel.language import gettext as _
from intranet.kernel.schoolyear import find_school_year, school_year_of
from intranet.registry.schools import School, Site
from intranet.schools import blueprint, parts, queries
from intranet.schools.figures import FiguresForm, doubts, figures_form, form_data, groups, shown
from intranet.schools.forms import SiteForm, TagsForm
from intranet.schools.pages import conflict_page, school_for
from intranet.shared.edits import SAVED, Conflict
from intranet.web.gate import requires
from intranet.web.hx import go
from intranet.web.layout import named, say
from intranet.web.saving import Answer, leave, save_form

# What schools often name; anything else may be written.
SUGGESTIONS = (
    *("Bồi dưỡng học sinh giỏi", "Ôn thi vào lớp 10", "Phụ đạo học sinh yếu", "Dạy học tiếng Anh", "Giáo dục STEM"),
    *("Chuyển đổi số", "Nghiên cứu bài học", "Tư vấn học đường", "Hoạt động trải nghiệm", "Giáo dục thể chất"),
    *("Thư viện thân thiện", "Sách thư viện", "Máy tính cho phòng Tin học", "Máy chiếu", "Thiết bị phòng bộ môn"),
    *("Giáo viên tiếng Anh", "Giáo viên Tin học", "Sửa phòng học", "Học bổng cho học sinh khó khăn"),
)
YEARS_SHOWN = 5


def _home(school_id: int) -> str:
    return url_for("schools.show", school_id=school_id)


@blueprint.get("/<int:school_id>/figures/<year>")
@requires("schools.edit")
def figures(school_id: int, year: str) -> str:
    """The form of a school year's figures."""
    school = school_for(school_id, "schools.edit")
    stored = queries.figures_of(school.id).get(_known_year(year), {})
    return _figures_page(figures_form(school.levels, data=form_data(stored, school.version)), school, year=year)


def _known_year(year: str) -> str:
    """The school year in the address, if it is one that may have been reported; else 404."""
    if find_school_year(year) != year or year > _next_year():
        abort(404)
    return year


def _next_year() -> str:
    return _year_before(school_year_of(today()), -1)


def _year_before(year: str, years: int = 1) -> str:
    first = int(year[:4]) - years
    return f"{first}-{first + 1}"


def _figures_page(form: FiguresForm, school: School, *, year: str, **extra: Any) -> str:
    latest = max(year, school_year_of(today()))
    return render_template(
        "schools/figures.html",
        form=form,
        school=school,
        year=year,
        years=[_year_before(latest, back) for back in range(YEARS_SHOWN)],
        groups=groups(school.levels),
        before=shown(queries.figures_of(school.id).get(_year_before(year), {})),
        year_before=_year_before(year),
        **extra,
    )


@blueprint.post("/<int:school_id>/figures/<year>")
@requires("schools.edit")
def save_figures(school_id: int, year: str) -> Response | tuple[str, int]:
    """Save a school year's figures; what looks like a slip is asked about once."""
    school = school_for(school_id, "schools.edit")
    if done := repeated():
        return go(done)
    form = figures_form(school.levels)
    if not form.validate():
        return _figures_page(form, school, year=_known_year(year)), 422
    unsure = [] if request.form.get("action") == "confirm" else _doubts(form, school, _known_year(year))
    if unsure:
        return _figures_page(form, school, year=year, doubts=unsure), 422
    try:
        outcome = parts.save_figures(
            school,
            _known_year(year),
            form.values(),
            version=form.read_version,
            person_id=g.actor.person_id,
            done=lambda: remember(_home(school_id)),
        )
    except Conflict as conflict:
        return conflict_page(form, school_id, conflict, lambda *page, **more: _figures_page(*page, year=year, **more))
    return leave(outcome, _home(school_id))


def _doubts(form: FiguresForm, school: School, year: str) -> list[str]:
    before = queries.figures_of(school.id).get(_year_before(year), {})
    site_classes = sum(site[4] or 0 for site in queries.sites_of(school.id))
    return doubts(form.values(), before, site_classes)


@blueprint.get("/<int:school_id>/tags")
@requires("schools.edit")
def tags(school_id: int) -> str:
    """The form of a school's strengths and needs."""
    school = school_for(school_id, "schools.edit")
    rows = [dict(zip(("kind", "label", "fact"), tag, strict=True)) for tag in queries.tags_of(school.id)]
    data = {"tags": rows, "needs_published": school.needs_published, "version": school.version}
    return _tags_page(TagsForm(data=data), school)


def _tags_page(form: TagsForm, school: School, **extra: Any) -> str:
    return render_template("schools/tags.html", form=form, school=school, suggestions=SUGGESTIONS, **extra)


@blueprint.post("/<int:school_id>/tags")
@requires("schools.edit")
def save_tags(school_id: int) -> Answer:
    """Save a school's strengths and needs."""
    school = school_for(school_id, "schools.edit")
    form = TagsForm()
    return save_form(
        form,
        lambda: _tags_page(form, school),
        lambda **how: parts.save_tags(school, form.rows(), form.needs_published.data, **how),
        home=_home(school_id),
        conflict=lambda conflict: conflict_page(form, school_id, conflict, _tags_page),
    )


@blueprint.get("/<int:school_id>/sites/new")
@requires("schools.edit")
def new_site(school_id: int) -> str:
    """The empty form of a satellite site."""
    return _site_page(SiteForm(), school_for(school_id, "schools.edit"), None)


@blueprint.get("/<int:school_id>/sites/<int:site_id>")
@requires("schools.edit")
def edit_site(school_id: int, site_id: int) -> str:
    """The form of a satellite site."""
    school = school_for(school_id, "schools.edit")
    site = _site(school, site_id)
    return _site_page(SiteForm(obj=site), school, site)


def _site(school: School, site_id: int) -> Site:
    return Site.get_or_none(Site.id == site_id, Site.school == school) or abort(404)


def _site_page(form: SiteForm, school: School, site: Site | None) -> str:
    return render_template("schools/site.html", form=form, school=school, site=site)


@blueprint.post("/<int:school_id>/sites/new")
@requires("schools.edit")
def add_site(school_id: int) -> Response | tuple[str, int]:
    """Add a satellite site."""
    return _save_site(school_for(school_id, "schools.edit"), None)


@blueprint.post("/<int:school_id>/sites/<int:site_id>")
@requires("schools.edit")
def save_site(school_id: int, site_id: int) -> Response | tuple[str, int]:
    """Save a satellite site, or take it off."""
    school = school_for(school_id, "schools.edit")
    if done := repeated():
        return go(done)
    site = _site(school, site_id)
    if request.form.get("action") == "remove":
        parts.remove_site(school, site, person_id=g.actor.person_id, done=lambda: remember(_home(school_id)))
        say(named(_("Đã bỏ %(name)s."), name=site.name))
        return go(_home(school_id))
    return _save_site(school, site)


def _save_site(school: School, site: Site | None) -> Response | tuple[str, int]:
    if done := repeated():
        return go(done)
    form, home = SiteForm(), _home(school.id)
    if not form.validate():
        return _site_page(form, school, site), 422
    parts.save_site(school, site, form.values(), person_id=g.actor.person_id, done=lambda: remember(home))
    return leave(SAVED, home)
