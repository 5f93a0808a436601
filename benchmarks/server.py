"""A real server with one worker: how soon it answers, and how much memory it takes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from benchmarks.worker import TOKENS

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Server:
    """What a real server with one worker showed."""

    first_answer: float
    memory: float


def serve(url: str, instance: Path) -> Server:
    """Start ``intranet serve``; the seconds until it answered a page, and the worker's memory after some requests."""
    (instance / "intranet.toml").write_text(f'database_url = "{url}"\nsecond_factor = false\n', encoding="utf-8")
    # An installation is compiled; here the first start compiles, wherever Python is told to leave no traces.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(instance / "compiled")}
    _serve(instance, environment, requests=0)
    return _serve(instance, environment, requests=200)


def _serve(instance: Path, environment: dict[str, str], requests: int) -> Server:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "intranet", "serve", "--workers", "1", "--port", str(port), "--instance", instance]
    quiet = subprocess.DEVNULL
    begun = time.perf_counter()
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    try:
        while not _answers(port, "/schools"):
            if server.poll() is not None or time.perf_counter() - begun > 30:
                raise SystemExit("intranet serve did not start")
            time.sleep(0.005)
        first_answer = time.perf_counter() - begun
        for number in range(requests):
            _answers(port, ("/schools", "/schools?q=thcs", "/people", "/", "/pairings")[number % 5])
        return Server(first_answer, _worker_memory(server.pid))
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(port: int, path: str) -> bool:
    headers = {"Cookie": f"ct_session={TOKENS['officer']}", "Accept-Encoding": "gzip"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status == 200 and bool(answer.read())
    except OSError:
        return False


def _worker_memory(server: int) -> float:
    """Resident megabytes of the server's largest child."""
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return max(int(rss) for parent, rss in rows if int(parent) == server) / 1024
