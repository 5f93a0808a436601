"""Answers that others may use: found, read, written, and taken out when out of date."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request, url_for

from intranet.api import (
    fetch,
    go,
    may,
    page,
    remember,
    repeated,
    requires,
    save_form,
    say,
    show_conflict,
    whole,
)
from intranet.api import gettext as _
from plugins.digital.articles import queries, rules
from plugins.digital.articles.forms import ArticleForm, FilterForm, form_data
from plugins.digital.models import Article, Request
from plugins.digital.pages import HOME
from plugins.digital.routes import blueprint
from plugins.digital.writing import Answer, write

FOLDER = "digital/articles"
ROOM = f"{HOME}/articles"


def address_of(article_id: int) -> str:
    """An article's page."""
    return f"{ROOM}/{article_id}"


@blueprint.get("/articles")
@requires("digital.view")
def articles() -> str:
    """The articles, or the list's fragment."""
    form = FilterForm()
    form.validate()
    query = form.q.data or ""
    rows, before = queries.articles(g.actor, query, whole(request.args.get("before")))
    return page(
        f"{FOLDER}/index.html",
        f"{FOLDER}/_list.html",
        form=form,
        rows=rows,
        filtered=bool(query),
        next=url_for(".articles", **{**request.args.to_dict(), "before": before}) if before else None,
        writes=_writes(),
        asks=g.actor.school_id is not None and may(g.actor, "digital.request"),
    )


def _writes() -> bool:
    return g.actor.district_id is not None and may(g.actor, "digital.help")


@blueprint.get("/articles/<int:article_id>")
@requires("digital.view")
def article(article_id: int) -> str:
    """One answer."""
    found = fetch(Article, article_id, g.actor)
    return render_template(f"{FOLDER}/show.html", article=found, writes=rules.may_write(g.actor, found))


@blueprint.get("/articles/new")
@requires("digital.help")
def new_article() -> str:
    """The form, filled in from the request that it is made of."""
    of = _request()
    data = {"title": of.title, "body": of.solution} if of else {}
    return _form_page(ArticleForm(data=data), None, of)


def _request() -> Request | None:
    """The request that the address names, if it is one and the actor sees it; 403 for who writes none."""
    if not _writes():
        abort(403)
    number = whole(request.args.get("request"))
    return fetch(Request, number, g.actor) if number else None


def _form_page(form: ArticleForm, found: Article | None, of: Request | None = None, **extra: Any) -> str:
    return render_template(f"{FOLDER}/form.html", form=form, article=found, of=of, **extra)


@blueprint.post("/articles/new")
@requires("digital.help")
def create_article() -> Answer:
    """Write an article."""
    of, form = _request(), ArticleForm()
    return write(
        form,
        lambda: _form_page(form, None, of),
        lambda done: rules.make_article(g.actor, form.values(), of, done=lambda made: done(address_of(made.id))),
        ROOM,
        _("Đã lưu. Mọi trường trong chương trình tìm thấy bài này."),
    )


@blueprint.get("/articles/<int:article_id>/edit")
@requires("digital.help")
def edit_article(article_id: int) -> str:
    """The form of an article."""
    found = _own(article_id)
    return _form_page(ArticleForm(data=form_data(found)), found)


def _own(article_id: int) -> Article:
    found = fetch(Article, article_id, g.actor)
    return found if rules.may_write(g.actor, found) else abort(403)


@blueprint.post("/articles/<int:article_id>/edit")
@requires("digital.help")
def save_article(article_id: int) -> Answer:
    """Save an article."""
    found, form = _own(article_id), ArticleForm()

    def show_again(**extra: Any) -> str:
        return _form_page(form, found, **extra)

    return save_form(
        form,
        show_again,
        lambda **how: rules.update_article(found, form.values(), **how),
        home=address_of(found.id),
        conflict=lambda conflict: show_conflict(form, Article.get_by_id(found.id), conflict, show_again),
    )


@blueprint.post("/articles/<int:article_id>/retire")
@requires("digital.help")
def retire_article(article_id: int) -> Response:
    """It is out of date, or is not."""
    found = _own(article_id)
    if done := repeated():
        return go(done)
    home = address_of(found.id)
    rules.retire(found, g.actor, not found.retired, done=lambda: remember(home))
    say(_("Đã đưa lại vào kho giải đáp.") if found.retired else _("Bài này không còn hiện với trường khác."))
    return go(home)
