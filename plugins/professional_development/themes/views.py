"""The list of themes, one a line."""

from __future__ import annotations

from flask import Response, g, render_template
from wtforms import ValidationError

from intranet.api import District, Form, Lines, at_most, go, lazy_gettext, remember, repeated, required, requires, say
from intranet.api import gettext as _
from plugins.professional_development.pages import HOME
from plugins.professional_development.routes import blueprint
from plugins.professional_development.themes import rules

Answer = Response | tuple[str, int]
LONGEST = 120


class ThemesForm(Form):
    """All themes at once: to reorder is to move a line."""

    themes = Lines(
        lazy_gettext("Chủ đề, mỗi dòng một chủ đề"),
        [required(lazy_gettext("Thầy/cô chưa nhập chủ đề nào.")), at_most(6000)],
        description=lazy_gettext("Chủ đề bỏ khỏi danh sách vẫn còn ở các buổi đã ghi."),
    )

    def validate_themes(self, field: Lines) -> None:
        """Each fits where it is shown."""
        if too_long := next((line for line in self.labels() if len(line) > LONGEST), None):
            raise ValidationError(_("Chủ đề “%(start)s…” dài quá %(most)s chữ.", start=too_long[:30], most=LONGEST))

    def labels(self) -> list[str]:
        """The lines that say something."""
        return [line.strip() for line in (self.themes.data or "").splitlines() if line.strip()]


def _page(form: ThemesForm) -> str:
    return render_template("professional_development/themes/form.html", form=form)


@blueprint.get("/themes")
@requires("professional_development.office")
def themes() -> str:
    """The list, to change it."""
    return _page(ThemesForm(data={"themes": "\n".join(rules.labels(g.actor.district_id))}))


@blueprint.post("/themes")
@requires("professional_development.office")
def save_themes() -> Answer:
    """Change it."""
    if done := repeated():
        return go(done)
    form = ThemesForm()
    if not form.validate():
        return _page(form), 422
    there = f"{HOME}/"
    district = District.get_by_id(g.actor.district_id)
    changed = rules.set_themes(district, form.labels(), person_id=g.actor.person_id, done=lambda: remember(there))
    say(_("Đã lưu danh sách chủ đề.") if changed else _("Không có gì thay đổi."), "good" if changed else "info")
    return go(there)
