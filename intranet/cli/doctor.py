"""What an installation runs on, and what needs attention."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from peewee import PeeweeException

from intranet import __version__
from intranet.cli.common import cli, instance_option, open_app
from intranet.kernel.language import speaking
from intranet.operations import checks


@cli.command()
@instance_option
def doctor(instance: Path) -> None:
    """Say what this installation runs on and what needs attention. Exit 1 when something does."""
    app = open_app(instance)
    with app.app_context(), speaking("en"):
        found = checks.findings()
        engine = _engine()
    click.echo(f"Chung Tay {__version__}, instance {instance}")
    click.echo(f"Database: {engine}")
    click.echo(f"Modules: {', '.join(app.extensions['plugins'].names) or 'none installed'}")
    for finding in found:
        click.echo(f"{'-' if finding.kind == checks.NOTE else '!'} {finding.text}")
    well = all(finding.kind == checks.NOTE for finding in found)
    if well:
        click.echo("All is well.")
    sys.exit(0 if well else 1)


def _engine() -> str:
    try:
        return checks.engine_name()
    except PeeweeException:
        return "no answer"
