"""The second factor: six digits from a phone (TOTP, RFC 6238), and codes for the day on which the phone is lost.

It fails closed: a secret that cannot be read lets nobody in by its codes. Recovery codes need no key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC
from urllib.parse import quote

from intranet.kernel import sealed
from intranet.kernel.clock import now
from intranet.kernel.database import transaction
from intranet.kernel.language import gettext as _
from intranet.registry.accounts import RecoveryCode, SecondFactor
from intranet.registry.people import Person, SignInSession
from intranet.shared import audit
from intranet.shared.edits import Refused

ISSUER = "Chung Tay"
DIGITS, STEP_SECONDS = 6, 30
# How many steps a phone's clock may go wrong, each way.
TOLERANCE = 1
SECRET_BYTES = 20
RECOVERY_CODES = 10
# Without letters that look like others; ten of them hold 50 random bits.
RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz023456789"
RECOVERY_LENGTH = 10


class Unreadable(Exception):
    """The secret cannot be read: the key is missing, or the value was changed."""


def in_force(person_id: int) -> bool:
    """Whether signing in takes a code."""
    return (
        SecondFactor.select().where(SecondFactor.person == person_id, SecondFactor.confirmed_at.is_null(False)).exists()
    )


def codes_left(person_id: int) -> int:
    """How many recovery codes are still good."""
    return RecoveryCode.select().where(RecoveryCode.person == person_id, RecoveryCode.used_at.is_null()).count()


def awaited_secret(person_id: int) -> str | None:
    """The secret, as authenticators take it, that waits for its first code. Raises Unreadable."""
    row = SecondFactor.get_or_none(SecondFactor.person == person_id, SecondFactor.confirmed_at.is_null())
    return None if row is None else _secret(row)


def address(person: Person, secret: str) -> str:
    """What the picture for the phone holds."""
    return f"otpauth://totp/{quote(ISSUER)}:{quote(person.username)}?secret={secret}&issuer={quote(ISSUER)}"


def begin(person: Person, *, done: Callable[[], None]) -> None:
    """Make a new secret, not in force before confirm(). Does nothing where a factor is. Raises sealed.KeyMissing."""
    if in_force(person.id):
        return
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    values = {"secret": _sealed(secret, person.id), "last_step": 0}
    with transaction():
        # Never one in force: another window may have confirmed it meanwhile.
        SecondFactor.delete().where(SecondFactor.person == person, SecondFactor.confirmed_at.is_null()).execute()
        SecondFactor.insert(person=person, **values).on_conflict_ignore().execute()
        done()


def confirm(person: Person, code: str, *, session_hash: str, done: Callable[[], None]) -> list[str] | None:
    """Put the awaited secret in force by its first code; the recovery codes, which can be read only now.

    None when the code is wrong. All other sessions end. Raises Unreadable.
    """
    row = SecondFactor.get_or_none(SecondFactor.person == person, SecondFactor.confirmed_at.is_null())
    step = None if row is None else _step_of(_secret(row), code)
    if step is None:
        return None
    with transaction():
        put = SecondFactor.update(confirmed_at=now(), last_step=step).where(
            SecondFactor.person == person, SecondFactor.confirmed_at.is_null(), SecondFactor.secret == row.secret
        )
        if not put.execute():
            return None
        _end_sessions(person, but=session_hash)
        audit.record("factor.on", person, person_id=person.id)
        done()
        return _new_codes(person)


def make_codes(person: Person, *, done: Callable[[], None]) -> list[str]:
    """Replace the recovery codes; the new ones, which can be read only now."""
    with transaction():
        audit.record("factor.codes", person, person_id=person.id)
        done()
        return _new_codes(person)


def accept(person: Person, code: str) -> bool:
    """Whether a code, or a recovery code, of the factor in force is right; it is used up. Raises Unreadable."""
    row = SecondFactor.get_or_none(SecondFactor.person == person, SecondFactor.confirmed_at.is_null(False))
    if row is None:
        return False
    if is_recovery_code(code):
        return _use_recovery_code(person, code)
    step = _step_of(_secret(row), code)
    return step is not None and _use_step(person, step)


def is_recovery_code(code: str) -> bool:
    """Whether it looks like one, and not like the digits of a phone."""
    return len(_letters(code)) == RECOVERY_LENGTH


def switch_off(person: Person, code: str, *, session_hash: str, done: Callable[[], None]) -> bool:
    """Give the factor up; False when the code is wrong. All other sessions end. Raises Unreadable."""
    with transaction():
        if not accept(person, code):
            return False
        _take_away(person)
        _end_sessions(person, but=session_hash)
        audit.record("factor.off", person, person_id=person.id)
        done()
    return True


def remove(person: Person, *, by: int | None, done: Callable[[], None] = lambda: None) -> None:
    """Take a lost factor away and end all sessions. ``by`` is None on the command line. Raises Refused."""
    with transaction():
        if not _take_away(person):
            raise Refused("", _("Tài khoản này không bật xác thực hai bước."))
        _end_sessions(person)
        audit.record("factor.remove", person, person_id=by)
        done()


def _take_away(person: Person) -> bool:
    RecoveryCode.delete().where(RecoveryCode.person == person).execute()
    return bool(SecondFactor.delete().where(SecondFactor.person == person).execute())


def _end_sessions(person: Person, but: str = "") -> None:
    SignInSession.delete().where(SignInSession.person == person, SignInSession.token_hash != but).execute()


def _secret(row: SecondFactor) -> str:
    try:
        return sealed.unseal(row.secret, *_place(row.person_id))
    except (sealed.KeyMissing, sealed.Broken) as cause:
        raise Unreadable(str(cause)) from cause


def _step_of(secret: str, code: str) -> int | None:
    """The step, near the present one, whose code this is."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdecimal()):
        return None
    # Loaded late as in kernel.sealed, which has just opened the secret.
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)
    steps = range(_step_now() - TOLERANCE, _step_now() + TOLERANCE + 1)
    fitting = [step for step in steps if hmac.compare_digest(totp.generate(step * STEP_SECONDS), code.encode())]
    return fitting[0] if fitting else None


