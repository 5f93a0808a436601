"""Forms: Vietnamese messages, one canonical text, and a token that makes a repeated POST harmless."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import current_app, g, request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from itsdangerous import BadSignature, Signer, URLSafeSerializer
from peewee import CharField, DateTimeField, IntegrityError, TextField
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import TextInput

from intranet.kernel.clock import now
from intranet.kernel.dates import parse_date, show_date
from intranet.kernel.email_address import email_address
from intranet.kernel.jobs import daily
from intranet.kernel.language import gettext
from intranet.kernel.language import lazy_gettext as _
from intranet.kernel.phone import phone_number, show_phone
from intranet.kernel.statements import Statement, param
from intranet.kernel.tables import Table
from intranet.kernel.text import BadText, canonical, canonical_lines

TOKEN_FIELD = "form_token"
# 3, 2,5 or 2.50, and 1.250 with a dot between thousands.
AMOUNT = re.compile(r"([+-]?)(?:([0-9]{1,3}(?:\.[0-9]{3}){1,2})|([0-9]{1,9}))(?:[,.]([0-9]{1,2}))?")
# 12500000, 12.500.000, 12,5 triệu, 1 tỷ 200 triệu, 500 nghìn, 500k; đồng may stand behind.
MONEY_PART = re.compile(r"([0-9][0-9., ]*?)\s*(tỷ|tỉ|triệu|tr|nghìn|ngàn|k)?(?=\s+[0-9]|\Z)\s*")
WHOLE_MONEY = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(?:([., ])[0-9]{3})(?:\1[0-9]{3})*")
MONEY_FRACTION = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})*|[0-9]{1,9})(?:,([0-9]{1,3})|\.([0-9]{1,2}))?")
MONEY_NAMES = re.compile(r"\s*(?:đồng|đ|vnđ|vnd)\Z")
MONEY_UNITS = {
    "tỷ": 10**9,
    "tỉ": 10**9,
    "triệu": 10**6,
    "tr": 10**6,
    "nghìn": 1000,
    "ngàn": 1000,
    "k": 1000,
}
HOUR = re.compile(r"([01]?[0-9]|2[0-3])(?:\s?(?::|h|giờ)\s?([0-5][0-9])?)?", re.IGNORECASE)
DECIMAL = re.compile(r"-?[0-9]{1,6}([.,][0-9]{1,9})?")
KEEP_TOKENS = timedelta(days=30)


class FormToken(Table):
    """A form that was carried out, and where its answer led. Only successful POSTs leave a row (decision D13)."""

    token_hash = CharField(max_length=64, primary_key=True)
    location = TextField()
    created_at = DateTimeField(default=now)


@daily
def forget_old_tokens(day: date) -> None:
    """A form is not sent again after a month."""
    FormToken.delete().where(FormToken.created_at < datetime.combine(day, time()) - KEEP_TOKENS).execute()


class _Translations:
    """WTForms' own sentences, in our catalogue."""

    sentences: Mapping[str, Any] = {
        "Not a valid integer value.": _("Hãy nhập một số nguyên."),
        "Not a valid choice.": _("Hãy chọn một mục trong danh sách."),
        "Not a valid choice": _("Hãy chọn một mục trong danh sách."),
        "Invalid Choice: could not coerce.": _("Hãy chọn một mục trong danh sách."),
        "'%(value)s' is not a valid choice for this field.": _("Hãy chọn một mục trong danh sách."),
        "'%(value)s' are not valid choices for this field.": _("Hãy chọn một mục trong danh sách."),
        "This field is required.": _("Thầy/cô chưa nhập mục này."),
    }

    def gettext(self, text: str) -> str:
        return str(self.sentences.get(text, text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


class Form(FlaskForm):
    """Base of every form."""

    class Meta:
        # CSRFProtect has checked the token of every POST before a view begins, and base.html puts it into the page.
        csrf = False

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> MultiDict | None:
            """What was posted: text to fields of text, files to fields of files, never one for the other."""
            if formdata is None or request.method in ("GET", "HEAD"):
                return None
            # Our fields' names are ASCII; WTForms takes tags-²-label for the second of a list, and fails.
            posted = MultiDict((name, value) for name, value in request.form.items(multi=True) if name.isascii())
            for name, field in form._fields.items():
                if isinstance(field, FileField | MultipleFileField):
                    posted.setlist(name, request.files.getlist(name))
            return posted

        def get_translations(self, form: Any) -> _Translations:
            return _Translations()


class Query(Form):
    """A form whose answers stand in the address: the filters of a list."""

    class Meta:
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> MultiDict:
            """What stands in the address."""
            return request.args


class Versioned(Form):
    """A form that several people may have open at once (decision D15)."""

    version = HiddenField()

    @property
    def read_version(self) -> int:
        """The version of the record that the form was made from; 0 when it is missing."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class Text(StringField):
    """One line of canonical text; a wrong character is an error of the field, never a crash."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = _read(self, canonical, values)


class Lines(TextAreaField):
    """Several lines of canonical text."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = _read(self, canonical_lines, values)


class Phone(Text):
    """A Vietnamese phone number, kept as +84…, shown as people write it."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        self._raw = self.data
        if self.data:
            self.data = phone_number(self.data)

    def _value(self) -> str:
        if self.raw_data and self.process_errors:
            return self.raw_data[0]
        return show_phone(self.data) if self.data else ""


class Email(Text):
    """An e-mail address."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data:
            self.data = email_address(self.data)


class Whole(IntegerField):
    """A whole number within bounds; empty means unknown."""

    # A browser's number box throws away what it cannot read, "1.250" too: then nobody could say what is wrong.
    widget = TextInput()

    def __init__(self, *arguments: Any, least: int = 0, most: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.least, self.most = least, most

    def process_formdata(self, values: list[str]) -> None:
        text = _read(self, canonical, values).replace(".", "").replace(" ", "")
        if not text:
            self.data = None
            return
        # isdecimal alone would let Arabic and full-width digits through.
        if not (text.isascii() and text.isdecimal()) or len(text) > 9:
            raise ValueError(gettext("Hãy nhập một số nguyên."))
        self.data = int(text)
        if not self.least <= self.data <= self.most:
            raise ValueError(gettext("Hãy nhập số từ %(least)s đến %(most)s.", least=self.least, most=self.most))


class Day(Text):
    """A date as people write it; empty means unknown."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        text, self.data = self.data, None
        if text:
            self.data = parse_date(text)

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return show_date(self.data) if self.data else ""


class Fraction(Text):
    """A number with a decimal comma (or point) within bounds; empty means unknown."""

    def __init__(self, *arguments: Any, least: float = 0, most: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.least, self.most = least, most

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        text, self.data = self.data, None
        if not text:
            return
        if not DECIMAL.fullmatch(text):
            raise ValueError(gettext("Hãy nhập một số, ví dụ 3,5."))
        number = float(text.replace(",", "."))
        if not self.least <= number <= self.most:
            bounds = {"least": f"{self.least:g}", "most": f"{self.most:g}"}
            raise ValueError(gettext("Hãy nhập số từ %(least)s đến %(most)s.", **bounds))
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else f"{self.data:.6f}".rstrip("0").rstrip(".").replace(".", ",")


class Amount(Text):
    """How much of something, as people write it; empty means not said.

    ``signed`` takes more and less: +2, -1,5. ``zero`` takes none of it.
    """

    def __init__(self, *arguments: Any, signed: bool = False, zero: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.signed, self.zero = signed, zero

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        text, self.data = self.data.replace(" ", ""), None
        if not text:
            return
        found = AMOUNT.fullmatch(text)
        if found is None or (found[1] and not self.signed):
            raise ValueError(gettext("Hãy nhập một số, ví dụ 12 hoặc 2,5."))
        whole = (found[2] or found[3]).replace(".", "")
        self.data = Decimal(f"{found[1]}{whole}.{(found[4] or '').ljust(2, '0')}")
        if not self.data and not self.zero:
            raise ValueError(gettext("Hãy nhập một số khác 0."))

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else f"{self.data:.2f}".rstrip("0").rstrip(".").replace(".", ",")


class Money(Text):
    """An amount in whole đồng as people write it: 12.500.000, 12,5 triệu, 1 tỷ 200 triệu; empty means not said."""

    def __init__(self, *arguments: Any, most: int = 99_999_999_999_999, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.most = most

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        text, self.data = self.data, None
        if not text:
            return
        self.data = _money(MONEY_NAMES.sub("", text.lower()))
        if self.data is None:
            raise ValueError(gettext("Hãy nhập số tiền, ví dụ 12.500.000 hoặc 12,5 triệu."))
        if not 0 < self.data <= self.most:
            most = f"{self.most:,}".replace(",", ".")
            raise ValueError(gettext("Số tiền phải lớn hơn 0 và không quá %(most)s đồng.", most=most))

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else f"{self.data:,.0f}".replace(",", ".")


def _money(text: str) -> Decimal | None:
    """Parts from the largest unit down: 1 tỷ 200 triệu. None for what is no amount of whole đồng."""
    if WHOLE_MONEY.fullmatch(text):
        return Decimal(re.sub("[., ]", "", text))
    total, place, smallest = Decimal(0), 0, 10**12
    while place < len(text):
        part = MONEY_PART.match(text, place)
        # A comma is decimal before a word: 1,234 triệu.
        number = MONEY_FRACTION.fullmatch(part[1]) if part and part[2] else None
        if number is None or MONEY_UNITS[part[2]] >= smallest:
            return None
        smallest, place = MONEY_UNITS[part[2]], part.end()
        total += Decimal(f"{number[1].replace('.', '')}.{number[2] or number[3] or 0}") * smallest
    return total.to_integral_value() if text and total == total.to_integral_value() else None


class Hour(Text):
    """A time of the day as people write it: 14:30, 14h30, 8h; empty means unknown."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        text, self.data = self.data, None
        if not text:
            return
        found = HOUR.fullmatch(text)
        if found is None:
            raise ValueError(gettext("Giờ phải có dạng giờ:phút, ví dụ 14:30."))
        self.data = time(int(found[1]), int(found[2] or 0))

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return f"{self.data:%H:%M}" if self.data else ""


def _read(field: Field, clean: Callable[[str], str], values: list[str]) -> str:
    try:
        text = clean(values[0]) if values else ""
    except BadText as cause:
        raise ValueError(str(cause)) from cause
    if values and not text:
        # Spaces are no answer: whether something required is missing, the raw text tells.
        field.raw_data = [""]
    return text


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Choices of a select field from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]


def required(sentence: Any) -> DataRequired:
    """The value must be there; ``sentence`` says what is missing."""
    return DataRequired(message=sentence)


def at_most(length: int) -> Length:
    """No longer than ``length`` characters."""
    return Length(max=length, message=_("Nội dung quá dài (tối đa %(max)d ký tự).", max=length))


def _kept_form_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="kept-form")


def keep_form() -> str:
    """The path and the fields of a form whose session had ended, packed and signed, to send it again later."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", TOKEN_FIELD) and "password" not in name
    ]
    return _kept_form_serializer().dumps([request.path, fields])


def kept_form(packed: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Path and fields that keep_form() packed; None when it was not us."""
    try:
        path, fields = _kept_form_serializer().loads(packed)
    except (BadSignature, ValueError):
        return None
    return path, [(name, value) for name, value in fields]


def _session_mark() -> str:
    return g.actor.session_hash[:16] if g.get("actor") else ""


def form_token() -> str:
    """The value of the hidden field of a form that must not be carried out twice. Stored only when it succeeds."""
    # Of a GET there is no form to look into; Werkzeug would set its parser up all the same.
    value = request.form.get(TOKEN_FIELD) if request.method == "POST" else None
    if value is None or _read_token(value) is None:
        value = _signer(current_app.secret_key).sign(f"{secrets.token_urlsafe(12)}:{_session_mark()}").decode()
    return value


@lru_cache(maxsize=2)
def _signer(key: str | bytes) -> Signer:
    return Signer(key, salt="form-token")


def _read_token(value: str) -> str | None:
    try:
        text = _signer(current_app.secret_key).unsign(value).decode()
    except BadSignature:
        return None
    if text.partition(":")[2] != _session_mark():
        return None
    return hashlib.sha256(text.encode()).hexdigest()


def _sent_token() -> str | None:
    """What the sent form is remembered by; asked for before and after it is carried out."""
    if "sent_token" not in g:
        g.sent_token = _read_token(request.form.get(TOKEN_FIELD, ""))
    return g.sent_token


def repeated() -> str | None:
    """Where this form's first, successful POST led; None when it has not been carried out."""
    token = _sent_token()
    return None if token is None else _DONE.value(token=token)


_DONE = Statement(lambda: FormToken.select(FormToken.location).where(FormToken.token_hash == param("token")))


class AlreadyDone(Exception):
    """The same form was carried out by a request that ran at the same time."""

    def __init__(self, location: str) -> None:
        self.location = location


def remember(location: str) -> None:
    """Note, inside the transaction, that this form succeeded and where it leads."""
    token = _sent_token()
    if token is None:
        return
    try:
        FormToken.create(token_hash=token, location=location)
    except IntegrityError as cause:
        raise AlreadyDone(location) from cause
