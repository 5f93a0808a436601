"""Fill the places in chungtay.toml.

    python tests/blackbox/prepare.py RUN_DIRECTORY [--port N] [--postgres URL [--stop COMMAND --start COMMAND]] \
        > settings.toml

RUN_DIRECTORY is the only folder that the application under test may write.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent


def scopes_of(code: str, number: int, role: str) -> list[str]:
    """The school, and for its principal and coordinator what those read who run what it hosts."""
    runs = [f"{code}-r{number}"] if role in ("hieutruong", "dieuphoi") else []
    return [f"{code}-s{number}", *runs]


# (user name, role, scopes)
PEOPLE = [
    ("admin", "administrator", ["*"]),
    *((f"{code}.{end}", end, [f"{code}-office"]) for code in ("hm", "uh") for end in ("lanhdao", "chuyenvien")),
    *(
        (f"{code}{number}.{end}", end, scopes_of(code, number or 1, end))
        for code in ("hm", "uh")
        for number, ends in (("", ("hieutruong", "dieuphoi", "giaovien")), (2, ("hieutruong", "giaovien")))
        for end in ends
    ),
    # uh.xem is left out: the lock-out probe hammers that account.
    ("hm.xem", "xem", ["hm", "hm-viewer"]),
    *((f"{code}.moi", "moi", [code]) for code in ("hm", "uh")),
]


def users() -> str:
    """One table for each account that may sign in."""
    blocks = []
    for username, role, scopes in PEOPLE:
        quoted = ", ".join(f'"{scope}"' for scope in scopes)
        blocks.append(
            f'[[user]]\nname = "{username}"\nrole = "{role}"\nusername = "{username}"\n'
            f'password = "chungtay-demo"\nscopes = [{quoted}]\n'
        )
    return "\n".join(blocks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--port", type=int, default=8231)
    parser.add_argument("--postgres", default="", help="address of an empty database, emptied before each run")
    parser.add_argument("--stop", default="", help="command that stops the PostgreSQL server hard")
    parser.add_argument("--start", default="", help="command that starts it again")
    options = parser.parse_args()
    data = options.run.resolve() / "data"
    build = f"{sys.executable} -m intranet demo --no-serve --canaries"
    # On the small disk of the crash test the instance is a mount point, which can be emptied but not removed.
    reset = f"mkdir -p $INTRANET_INSTANCE && find $INTRANET_INSTANCE -mindepth 1 -delete && {build}"
    database = f'sqlite = "{data}/intranet.db"'
    if options.postgres:
        empty = "drop schema public cascade; create schema public"
        reset = f"psql -q '{options.postgres}' -c \\\"{empty}\\\" && {reset}"
        database = f'postgres = "{options.postgres}"'
    places = {
        "PYTHON": sys.executable,
        "CHECKOUT": str(CHECKOUT),
        "PLUGINS": f"{CHECKOUT}:{CHECKOUT / 'tests' / 'plugins'}",
        "RUN": str(options.run.resolve()),
        "DATA": str(data),
        "PORT": str(options.port),
        "URL": options.postgres,
        "RESET": reset,
        "DATABASE": database,
        "USERS": users(),
    }
    text = (HERE / "chungtay.toml").read_text(encoding="utf-8")
    for name, value in places.items():
        text = text.replace("{" + name + "}", value)
    print(text)
    if options.stop:
        print(f"[pg]\nrounds = 5\nstop = {json.dumps(options.stop)}\nstart = {json.dumps(options.start)}")


if __name__ == "__main__":
    main()
