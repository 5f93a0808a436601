"""What the demo lacks and the harnesses should find: one change of units that took effect, and one in the making.

python tests/blackbox/more.py INSTANCE
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from intranet.cli.common import open_app
from intranet.registry.units import COMMUNE, MANAGING, UnitChange
from intranet.units import conversion, rules
from intranet.units.applying import apply_change
from intranet.units.files import read_conversion

TABLES = Path(__file__).resolve().parent.parent / "units" / "data"


def change_of(kind: str, title: str, effective_on: date, table: str, tier: str) -> UnitChange:
    """A draft with its table read."""
    values = {
        "kind": kind,
        "title": title,
        "decree_number": "",
        "decree_on": None,
        "effective_on": effective_on,
        "note": "",
    }
    change = rules.create_change(values, person_id=None)
    rows = read_conversion((TABLES / table).read_bytes(), table)
    conversion.use_file(change, rows, tier=tier, file_name=table, person_id=None)
    return change


def main() -> None:
    """Add both."""
    with open_app(Path(sys.argv[1])).app_context():
        done = change_of("merge", "Sắp xếp xã", date(2025, 1, 1), "2025-01-01.csv", COMMUNE)
        rules.schedule(done, person_id=None)
        apply_change(done, person_id=None)
        change_of("dissolve", "Chính quyền địa phương 2 cấp", date(2025, 7, 1), "2025-07-01.csv", MANAGING)


if __name__ == "__main__":
    main()
