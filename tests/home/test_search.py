"""The search over everything: what it finds, in which order, for whom, and what its pages show."""

import unicodedata
from datetime import date

import pytest

from intranet.home import search
from intranet.home.results import first_of, groups, marker
from intranet.kernel.clock import now
from intranet.kernel.phone import national_digits
from intranet.registry.districts import Commune, District
from intranet.registry.people import COORDINATOR, PRINCIPAL, TEACHER, Membership, Person
from intranet.registry.schools import LEVEL_WORDS, School
from intranet.registry.twinning import Pairing
from intranet.shared.access import Actor

QUERIES = [
    "hoang liet", "THCS yen so", "đông lỗ", "Hoà Xá", "Hòa Xá", "hoa xa", "truong", "Trường", "mam non", "MN", "thcs",
    "TH", "01008508", "0100", "0100 8508", "01-008-508", "yên", "yen", "Trần Phú", "tran phu", "dai", "đại", "Đại Kim",
    "kim", "van dinh", "Vân Đình", "thi tran", "phuong tu", "Phương Tú", "quảng phú cầu", "linh đàm", "chu van an",
    "hoa", "hòa", "hoà", "Hoàng", "hoàn", "lâm", "lam", "minh", "xyz", "a b c", "trung hoc co so", "l", "ng", "đ", "d",
    "trường THCS thị trấn Vân Đình", "nguyễn", "nguyen", "Nguyễn Hòa", "thu hoa", "le thu hoà", "hm", "vien",
    "0912", "0912 001", "+84 912 001 003", "(0912) 001.003", "0912001003", "0983", "+84983", "20-10", "20", "19/5",
]  # fmt: skip
NAMES = ("Bùi Thu Hòa", "Đỗ Thu Hoà", "Vũ Thị Hoa", "Lê Thị Hoan", "Phạm Văn Hoàng", "Nguyễn Thị Hóa", "Trần Hoà Nam")
SCHOOLS = ("Trường Mầm non 20-10", "Trường Mầm non 19/5", "Trường Tiểu học Hoà Xá", "Trường THCS Hoàn Xá")


@pytest.fixture
def known(app):
    """More names that differ in marks only, in Ứng Hòa."""
    district = District.get(District.code == "UH")
    for number, name in enumerate(NAMES):
        person = Person(district=district, username=f"uh.hoa{number}", name=name, phone=f"+8491234567{number}")
        person.set_keys()
        person.save()
    for number, name in enumerate(SCHOOLS):
        commune = Commune.get(Commune.name == "Xã Hòa Xá")
        school = School(district=district, commune=commune, name=name, levels=1, phone=f"+8498300000{number}")
        school.set_keys(commune.name)
        school.save()


def administrator():
    return Actor(person_id=1, role="administrator")


def officer():
    district = District.get(District.code == "HM")
    return Actor(
        person_id=2,
        role="officer",
        district_id=district.id,
        district_ids=frozenset(row.id for row in District.select()),
        partner_school_ids=frozenset(row.second_school_id for row in Pairing.select()),
    )


# --- By hand: the same question answered without a database, and without the index's text ---


def words(text):
    """The words of a text, decomposed and in lower case: "Đỗ Hoà" is d9o..., hoa`."""
    text = unicodedata.normalize("NFD", text.lower()).replace("đ", "d9")
    kept = "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in text)
    return kept.split()


def tone_last(word):
    tones = [char for char in word if char in "\u0300\u0301\u0303\u0309\u0323"]
    return "".join([*(char for char in word if char not in tones), *tones])


def plain(word):
    return "".join(char for char in word if not unicodedata.combining(char)).replace("d9", "d")


READINGS = (str, tone_last, plain)


def rank(query, marked, unmarked):
    """How well texts fit: whole words before beginnings, each as written, by tone, without marks. None: not at all.

    ``unmarked`` are words that are only known without marks.
    """
    asked = words(query)
    with_marks = any("d9" in word or any(map(unicodedata.combining, word)) for word in asked)
    readings = READINGS if with_marks else READINGS[2:]
    if any(char.isdigit() for char in query) and not any(char.isalpha() for char in query):
        digits = "".join(filter(str.isdigit, query))
        if len(digits) >= 4:
            asked = ["0" + digits[2:] if "+84" in query else digits]
    for place, fits in enumerate((str.__eq__, str.startswith)):
        for number, read in enumerate(readings):
            held = {read(word) for word in marked} | (unmarked if read is plain or not with_marks else set())
            if all(any(fits(word, read(token)) for word in held) for token in asked):
                return place * len(readings) + number
    return None


