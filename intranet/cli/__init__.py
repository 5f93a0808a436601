"""The ``intranet`` command: one file for each kind of command."""

from intranet.cli import backups, demo, doctor, factor, lists, mail, serving, setup, switches
from intranet.cli.common import cli

__all__ = ["backups", "demo", "doctor", "factor", "lists", "mail", "main", "serving", "setup", "switches"]


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="intranet")
