"""The upload of a list, and what a person says about its columns and rows."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from intranet.kernel.forms import Form
from intranet.kernel.language import lazy_gettext as _
from intranet.shared.list_plans import Kind
from intranet.shared.spreadsheets import label_key

CHOICE = re.compile(r"row-([0-9]{1,6})")
COLUMN = "column-"


class UploadForm(Form):
    """An office's list."""

    district = SelectField(_("Đơn vị"), coerce=int)
    file = FileField(_("Tệp Excel"), [FileRequired(_("Thầy/cô chưa chọn tệp."))])


def read_choices() -> dict[int, str]:
    """{row: option} as posted."""
    found = ((CHOICE.fullmatch(name), value) for name, value in request.form.items())
    return {int(match.group(1)): value[:20] for match, value in found if match and value}


def read_columns(kind: Kind, labels: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    """What a person says that the columns mean: {field: column} and, to remember, {label key: field or ""}."""
    fields = {column.key for column in kind.shape.columns}
    columns: dict[str, int] = {}
    memory: dict[str, str] = {}
    for place, label in enumerate(labels):
        field = request.form.get(f"{COLUMN}{place}", "")
        if field in fields and field not in columns:
            columns[field] = place
        else:
            field = ""
        if label:
            memory[label_key(label)[:120]] = field
    return columns, memory


def guessed(kind: Kind, labels: list[str], remembered: dict[str, str]) -> dict[int, str]:
    """{column: field} as the labels tell."""
    names = {alias: key for key, aliases in kind.shape.aliases(remembered).items() for alias in aliases}
    return {place: names[label_key(label)] for place, label in enumerate(labels) if label_key(label) in names}


def as_int(text: Any) -> int | None:
    """A row number from the page, None for anything else."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None