def texts_of(record):
    if isinstance(record, School):
        return [record.name, record.short_name, record.code or "", record.commune.name if record.commune else ""]
    return [record.name, record.username]


def unmarked_of(record):
    """Level words of schools, phone numbers of people, and numbers that are written in groups."""
    grouped = {digits for name, digits in (("20-10", "2010"), ("19/5", "195")) if name in record.name}
    if isinstance(record, Person):
        return {national_digits(record.phone)} - {""} | grouped
    levels = [text.split() for level, text in LEVEL_WORDS.items() if record.levels & level]
    return {word for text in levels for word in text} | grouped


def by_hand(query, records, phones=()):
    """The ids of the first ten of some records; ``phones`` are the ids of schools found by their phone number, too."""
    ranked = []
    for record in records:
        ranks = [rank(query, [word for text in texts_of(record) for word in words(text)], unmarked_of(record))]
        if record.id in phones:
            ranks.append(rank(query, [], {national_digits(record.phone)}))
        found = [place for place in ranks if place is not None]
        if found:
            ranked.append((min(found), record.sort_key, record.id))
    return [row[2] for row in sorted(ranked)][:10]


def people_of(actor):
    """Whom the actor may see, found without Person.visible_to."""
    if actor.sees_all:
        return list(Person.select())
    contacts = Membership.select(Membership.person).where(
        Membership.school.in_(list(actor.partner_school_ids)), Membership.role.in_([PRINCIPAL, COORDINATOR])
    )
    ids = {row.person_id for row in contacts}
    return [person for person in Person.select() if person.district_id == actor.district_id or person.id in ids]


@pytest.mark.parametrize(
    "depths",
    [(500, 5000, 3000, 10_000), (3, 9, 2, 4), (1, 1, 0, 1000), (1, 1, 1000, 0)],
    ids=["read", "mixed", "by rank", "indexed"],
)
@pytest.mark.parametrize("who", [administrator, officer])
def test_each_engine_finds_what_the_rule_says_in_the_order_that_it_says(app, known, monkeypatch, who, depths):
    for name, value in zip(("SHORT", "LONG", "FEW", "MANY"), depths, strict=True):
        monkeypatch.setattr(search, name, value)
    actor, schools = who(), list(School.select())
    people = people_of(actor)
    phones = {
        school.id
        for school in schools
        if actor.sees_all or school.district_id == actor.district_id or school.id in actor.partner_school_ids
    }
    wrong = {}
    for query in QUERIES:
        found = search.find(actor, query)
        got = ([row[0] for row in found.schools], [row[0] for row in found.people])
        expected = (by_hand(query, schools, phones if query[0] in "0+(" else ()), by_hand(query, people))
        if got != expected:
            wrong[query] = (got, expected)
    assert wrong == {}


def names(rows):
    return [row[1] for row in rows]


def test_as_written_stands_first_then_the_tone_elsewhere_then_without_marks_then_beginnings(app, known):
    assert names(search.find(administrator(), "Hoà").people) == [
        "Đỗ Thu Hoà",
        "Trần Hoà Nam",
        "Bùi Thu Hòa",
        "Lê Thu Hòa",
        "Vũ Thị Hoa",
        "Nguyễn Thị Hóa",
        "Phạm Văn Hoàng",
        "Hoàng Văn Khoa",
        "Lê Thị Hoan",
    ]


@pytest.mark.parametrize("query", ["01008508", "0100 8508", "01.008.508", " 01-008-508 "])
def test_a_code_is_found_however_it_is_grouped(app, query):
    assert names(search.find(officer(), query).schools) == ["Trường THCS Yên Sở"]


@pytest.mark.parametrize(
    "query", ["0912 001 003", "+84 912 001 003", "0084912001003", "(0912) 001-003", "0912.001.003"]
)
def test_a_phone_number_is_found_however_it_is_written(app, query):
    assert names(search.find(officer(), query).people) == ["Lê Thu Hòa"]


