"""The form by which files come in."""

from __future__ import annotations

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms.validators import Length

from intranet.kernel.forms import Form
from intranet.kernel.language import lazy_gettext as _

MOST_FILES = 5


class UploadForm(Form):
    """Some files at once."""

    files = MultipleFileField(
        _("Chọn tệp"),
        [
            FileRequired(_("Thầy/cô chưa chọn tệp.")),
            Length(max=MOST_FILES, message=_("Mỗi lần gửi nhiều nhất %(max)d tệp.", max=MOST_FILES)),
        ],
    )
