"""Backups, the way back, and the keys that belong to them."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from intranet import config
from intranet.app import components, create_app
from intranet.cli.common import cli, district_of, instance_option, open_app
from intranet.kernel import sealed
from intranet.kernel.durable import write_new
from intranet.kernel.files import path_of
from intranet.kernel.plugins import PluginError
from intranet.operations import archive, backups, district_copy, keys, restore, verify
from intranet.operations.data_keys import missing_data_keys, renew


@cli.command()
@instance_option
@click.option("--to", "directory", type=click.Path(path_type=Path, file_okay=False), help="Default: setting backups.")
@click.option("--keep", type=click.IntRange(1), help="How many to keep there. Default: setting keep_backups.")
def backup(instance: Path, directory: Path | None, keep: int | None) -> None:
    """Make a backup while the installation runs. Exit 1 when there is none, or when it lacks a stored file."""
    app = open_app(instance)
    with app.app_context():
        try:
            record = backups.make(directory.absolute() if directory else None, keep)
        except backups.BackupFailed as cause:
            raise click.ClickException(f"There is no backup: {cause}.") from cause
        click.echo(f"{record.path}: {record.size:,} bytes, read again and found whole.")
        if not keys.exported(app.extensions["config"].instance):
            click.echo("! The keys are not in it. Once, and after each change: intranet keys export FILE", err=True)
    if record.problem:
        click.echo(f"! {record.problem}", err=True)
        sys.exit(1)


@cli.command("restore")
@click.argument("file", metavar="ARCHIVE", type=click.Path(path_type=Path))
@click.option("--instance", required=True, type=click.Path(path_type=Path, file_okay=False), help="The new directory.")
@click.option("--database-url", default="", help="Where to; by default the instance's own SQLite file.")
@click.option("--keys", "keys_file", type=click.Path(path_type=Path), help="The exported keys.")
@click.option("--leave-out", multiple=True, metavar="MODULE", help="Leave the data of a module out for good.")
def restore_command(
    file: Path, instance: Path, database_url: str, keys_file: Path | None, leave_out: tuple[str, ...]
) -> None:
    """Restore an archive into an installation that is still empty: all of it or nothing."""
    try:
        with archive.opened(file) as opened:
            opened.check()
            if keys_file is not None:
                keys.bring(instance, keys_file)
            _restore(opened, instance, database_url, leave_out)
    except (archive.BadArchive, restore.RestoreRefused, keys.KeysRefused, config.ConfigError, PluginError) as cause:
        raise click.ClickException(str(cause)) from cause
    except OSError as cause:
        raise click.ClickException(f"Nothing was restored: {cause}") from cause


def _restore(opened: archive.Archive, instance: Path, database_url: str, leave_out: tuple[str, ...]) -> None:
    overrides = {"database_url": database_url} if database_url else {}
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = config.load(instance, **overrides)
    if settings.database.startswith("sqlite:"):
        final = Path(settings.database.removeprefix("sqlite:///"))
        if final.exists():
            raise restore.RestoreRefused(f"{final} exists already. A restore never overwrites anything.")
        with restore.beside(final) as new:
            _fill(opened, create_app(replace(settings, database_url=f"sqlite:///{new}")), leave_out)
    else:
        _fill(opened, create_app(settings), leave_out)
    _remember(settings.instance, database_url)
    with open_app(instance, **overrides).app_context():
        _say_what_came(opened.manifest, settings.instance)


def _fill(opened: archive.Archive, app: Flask, leave_out: tuple[str, ...]) -> None:
    found, files = components(app), app.extensions["config"].files_directory
    restore.demand_readable(opened.manifest, found, leave_out)
    restore.demand_empty(files)
    with app.app_context(), restore.files_in(opened, path_of, files):
        restore.load(opened, found, leave_out)


def _remember(instance: Path, database_url: str) -> None:
    """The next command must find the database."""
    path = instance / "intranet.toml"
    if not database_url:
        return
    if not path.exists():
        write_new(path, f'database_url = "{database_url}"\n'.encode())
    elif not re.search(r"^\s*database_url\s*=", path.read_text(encoding="utf-8"), re.MULTILINE):
        with path.open("a", encoding="utf-8") as file:
            file.write(f'\ndatabase_url = "{database_url}"\n')


def _say_what_came(manifest: archive.Manifest, instance: Path) -> None:
    click.echo(
        f"Restored {manifest.rows:,} rows of {len(manifest.tables)} tables and {len(manifest.files)} files, as of "
        f"{manifest.made_at} UTC."
    )
    for name in manifest.broken_files:
        click.echo(f"! The file {name} was missing or damaged already when the backup was made.", err=True)
    missing = missing_data_keys()
    if missing:
        click.echo(f"! The data keys {', '.join(missing)} are not here: intranet keys import FILE", err=True)


@cli.command("verify")
@instance_option
@click.option("--archive", "file", type=click.Path(path_type=Path), help="Check this archive instead.")
@click.option("--activities", is_flag=True, help="Also compare what happened with what the modules know.")
def verify_command(instance: Path, file: Path | None, activities: bool) -> None:
    """Read everything and say what is wrong, one line each. Exit 1 when something is."""
    if file is not None:
        try:
            with archive.opened(file) as opened:
                opened.check()
                manifest = opened.manifest
        except archive.BadArchive as cause:
            raise click.ClickException(str(cause)) from cause
        click.echo(f"{file}: whole; {manifest.rows:,} rows, {len(manifest.files)} files, version {manifest.version}.")
        return
    app = open_app(instance)
    with app.app_context():
        found = list(verify.problems(components(app), activities=activities))
    for line in found:
        click.echo(f"! {line}")
    if not found:
        click.echo("Everything is whole.")
    sys.exit(1 if found else 0)


@cli.group("keys")
def keys_group() -> None:
    """Put the keys of an installation away, or bring them to a new one."""


@keys_group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@instance_option
def export_keys(file: Path, instance: Path) -> None:
    """Write the keys to a new file that only its owner can read. Keep it apart from the backups."""
    app = open_app(instance)
    with app.app_context():
        try:
            keys.export(app.extensions["config"].instance, file)
        except keys.KeysRefused as cause:
            raise click.ClickException(str(cause)) from cause
    click.echo(f"{file}: keep it where the backups are not. Without it, what they hold encrypted stays closed.")


@keys_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@instance_option
def import_keys(file: Path, instance: Path) -> None:
    """Bring exported keys to an instance; those that it has stay as well."""
    try:
        keys.bring(instance.resolve(), file)
    except keys.KeysRefused as cause:
        raise click.ClickException(str(cause)) from cause
    sealed.configure(instance.resolve())
    click.echo("The keys are in place. Restart the server.")


@keys_group.command("renew")
@instance_option
def renew_keys(instance: Path) -> None:
    """Make a new data key and encrypt everything by it; older keys stay, for older backups."""
    app = open_app(instance)
    with app.app_context():
        try:
            count = renew(app.extensions["config"].instance)
        except (sealed.KeyMissing, sealed.Broken) as cause:
            raise click.ClickException(f"{cause}. What was not encrypted anew yet stays as it was.") from cause
    click.echo(f"{count:,} values are encrypted by the new key. Now run: intranet keys export FILE")


@cli.command("export")
@instance_option
@click.option("--district", "code", required=True, help="Code of the district.")
@click.option("--to", "directory", required=True, type=click.Path(path_type=Path), help="A new directory.")
def export_district(instance: Path, code: str, directory: Path) -> None:
    """Write everything that belongs to a district so that it can be read without this program."""
    app = open_app(instance)
    with app.app_context():
        district = district_of(code)
        try:
            made = district_copy.write(district, components(app), directory)
        except district_copy.CopyRefused as cause:
            raise click.ClickException(str(cause)) from cause
    click.echo(f"{directory / 'index.html'}: {made.rows:,} rows in {made.tables} tables, {made.files} files.")
