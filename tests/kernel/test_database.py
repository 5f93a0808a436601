"""The database: one behaviour on both engines."""

import pytest
from peewee import DatabaseError

from intranet.app import components
from intranet.kernel import fulltext, migrations
from intranet.kernel.database import SAFE_SQLITE, database, is_postgres, transaction
from intranet.kernel.statements import Statement
from intranet.kernel.text import search_tiers, search_tokens
from intranet.registry.schools import School
from intranet.shared.audit import AuditEntry


def test_the_models_agree_with_the_migrated_schema(app):
    assert migrations.drift(components(app)) == []


def test_nothing_is_pending_after_migrating(app):
    assert migrations.pending(components(app)) == []


def test_the_embedded_engine_has_no_wal_reset_bug(app):
    if is_postgres():
        return
    version = database.execute_sql("SELECT sqlite_version()").fetchone()[0]
    assert tuple(map(int, version.split("."))) >= SAFE_SQLITE


def test_the_embedded_engine_survives_a_power_cut(app):
    if is_postgres():
        return
    pragmas = {name: database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_an_audit_entry_is_neither_changed_nor_removed(app, statement):
    before = AuditEntry.select().count()
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction():
        database.execute_sql(statement)
    assert AuditEntry.select().count() == before > 0


def test_the_search_index_follows_every_change(app):
    search = Statement(lambda: School.select(School.id).where(fulltext.contains(School.search_text, "words")))

    def found(query):
        return [row[0] for row in search.rows(words=fulltext.words(search_tokens(query)))]

    school = School.get(School.code == "01008508")
    School.update(search_text="ten moi hoan toan").where(School.id == school.id).execute()
    assert (found("ten moi"), found("yen so thcs")) == ([school.id], [])


SEARCHES = [
    "hoang liet", "THCS yen so", "đông lỗ", "Hoà Xá", "Hòa Xá", "hoa xa", "truong", "mam non", "MN", "thcs", "TH",
    "01008508", "0100", "yên", "yen", "Trần Phú", "tran phu", "dai", "đại", "Đại Kim", "kim", "van dinh", "Vân Đình",
    "thi tran", "phuong tu", "Phương Tú", "quảng phú cầu", "quang", "linh đàm", "chu van an", "hoa", "hòa", "hoà",
    "lâm", "lam", "minh", "xyz", "a b c", "trung hoc co so", "trường THCS thị trấn Vân Đình",
]  # fmt: skip


def fits(school, tokens):
    words = school.search_text.split()
    return all(any(word.startswith(token) for word in words) for token in tokens)


def by_hand(query):
    """(code, which reading of the query fits) of all schools that fit, found without any database."""
    tiers = search_tiers(query)
    found = [
        (min(place for place, tokens in enumerate(tiers) if fits(school, tokens)), school.sort_key, school.code)
        for school in School.select()
        if fits(school, tiers[-1])
    ]
    return [(code, place) for place, _key, code in sorted(found)]


@pytest.mark.parametrize("query", SEARCHES)
def test_each_engine_finds_what_the_rule_says_in_the_order_that_it_says(app, query):
    tiers = search_tiers(query)

    def build():
        schools = School.select(School.code, School.search_text)
        schools = schools.where(fulltext.contains(School.search_text, "words"))
        rank = [fulltext.rank(School.search_text, len(tiers), len(tiers[0]))] if len(tiers) > 1 else []
        return schools.order_by(*rank, School.sort_key, School.id)

    rows = Statement(build).rows(words=fulltext.words(tiers[-1]), **fulltext.rank_values(tiers))
    assert [(code, fulltext.rank_of(text, tiers)) for code, text in rows] == by_hand(query)


@pytest.mark.parametrize(("query", "whole", "found"), [("ye so", False, True), ("ye so", True, False)])
def test_words_are_whole_or_begun(app, query, whole, found):
    search = Statement(lambda: School.select(School.id).where(fulltext.contains(School.search_text, "words")))
    rows = search.rows(words=fulltext.words(search_tokens(query), whole=whole))
    assert bool(rows) is found


def test_words_of_many_rows_are_told_from_those_of_few(app):
    if is_postgres():
        database.execute_sql("ANALYZE school")
    many, few = (fulltext.words(search_tokens(word)) for word in ("truong", "yen so"))
    assert (fulltext.more_than(50, School.search_text, many), fulltext.more_than(50, School.search_text, few)) == (
        True,
        False,
    )
