"""The ``intranet`` command: one file for each kind of command."""

from intranet.cli import demo, doctor, lists, serving, setup, switches
from intranet.cli.common import cli

__all__ = ["demo", "doctor", "lists", "main", "serving", "setup", "switches"]


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="intranet")
