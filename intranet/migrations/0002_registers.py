"""Registers worth keeping: sites, tags, earlier names, figures in full, duties, leaves, jobs, lists of any kind."""

from typing import Any

from peewee import (
    BlobField,
    BooleanField,
    CharField,
    Database,
    DateField,
    DateTimeField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from intranet.kernel.phone import national_digits
from intranet.kernel.text import fold, search_text

LONGEST_TAG = 80
LEVEL_WORDS = {1: "mam non mn", 2: "tieu hoc th", 4: "thcs trung hoc co so", 8: "thpt trung hoc pho thong"}
WHOLE_FIGURES = (
    "pupils_female",
    "pupils_ethnic",
    "pupils_disabled",
    "pupils_poor",
    "pupils_boarding",
    "classes_two_sessions",
    "managers",
    "teachers",
    "employees",
    "staff_permanent",
    "staff_contract",
    "teachers_qualified",
    "teachers_above",
    "rooms_solid",
    "rooms_semi_solid",
    "rooms_temporary",
    "rooms_subject",
    "accreditation",
)


def up(migrator: Any, db: Database) -> None:
    _new_tables(db)
    _new_columns(migrator, db)
    _fill(db)
    migrator.migrate(
        migrator.drop_column("school", "strengths"),
        migrator.drop_column("school", "needs"),
        migrator.drop_column("school", "marked_text"),
        migrator.drop_column("person", "marked_text"),
        migrator.drop_table("school_import"),
        migrator.add_index("school", ("phone",)),
        migrator.add_index("person", ("school_id", "sort_key", "id")),
        migrator.add_index("audit_entry", ("request_id",)),
    )


def _new_tables(db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class District(Table):
        class Meta:
            table_name = "district"

    class School(Table):
        class Meta:
            table_name = "school"

    class Person(Table):
        class Meta:
            table_name = "person"

    class FormerKey(Table):
        school = ForeignKeyField(School, on_delete="CASCADE")
        kind = CharField(max_length=10)
        value = CharField(max_length=200)
        match_key = CharField(max_length=300)
        until = DateField()

        class Meta:
            table_name = "school_former_key"
            indexes = ((("kind", "match_key"), False),)

    class Site(Table):
        school = ForeignKeyField(School, on_delete="CASCADE")
        name = CharField(max_length=200)
        address = CharField(max_length=300, default="")
        distance_km = FloatField(null=True)
        classes = IntegerField(null=True)
        latitude = FloatField(null=True)
        longitude = FloatField(null=True)

        class Meta:
            table_name = "school_site"

    class Tag(Table):
        school = ForeignKeyField(School, on_delete="CASCADE")
        kind = CharField(max_length=10)
        label = CharField(max_length=80)
        fact = CharField(max_length=300, default="")

        class Meta:
            table_name = "school_tag"

    class Function(Table):
        person = ForeignKeyField(Person, on_delete="CASCADE")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        kind = CharField(max_length=40)
        detail = CharField(max_length=60, default="")
        starts_on = DateField(null=True)
        ends_on = DateField(null=True)

        class Meta:
            table_name = "person_function"

    class Leave(Table):
        person = ForeignKeyField(Person, on_delete="CASCADE")
        kind = CharField(max_length=20)
        starts_on = DateField()
        ends_on = DateField(null=True)

        class Meta:
            table_name = "person_leave"

    class Preference(Table):
        person = ForeignKeyField(Person, on_delete="CASCADE")
        name = CharField(max_length=60)
        value = TextField()

        class Meta:
            table_name = "person_preference"
            indexes = ((("person", "name"), True),)

    class Job(Table):
        kind = CharField(max_length=60)
        district_id = IntegerField(null=True)
        person_id = IntegerField(null=True)
        unique_key = CharField(max_length=200, null=True, unique=True)
        payload = TextField(default="{}")
        state = CharField(max_length=10)
        run_after = DateTimeField()
        lease_until = DateTimeField(null=True)
        attempts = IntegerField(default=0)
        progress = IntegerField(default=0)
        result = TextField(default="")
        problem = TextField(default="")
        created_at = DateTimeField()
        finished_at = DateTimeField(null=True)

        class Meta:
            table_name = "job"
            indexes = ((("state", "run_after"), False),)

    class JobFile(Table):
        job = ForeignKeyField(Job, unique=True, on_delete="CASCADE")
        name = CharField(max_length=200)
        body = BlobField()

        class Meta:
            table_name = "job_file"

    class ListImport(Table):
        kind = CharField(max_length=20)
        district = ForeignKeyField(District, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        file_name = CharField(max_length=255)
        state = CharField(max_length=20)
        content = TextField(default="{}")
        problem = TextField(default="")
        job_id = IntegerField(null=True)
        created_at = DateTimeField()
        committed_at = DateTimeField(null=True)
        created = IntegerField(default=0)
        changed = IntegerField(default=0)
        unchanged = IntegerField(default=0)
        rejected = IntegerField(default=0)

        class Meta:
            table_name = "list_import"

    class ListImportFile(Table):
        list_import = ForeignKeyField(ListImport, unique=True, on_delete="CASCADE")
        body = BlobField()

        class Meta:
            table_name = "list_import_file"

    class ColumnMemory(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        label_key = CharField(max_length=120)
        field = CharField(max_length=40)

        class Meta:
            table_name = "column_memory"
            indexes = ((("district", "kind", "label_key"), True),)

    class MatchMemory(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        row_key = CharField(max_length=64)
        record_id = IntegerField()

        class Meta:
            table_name = "match_memory"
            indexes = ((("district", "kind", "row_key"), True),)

    db.create_tables(
        [
            FormerKey,
            Site,
            Tag,
            Function,
            Leave,
            Preference,
            Job,
            JobFile,
            ListImport,
            ListImportFile,
            ColumnMemory,
            MatchMemory,
        ]
    )


def _new_columns(migrator: Any, db: Database) -> None:
    class School(Model):
        class Meta:
            database = db
            table_name = "school"

    add = migrator.add_column
    migrator.migrate(
        add("school", "short_name", CharField(max_length=60, default="")),
        add("school", "difficult_area", BooleanField(default=False)),
        add("school", "founded_year", IntegerField(null=True)),
        add("school", "website", CharField(max_length=200, default="")),
        add("school", "closed_on", DateField(null=True)),
        add("school", "merged_into_id", ForeignKeyField(School, School.id, null=True, on_delete="RESTRICT")),
        add("school", "deleted_at", DateTimeField(null=True)),
        *(add("school_year_figures", name, IntegerField(null=True)) for name in WHOLE_FIGURES),
        add("school_year_figures", "grades", TextField(default="")),
        add("school_year_figures", "standard_decision", CharField(max_length=60, default="")),
        add("school_year_figures", "standard_on", DateField(null=True)),
        add("school_year_figures", "standard_until", DateField(null=True)),
        add("person", "school_id", ForeignKeyField(School, School.id, null=True, on_delete="RESTRICT")),
        add("person", "birth_date", DateField(null=True)),
        add("person", "gender", CharField(max_length=1, default="")),
        add("person", "subjects", CharField(max_length=200, default="")),
        add("person", "subjects_key", CharField(max_length=220, default="")),
        add("person", "deleted_at", DateTimeField(null=True)),
        add("membership", "title", CharField(max_length=60, default="")),
        add("membership", "end_reason", CharField(max_length=20, default="")),
        add("audit_entry", "version", IntegerField(null=True)),
    )


def _fill(db: Database) -> None:
    """What was text becomes rows, and the words by which people search are written in their new form."""
    mark = db.param
    for kind, column in (("strength", "strengths"), ("need", "needs")):
        for school_id, text in db.execute_sql(f"SELECT id, {column} FROM school WHERE {column} <> ''").fetchall():
            words = " ".join(text.split())
            fact = words[:300] if len(words) > LONGEST_TAG else ""
            db.execute_sql(
                f"INSERT INTO school_tag (school_id, kind, label, fact) VALUES ({mark}, {mark}, {mark}, {mark})",
                (school_id, kind, words[:LONGEST_TAG], fact),
            )
    schools = db.execute_sql(
        "SELECT s.id, s.name, c.name, s.code, s.levels FROM school s LEFT JOIN commune c ON c.id = s.commune_id"
    ).fetchall()
    for school_id, name, commune, code, levels in schools:
        words = [text for level, text in LEVEL_WORDS.items() if levels & level]
        text = f"{search_text(name, commune, code)}{' '.join(words)} "
        db.execute_sql(f"UPDATE school SET search_text = {mark} WHERE id = {mark}", (text, school_id))
    for person_id, name, username, phone in db.execute_sql("SELECT id, name, username, phone FROM person").fetchall():
        text = search_text(name, fold(username), national_digits(phone))
        db.execute_sql(f"UPDATE person SET search_text = {mark} WHERE id = {mark}", (text, person_id))
    db.execute_sql(
        "UPDATE person SET school_id = (SELECT m.school_id FROM membership m WHERE m.person_id = person.id "
        "AND m.school_id IS NOT NULL AND m.ends_on IS NULL ORDER BY m.id LIMIT 1)"
    )
    db.execute_sql(
        "INSERT INTO list_import (kind, district_id, person_id, file_name, state, content, problem, created_at, "
        "committed_at, created, changed, unchanged, rejected) "
        "SELECT 'schools', district_id, person_id, file_name, 'done', '{}', '', created_at, committed_at, created, "
        "changed, unchanged, 0 FROM school_import WHERE committed_at IS NOT NULL"
    )
