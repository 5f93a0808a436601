"""What no page offers to somebody opens by its number no more than by a link."""

from plugins.facilities.models import Need, StandardCheck, StandardLine


def statuses(cast, path, *usernames):
    return {username: cast(username).get(path).status_code for username in usernames}


def of_hoang_mai(model):
    """The marked records of the first school of Hoàng Mai."""
    return model.select().where(model.district == 1).order_by(model.id)


def test_a_draft_of_a_need_is_the_schools_own_until_it_is_sent(cast):
    draft = of_hoang_mai(Need).where(Need.state == "draft").get()
    for path in (f"/facilities/needs/{draft.id}", f"/files/facilities_need/{draft.id}"):
        assert statuses(cast, path, "hm.hieutruong", "hm.chuyenvien", "hm.lanhdao", "hm.xem", "uh.hieutruong") == {
            "hm.hieutruong": 200,
            "hm.chuyenvien": 404,
            "hm.lanhdao": 404,
            "hm.xem": 404,
            "uh.hieutruong": 404,
        }


def test_a_self_check_and_its_evidence_are_for_those_who_run_the_school_and_the_office(cast):
    check, line = of_hoang_mai(StandardCheck).get(), of_hoang_mai(StandardLine).get()
    paths = (f"/papers/facilities.standard_report/{check.id}.docx", f"/files/facilities_standard_line/{line.id}")
    for path in paths:
        assert statuses(cast, path, "hm.hieutruong", "hm.chuyenvien", "hm.giaovien", "hm.xem", "uh.chuyenvien") == {
            "hm.hieutruong": 200,
            "hm.chuyenvien": 200,
            "hm.giaovien": 404,
            "hm.xem": 404,
            "uh.chuyenvien": 404,
        }
