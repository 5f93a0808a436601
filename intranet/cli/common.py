"""What all commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask

from intranet import __version__, config
from intranet.accounts import names
from intranet.app import create_app
from intranet.kernel.plugins import PluginError
from intranet.registry.districts import District, district_by_code
from intranet.registry.people import Person

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def instance_option(command: Callable) -> Callable:
    """Every command works on one instance directory."""
    return click.option(
        "--instance",
        type=click.Path(path_type=Path, file_okay=False),
        default=lambda: Path(os.environ.get("INTRANET_INSTANCE", "instance")),
        help="The directory of the installation: database, settings, keys.",
    )(command)


def open_app(instance: Path, **overrides: Any) -> Flask:
    """The application of an instance, or a clear sentence and exit 2."""
    try:
        return create_app(config.load(instance, **overrides))
    except (config.ConfigError, PluginError) as cause:
        raise click.ClickException(str(cause)) from cause


def district_of(code: str) -> District:
    """The district of today with a code; of those of before, the last one that had it."""
    district = district_by_code(code)
    if district is None:
        raise click.UsageError(f"There is no district with the code {code}.")
    return district


def person_of(name: str) -> Person:
    """The owner of an account, by user name, phone number or e-mail address."""
    _spelling, person = names.find(name)
    if person is None:
        raise click.ClickException(f"There is no account {name}, or several people share this number or address.")
    return person


@click.group()
@click.version_option(__version__)
def cli() -> None:
    """Chung Tay: the intranet of education districts that twin their schools."""
