"""Whether mail arrives."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex

import click

from intranet.cli.common import cli, instance_option, open_app
from intranet.kernel import mail as post
from intranet.kernel.language import gettext as _


@cli.group()
def mail() -> None:
    """Look after the mail."""


@mail.command()
@click.argument("address")
@instance_option
def test(address: str, instance: Path) -> None:
    """Send a test mail to ADDRESS and say what the server answered."""
    app = open_app(instance)
    server = post.server()
    if server is None:
        raise click.ClickException("No mail server is set: mail_url and mail_from are empty.")
    with app.app_context():
        subject, body = _("Chung Tay: thư thử"), _("Thư này cho biết Chung Tay gửi được thư.")
    try:
        post.send(post.address(address), subject, body + "\n", key=token_hex())
    except post.Refused as refusal:
        raise click.ClickException(f"{server.label} does not take this mail: {refusal}") from refusal
    except post.Unavailable as cause:
        raise click.ClickException(f"{server.label} does not serve us: {cause}") from cause
    click.echo(f"{server.label} took the mail for {address}.")
