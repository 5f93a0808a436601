"""The forms of articles."""

from __future__ import annotations

from typing import Any

from intranet.api import Lines, Query, Text, Versioned, at_most, required
from intranet.api import lazy_gettext as _
from plugins.digital.models import Article

FIELDS = ("title", "body")


class ArticleForm(Versioned):
    """A question and its answer."""

    title = Text(
        _("Câu hỏi, sự cố"),
        [required(_("Thầy/cô chưa nhập câu hỏi.")), at_most(200)],
        description=_("Viết như người gặp phải sẽ tìm. Không ghi tên người, tên trường, mật khẩu."),
    )
    body = Lines(_("Cách làm"), [required(_("Thầy/cô chưa nhập cách làm.")), at_most(20000)])

    def values(self) -> dict[str, Any]:
        """What rules take."""
        return {name: self[name].data for name in FIELDS}


def form_data(article: Article) -> dict[str, Any]:
    """An article as its form holds it."""
    return {"version": article.version, "title": article.title, "body": article.body}


class FilterForm(Query):
    """The search of the articles."""

    q = Text(_("Tìm trong kho giải đáp"), [at_most(100)])
