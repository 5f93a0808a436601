"""Plain-text mail through one SMTP server. It can take long: only jobs and commands send, never a request."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from intranet.kernel.clock import now

if TYPE_CHECKING:
    from email.headerregistry import Address

TIMEOUT = 20
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
# What a server says that will not change its mind.
PERMANENT = 500


class Refused(Exception):
    """This mail will never be taken: the address is wrong, or the server says so. The text is what it said."""


class Unavailable(Exception):
    """The server cannot be reached or does not serve us now. The text is what went wrong."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over, and the address that it comes from."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: Address

    @property
    def label(self) -> str:
        """For people who look after the installation: "mail.example.vn:587 (STARTTLS)"."""
        protection = {"smtp": "STARTTLS", "smtps": "TLS", "smtp+plain": "not encrypted"}[self.scheme]
        return f"{self.host}:{self.port} ({protection})"


_server: Server | None = None


def configure(url: str, sender: str) -> None:
    """Set the server for this process; an empty address sends nothing. Raises ValueError as parse does."""
    global _server
    _server = parse(url, sender) if url else None


def parse(url: str, sender: str) -> Server:
    """Read the address of a server. Raises ValueError with what is wrong, never with the password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as cause:
        raise ValueError("mail_url is no address of a server, e.g. smtp://user:password@mail.example.vn:587") from cause
    if parts.scheme not in PORTS or not host:
        raise ValueError("mail_url must begin with smtp://, smtps:// or smtp+plain:// and name a server")
    try:
        from_ = address(sender)
    except Refused as cause:
        raise ValueError(f"mail_from must be an address: {cause}") from cause
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.scheme, host, port or PORTS[parts.scheme], user, password, from_)


def server() -> Server | None:
    """The server of this process, if one is set."""
    return _server


def is_set() -> bool:
    """Whether mail can be sent at all."""
    return _server is not None


def address(text: str, name: str = "") -> Address:
    """An address for a header. Raises Refused for what is none."""
    # What reads and writes addresses is loaded where there is mail at all.
    from email.headerregistry import Address

    try:
        found = Address(display_name=name, addr_spec=text)
    except (ValueError, MessageError, IndexError) as cause:
        raise Refused(f"{text!r} is no address") from cause
    if not text.isascii() or not found.username or "." not in found.domain:
        raise Refused(f"{text!r} is no address")
    return found


def send(to: Address, subject: str, body: str, *, key: str) -> None:
    """Send one mail. ``key`` identifies it: what is sent twice after a crash carries the same Message-ID both times,
    so that mail programs show it once. Raises Refused or Unavailable.
    """
    message = _message(to, subject, body, key)
    try:
        with _connection() as connection:
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as cause:
        code, text = next(iter(cause.recipients.values()))
        raise _failure(code, text) from cause
    except smtplib.SMTPDataError as cause:
        raise _failure(cause.smtp_code, cause.smtp_error) from cause
    except (smtplib.SMTPException, OSError) as cause:
        # A wrong password is a 5xx, too, but an administrator can put it right, and then the mail goes.
        raise Unavailable(_words(cause)) from cause


def _message(to: Address, subject: str, body: str, key: str) -> EmailMessage:
    from email.headerregistry import Address

    message = EmailMessage()
    message["From"] = Address("Chung Tay", addr_spec=_server.sender.addr_spec)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = datetime.combine(now().date(), now().time(), UTC)
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{_server.sender.domain}>"
    # No holiday notice shall answer.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message


@contextmanager
def _connection() -> Iterator[smtplib.SMTP]:
    kind = smtplib.SMTP_SSL if _server.scheme == "smtps" else smtplib.SMTP
    options = {"context": ssl.create_default_context()} if _server.scheme == "smtps" else {}
    with kind(_server.host, _server.port, timeout=TIMEOUT, **options) as connection:
        if _server.scheme == "smtp":
            connection.starttls(context=ssl.create_default_context())
        if _server.user:
            connection.login(_server.user, _server.password)
        yield connection


def _failure(code: int, text: bytes | str) -> Exception:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Refused(f"{code} {words}") if code >= PERMANENT else Unavailable(f"{code} {words}")


def _words(cause: Exception) -> str:
    if isinstance(cause, smtplib.SMTPResponseException):
        return str(_failure(cause.smtp_code, cause.smtp_error))
    return str(cause) or type(cause).__name__
