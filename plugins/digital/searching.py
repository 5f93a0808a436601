"""What the module gives to the search of the whole intranet: answers, resources, requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from intranet.api import Actor, SearchResult, search_tokens
from intranet.api import gettext as _
from plugins.digital.articles.queries import found_by as articles_with
from plugins.digital.desk.queries import found_by as requests_with
from plugins.digital.models import Article, Request, Resource
from plugins.digital.pages import HOME
from plugins.digital.resources.queries import found_by as resources_with


def found(actor: Actor, query: str, limit: int) -> Iterator[SearchResult]:
    """Up to ``limit`` in all, the newest first, answers before the rest. Marks may be left out."""
    tokens = search_tokens(query)
    if not tokens:
        return
    sources = (
        (articles_with, Article, "articles", _("Bài giải đáp")),
        (resources_with, Resource, "resources", _("Học liệu số")),
        (requests_with, Request, "requests", _("Yêu cầu hỗ trợ CNTT")),
    )
    for find, model, folder, detail in sources:
        rows = _visible(actor, model, find(tokens), limit)
        limit -= len(rows)
        for id_, title in rows:
            yield SearchResult(title=title, url=f"{HOME}/{folder}/{id_}", detail=detail)


def _visible(actor: Actor, model: Any, ids: list[int], limit: int) -> list[tuple]:
    if not ids or limit <= 0:
        return []
    query = model.select(model.id, model.title).where(model.id.in_(ids))
    condition = model.visible_to(actor)
    query = query if condition is None else query.where(condition)
    return list(query.order_by(model.id.desc()).limit(limit).tuples())
