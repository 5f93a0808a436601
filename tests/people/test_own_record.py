"""What people keep of their own record themselves: how to reach them, and what they teach."""

import pytest

from intranet.registry.people import Person
from intranet.shared.audit import AuditEntry
from intranet.testing import parse

HERE = "/people/own"


def own(username):
    return Person.get(Person.username == username)


def save(browser, **fields):
    return browser.submit(HERE, "own", fields)


def test_the_account_leads_to_it_and_to_the_own_page(cast):
    panel = cast("hm.giaovien").soup("/account").find(attrs={"data-panel": "accounts.own"})
    assert [link["href"] for link in panel.select("a")] == [HERE, f"/people/{own('hm.giaovien').id}"]


def test_who_has_no_place_yet_has_no_page_to_be_led_to(cast):
    panel = cast("hm.moi").soup("/account").find(attrs={"data-panel": "accounts.own"})
    assert [link["href"] for link in panel.select("a")] == [HERE]


@pytest.mark.parametrize("username", ["hm.giaovien", "hm.xem", "hm.moi", "hm.hieutruong", "uh.lanhdao", "admin"])
def test_everybody_keeps_the_own_contact(cast, username):
    answer = save(cast(username), phone="0987 654 321", email="moi@truong.edu.vn", subjects="Toán, Tin học")
    kept = own(username)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert (kept.phone, kept.email, kept.subjects) == ("+84987654321", "moi@truong.edu.vn", "Toán, Tin học")


def test_it_stands_in_the_trail_under_the_own_name(cast):
    save(cast("hm.giaovien"), email="moi@truong.edu.vn")
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    me = own("hm.giaovien").id
    assert (entry.action, entry.person_id, entry.subject_id) == ("person.update", me, me)


def test_name_birth_date_and_note_are_others_to_change(cast):
    before = own("hm.giaovien")
    form = cast("hm.giaovien").soup(HERE).find("form", {"data-form": "own"})
    shown = [field["name"] for field in form.select("input:not([type=hidden]), select, textarea")]
    save(cast("hm.giaovien"), name="Người Khác", birth_date="01/01/1980", gender="nam", note="x", phone="0987654321")
    after = own("hm.giaovien")
    assert shown == ["phone", "email", "subjects"]
    assert all(getattr(before, name) == getattr(after, name) for name in ("name", "birth_date", "gender", "note"))


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(cast):
    answer = save(cast("hm.giaovien"), email="sai")
    said = [item.text for item in parse(answer.text).select(".errors li")]
    assert (answer.status_code, said) == (422, ["Địa chỉ email chưa đúng, ví dụ an@truong.edu.vn."])
    assert own("hm.giaovien").email != "sai"


def test_the_same_form_sent_twice_is_saved_once(cast):
    browser = cast("hm.giaovien")
    form = browser.soup(HERE).find("form", {"data-form": "own"})
    fields = {field["name"]: field.get("value", "") for field in form.select("input")} | {"phone": "0987654321"}
    assert [browser.post(HERE, data=fields).status_code for _time in range(2)] == [303, 303]
    assert AuditEntry.select().where(AuditEntry.action == "person.update").count() == 1


def test_what_an_officer_changed_meanwhile_is_shown_beside_and_not_lost(cast):
    browser = cast("hm.giaovien")
    form = browser.soup(HERE).find("form", {"data-form": "own"})
    fields = {field["name"]: field.get("value", "") for field in form.select("input")}
    cast("hm.chuyenvien").submit(f"/people/{own('hm.giaovien').id}/edit", "person", {"phone": "0911111111"})
    answer = browser.post(HERE, data=fields | {"phone": "0922222222"})
    assert (answer.status_code, own("hm.giaovien").phone) == (409, "+84911111111")
    assert "đang lưu là “0911 111 111”" in parse(answer.text).find(class_="errors").text


def test_who_only_looks_changes_nothing(cast):
    browser = cast("admin")
    browser.submit(f"/people/{own('hm.giaovien').id}/see-as", "see-as")
    assert browser.get(HERE).status_code == 403
