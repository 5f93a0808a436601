"""One JSON object a line on standard error, with the request's id and nothing personal."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context, request
from peewee import PeeweeException


class JsonLines(logging.Formatter):
    """Escapes whatever a message holds, so that no input can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            entry["request"] = g.get("request_id")
            entry["method"] = request.method
            # The endpoint and not the address: addresses can hold what people searched for.
            entry["endpoint"] = request.endpoint
            entry["person"] = g.actor.signed_in_id if g.get("actor") else None
        entry.update(getattr(record, "facts", {}))
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)

    def formatException(self, exc_info: Any) -> str:
        """The traceback; of a database's error without its text, which may repeat people's data."""
        kind, error, trace = exc_info
        if isinstance(error, PeeweeException):
            return "".join(traceback.format_tb(trace)) + kind.__name__
        return super().formatException(exc_info)


def configure(level: str) -> None:
    """Send the log of the whole process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger("intranet")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False
