"""Reading lists from Excel files."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import asdict
from pathlib import Path

import click

from intranet.cli.common import cli, district_of, instance_option, open_app
from intranet.imports import rules as list_rules
from intranet.people.imports import STAFF
from intranet.schools.imports import SCHOOLS
from intranet.shared.list_plans import CHOOSE, Kind, Plan
from intranet.shared.spreadsheets import UnreadableFile


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
            district = district_of(code)
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
