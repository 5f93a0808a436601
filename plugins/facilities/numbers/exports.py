"""What numbers count as Excel files, long lists by a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from intranet.api import Actor, Export, export_subtitle, source_text, write_table
from plugins.facilities.numbers.lists import LISTS, Listing
from plugins.facilities.pages import MODULE


def _writer(listing: Listing) -> Callable[[Actor, str, Iterable[Sequence[int]]], bytes]:
    def write(actor: Actor, words: str, batches: Iterable[Sequence[int]]) -> bytes:
        rows = (row for ids in batches for row in listing.rows(ids))
        subtitle = export_subtitle(actor.place_name, words)
        return write_table(source_text(listing.title), subtitle, listing.columns, rows)

    return write


EXPORTS = {
    key: Export(f"{MODULE}.numbers_{key}", source_text(listing.title), f"{MODULE}.numbers", _writer(listing))
    for key, listing in LISTS.items()
}
