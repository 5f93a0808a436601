"""Every change of a note."""

from collections.abc import Callable

from intranet.api import fold, record, sort_key, transaction
from notice_board.models import Note


def add_note(
    district_id: int,
    title: str,
    body: str,
    *,
    urgent: bool = False,
    person_id: int | None,
    done: Callable[[], None] = lambda: None,
) -> Note:
    """Pin a note up."""
    with transaction():
        note = Note.create(
            district=district_id,
            title=title,
            sort_key=sort_key(title),
            search_text=fold(f"{title} {body}"),
            body=body,
            urgent=urgent,
        )
        record("notice_board.add", note, person_id=person_id, changes={"title": (None, title)})
        done()
    return note
