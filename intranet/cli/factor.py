"""Second factors of accounts."""

from __future__ import annotations

from pathlib import Path

import click

from intranet.accounts import factor as rules
from intranet.cli.common import cli, instance_option, open_app, person_of


@cli.group()
def factor() -> None:
    """Second factors of accounts."""


@factor.command()
@instance_option
@click.argument("username")
def remove(instance: Path, username: str) -> None:
    """Take a lost second factor away and end the account's sessions."""
    app = open_app(instance)
    with app.app_context():
        person = person_of(username)
        if not rules.in_force(person.id):
            raise click.ClickException(f"{person.username} has no second factor.")
        rules.remove(person, by=None)
    click.echo(f"{person.username} signs in with the password alone until the factor is set up again.")
