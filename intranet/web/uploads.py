"""How much a request may carry: a view that takes several files takes more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request

from intranet.shared.spreadsheets import MEGABYTE

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(most: int) -> Callable[[View], View]:
    """Declare that a view takes so many files at once."""

    def declare(view: View) -> View:
        view.most_files = most
        return view

    return declare


def largest_file() -> int:
    """The most bytes that a file may have."""
    return current_app.extensions["config"].max_upload_mb * MEGABYTE


def allow_files() -> None:
    """Before anything reads the form: let a signed-in person send as much as the view takes."""
    # Of a GET nothing is read.
    if request.method != "POST" or g.actor is None or request.endpoint is None:
        return
    most = getattr(current_app.view_functions[request.endpoint], "most_files", 1)
    if most > 1:
        request.max_content_length = most * largest_file() + MEGABYTE
