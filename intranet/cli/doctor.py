"""What an installation runs on, and what needs attention."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask
from peewee import PeeweeException

from intranet import __version__
from intranet.app import components
from intranet.cli.common import cli, instance_option, open_app
from intranet.kernel import migrations
from intranet.kernel.database import SAFE_SQLITE, database, is_postgres


@cli.command()
@instance_option
def doctor(instance: Path) -> None:
    """Say what this installation runs on and what needs attention. Exit 1 when something does."""
    app = open_app(instance)
    warnings = list(_warnings(app))
    click.echo(f"Chung Tay {__version__}, instance {instance}")
    click.echo(f"Database: {_engine()}")
    click.echo(f"Modules: {', '.join(app.extensions['plugins'].names) or 'none installed'}")
    for warning in warnings:
        click.echo(f"! {warning}")
    if not warnings:
        click.echo("All is well.")
    sys.exit(1 if warnings else 0)


def _engine() -> str:
    if is_postgres():
        return f"PostgreSQL {database.execute_sql('SHOW server_version').fetchone()[0]}"
    return f"SQLite {database.execute_sql('SELECT sqlite_version()').fetchone()[0]}"


def _warnings(app: Flask) -> Any:
    settings = app.extensions["config"]
    try:
        if not is_postgres():
            version = database.execute_sql("SELECT sqlite_version()").fetchone()[0]
            if tuple(map(int, version.split("."))) < SAFE_SQLITE:
                yield f"SQLite {version} has the WAL-reset bug; 3.51.3 or newer does not."
        waiting = migrations.pending(components(app))
        if waiting:
            yield f"migrations wait: {', '.join(waiting)}"
        else:
            yield from (f"schema differs: {line}" for line in migrations.drift(components(app)))
    except PeeweeException as cause:
        yield f"the database does not answer: {cause}"
    if not settings.demo and not settings.secure:
        yield "base_url is not https: passwords and pages cross the network in the open."
    key = settings.instance / "secret_key"
    if os.name == "posix" and key.stat().st_mode & 0o077:
        yield f"{key} can be read by others; chmod 600."
