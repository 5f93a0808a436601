"""Write the tables of imports.md from what the columns declare: python docs/imports.py"""

import re
from pathlib import Path

from intranet.people.columns import STAFF_COLUMNS
from intranet.schools.columns import SCHOOL_COLUMNS

GUIDE = Path(__file__).parent / "imports.md"
LISTS = {"schools": SCHOOL_COLUMNS, "staff": STAFF_COLUMNS}


def table(columns):
    """The columns as a table: label, required, what it accepts, an example, other headers that are understood."""
    rows = [("Cột", "Bắt buộc", "Nhận gì", "Ví dụ", "Tiêu đề khác cũng hiểu"), ("---",) * 5]
    for column in columns:
        required = "có" if column.required else ""
        rows.append((f"**{column.header}**", required, column.hint, column.example, ", ".join(column.aliases)))
    return "".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |\n" for row in rows)


def with_tables(text):
    """The guide with each table as it is declared now."""
    for name, columns in LISTS.items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = place.sub(lambda found, columns=columns: found[1] + table(columns) + found[2], text)
    return text


if __name__ == "__main__":
    GUIDE.write_text(with_tables(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