def test_the_searched_part_of_a_phone_number_is_marked_in_the_page(cast):
    page = cast("hm.chuyenvien").soup("/search", query_string={"q": "+84 912 001 003"})
    assert [(mark.text, mark.find_parent("li").a.text) for mark in page.find_all("mark")] == [
        ("0912 001 003", "Lê Thu Hòa")
    ]


def test_a_school_is_found_by_its_phone_number_only_by_those_who_may_see_it(app):
    own = School.get(School.code == "01008508")
    partner = School.get(School.id == Pairing.get(Pairing.first_school == own).second_school_id)
    other = School.get(School.district == partner.district_id, School.id.not_in(list(officer().partner_school_ids)))
    for number, school in enumerate((own, partner, other)):
        school.phone = f"+8424386100{number:02}"
        school.save()
    found = {who.__name__: search.find(who(), "024 3861 00").schools for who in (officer, administrator)}
    seen = {who: {(row[0], row[5]) for row in rows} for who, rows in found.items()}
    of = {(school.id, school.phone) for school in (own, partner)}
    assert seen == {"officer": of, "administrator": of | {(other.id, other.phone)}}


def test_what_lies_in_the_trash_is_not_found_and_a_closed_school_says_so(app, cast):
    School.update(deleted_at=now()).where(School.code == "01008508").execute()
    School.update(closed_on=date(2025, 6, 30)).where(School.code == "01008312").execute()
    Person.update(deleted_at=now()).where(Person.username == "hm.giaovien").execute()
    page = cast("hm.chuyenvien").soup("/search?q=yen+so")
    lines = page.find(attrs={"data-panel": "search.schools"}).select("li")
    assert [(line.a.text, line.find(class_="status") and line.find(class_="status").text) for line in lines] == [
        ("Trường Mầm non Yên Sở", "Đã đóng"),
        ("Trường Tiểu học Yên Sở", None),
    ]
    assert names(search.find(officer(), "pham ngoc bich").people) == []


def test_another_districts_teacher_is_not_found_but_a_partners_principal_is(app, cast):
    def found(query):
        panel = cast("hm.giaovien").soup(f"/search?q={query}").find(attrs={"data-panel": "search.people"})
        return [link.text for link in panel.select("li a")] if panel else []

    principal = Person.get(Person.username == "uh.hieutruong")
    teacher = Person.get(Person.username == "uh.giaovien")
    assert (found(principal.name), teacher.name in found(teacher.name)) == ([principal.name], False)


def test_lines_say_where_and_what(cast):
    page = cast("hm.giaovien").soup("/search?q=hòa")
    school = page.find(attrs={"data-panel": "search.schools"}).li
    person = page.find(attrs={"data-panel": "search.people"}).li
    assert school.find(class_="details").text == "Xã Hòa Lâm · Huyện Ứng Hòa · 01281318"
    assert person.find(class_="details").text == "Điều phối viên – Trường THCS Yên Sở · 0912 001 003"


def test_a_title_of_ones_own_stands_for_the_role(cast):
    person = Person.get(Person.username == "hm.dieuphoi")
    Membership.update(title="Phó Hiệu trưởng").where(Membership.person == person).execute()
    line = cast("hm.giaovien").soup("/search?q=le+thu+hoa").find(attrs={"data-panel": "search.people"}).li
    assert line.find(class_="details").find(lang="vi").text == "Phó Hiệu trưởng – Trường THCS Yên Sở"


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("hoa", "Trường THCS Hòa Xá", "Trường THCS <mark>Hòa</mark> Xá"),
        ("Hoà x", "Hòa Xá, Hoàng", "<mark>Hòa</mark> <mark>X</mark>á, <mark>Hoà</mark>ng"),
        ("dai", "Đại Kim", "<mark>Đại</mark> Kim"),
        ("b", "<b>&b", "&lt;<mark>b</mark>&gt;&amp;<mark>b</mark>"),
        ("<b>", "a<b>", "a&lt;<mark>b</mark>&gt;"),
        ("0912001", "0912 001 003", "<mark>0912 001</mark> 003"),
        ("+84 912 0", "0912 001 003", "<mark>0912 0</mark>01 003"),
        ("0100 8", "01008508", "<mark>01008</mark>508"),
        ("xyz", "Yên Sở", "Yên Sở"),
        ("", "Yên Sở", "Yên Sở"),
    ],
)
def test_what_was_searched_is_marked_and_the_rest_escaped(query, text, shown):
    assert str(marker(query)(text)) == shown


