"""How a list goes in: uploaded by a person, read and written by the jobs."""

from io import BytesIO

import pytest
from xlsxwriter import Workbook

from intranet.kernel import jobs
from intranet.testing import form_values, parse


class Lists:
    """A person at the import screens of one kind of list ("schools" or "people")."""

    def __init__(self, app, browser, room):
        self.app = app
        self.browser = browser
        self.upload_page = f"/{room}/import"

    def work(self):
        """The job process does what is due."""
        with self.app.app_context():
            jobs.run_due()

    def send(self, content, name="danh_sach.xlsx"):
        """The answer to an upload; nothing is read yet."""
        data = form_values(self.browser.soup(self.upload_page).find("form", {"data-form": "import"}))
        return self.browser.post(self.upload_page, data=data | {"file": (BytesIO(content), name)})

    def upload(self, content, name="danh_sach.xlsx"):
        """Send a file and have it read; its address."""
        answer = self.send(content, name)
        assert answer.status_code == 303, parse(answer.text).select_one(".errors")
        self.work()
        return answer.headers["Location"]

    def submit(self, address, form, data=None):
        """Send one of the page's forms and have the work done."""
        answer = self.browser.submit(address, form, data)
        self.work()
        return answer

    def stats(self, address):
        """{what: how many} as the page shows it."""
        return stats(self.browser.soup(address))

    def cells(self, address):
        """[row, column, value, sentence] of each bad cell."""
        panel = self.browser.soup(address).find(attrs={"data-panel": "imports.errors"})
        return [[cell.text for cell in row.find_all(["th", "td"])] for row in panel.select("tbody tr")] if panel else []


def stats(page):
    return {item.span.text: item.b.text for item in page.select(".stats li")}


@pytest.fixture
def lists(app, cast):
    """``lists("schools")``: the officer of Hoàng Mai with lists of that room; another person by name."""
    return lambda room, username="hm.chuyenvien": Lists(app, cast(username), room)


@pytest.fixture
def schools(lists):
    """The officer of Hoàng Mai with lists of schools."""
    return lists("schools")


@pytest.fixture
def staff(lists):
    """The officer of Hoàng Mai with lists of staff."""
    return lists("people")


@pytest.fixture
def workbook():
    """``workbook(*rows, before={title: rows})``: a file with the rows; ``before`` are other sheets."""
    return make_workbook


def make_workbook(*rows, sheet="Danh sách", before=()):
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        for title, others in dict(before).items():
            write(book.add_worksheet(title), others)
        write(book.add_worksheet(sheet), rows)
    return content.getvalue()


def write(sheet, rows):
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
