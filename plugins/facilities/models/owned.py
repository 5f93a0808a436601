"""What most tables of the module have in common."""

from __future__ import annotations


class OfSchool:
    """What belongs to a school, or to the office where ``school`` is empty."""

    def owner(self) -> tuple[int, int | None]:
        """Whose record this is: (district id, school id or None)."""
        return self.district_id, self.school_id