def _step_now() -> int:
    return int(now().replace(tzinfo=UTC).timestamp()) // STEP_SECONDS


def _use_step(person: Person, step: int) -> bool:
    """Whether no code of this step or a later one was used; of two requests at once, one gets it."""
    # A later one than a phone can be ahead was used while the server's clock was wrong: that must lock nobody out.
    ahead = SecondFactor.last_step > _step_now() + TOLERANCE
    used = SecondFactor.update(last_step=step).where(
        SecondFactor.person == person, (SecondFactor.last_step < step) | ahead
    )
    return bool(used.execute())


def _use_recovery_code(person: Person, code: str) -> bool:
    used = RecoveryCode.update(used_at=now()).where(
        RecoveryCode.person == person, RecoveryCode.code_hash == _code_hash(code), RecoveryCode.used_at.is_null()
    )
    if not used.execute():
        return False
    audit.record("factor.recovery", person, person_id=person.id)
    return True


def _new_codes(person: Person) -> list[str]:
    """Ten codes in place of all earlier ones, as people write them: abcde-fghjk."""
    codes = [
        "".join(secrets.choice(RECOVERY_LETTERS) for _letter in range(RECOVERY_LENGTH))
        for _code in range(RECOVERY_CODES)
    ]
    RecoveryCode.delete().where(RecoveryCode.person == person).execute()
    RecoveryCode.insert_many([{"person": person.id, "code_hash": _code_hash(code)} for code in codes]).execute()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _letters(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


def _code_hash(code: str) -> str:
    return hashlib.sha256(_letters(code).encode()).hexdigest()


def seal_anew() -> int:
    """Seal by the newest key what older ones sealed, in the caller's transaction; how many secrets."""
    newest, count = f"{sealed.newest_key()}.", 0
    for row in list(SecondFactor.select()):
        if not row.secret.startswith(newest):
            secret = sealed.unseal(row.secret, *_place(row.person_id))
            same = (SecondFactor.person == row.person_id) & (SecondFactor.secret == row.secret)
            count += SecondFactor.update(secret=_sealed(secret, row.person_id)).where(same).execute()
    return count


def _sealed(secret: str, person_id: int) -> str:
    return sealed.seal(secret, *_place(person_id))


def _place(person_id: int) -> tuple[str, int, str]:
    return "second_factor", person_id, "secret"
