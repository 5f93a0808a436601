"""``intranet keys renew``: what an older key encrypted is encrypted by a new one."""

import tomllib

import pytest

from intranet.kernel import sealed
from intranet.kernel.database import database, open_database
from intranet.registry.accounts import SecondFactor
from intranet.registry.people import Person

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def with_factor(instance):
    """The installation, whose administrator has a second factor; the id of the key that sealed it."""
    sealed.configure(instance)
    open_database(tomllib.loads((instance / "intranet.toml").read_text())["database_url"])
    person = Person.get()
    text = sealed.seal(SECRET, "second_factor", person.id, "secret")
    SecondFactor.create(person=person, secret=text, last_step=0)
    yield instance
    database.close()


def test_second_factors_are_encrypted_by_the_new_key_and_older_keys_stay(with_factor, run):
    (first,) = key_names(with_factor)
    done = run("keys", "renew", "--instance", with_factor)
    assert (done.returncode, done.stdout.startswith("1 values are encrypted by the new key.")) == (0, True), done.stderr
    newest, kept = key_names(with_factor)
    row = SecondFactor.get()
    assert (kept, row.secret.partition(".")[0]) == (first, newest)
    sealed.configure(with_factor)
    assert sealed.unseal(row.secret, "second_factor", row.person_id, "secret") == SECRET


def key_names(instance):
    return [line.split()[0] for line in (instance / sealed.FILE).read_text().splitlines()]


def test_with_a_key_missing_nothing_is_renewed_and_no_key_is_made(with_factor, run):
    before = SecondFactor.get().secret
    (with_factor / sealed.FILE).write_text("")
    done = run("keys", "renew", "--instance", with_factor)
    assert (done.returncode, "are not here" in done.stderr) == (1, True)
    assert run("migrate", "--instance", with_factor).returncode == 0
    assert ((with_factor / sealed.FILE).read_text(), SecondFactor.get().secret) == ("", before)
