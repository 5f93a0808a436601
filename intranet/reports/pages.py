"""What the screens of a report share."""

from __future__ import annotations

from flask import g

from intranet.registry.reports import Report
from intranet.shared.access import demand, fetch


def report_for(report_id: int) -> Report:
    """The report if the actor may see it (else 404) and writes it (else 403)."""
    report = fetch(Report, report_id, g.actor)
    demand(g.actor, "reports.write", report)
    return report
