"""The ``intranet`` command."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from peewee import PeeweeException

from intranet import __version__, config
from intranet.app import components, create_app
from intranet.demo import build as demo_data
from intranet.imports import rules as list_rules
from intranet.kernel import clock, jobs, migrations
from intranet.kernel.database import SAFE_SQLITE, database, is_postgres, transaction
from intranet.kernel.passwords import hash_password
from intranet.kernel.plugins import PluginError
from intranet.kernel.text import canonical, fold, sort_key
from intranet.people.imports import STAFF
from intranet.registry.districts import DISTRICT_KINDS, District
from intranet.registry.people import ADMINISTRATOR, Membership, Person, SignInSession
from intranet.schools.imports import SCHOOLS
from intranet.shared import audit, modules
from intranet.shared.list_plans import CHOOSE, Kind, Plan
from intranet.shared.spreadsheets import UnreadableFile

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PENDING_EXIT = 3
# A server that ends this often within so many seconds has a fault that a new start will not cure.
MOST_RESTARTS = 10
# How long a job may still run when the server ends; it is taken up again at the next start.
LAST_JOB_SECONDS = 10
JOBS_RESTART_SECONDS = 5
RESTART_WINDOW = 60.0


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


@click.group()
@click.version_option(__version__)
def cli() -> None:
    """Chung Tay: the intranet of education districts that twin their schools."""


@cli.command()
@instance_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True)
@click.option("--serve/--no-serve", default=True, help="Whether to start the server after building.")
@click.option("--canaries", is_flag=True, help="Plant marker texts in private fields, for leak tests.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
def demo(instance: Path, host: str, port: int, workers: int, serve: bool, canaries: bool, open_browser: bool) -> None:
    """Build two demo districts with an account for each role, and serve them on this machine only."""
    _refuse_public_demo(host)
    settings = instance / "intranet.toml"
    known = settings.exists()
    app = open_app(instance) if known else open_app(instance, demo=True)
    with app.app_context():
        if not app.config["DEMO"] or (not known and demo_data.is_built()):
            raise click.ClickException(f"{instance} is a real installation; choose another --instance for the demo.")
        if not known:
            settings.write_text("demo = true\n", encoding="utf-8")
        migrations.migrate(components(app))
        if not demo_data.is_built():
            demo_data.build(canaries=canaries)
        elif canaries:
            raise click.ClickException("This demo is already built; --canaries needs a new --instance.")
        _print_accounts(host, port)
        database.close()
    if serve:
        if open_browser:
            webbrowser.open(f"http://{host}:{port}/")
        _run_server(instance, host, port, workers)


def _refuse_public_demo(host: str) -> None:
    if host not in LOOPBACK:
        raise click.ClickException("The demo's accounts are public knowledge: it is served on 127.0.0.1 only.")


def _print_accounts(host: str, port: int) -> None:
    click.echo(f"\nChung Tay: http://{host}:{port}/    password of every account: {demo_data.PASSWORD}\n")
    for username, role in demo_data.accounts():
        click.echo(f"  {username:<16} {role}")
    click.echo("")


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
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--jobs/--no-jobs", "with_jobs", default=True, help="Whether to start the process for jobs beside it.")
def serve(instance: Path, host: str, port: int, workers: int, with_jobs: bool) -> None:
    """Serve the installation. Refuses a database that lacks migrations (exit 3)."""
    app = open_app(instance)
    if app.config["DEMO"]:
        _refuse_public_demo(host)
    waiting = migrations.pending(components(app))
    if waiting:
        click.echo(f"The database lacks {', '.join(waiting)}. Run: intranet migrate --instance {instance}", err=True)
        sys.exit(PENDING_EXIT)
    database.close()
    _run_server(instance, host, port, workers, with_jobs=with_jobs)


@cli.command("jobs")
@instance_option
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.option("--today", "day", type=click.DateTime(["%Y-%m-%d"]), help="Do as if it were this day (with --once).")
@click.option("--of-server", "parent", type=int, hidden=True, help="End when this process is gone.")
def jobs_command(instance: Path, once: bool, day: datetime | None, parent: int | None) -> None:
    """Do the work that waits in the queue: imports, exports, daily duties. ``serve`` starts this by itself."""
    app = open_app(instance)
    if day is not None and not once:
        raise click.UsageError("--today needs --once.")
    with app.app_context():
        if once:
            if day is not None:
                clock.set_now(day)
            jobs.enqueue_daily()
            click.echo(f"{jobs.run_due()} jobs done")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if parent is not None:
            threading.Thread(target=_watch_parent, args=(parent, stop), daemon=True).start()
        jobs.work(stop)


def _watch_parent(parent: int, stop: threading.Event) -> None:
    """A server that was killed cannot end its job process; on Windows the console does."""
    while os.name == "nt" or os.getppid() == parent:
        time.sleep(1)
    stop.set()


@contextmanager
def _job_process(instance: Path) -> Iterator[None]:
    """The process that does the jobs, started again when it dies, ended with the block."""
    command = [sys.executable, "-m", "intranet", "jobs", "--instance", str(instance), "--of-server", str(os.getpid())]
    closing = threading.Event()
    running = [subprocess.Popen(command)]

    def keep_alive() -> None:
        while not closing.is_set():
            running[0].wait()
            if not closing.wait(JOBS_RESTART_SECONDS):
                running[0] = subprocess.Popen(command)

    threading.Thread(target=keep_alive, daemon=True).start()
    try:
        yield
    finally:
        closing.set()
        running[0].terminate()
        try:
            running[0].wait(LAST_JOB_SECONDS)
        except subprocess.TimeoutExpired:
            running[0].kill()


def _run_server(instance: Path, host: str, port: int, workers: int, *, with_jobs: bool = True) -> None:
    os.environ["INTRANET_INSTANCE"] = str(instance.resolve())
    with _job_process(instance) if with_jobs else nullcontext():
        _serve_until_stopped(host, port, workers)


def _serve_until_stopped(host: str, port: int, workers: int) -> None:
    ends: deque[float] = deque(maxlen=MOST_RESTARTS)
    while True:
        server = _server(host, port, workers)
        try:
            return server.serve()
        except SystemExit:
            # Granian ends when one worker dies twice within five seconds; a school's machine has nobody to start it.
            ends.append(time.monotonic())
            hopeless = len(ends) == MOST_RESTARTS and ends[-1] - ends[0] < RESTART_WINDOW
            if server.interrupt_signal or hopeless:
                raise
            click.echo("The server ended unexpectedly; starting it again.", err=True)


def _server(host: str, port: int, workers: int) -> Any:
    from granian import Granian
    from granian.constants import Interfaces

    return Granian(
        "intranet.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # One blocking thread a worker was the fastest of all settings measured.
        blocking_threads=1,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )


@cli.group("import")
def import_() -> None:
    """Read lists from Excel files."""


def _import_command(name: str, kind: Kind, what: str) -> None:
    @import_.command(name)
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @instance_option
    @click.option("--district", "code", required=True, help="Code of the district that the list belongs to.")
    @click.option("--commit", is_flag=True, help="Write. Without it, only say what would happen.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    def import_list(file: Path, instance: Path, code: str, commit: bool, as_json: bool) -> None:
        app = open_app(instance)
        with app.app_context():
            district = _district(code)
            try:
                plan = list_rules.plan_file(kind, file.read_bytes(), file.name, district)
            except UnreadableFile as cause:
                text = json.dumps({"error": str(cause)}, ensure_ascii=False) if as_json else str(cause)
                click.echo(text, err=not as_json)
                sys.exit(2)
            if commit:
                list_rules.write(plan, kind, district, person_id=None, batch=f"command-{secrets.token_hex(8)}")
        _print_plan(plan, commit, as_json)
        sys.exit(1 if plan.counts["rejected"] or plan.counts["to_choose"] else 0)

    import_list.help = f"Read an office's list of {what}. Exit 0: all rows good; 1: some not; 2: no list in the file."


_import_command("schools", SCHOOLS, "schools")
_import_command("staff", STAFF, "staff")


def _district(code: str) -> District:
    district = District.get_or_none(District.code == code)
    if district is None:
        raise click.UsageError(f"There is no district with the code {code}.")
    return district


def _print_plan(plan: Plan, committed: bool, as_json: bool) -> None:
    if as_json:
        cells = [asdict(error) for error in plan.errors]
        report = {**plan.counts, "committed": committed, "rejected_cells": cells}
        click.echo(json.dumps(report, ensure_ascii=False, default=str))
        return
    counts = plan.counts
    click.echo(
        f"Đọc {counts['read']} dòng: thêm {counts['created']}, sửa {counts['changed']}, giữ nguyên "
        f"{counts['unchanged']}, cần người chọn {counts['to_choose']}, không nhận {counts['rejected']}."
    )
    for error in plan.errors:
        click.echo(f"  Dòng {error.row}, cột {error.column}: {error.message} ({error.value})")
    for planned in plan.of(CHOOSE):
        click.echo(f"  Dòng {planned.row.number}, {planned.name}: {planned.question} Hãy nhập qua giao diện để chọn.")
    for number, reason in plan.skipped:
        click.echo(f"  Dòng {number}: {reason}")
    for note in plan.notes:
        click.echo(f"  {note}")
    if not committed:
        click.echo("Chưa ghi gì. Thêm --commit để ghi vào hệ thống.")


@cli.group()
def module() -> None:
    """Switch modules of a district."""


def _switch_command(name: str, on: bool) -> None:
    @module.command(name)
    @click.argument("module_name", metavar="MODULE")
    @instance_option
    @click.option("--district", "code", required=True, help="Code of the district.")
    def switch(module_name: str, instance: Path, code: str) -> None:
        app = open_app(instance)
        with app.app_context():
            try:
                changed = modules.switch(_district(code), module_name, on, person_id=None)
            except modules.SwitchRefused as refusal:
                raise click.ClickException(str(refusal)) from refusal
        click.echo(f"{module_name}: {'on' if on else 'off'} in {code}{'' if changed else ' (already)'}")

    switch.help = f"Switch a module {name} in a district, from the next request on. Data stay."


_switch_command("on", True)
_switch_command("off", False)


@cli.command()
@instance_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def routes(instance: Path, as_json: bool) -> None:
    """List every address with its methods, module and permission."""
    rows = route_table(open_app(instance))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{','.join(row['methods']):<10} {row['rule']:<50} {row['module'] or '-':<24} {row['permission']}")


def route_table(app: Flask) -> list[dict[str, Any]]:
    """rule, methods, endpoint, module (None for the core) and permission of each address."""
    cards = app.extensions["plugins"].cards
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods))):
        owner = rule.endpoint.partition(".")[0]
        rows.append(
            {
                "rule": rule.rule,
                "methods": sorted(rule.methods - {"HEAD", "OPTIONS"}),
                "endpoint": rule.endpoint,
                "module": owner if owner in cards else None,
                "permission": getattr(app.view_functions[rule.endpoint], "access", None),
            }
        )
    return rows


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


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="intranet")
