"""Serving the application, and doing its jobs."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from intranet.app import components
from intranet.cli.common import LOOPBACK, cli, instance_option, open_app
from intranet.kernel import clock, jobs, migrations
from intranet.kernel.database import database
from intranet.kernel.processes import SERVER, when_gone
from intranet.shared.operations import JOBS, Pulse, see

PENDING_EXIT = 3
# A server that ends this often within so many seconds has a fault that a new start will not cure.
MOST_RESTARTS = 10
# How long a job may still run when the server ends; it is taken up again at the next start.
LAST_JOB_SECONDS = 10
# Pages come first: somebody waits for them, and a small machine has two cores.
JOBS_START_SECONDS = 1
JOBS_RESTART_SECONDS = 5
RESTART_WINDOW = 60.0


@cli.command()
@instance_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--jobs/--no-jobs", "with_jobs", default=True, help="Whether to start the process for jobs beside it.")
def serve(instance: Path, host: str, port: int, workers: int, with_jobs: bool) -> None:
    """Serve the installation. Refuses a database that lacks migrations (exit 3)."""
    _check(instance, host)
    run_server(instance, host, port, workers, with_jobs=with_jobs)


def _check(instance: Path, host: str) -> None:
    """Whether it can be served. The application that is opened for this ends here: each worker makes its own."""
    app = open_app(instance)
    if app.config["DEMO"]:
        refuse_public_demo(host)
    waiting = migrations.pending(components(app))
    if waiting:
        click.echo(f"The database lacks {', '.join(waiting)}. Run: intranet migrate --instance {instance}", err=True)
        sys.exit(PENDING_EXIT)
    database.close()


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
            see(JOBS)
            if day is not None:
                clock.set_now(day)
            jobs.enqueue_daily()
            click.echo(f"{jobs.run_due()} jobs done")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if parent is not None:
            when_gone(parent, stop.set)
        jobs.work(stop, alive=Pulse(JOBS))


@contextmanager
def _job_process(instance: Path) -> Iterator[None]:
    """The process that does the jobs, started soon and again when it dies, ended with the block."""
    command = [sys.executable, "-m", "intranet", "jobs", "--instance", str(instance), "--of-server", str(os.getpid())]
    closing = threading.Event()
    running: list[subprocess.Popen] = []

    def keep_alive() -> None:
        pause = JOBS_START_SECONDS
        while not closing.wait(pause):
            running[:] = [subprocess.Popen(command)]
            running[0].wait()
            pause = JOBS_RESTART_SECONDS

    threading.Thread(target=keep_alive, daemon=True).start()
    try:
        yield
    finally:
        closing.set()
        for process in running:
            process.terminate()
            try:
                process.wait(LAST_JOB_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def run_server(instance: Path, host: str, port: int, workers: int, *, with_jobs: bool = True) -> None:
    os.environ["INTRANET_INSTANCE"] = str(instance.resolve())
    # The workers end with this process.
    os.environ[SERVER] = str(os.getpid())
    # They begin as copies of it, where the system can do that. What it has done with shall not be in them, and what it
    # shares with them they shall not walk through and so copy.
    gc.collect()
    gc.freeze()
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


def refuse_public_demo(host: str) -> None:
    """The accounts of a demo are public knowledge."""
    if host not in LOOPBACK:
        raise click.ClickException("The demo's accounts are public knowledge: it is served on 127.0.0.1 only.")
