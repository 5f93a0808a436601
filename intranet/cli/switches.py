"""Modules and addresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask

from intranet.cli.common import cli, district_of, instance_option, open_app
from intranet.kernel.workflow import chapter
from intranet.shared import modules


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
                changed = modules.switch(district_of(code), module_name, on, person_id=None)
            except modules.SwitchRefused as refusal:
                raise click.ClickException(str(refusal)) from refusal
        click.echo(f"{module_name}: {'on' if on else 'off'} in {code}{'' if changed else ' (already)'}")

    switch.help = f"Switch a module {name} in a district, from the next request on. Data stay."


_switch_command("on", True)
_switch_command("off", False)


@cli.command("life-cycles")
@instance_option
def life_cycles(instance: Path) -> None:
    """Print the life cycle of every table that has one, as Markdown with Mermaid diagrams."""
    app = open_app(instance)
    with app.app_context():
        for _module, workflow in app.extensions["workflows"]:
            click.echo(chapter(workflow))


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
