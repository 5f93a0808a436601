"""What nobody keeps any more goes after a day, what was thrown away after 30; what is kept is whole."""

from datetime import timedelta
from threading import Thread

import pytest

from intranet.files import rules, upkeep
from intranet.kernel import files
from intranet.kernel.clock import now, today
from intranet.kernel.database import database
from intranet.registry.people import Person
from intranet.shared.attachments import Attachment, StoredFile
from intranet.shared.uploads import JPEG, PDF, Upload

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def context(app, store):
    with app.app_context():
        yield


@pytest.fixture
def attach(school):
    """Put a picture on a school."""

    def attach(body=b"picture", preview=b"small", code="01008508", done=lambda: None):
        principal = Person.get(Person.username == "hm.hieutruong")
        upload = Upload("a.jpg", body, JPEG, 10, 10, preview)
        return rules.attach(school(code), [upload], person_id=principal.id, done=done)[0]

    return attach


@pytest.fixture
def all_old(store, age):
    """A day and an hour go by for everything that lies in the store and its rows."""

    def pass_by():
        age(*(path for path in store.rglob("*") if path.is_file()))
        StoredFile.update(stored_at=now() - 2 * DAY).execute()

    return pass_by


def clear_away():
    upkeep.clear_away(today())


def test_what_lies_on_a_record_stays(attach, all_old, blobs):
    attach()
    all_old()
    clear_away()
    assert (StoredFile.select().count(), len(blobs())) == (2, 2)


def test_contents_of_an_upload_that_never_ended_go_after_a_day(store, age, blobs):
    old, young = files.put(b"old"), files.put(b"young")
    age(files.path_of(old))
    clear_away()
    assert blobs() == [young]


def test_a_picture_that_no_record_names_goes_with_its_small_one_after_a_day(attach, all_old, blobs):
    attach()
    Attachment.delete().execute()
    clear_away()
    assert (StoredFile.select().count(), len(blobs())) == (2, 2)
    all_old()
    clear_away()
    assert (StoredFile.select().count(), blobs()) == (0, [])


@pytest.mark.parametrize(("days", "left"), [(29, 1), (32, 0)])
def test_the_trash_is_emptied_after_30_days(attach, all_old, blobs, days, left):
    attachment = attach()
    Attachment.update(deleted_at=now() - days * DAY).where(Attachment.id == attachment.id).execute()
    all_old()
    clear_away()
    assert (Attachment.select().count(), StoredFile.select().count(), len(blobs())) == (left, 2 * left, 2 * left)


def test_contents_that_another_record_names_outlive_the_first(attach, all_old, blobs):
    first, second = attach(), attach(code="01008401")
    Attachment.update(deleted_at=now() - 40 * DAY).where(Attachment.id == first.id).execute()
    all_old()
    clear_away()
    assert ([row.id for row in Attachment.select()], len(blobs())) == ([second.id], 2)


def test_contents_stored_while_old_ones_are_cleared_away_stay(app, attach, all_old, blobs):
    Attachment.delete().where(Attachment.id == attach().id).execute()
    all_old()

    def clear_beside():
        with app.app_context():
            clear_away()
            database.close()

    beside = Thread(target=clear_beside)
    # Started before the attachment is there for others to see; it waits, or comes too early or too late.
    attach(done=beside.start)
    beside.join()
    assert (Attachment.select().count(), StoredFile.select().count(), len(blobs())) == (1, 2, 2)


def test_what_is_stored_again_is_young_again(attach, all_old, blobs):
    attachment = attach()
    Attachment.delete().where(Attachment.id == attachment.id).execute()
    all_old()
    again = attach()
    Attachment.delete().where(Attachment.id == again.id).execute()
    clear_away()
    assert (StoredFile.select().count(), len(blobs())) == (2, 2)


def test_a_small_picture_that_is_also_a_file_of_its_own_stays(attach, all_old):
    picture = attach()
    attach(body=b"small", preview=None)
    Attachment.delete().where(Attachment.id == picture.id).execute()
    all_old()
    clear_away()
    assert [row.sha256 for row in StoredFile.select()] == [files.put(b"small")]


def test_missing_and_changed_contents_are_found(attach):
    attach()
    lost, changed = (row.sha256 for row in StoredFile.select().order_by(StoredFile.id))
    assert upkeep.check_files() == []
    files.path_of(lost).unlink()
    files.path_of(changed).write_bytes(b"other")
    assert upkeep.check_files() == [
        f"file {files.path_of(lost)} is missing",
        f"file {files.path_of(changed)} is not what was stored",
    ]


def test_the_daily_round_does_it(app, store, age, blobs):
    from intranet.kernel import jobs

    age(files.path_of(files.put(b"old")))
    jobs.enqueue_daily()
    jobs.run_due()
    assert blobs() == []


def test_a_failed_transaction_leaves_no_row(attach, school):
    def fail():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        rules.attach(school(), [Upload("a.pdf", b"%PDF", PDF)], person_id=Person.get().id, done=fail)
    assert (StoredFile.select().count(), Attachment.select().count()) == (0, 0)
