"""Setting an installation up: database, first district, accounts."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from intranet.app import components
from intranet.cli.common import cli, instance_option, open_app
from intranet.kernel import migrations
from intranet.kernel.database import transaction
from intranet.kernel.passwords import hash_password
from intranet.kernel.text import canonical, fold, sort_key
from intranet.registry.districts import DISTRICT_KINDS, District
from intranet.registry.people import ADMINISTRATOR, Membership, Person, SignInSession
from intranet.shared import audit


@cli.command()
@instance_option
@click.option("--district", "code", required=True, help="Code of the first district, e.g. HM.")
@click.option("--name", required=True, help='Its name, e.g. "Quận Hoàng Mai".')
@click.option("--office", required=True, help='Its education office, e.g. "Phòng GD&ĐT quận Hoàng Mai".')
@click.option("--kind", type=click.Choice(DISTRICT_KINDS), default="quan", show_default=True)
@click.option("--admin", "username", default="admin", show_default=True, help="User name of the administrator.")
def init(instance: Path, code: str, name: str, office: str, kind: str, username: str) -> None:
    """Set up an installation: database, first district, one administrator with a password shown once."""
    app = open_app(instance)
    with app.app_context():
        migrations.migrate(components(app))
        if District.select().exists():
            raise click.ClickException(f"{instance} is already set up.")
        password = secrets.token_urlsafe(12)
        with transaction():
            name = canonical(name)
            district = District.create(
                code=canonical(code), kind=kind, name=name, office_name=canonical(office), sort_key=sort_key(name)
            )
            person = Person(username=fold(username), name="Quản trị hệ thống", password_hash=hash_password(password))
            person.set_keys()
            person.save()
            Membership.create(person=person, role=ADMINISTRATOR)
            audit.record("district.create", district, person_id=person.id)
    click.echo(f"User name: {person.username}\nPassword (shown once): {password}")


@cli.command()
@instance_option
def migrate(instance: Path) -> None:
    """Bring the database to the schema of this version."""
    app = open_app(instance)
    for name in migrations.migrate(components(app)):
        click.echo(f"applied {name}")


@cli.command()
@instance_option
@click.argument("username")
def password(instance: Path, username: str) -> None:
    """Give an account a new password, shown once, and end its sessions."""
    app = open_app(instance)
    with app.app_context():
        person = Person.get_or_none(Person.username == fold(username))
        if person is None:
            raise click.ClickException(f"There is no account {username}.")
        new = secrets.token_urlsafe(12)
        with transaction():
            Person.update(password_hash=hash_password(new)).where(Person.id == person.id).execute()
            SignInSession.delete().where(SignInSession.person == person).execute()
            audit.record("password.reset", person, person_id=None)
    click.echo(f"Password (shown once): {new}")
