"""What the base of every table does in its own way: look-ups by plain values, records out of rows."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from intranet.kernel.database import database, transaction
from intranet.kernel.statements import Statement, param
from intranet.kernel.tables import records
from intranet.registry.districts import District
from intranet.registry.schools import School


def test_a_record_is_looked_up_by_plain_values(app):
    found = School.get(School.code == "01008508", School.closed_on.is_null())
    assert School.get_by_id(found.id).__data__ == found.__data__
    assert School.get(School.code == "01008508", School.district == found.district_id) == found
    assert School.get_or_none(School.code == "01008508", School.district == 0) is None
    with pytest.raises(School.DoesNotExist):
        School.get_by_id(0)


def test_what_is_written_while_rows_are_gone_through_bears_other_writers(app):
    written = []

    def write_beside():
        District.update(name="Tên của người khác").execute()
        database.close()

    with ThreadPoolExecutor(1) as beside:
        for school in School.select().order_by(School.id).limit(3):
            beside.submit(write_beside).result()
            with transaction():
                written.append(School.update(name="Tên mới").where(School.id == school.id).execute())
    assert written == [1, 1, 1]


def test_a_row_of_several_tables_becomes_their_records(app):
    both = Statement(lambda: School.select(School, District).join(District).where(School.code == param("code")))
    school, district = records(both.row(code="01008508"), School, District)
    assert (school.name, district.id) == ("Trường THCS Yên Sở", school.district_id)
    assert district.__data__ == District.get_by_id(district.id).__data__
