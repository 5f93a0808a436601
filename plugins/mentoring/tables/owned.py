"""What the tables share."""

from __future__ import annotations

MODULE = "mentoring"


class OfSchool:
    """What belongs to a school."""

    def owner(self) -> tuple[int, int]:
        """Whose record this is: (district id, school id)."""
        return self.district_id, self.school_id


class OfCase:
    """A part of a case, which belongs to the child's school."""

    def owner(self) -> tuple[int, int]:
        """Whose record this is: the case's."""
        return self.case.owner()
