"""Who takes a school over has all that hangs on the office; who led it signs in as before, without it."""

from intranet.demo import build as demo
from intranet.kernel.clock import today
from intranet.people import rules
from intranet.registry.people import Person
from intranet.registry.schools import School


def test_the_new_principal_has_the_school_with_its_pairs_and_the_former_has_it_no_more(app, cast):
    school = School.get(School.code == "01008508")
    new, former, edit = cast("hm.giaovien"), cast("hm.hieutruong"), f"/schools/{school.id}/edit"
    pair = former.soup("/pairings").select_one("#list a[href^='/pairings/']")["href"]
    assert [new.get(edit).status_code, former.get(edit).status_code] == [403, 200]
    with app.app_context():
        teacher = Person.get(Person.username == "hm.giaovien")
        rules.appoint_principal(school, teacher, on=today(), stay=True, person_id=None)
    # Both are still signed in: each now acts in the new work.
    assert [new.get(address).status_code for address in (pair, edit)] == [200, 200]
    assert [former.get(address).status_code for address in (pair, edit)] == [200, 403]
    former.submit("/account", "logout")
    password = {"username": "hm.hieutruong", "password": demo.PASSWORD}
    assert former.submit("/login", "login", password).status_code == 303
    assert [former.get(address).status_code for address in (pair, edit)] == [200, 403]
