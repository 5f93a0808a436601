"""Pages of lists by the key of their first and last row (no page is counted off: the hundredth costs as the first)."""

from __future__ import annotations

from typing import Any


def turn(rows: list[tuple], size: int, *, backwards: bool, cursor: bool) -> tuple[list[tuple], dict[str, Any]]:
    """The rows of a page in order, and {count, previous_id, next_id}.

    ``rows`` begin with the id and end with the count of all; there is one more of them than a page has, if any follow.
    ``backwards`` were read towards the beginning, ``cursor`` says whether the page begins somewhere in the list.
    """
    more, page = len(rows) > size, rows[:size]
    if backwards:
        page.reverse()
    return page, {
        "count": rows[0][-1] if rows else 0,
        "previous_id": page[0][0] if page and (more if backwards else cursor) else None,
        "next_id": page[-1][0] if page and (backwards or more) else None,
    }
