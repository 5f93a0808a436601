"""What changes about a school beside its form, by the same rules: figures of a year, tags, satellite sites."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.kernel.language import ngettext
from intranet.registry.schools import GRADES, MOST_TAGS, NEED, STRENGTH, School, SchoolYearFigures, Site, Tag
from intranet.schools.queries import FIGURES, GRADE, figures_of, tags_of
from intranet.schools.rules import write_figures
from intranet.shared import audit
from intranet.shared.edits import MERGED, SAVED, UNCHANGED, Refused, locked, merged

ALL_GRADES = tuple(grade for grades in GRADES.values() for grade in grades)
KINDS = {STRENGTH: "strengths", NEED: "needs"}


def save_figures(
    school: School,
    year: str,
    figures: Mapping[str, Any],
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Write figures of a school year as queries.figures_of gives them; those not given stay.

    As update_school: returns UNCHANGED, SAVED or MERGED, raises Conflict, whose fields are named "pupils 2023-2024".
    """
    with transaction():
        current = locked(School, school.id)
        stored = figures_of(school.id).get(year, {})
        empty = {name: SchoolYearFigures._meta.fields[name].default for name in FIGURES}
        known = {_dated(name, year): stored.get(name, empty.get(name)) for name in figures}
        mine = merged(current, known, {_dated(name, year): value for name, value in figures.items()}, version)
        if not mine:
            return UNCHANGED
        write_figures(current, year, _columns(stored, {name.partition(" ")[0]: value for name, value in mine.items()}))
        changes = {name: (known[name], value) for name, value in mine.items()}
        return _finish(current, "school.figures", changes, version, person_id, done)


def _dated(name: str, year: str) -> str:
    return f"{name} {year}"


def _columns(stored: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """What to write: the columns, and all grades as one."""
    columns = {name: value for name, value in figures.items() if not name.startswith(GRADE)}
    if len(columns) < len(figures):
        both = {**stored, **figures}
        grades = {grade: both[GRADE + grade] for grade in ALL_GRADES if both.get(GRADE + grade) is not None}
        columns["grades"] = json.dumps(grades)
    return columns


def _finish(
    school: School,
    action: str,
    changes: Mapping[str, tuple[Any, Any]],
    version: int,
    person_id: int | None,
    done: Callable[[], None],
) -> str:
    school.version += 1
    school.updated_at = now()
    school.save()
    audit.record(action, school, person_id=person_id, changes=changes)
    done()
    return SAVED if school.version == version + 1 else MERGED


def tag_texts(school_id: int) -> dict[str, str]:
    """{"strengths": …, "needs": …}: each a line per tag, as audit and conflicts show them."""
    return _texts(tags_of(school_id))


def _texts(tags: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    return {
        field: "\n".join(f"{label}: {fact}" for kind_, label, fact in tags if kind_ == kind)
        for kind, field in KINDS.items()
    }


def save_tags(
    school: School,
    tags: Sequence[tuple[str, str, str]],
    needs_published: bool,
    *,
    version: int,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Replace a school's tags, (kind, label, fact) each. As update_school; raises Refused and Conflict, too."""
    with transaction():
        current = locked(School, school.id)
        stored = tags_of(school.id)
        known = _texts(stored) | {"needs_published": current.needs_published}
        mine = merged(current, known, _texts(tags) | {"needs_published": needs_published}, version)
        if not mine:
            return UNCHANGED
        replaced = [kind for kind, field in KINDS.items() if field in mine]
        new = [tag for tag in tags if tag[0] in replaced]
        if len(new) + sum(tag[0] not in replaced for tag in stored) > MOST_TAGS:
            raise Refused("tags", _("Mỗi trường có nhiều nhất %(most)s thế mạnh và nhu cầu.", most=MOST_TAGS))
        Tag.delete().where(Tag.school == school, Tag.kind.in_(replaced)).execute()
        if new:
            Tag.insert_many([(school.id, *tag) for tag in new], (Tag.school, Tag.kind, Tag.label, Tag.fact)).execute()
        current.needs_published = mine.get("needs_published", current.needs_published)
        changes = {name: (known[name], value) for name, value in mine.items()}
        return _finish(current, "school.tags", changes, version, person_id, done)


def save_site(
    school: School,
    site: Site | None,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Add a satellite site, or change one. Sites are rows of their own: no version, the last one to write wins."""
    with transaction():
        before = _site_text(site) if site else None
        site = site or Site(school=school)
        for name, value in values.items():
            setattr(site, name, value)
        site.save()
        after = _site_text(site)
        if after != before:
            audit.record("school.site", school, person_id=person_id, changes={"site": (before, after)})
        done()


def remove_site(school: School, site: Site, *, person_id: int | None, done: Callable[[], None] = lambda: None) -> None:
    """Take a satellite site off."""
    with transaction():
        Site.delete().where(Site.id == site.id).execute()
        audit.record("school.site", school, person_id=person_id, changes={"site": (_site_text(site), None)})
        done()


def _site_text(site: Site) -> str:
    """Everything about a site in one line, for the audit."""
    place = f"{site.latitude}, {site.longitude}" if site.latitude is not None else ""
    distance = "" if site.distance_km is None else f"{site.distance_km:g} km"
    classes = "" if site.classes is None else ngettext("%(num)s lớp", "%(num)s lớp", site.classes)
    return "; ".join(filter(None, (site.name, site.address, distance, classes, place)))
