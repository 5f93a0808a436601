"""Every change of an article."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from intranet.api import (
    Actor,
    Refused,
    fold,
    gettext,
    locked,
    may,
    record,
    sort_key,
    transaction,
    write_merged,
)
from plugins.digital.models import Article, Request


def may_write(actor: Actor, article: Article) -> bool:
    """Who wrote it, and whoever runs the desk of its school or office."""
    return article.author_id == actor.person_id or may(actor, "digital.desk", article)


def make_article(
    actor: Actor,
    values: Mapping[str, Any],
    request: Request | None = None,
    *,
    done: Callable[[Article], None] = lambda article: None,
) -> Article:
    """Write an article, perhaps of a request that was solved: each makes one. Raises Refused."""
    with transaction():
        if request is not None:
            # Two who write at once do not make two of one request.
            current = locked(Request, request.id)
            if not current.solution:
                raise Refused("", gettext("Yêu cầu này chưa được xử lý xong."))
            if Article.select().where(Article.request == current).exists():
                raise Refused("", gettext("Yêu cầu này đã có bài giải đáp."))
        article = Article(
            district=actor.district_id,
            school=actor.school_id,
            author=actor.person_id,
            request=request,
            **_complete(values),
        )
        article.save(force_insert=True)
        record("digital.article", article, person_id=actor.person_id, changes={"title": (None, article.title)})
        done(article)
    return article


def _complete(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **values,
        "sort_key": sort_key(values["title"]),
        "search_text": fold(f" {values['title']} {values['body']} "),
    }


def update_article(
    article: Article,
    values: Mapping[str, Any],
    *,
    version: int,
    person_id: int,
    done: Callable[[], None] = lambda: None,
) -> str:
    """Change an article whose form was made from ``version``. Returns UNCHANGED, SAVED or MERGED. Raises Conflict."""
    with transaction():
        current = locked(Article, article.id)
        return write_merged(
            current,
            values,
            version=version,
            action="digital.article",
            person_id=person_id,
            complete=_complete,
            done=done,
        )


def retire(article: Article, actor: Actor, retired: bool, *, done: Callable[[], None] = lambda: None) -> None:
    """Say that an article is out of date, or that it is not."""
    with transaction():
        current = locked(Article, article.id)
        before, current.retired = current.retired, retired
        current.version += 1
        current.save()
        record("digital.article", current, person_id=actor.person_id, changes={"retired": (before, retired)})
        done()
