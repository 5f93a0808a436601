"""Reads shaped for the screens of articles."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import JOIN, fn

from intranet.api import Actor, District, School, Statement, contains, search_tokens, words
from plugins.digital.models import Article

PAGE_SIZE = 30

_WORDS = Statement(
    lambda: (
        Article.select(Article.id).where(contains(Article.search_text, "words")).order_by(Article.id.desc()).limit(2000)
    )
)


def found_by(tokens: Sequence[str]) -> list[int]:
    """The ids of the latest articles in which all words stand."""
    return [id_ for (id_,) in _WORDS.rows(words=words(tokens))]


def articles(actor: Actor, query: str, before: int | None) -> tuple[list[tuple], int | None]:
    """(rows, the id to go on from), the newest first. Rows: id, title, where it was written, whether out of date."""
    rows = (
        Article.select(Article.id, Article.title, fn.COALESCE(School.name, District.office_name), Article.retired)
        .join(School, JOIN.LEFT_OUTER, on=(Article.school == School.id))
        .switch(Article)
        .join(District, on=(Article.district == District.id))
        .order_by(Article.id.desc())
    )
    condition = Article.visible_to(actor)
    rows = rows if condition is None else rows.where(condition)
    if tokens := search_tokens(query):
        rows = rows.where(Article.id.in_(found_by(tokens)))
    if before is not None:
        rows = rows.where(Article.id < before)
    found = list(rows.limit(PAGE_SIZE + 1).tuples())
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None


def article_of(request_id: int, actor: Actor) -> int | None:
    """The id of the article made of a request, if the actor may read it."""
    query = Article.select(Article.id).where(Article.request == request_id)
    condition = Article.visible_to(actor)
    return (query if condition is None else query.where(condition)).scalar()
