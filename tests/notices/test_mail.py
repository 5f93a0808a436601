"""Notices by mail, against a real mail server: what is sent when, and what happens when the server is not there."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intranet.config import ConfigError, load
from intranet.contributions import AT_ONCE, NEVER
from intranet.kernel import clock, jobs, mail
from intranet.kernel.clock import now
from intranet.kernel.jobs import FAILED, Job, run_due
from intranet.notices import mailing
from intranet.registry.people import Person
from intranet.shared.notices import Notice
from intranet.shared.notifying import choose, notify

SENDER = "chungtay@so.example.vn"
START = datetime(2026, 11, 24, 3, 2)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def at():
    """``at(moment)`` sets the clock."""
    clock.set_now(START)
    yield clock.set_now
    clock.set_now(None)


@pytest.fixture
def reader(app, at):
    """The teacher of Hoàng Mai, with an address and no notices."""
    Notice.delete().execute()
    Job.delete().execute()
    Person.update(email="bich@truong.edu.vn").where(Person.username == "hm.giaovien").execute()
    return Person.get(Person.username == "hm.giaovien")


@pytest.fixture
def tell(app, reader):
    """``tell("…")`` gives the reader a notice."""

    def write(title="Kế hoạch tháng 9 chờ thầy/cô xem", url="/schools/1", kind="waiting", **options):
        with app.app_context():
            notify([reader.id], kind, title, url, **options)

    return write


@pytest.fixture
def work(app, at):
    """``work(moment)`` does what is due then."""

    def go_on(moment):
        at(moment)
        with app.app_context():
            run_due()

    return go_on


@pytest.fixture
def based(app, monkeypatch):
    """The site has an address."""
    monkeypatch.setitem(app.extensions, "config", replace(app.extensions["config"], base_url="https://ct.example.vn/"))


def mail_job():
    return Job.get(Job.kind == mailing.MAIL)


# --- At once ---


def test_what_is_new_within_a_quarter_of_an_hour_is_one_mail_at_its_end(mailbox, tell, work, at, based):
    tell("Kế hoạch tháng 9 chờ thầy/cô xem")
    at(START + timedelta(minutes=10))
    tell("Kế hoạch tháng 9 chờ thầy/cô xem")
    tell("Đăng nhập từ thiết bị mới", "/account", kind="account")
    work(START + timedelta(minutes=12))
    assert mailbox.mails == []
    work(START + timedelta(minutes=13))
    assert [(sent["From"], sent["To"], sent["Subject"]) for sent in mailbox.mails] == [
        ("Chung Tay <chungtay@so.example.vn>", "Phạm Ngọc Bích <bich@truong.edu.vn>", "Chung Tay: 2 việc mới")
    ]
    assert mailbox.mails[0].get_content() == (
        "Kính gửi thầy/cô Phạm Ngọc Bích,\n"
        "\n"
        "Chung Tay có tin mới cho thầy/cô:\n"
        "\n"
        "- Kế hoạch tháng 9 chờ thầy/cô xem (2 lần)\n"
        "  https://ct.example.vn/schools/1\n"
        "- Đăng nhập từ thiết bị mới\n"
        "  https://ct.example.vn/account\n"
        "\n"
        "Xem tất cả: https://ct.example.vn/notices\n"
        "Chọn cách nhận thư: https://ct.example.vn/notices/choices\n"
    )


def test_what_comes_in_the_last_minute_goes_a_quarter_later(mailbox, tell, work, at):
    at(datetime(2026, 11, 24, 3, 14, 30))
    tell()
    work(datetime(2026, 11, 24, 3, 29))
    assert mailbox.mails == []
    work(datetime(2026, 11, 24, 3, 30))
    assert len(mailbox.mails) == 1


def test_two_spread_at_the_same_moment_and_one_mail_goes(app, mailbox, tell, work):
    tell()
    spread = Job.get(Job.kind == "notices.spread")
    Job.create(kind=spread.kind, payload=spread.payload, run_after=spread.run_after)
    work(START + QUARTER)
    assert (len(mailbox.mails), Job.select().where(Job.kind == mailing.MAIL).count()) == (1, 1)


def test_it_goes_once(mailbox, tell, work):
    tell()
    for quarters in range(1, 5):
        work(START + quarters * QUARTER)
        tell("Việc khác", kind="import")
    assert len(mailbox.mails) == 1


def test_each_quarter_of_an_hour_has_its_own_mail(mailbox, tell, work):
    for number in range(3):
        tell(f"Việc {number}", f"/schools/{number}")
        work(START + (number + 1) * QUARTER)
    bodies = [sent.get_content() for sent in mailbox.mails]
    assert [[f"Việc {number}" in body for number in range(3)] for body in bodies] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


def test_what_was_seen_meanwhile_is_not_mailed(mailbox, tell, work):
    tell()
    Notice.update(seen_at=now()).execute()
    work(START + QUARTER)
    assert mailbox.mails == []


def test_what_is_not_wanted_by_mail_does_not_come_with_the_rest(mailbox, tell, work):
    tell("Danh sách đã đọc xong", kind="import")
    tell("Việc chờ")
    work(START + QUARTER)
    assert ["Danh sách" in sent.get_content() for sent in mailbox.mails] == [False]


def test_notices_of_a_module_that_is_off_are_not_mailed(mailbox, tell, work, switch):
    tell(module="notice_board")
    switch("notice_board", "HM", False)
    work(START + QUARTER)
    assert [sent["To"] for sent in mailbox.mails if "bich" in sent["To"]] == []


@pytest.mark.parametrize("change", [{"active": False}, {"deleted_at": START}, {"email": ""}])
def test_nobody_gets_mail_who_left_meanwhile_or_has_no_address_any_more(mailbox, tell, work, reader, change):
    tell()
    Person.update(change).where(Person.id == reader.id).execute()
    work(START + QUARTER)
    assert (mailbox.mails, mail_job().state) == ([], "done")


def test_without_an_address_of_the_site_a_mail_holds_titles_and_no_links(mailbox, tell, work):
    tell()
    work(START + QUARTER)
    body = mailbox.mails[0].get_content()
    assert ("Kế hoạch tháng 9" in body, "http" in body, "/schools" in body) == (True, False, False)


def test_an_english_reader_gets_the_frame_in_english_and_the_title_as_it_is(app, mailbox, tell, work, reader):
    Person.update(language="en").where(Person.id == reader.id).execute()
    tell()
    work(START + QUARTER)
    body = mailbox.mails[0].get_content()
    assert ("Kế hoạch tháng 9 chờ thầy/cô xem" in body, "Kính gửi" in body) == (True, False)


def test_a_long_list_is_cut_and_counted(mailbox, tell, work, reader):
    for number in range(mailing.MOST_LISTED + 3):
        tell(f"Việc {number}", f"/schools/{number}")
    work(START + QUARTER)
    assert "Và 3 thông báo khác." in mailbox.mails[0].get_content()


# --- Once a day ---


def test_the_digest_comes_in_the_morning_once_with_all_that_is_new(app, mailbox, tell, work, at, reader):
    with app.app_context():
        choose(reader.id, {"waiting": "daily"})
    tell("Việc một", "/schools/1")
    tell("Việc hai", "/schools/2")
    work(START + QUARTER)
    assert mailbox.mails == []
    at(datetime(2026, 11, 24, 17, 0))
    with app.app_context():
        for _turn in range(2):
            mailing.send_digests(clock.today())
    # Half past six in Vietnam.
    work(datetime(2026, 11, 24, 23, 29))
    assert mailbox.mails == []
    for minutes in (30, 45):
        work(datetime(2026, 11, 24, 23, minutes))
    assert [sent["Subject"] for sent in mailbox.mails] == ["Chung Tay: 2 việc mới"]


def test_what_no_mail_at_once_took_along_comes_with_the_digest(app, mailbox, tell, work):
    tell()
    Job.delete().execute()
    with app.app_context():
        mailing.send_digests(clock.today())
    work(START + timedelta(days=1))
    assert len(mailbox.mails) == 1


def test_notices_go_after_half_a_year(app, tell, at):
    tell("Cũ")
    at(START + timedelta(days=181))
    tell("Mới")
    with app.app_context():
        mailing.forget_old_notices(clock.today())
    assert [row.title for row in Notice.select()] == ["Mới"]


# --- The server is not there, or does not want it ---


def test_a_server_that_is_gone_is_tried_again_and_the_mail_comes_once(app, mailbox, serve_mail, tell, work):
    port = mailbox.port
    mailbox.stop()
    tell()
    work(START + QUARTER)
    job = mail_job()
    assert (job.state, job.attempts, job.run_after) == ("waiting", 1, START + QUARTER + timedelta(minutes=1))
    work(job.run_after)
    assert mail_job().run_after == job.run_after + timedelta(minutes=5)
    again = serve_mail("smtp+plain", port)
    tell("Việc mới trong lúc chờ", "/schools/2")
    work(START + 3 * QUARTER)
    assert [sent["Subject"] for sent in again.mails] == ["Chung Tay: 2 việc mới"]
    work(START + timedelta(days=1))
    assert len(again.mails) == 1


def test_after_a_day_the_job_has_failed_with_a_reason_and_the_next_news_take_the_notice_along(
    app, mailbox, serve_mail, tell, work
):
    mailbox.stop()
    tell("Việc một")
    work(START + QUARTER)
    while (job := mail_job()).state == "waiting":
        work(job.run_after)
    assert (job.state, job.attempts) == (FAILED, mailing.ATTEMPTS)
    assert job.problem.startswith("Không gửi được thư qua máy chủ thư: ")
    assert timedelta(hours=12) < now() - START < timedelta(days=2)
    again = serve_mail("smtp+plain", mailbox.port)
    tell("Việc hai", "/schools/2")
    work(now() + QUARTER)
    assert [sent["Subject"] for sent in again.mails] == ["Chung Tay: 2 việc mới"]


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_an_address_that_is_refused_for_good_is_not_tried_again(app, mailbox, tell, work, verb):
    mailbox.answers[verb] = "550 no such user"
    tell()
    work(START + QUARTER)
    job = mail_job()
    assert (job.state, job.attempts, job.problem) == (FAILED, 1, "Thư không được nhận: 550 no such user.")
    assert [(row.delivery, row.mailed_at) for row in Notice.select().where(Notice.kind == "waiting")] == [(NEVER, None)]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_is_busy_is_tried_again(mailbox, tell, work, verb):
    mailbox.answers[verb] = "451 try later"
    tell()
    work(START + QUARTER)
    assert (mail_job().state, Notice.get().delivery) == ("waiting", AT_ONCE)
    mailbox.answers.clear()
    work(START + 2 * QUARTER)
    assert len(mailbox.mails) == 1


def test_a_process_that_dies_after_sending_sends_the_same_message_again(app, mailbox, tell, work, monkeypatch):
    tell()
    monkeypatch.setattr(mailing, "_note_sent", lambda notices: 1 / 0)
    work(START + QUARTER)
    monkeypatch.undo()
    work(START + 2 * QUARTER)
    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@so.example.vn>")


def test_what_happens_while_the_mail_is_on_its_way_comes_with_the_next(app, mailbox, tell, work, monkeypatch):
    tell("Lần đầu", group="plan-1")
    note_sent = mailing._note_sent

    def meanwhile(notices):
        tell("Lần hai", group="plan-1")
        note_sent(notices)

    monkeypatch.setattr(mailing, "_note_sent", meanwhile)
    # The notice is still open: what happens now is the same one.
    work(datetime(2026, 11, 24, 3, 15))
    monkeypatch.undo()
    work(START + 3 * QUARTER)
    assert ["Lần hai (2 lần)" in sent.get_content() for sent in mailbox.mails] == [False, True]


# --- What must not get in ---


@pytest.mark.parametrize(
    "address",
    ["a@x.vn\r\nBcc: thief@x.vn", "a@x.vn, b@y.vn", "a b@x.vn", "đ@x.vn", "a@đ.vn", "a@b", "a", "<a@x.vn>", "@x.vn"],
)
def test_an_address_that_is_none_is_refused_without_asking_the_server(app, mailbox, tell, work, reader, address):
    Person.update(email=address).where(Person.id == reader.id).execute()
    tell()
    work(START + QUARTER)
    assert (mail_job().state, mail_job().attempts, mailbox.lines) == (FAILED, 1, [])


def test_line_breaks_in_a_title_or_a_name_add_no_header(app, mailbox, tell, work, reader):
    tell("Việc\r\nBcc: thief@x.vn\r\n\r\n.\r\nQUIT")
    work(START + QUARTER)
    sent = mailbox.mails[0]
    assert (sent["Bcc"], "- Việc Bcc: thief@x.vn . QUIT" in sent.get_content()) == (None, True)
    assert [line for line in mailbox.lines if line.startswith("rcpt")] == ["rcpt TO:<bich@truong.edu.vn>"]


# --- The server's address ---


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.vn", SENDER),
        ("smtp://", SENDER),
        ("smtp://mail.example.vn:port", SENDER),
        ("smtp://u:secret@mail.example.vn", ""),
        ("smtp://u:secret@mail.example.vn", "no address"),
        ("smtp://[mail", SENDER),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence_that_keeps_the_password(tmp_path, url, sender):
    with pytest.raises(ConfigError, match=r"mail_url|mail_from") as found:
        load(tmp_path, {}, mail_url=url, mail_from=sender)
    assert "secret" not in str(found.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password"),
    [
        ("smtp://an%40so.vn:p%3Aw@mail.example.vn", "mail.example.vn", 587, "an@so.vn", "p:w"),
        ("smtps://mail.example.vn", "mail.example.vn", 465, "", ""),
        ("smtp+plain://mail.example.vn", "mail.example.vn", 25, "", ""),
        ("smtp+plain://[::1]:2525", "::1", 2525, "", ""),
    ],
)
def test_the_address_of_a_server_is_read(url, host, port, user, password):
    found = mail.parse(url, SENDER)
    assert (found.host, found.port, found.user, found.password) == (host, port, user, password)
    assert not password or password not in repr(found)


def send():
    mail.send(mail.address("an@truong.edu.vn"), "Thử", "Thư thử.", key="test")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_an_encrypted_server_is_used_when_its_certificate_is_trusted(serve_mail, certificate, monkeypatch, scheme):
    path, context = certificate
    server = serve_mail(scheme, 0, context)
    mail.configure(server.url, SENDER)
    with pytest.raises(mail.Unavailable, match="certificate"):
        send()
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    send()
    assert [sent["Subject"] for sent in server.mails] == ["Thử"]


def test_a_server_that_does_not_encrypt_gets_nothing_when_encryption_is_set(serve_mail):
    server = serve_mail("smtp+plain")
    mail.configure(f"smtp://an:secret@127.0.0.1:{server.port}", SENDER)
    with pytest.raises(mail.Unavailable, match="STARTTLS"):
        send()
    assert [line for line in server.lines if "AUTH" in line] == []


@pytest.mark.parametrize(("answer", "taken"), [("235 fine", 1), ("535 wrong password", 0)])
def test_user_and_password_are_given_and_a_wrong_one_can_be_put_right(serve_mail, answer, taken):
    server = serve_mail("smtp+plain")
    server.answers["AUTH"] = answer
    mail.configure(f"smtp+plain://an:secret@127.0.0.1:{server.port}", SENDER)
    if taken:
        send()
    else:
        with pytest.raises(mail.Unavailable, match="535 wrong password"):
            send()
    assert (len(server.mails), any(line.startswith("AUTH PLAIN") for line in server.lines)) == (taken, True)


def test_no_request_talks_to_the_mail_server(app, cast, mailbox, reader):
    browser = cast("hm.giaovien")
    with app.app_context():
        notify([reader.id], "waiting", "Việc", "/schools")
    browser.get("/notices")
    assert (mailbox.lines, jobs.Job.select().where(Job.kind == "notices.spread").count()) == ([], 1)
