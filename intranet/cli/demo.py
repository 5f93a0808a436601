"""The demo."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from intranet.app import components
from intranet.cli.common import cli, instance_option, open_app
from intranet.cli.serving import refuse_public_demo, run_server
from intranet.kernel import migrations
from intranet.kernel.database import database
from intranet.operations import data_keys


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
    refuse_public_demo(host)
    # Nothing else needs what builds a demo, and web workers begin as copies of a process that has these commands.
    from intranet.demo import build as demo_data

    settings = instance / "intranet.toml"
    known = settings.exists()
    app = open_app(instance) if known else open_app(instance, demo=True)
    with app.app_context():
        if not app.config["DEMO"] or (not known and demo_data.is_built()):
            raise click.ClickException(f"{instance} is a real installation; choose another --instance for the demo.")
        if not known:
            settings.write_text("demo = true\n", encoding="utf-8")
        migrations.migrate(components(app))
        data_keys.begin(instance)
        if not demo_data.is_built():
            demo_data.build(canaries=canaries)
        elif canaries:
            raise click.ClickException("This demo is already built; --canaries needs a new --instance.")
        _print_accounts(host, port, demo_data.accounts(), demo_data.PASSWORD)
        database.close()
    if serve:
        if open_browser:
            webbrowser.open(f"http://{host}:{port}/")
        run_server(instance, host, port, workers)


def _print_accounts(host: str, port: int, accounts: list[tuple[str, str]], password: str) -> None:
    click.echo(f"\nChung Tay: http://{host}:{port}/    password of every account: {password}\n")
    for username, role in accounts:
        click.echo(f"  {username:<16} {role}")
    click.echo("")
