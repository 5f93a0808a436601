"""The kinds of list that offices bring in."""

from intranet.people.imports import STAFF
from intranet.schools.imports import SCHOOLS

KINDS = {kind.name: kind for kind in (SCHOOLS, STAFF)}
