"""What most tables of the module have in common."""

from __future__ import annotations


class Owned:
    """What belongs to a district, and to a school of it unless the office keeps it (``school`` is empty)."""

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id or None)."""
        return self.district_id, self.school_id
