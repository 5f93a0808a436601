"""What the module gives to the search of the whole intranet: sessions, practices, difficulties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from intranet.api import Actor, SearchResult, Statement, contains, search_tokens, words
from plugins.professional_development.models import Difficulty, Practice, Session
from plugins.professional_development.pages import HOME
from plugins.professional_development.sessions.kinds import KINDS

MOST_MATCHES = 500


def _statement(model: Any) -> Statement:
    return Statement(
        lambda: (
            model.select(model.id)
            .where(contains(model.search_text, "words"))
            .order_by(model.id.desc())
            .limit(MOST_MATCHES)
        )
    )


_SESSIONS, _PRACTICES, _DIFFICULTIES = map(_statement, (Session, Practice, Difficulty))


def found(actor: Actor, query: str, limit: int) -> Iterator[SearchResult]:
    """Up to ``limit`` in all, the newest first, sessions before the rest. Marks may be left out."""
    tokens = search_tokens(query)
    if not tokens:
        return
    sources = (
        (_SESSIONS, Session, Session.kind, "sessions"),
        (_PRACTICES, Practice, Practice.subject, "practices"),
        (_DIFFICULTIES, Difficulty, Difficulty.subject, "difficulties"),
    )
    for statement, model, field, folder in sources:
        ids = [id_ for (id_,) in statement.rows(words=words(tokens))]
        rows = _visible(actor, model, field, ids, limit)
        limit -= len(rows)
        for id_, title, detail in rows:
            detail = str(KINDS[detail].label) if model is Session else detail
            yield SearchResult(title=title, url=f"{HOME}/{folder}/{id_}", detail=detail)


def _visible(actor: Actor, model: Any, field: Any, ids: list[int], limit: int) -> list[tuple]:
    if not ids or limit <= 0:
        return []
    query = model.select(model.id, model.title, field).where(model.id.in_(ids))
    condition = model.visible_to(actor)
    query = query if condition is None else query.where(condition)
    return list(query.order_by(model.id.desc()).limit(limit).tuples())
