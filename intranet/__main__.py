"""``python -m intranet`` is the ``intranet`` command."""

from intranet.cli import main

main()
