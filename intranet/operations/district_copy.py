"""Everything that belongs to a district, readable without this program (decision D25).

Which rows are a district's follows from the foreign keys, so the tables of every module come along: a row is of the
district that it names, else of the district of the school, of the record or of the person that it names.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from html import escape
from operator import or_
from pathlib import Path
from typing import Any
from urllib.parse import quote

from peewee import BlobField, ForeignKeyField, Model, chunked

from intranet.kernel.clock import local, now
from intranet.kernel.files import path_of
from intranet.kernel.forms import FormToken
from intranet.kernel.jobs import Job, JobFile
from intranet.kernel.migrations import Component
from intranet.kernel.secret_fields import SealKeyField, Secret
from intranet.operations.labels import column_label, table_label
from intranet.registry import accounts, feeds
from intranet.registry.activities import Activity, ActivitySchool
from intranet.registry.agreements import Memorandum
from intranet.registry.districts import District
from intranet.registry.people import KnownDevice, Person, Preference, SignInFailure, SignInSession
from intranet.registry.pledges import Meeting
from intranet.registry.reports import Report
from intranet.registry.schools import School
from intranet.registry.twinning import Pairing, Programme, ProgrammeDistrict
from intranet.shared import audit
from intranet.shared.attachments import Attachment, StoredFile
from intranet.shared.columns import DATE, NUMBER, TEXT, Column
from intranet.shared.list_imports import ColumnMemory, MatchMemory
from intranet.shared.operations import MODELS as OPERATIONS
from intranet.shared.papers import IssuedDocument, PaperTemplate
from intranet.shared.workbooks import write_table

# What opens accounts, and what only the machinery needs.
LEFT_OUT = {
    *accounts.MODELS,
    *feeds.MODELS,
    *OPERATIONS,
    SignInSession,
    SignInFailure,
    KnownDevice,
    FormToken,
    Preference,
    Job,
    JobFile,
    ColumnMemory,
    MatchMemory,
}
# What names files of the store -> what the file is called there.
WITH_FILES = {Attachment: Attachment.name, PaperTemplate: PaperTemplate.name, IssuedDocument: IssuedDocument.file_name}
# Their papers belong to both districts.
OF_BOTH_SIDES = (Programme, Memorandum, Pairing, Meeting)
SECRET_ENDINGS = ("_hash", "token", "secret", "password")
COMPUTED = {"sort_key", "search_text", "match_key", "subjects_key"}
# Excel takes some more; the rest goes into a second file.
MOST_ROWS = 500_000
# The texts by which a record is known, the first that it has.
NAMES = ("name", "title", "label", "code", "file_name")
FILES = "tep"
LONGEST_NAME = 120
UNSAFE = str.maketrans('/\\:*?"<>|\r\n\t', "____________")


class CopyRefused(Exception):
    """The copy cannot be written; the text is a sentence that says why."""


@dataclass(slots=True)
class Made:
    """What was written."""

    rows: int = 0
    tables: int = 0
    files: int = 0


def write(district: District, components: Sequence[Component], directory: Path) -> Made:
    """Write the copy into a new directory, which only its owner can read, and record that it was done.

    Raises CopyRefused; then nothing is left of it.
    """
    if directory.exists():
        raise CopyRefused(f"{directory} exists already; choose another name.")
    models = [model for component in components for model in component.models if model not in LEFT_OUT]
    try:
        directory.mkdir(mode=0o700, parents=True)
        made = _write(district, models, directory)
    except OSError as cause:
        shutil.rmtree(directory, ignore_errors=True)
        raise CopyRefused(f"{directory} cannot be written: {cause.strerror or cause}.") from cause
    audit.record("district.copy", district, person_id=None)
    return made


def _write(district: District, models: Sequence[type[Model]], directory: Path) -> Made:
    made, links = Made(), []
    scopes = Scopes(district.id, models)
    for model in models:
        condition = scopes.of(model)
        if condition is None:
            continue
        table = model._meta.table_name
        count = 0
        for number, rows in enumerate(_parts(model, condition, scopes, directory, made)):
            name = f"{table}-{number + 1}.xlsx" if number else f"{table}.xlsx"
            (directory / name).write_bytes(write_table(table_label(table), district.office_name, _columns(model), rows))
            count += len(rows)
            links.append((name, f"{table_label(table)}{f' ({number + 1})' if number else ''}", len(rows)))
        made.rows += count
        made.tables += bool(count)
    _write_files(scopes, directory, made)
    files = sorted(path.name for path in directory.glob(f"{FILES}/*"))
    (directory / "index.html").write_text(_page(district, links, files), encoding="utf-8")
    return made


class Scopes:
    """Which rows of each table are the district's."""

    def __init__(self, district_id: int, models: Sequence[type[Model]]) -> None:
        self.district_id = district_id
        self.models = set(models)
        own = ProgrammeDistrict.select(ProgrammeDistrict.programme).where(ProgrammeDistrict.district == district_id)
        took_part = ActivitySchool.select(ActivitySchool.activity).where(ActivitySchool.district == district_id)
        # Those that name the district from the other side.
        self.known: dict[type[Model], Any] = {
            District: District.id == district_id,
            Programme: Programme.id.in_(own),
            Activity: (Activity.district == district_id) | Activity.id.in_(took_part),
        }
        self.known |= {model: self._on(model) for model in (Attachment, IssuedDocument)}
        named = [model.select(model.file).where(self.of(model)) for model in WITH_FILES]
        self.known[StoredFile] = reduce(or_, (StoredFile.id.in_(ids) for ids in named))

    def _on(self, papers: type[Model]) -> Any:
        """Own ones, and those on a record of two sides of which the district is one: only the first is named there."""
        found = self._place(papers)
        for model in OF_BOTH_SIDES:
            ids = model.select(model.id).where(self.of(model))
            found |= (papers.subject_type == model._meta.table_name) & papers.subject_id.in_(ids)
        pairs = Pairing.select(Pairing.id).where(self.of(Pairing))
        reports = Report.select(Report.id).where(Report.pairing.in_(pairs))
        return found | ((papers.subject_type == Report._meta.table_name) & papers.subject_id.in_(reports))

    def of(self, model: type[Model]) -> Any:
        """The condition for the district's rows; None when the table belongs to no district."""
        if model not in self.known:
            self.known[model] = self._place(model) or self._parents(model)
        return self.known[model]

    def _place(self, model: type[Model]) -> Any:
        """By the district that the row names as its own; where that is empty, by its school."""
        fields = model._meta.fields
        own = fields.get("district") or fields.get("district_id")
        districts = [field for field in self._keys(model) if field.rel_model is District and field is not own]
        if own is None:
            named = [field == self.district_id for field in districts if field.name != "merged_into"]
            return reduce(or_, named) if named else self._schools(model)
        if not own.null:
            return own == self.district_id
        schools = self._schools(model)
        return own == self.district_id if schools is None else (own == self.district_id) | (own.is_null() & schools)

    def _schools(self, model: type[Model]) -> Any:
        keys = [field for field in self._keys(model) if field.rel_model is School and model is not School]
        own = [field for field in keys if field.name == "school"] or keys
        ids = School.select(School.id).where(School.district == self.district_id)
        return reduce(or_, (field.in_(ids) for field in own)) if own else None

    def _parents(self, model: type[Model]) -> Any:
        """By the record that the row belongs to; a person is asked last, who may have written about anything."""
        keys = [field for field in self._keys(model) if field.rel_model is not model]
        for field in sorted(keys, key=lambda field: field.rel_model is Person):
            condition = self.of(field.rel_model) if field.rel_model in self.models else None
            if condition is not None:
                return field.in_(field.rel_model.select(field.rel_field).where(condition))
        return None

    @staticmethod
    def _keys(model: type[Model]) -> list[ForeignKeyField]:
        return list(model._meta.refs)


