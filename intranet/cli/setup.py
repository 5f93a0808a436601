"""Setting an installation up: database, first district, accounts."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask import Flask

from intranet.accounts import links
from intranet.accounts import setup as first_run
from intranet.accounts.slips import link_address
from intranet.app import components
from intranet.cli.common import cli, instance_option, open_app, person_of
from intranet.kernel import migrations
from intranet.kernel.database import transaction
from intranet.kernel.passwords import hash_password
from intranet.operations import data_keys
from intranet.registry.districts import DISTRICT_KINDS, District
from intranet.registry.people import Person, SignInSession
from intranet.shared import audit
from intranet.shared.edits import Refused

LOCAL_SITE = "http://127.0.0.1:8000"


@cli.command()
@instance_option
@click.option("--district", "code", help="Code of the first district, e.g. HM. Without it the page /setup asks.")
@click.option("--name", help='Its name, e.g. "Quận Hoàng Mai".')
@click.option("--office", help='Its education office, e.g. "Phòng GD&ĐT quận Hoàng Mai".')
@click.option("--kind", type=click.Choice(DISTRICT_KINDS), default="quan", show_default=True)
@click.option("--admin", "username", default="admin", show_default=True, help="User name of the administrator.")
def init(instance: Path, code: str | None, name: str | None, office: str | None, kind: str, username: str) -> None:
    """Set up an installation: the database and a code for the page /setup, which asks for the rest.

    For scripts: --district, --name and --office begin at once; the administrator's password is shown once.
    """
    given = [option for option in (code, name, office) if option]
    if given and len(given) < 3:
        raise click.UsageError("Give --district, --name and --office together, or none of them.")
    app = open_app(instance)
    with app.app_context():
        migrations.migrate(components(app))
        data_keys.begin(instance)
        if District.select().exists() or not first_run.is_waiting():
            raise click.ClickException(f"{instance} is already set up.")
        if not given:
            _say_code(app)
            return
        password = secrets.token_urlsafe(12)
        beginning = first_run.Beginning(
            code=code, kind=kind, name=name, office=office, administrator="Quản trị hệ thống", username=username
        )
        with transaction():
            person = first_run.begin(beginning, hash_password(password))
    click.echo(f"User name: {person.username}\nPassword (shown once): {password}")


def _say_code(app: Flask) -> None:
    click.echo(f"Setup code (once, within 7 days): {first_run.new_code()}")
    click.echo(f"Start the server (intranet serve), then open {_site(app)}/setup and type the code there.")


def _site(app: Flask) -> str:
    return (app.extensions["config"].base_url or LOCAL_SITE).rstrip("/")


@cli.command()
@instance_option
def migrate(instance: Path) -> None:
    """Bring the database to the schema of this version."""
    app = open_app(instance)
    for name in migrations.migrate(components(app)):
        click.echo(f"applied {name}")
    with app.app_context():
        data_keys.begin(instance)


@cli.command()
@instance_option
@click.argument("username")
def link(instance: Path, username: str) -> None:
    """Print a link with which the owner of an account sets a password: good once, the password of today stays."""
    app = open_app(instance)
    with app.app_context():
        try:
            issued = links.issue(person_of(username), issued_by=None)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{link_address(_site(app), issued.token)}\nGood once, until {issued.expires_at:%Y-%m-%d %H:%M} UTC.")


@cli.command()
@instance_option
@click.argument("username")
def password(instance: Path, username: str) -> None:
    """Give an account a new password, shown once, and end its sessions."""
    app = open_app(instance)
    with app.app_context():
        person = person_of(username)
        new = secrets.token_urlsafe(12)
        with transaction():
            Person.update(password_hash=hash_password(new)).where(Person.id == person.id).execute()
            SignInSession.delete().where(SignInSession.person == person).execute()
            audit.record("password.reset", person, person_id=None)
    click.echo(f"Password (shown once): {new}")