def test_a_name_full_of_markup_stays_text(app, cast):
    school = School.get(School.code == "01008508")
    school.name = "Trường <script>alert(1)</script> & Yên Sở"
    school.set_keys("")
    school.save()
    page = cast("hm.giaovien").get("/search?q=script").text
    assert "Trường &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp; Yên Sở" in page


def test_see_all_leads_to_the_list_with_the_same_search(cast):
    browser = cast("hm.chuyenvien")
    page = browser.soup("/search", query_string={"q": "yên"})
    links = {panel["data-panel"]: panel.find(class_="panel-head").a["href"] for panel in page.select("#list .panel")}
    assert sorted(links) == ["search.people", "search.schools"]
    for link in links.values():
        assert browser.soup(link).find(id="q")["value"] == "yên"


# --- Under the box ---

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#site-found"}


def test_the_box_shows_at_most_eight_lines_the_last_of_which_leads_to_all(cast):
    page = cast("hm.chuyenvien").soup("/search/quick?q=hoa", headers=HTMX)
    lines = page.select("[role=listbox] [role=option]")
    assert len(lines) == 8
    assert lines[-1]["href"] == "/search?q=hoa"
    assert [group.find(class_="found-kind").text for group in page.select("[role=group]")] == [
        "Trường",
        "Người",
        "Họp, thăm",
        "Mô-đun",
    ]
    assert len({line["id"] for line in lines}) == 8


def test_every_kind_gets_its_share_of_the_lines(app):
    with app.test_request_context():
        found = groups(administrator(), "hoa")
    assert [len(group.results) for group in found] == [10, 2, 3]
    assert [len(group.results) for group in first_of(found, 7)] == [3, 2, 2]
    assert [len(group.results) for group in first_of(found, 3)] == [1, 1, 1]
    assert [len(group.results) for group in first_of(found, 100)] == [10, 2, 3]


def test_nothing_found_is_said_under_the_box_and_read_aloud(cast):
    page = cast("hm.chuyenvien").soup("/search/quick?q=xyzxyz", headers=HTMX)
    said = "Không tìm thấy kết quả cho “xyzxyz”."
    assert (page.find(id="site-count").text, page.find(class_="found-none").text) == (said, said)


@pytest.mark.parametrize("query", ["", "  ", "?!", "z"])
def test_without_a_word_nothing_is_shown_under_the_box(cast, query):
    answer = cast("hm.chuyenvien").get("/search/quick", query_string={"q": query}, headers=HTMX)
    assert (answer.status_code, answer.text.strip()) == (200, "")


def test_the_address_of_the_lines_leads_a_browser_to_the_page(cast):
    answer = cast("hm.chuyenvien").get("/search/quick", query_string={"q": "yên sở"})
    assert (answer.status_code, answer.location) == (302, "/search?q=y%C3%AAn+s%E1%BB%9F")


def test_control_characters_are_refused_with_a_sentence(cast):
    for url in ("/search?q=%00", "/search/quick?q=%00"):
        assert cast("hm.chuyenvien").get(url, headers=HTMX).status_code == 400


def test_the_number_of_queries_does_not_grow_with_what_is_found(app, cast, queries):
    browser, counts = cast("hm.chuyenvien"), set()
    for query in ("yen", "hoa", "truong", "a"):
        browser.get(f"/search?q={query}")
        with queries() as run:
            browser.get(f"/search?q={query}")
        counts.add(len(run))
    assert max(counts) - min(counts) <= 3


def test_a_teacher_of_the_partner_school_is_no_contact(app):
    actor = officer()
    school_id = min(actor.partner_school_ids)
    person = Person(district=School.get_by_id(school_id).district_id, username="uh.xylitol", name="Nguyễn Xylitol")
    person.set_keys()
    person.save()
    work = Membership.create(person=person, role=TEACHER, district=person.district_id, school=school_id)
    seen = [names(search.find(actor, "xylitol").people)]
    work.role = COORDINATOR
    work.save()
    seen.append(names(search.find(actor, "xylitol").people))
    work.ends_on = date(2020, 1, 1)
    work.save()
    seen.append(names(search.find(actor, "xylitol").people))
    assert seen == [[], ["Nguyễn Xylitol"], []]