def _fields(model: type[Model]) -> list[Any]:
    return [
        field
        for field in model._meta.sorted_fields
        if field.name not in COMPUTED
        and not field.name.endswith(SECRET_ENDINGS)
        # What few may read is in nobody's copy; the schools hand it to those whom it is about.
        and not isinstance(field, Secret | SealKeyField)
    ]


def _columns(model: type[Model]) -> list[Column]:
    """One for each field; beside a number that names a record stands that record's name."""
    found = []
    for field in _fields(model):
        label = column_label(field.name)
        if isinstance(field, ForeignKeyField):
            found.append(Column(key=f"{field.name}_id", label=f"{label} (số)", kind=NUMBER, width=8))
            found.append(Column(key=field.name, label=label, width=30))
        else:
            found.append(Column(key=field.name, label=label, kind=_kind(field), width=20))
    return found


def _kind(field: Any) -> str:
    if field.field_type in ("INT", "AUTO", "BIGINT", "FLOAT", "DECIMAL"):
        return NUMBER
    return DATE if field.field_type == "DATE" else TEXT


def _parts(
    model: type[Model], condition: Any, scopes: Scopes, directory: Path, made: Made
) -> Iterator[list[list[Any]]]:
    names = {field: _names(field, scopes) for field in scopes._keys(model)}
    key = model._meta.primary_key
    rows = model.select(*_fields(model)).where(condition).order_by(key).dicts().iterator()
    for part in chunked(rows, MOST_ROWS):
        yield [list(_cells(model, row, names, directory, made)) for row in part]


