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


# Beside the school: r, who runs what it hosts; x, the principal; t, the teacher who helps across the districts.
BESIDE = {"hieutruong": "rx", "dieuphoi": "r", "giaovien": "t"}
# Of a child: who sees it in the own school and who in the partner school (plugins/mentoring/demo_markers.py).
OF_CHILDREN = {"K": ("s", ""), "H": ("s", "t"), "X": ("x", ""), "A": ("s", "r"), "G": ("s", "r"), "T": ("xt", "")}


def scopes_of(code: str, number: int, role: str) -> list[str]:
    """The school, and what only some of its people read."""
    return [f"{code}-{letter}{number}" for letter in "s" + BESIDE[role]]


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


def children() -> str:
    """One table for each marker of a child; administrators and offices see none."""
    blocks = []
    for code, partner in (("hm", "uh"), ("uh", "hm")):
        for number in (1, 2):
            for mark, (own, others) in OF_CHILDREN.items():
                seen = [f"{code}-{one}{number}" for one in own] + [f"{partner}-{one}{number}" for one in others]
                text = f"CANARY-{code.upper()}-{mark}{number}"
                blocks.append(f"[[canary]]\ntext = {json.dumps(text)}\nscopes = {json.dumps(seen)}\n")
    return "".join(blocks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--port", type=int, default=8231)
    parser.add_argument("--postgres", default="", help="address of an empty database, emptied before each run")
    parser.add_argument("--stop", default="", help="command that stops the PostgreSQL server hard")
    parser.add_argument("--start", default="", help="command that starts it again")
    options = parser.parse_args()
    data = options.run.resolve() / "data"
    build = (
        f"{sys.executable} -m intranet demo --no-serve --canaries && {sys.executable} {HERE}/more.py $INTRANET_INSTANCE"
    )
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
        "CHILDREN": children(),
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