def _names(field: ForeignKeyField, scopes: Scopes) -> dict[Any, str]:
    """{key: name} of the records that a column may name: of the district's, and of all districts and schools."""
    model = field.rel_model
    named = next((model._meta.fields[name] for name in NAMES if name in model._meta.fields), None)
    if named is None or model in LEFT_OUT:
        return {}
    query = model.select(field.rel_field, named)
    if model not in (District, School):
        condition = scopes.of(model)
        if condition is None:
            return {}
        query = query.where(condition)
    return dict(query.tuples())


def _cells(model: type[Model], row: dict[str, Any], names: dict, directory: Path, made: Made) -> Iterator[Any]:
    for field in _fields(model):
        value = row[field.name]
        if isinstance(field, ForeignKeyField):
            yield value
            yield names[field].get(value)
        elif isinstance(field, BlobField):
            yield _keep(model, row, bytes(value), directory, made)
        else:
            yield _readable(value)


def _readable(value: Any) -> Any:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return local(value).strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, int | float | date) or value is None else str(value)


def _keep(model: type[Model], row: dict[str, Any], body: bytes, directory: Path, made: Made) -> str:
    """Put bytes that a table holds into a file, and name it."""
    name = f"{model._meta.table_name}-{row[model._meta.primary_key.name]}{_suffix(body)}"
    (_place(directory) / name).write_bytes(body)
    made.files += 1
    return f"{FILES}/{name}"


def _suffix(body: bytes) -> str:
    return ".xlsx" if body.startswith(b"PK") else ".xls" if body.startswith(b"\xd0\xcf") else ".txt"


def _write_files(scopes: Scopes, directory: Path, made: Made) -> None:
    """Copy what is attached to the district's records, its templates, and the papers that it issued."""
    for model, name_field in WITH_FILES.items():
        prefix = "" if model is Attachment else f"{model._meta.table_name}-"
        rows = (
            model.select(model.id, name_field, StoredFile.sha256)
            .join(StoredFile)
            .where(scopes.of(model))
            .order_by(model.id)
            .tuples()
        )
        for number, name, sha256 in rows:
            source = path_of(sha256)
            if source.is_file():
                target = f"{prefix}{number}-{name.translate(UNSAFE)[-LONGEST_NAME:]}"
                shutil.copyfile(source, _place(directory) / target)
                made.files += 1


def _place(directory: Path) -> Path:
    """Where files lie in a copy."""
    place = directory / FILES
    place.mkdir(exist_ok=True)
    return place


def _link(path: str, name: str, note: str = "") -> str:
    return f'<li><a href="{quote(path)}">{escape(name)}</a>{note}</li>'


def _page(district: District, links: list[tuple[str, str, int]], files: list[str]) -> str:
    """A page without scripts that leads to everything."""
    made = local(now()).strftime("%d/%m/%Y %H:%M")
    tables = "\n".join(
        f'<li><a href="{escape(path)}">{escape(label)}</a>: {count} dòng</li>' for path, label, count in links
    )
    papers = "\n".join(_link(f"{FILES}/{name}", name) for name in files)
    papers = f"<h2>Tệp</h2>\n<ul>\n{papers}\n</ul>\n" if papers else ""
    return f"""<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dữ liệu của {escape(district.name)} – Chung Tay</title></head>
<body>
<h1>Dữ liệu của {escape(district.name)}</h1>
<p>{escape(district.office_name)}. Xuất lúc {made}. Mật khẩu, mã đăng nhập và phiên làm việc không có trong bản này.</p>
<h2>Bảng</h2>
<ul>
{tables}
</ul>
{papers}</body>
</html>
"""
