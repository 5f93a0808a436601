"""The first schema. Frozen: later changes are later migrations."""

from typing import Any

from peewee import (
    BooleanField,
    CharField,
    Database,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from intranet.kernel import fulltext
from intranet.kernel.database import is_postgres
from intranet.kernel.tables import SortKeyField

KEEP = "audit entries are never changed or removed"


def up(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class AuditEntry(Table):
        at = DateTimeField()
        person_id = IntegerField(index=True, null=True)
        district_id = IntegerField(index=True, null=True)
        school_id = IntegerField(null=True)
        action = CharField(max_length=60)
        subject_type = CharField(max_length=60)
        subject_id = IntegerField(null=True)
        request_id = CharField(max_length=32, default="")
        address = CharField(max_length=60, default="")

        class Meta:
            table_name = "audit_entry"
            indexes = ((("subject_type", "subject_id", "id"), False),)

    class AuditValue(Table):
        entry = ForeignKeyField(AuditEntry, on_delete="RESTRICT")
        field = CharField(max_length=60)
        before = TextField(null=True)
        after = TextField(null=True)

        class Meta:
            table_name = "audit_value"

    class District(Table):
        code = CharField(unique=True, max_length=20)
        kind = CharField(max_length=20)
        name = CharField(max_length=200)
        office_name = CharField(max_length=200)
        sort_key = SortKeyField()
        note = TextField(default="")
        valid_from = DateField(null=True)
        valid_to = DateField(null=True)
        merged_into = ForeignKeyField("self", null=True, on_delete="RESTRICT")

        class Meta:
            table_name = "district"

    class Commune(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        code = CharField(null=True, max_length=20)
        name = CharField(max_length=200)
        match_key = CharField(max_length=300)
        sort_key = SortKeyField()

        class Meta:
            table_name = "commune"
            indexes = ((("district", "match_key"), True),)

    class DistrictModule(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        module = CharField(max_length=60)
        enabled = BooleanField(default=False)

        class Meta:
            table_name = "district_module"
            indexes = ((("district", "module"), True),)

    class FormToken(Table):
        token_hash = CharField(primary_key=True, max_length=64)
        location = TextField()
        created_at = DateTimeField()

        class Meta:
            table_name = "form_token"

    class Person(Table):
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        username = CharField(unique=True, max_length=60)
        name = CharField(max_length=120)
        sort_key = SortKeyField()
        search_text = TextField()
        marked_text = TextField()
        phone = CharField(max_length=20, default="")
        email = CharField(max_length=200, default="")
        note = TextField(default="")
        password_hash = CharField(null=True, max_length=200)
        active = BooleanField(default=True)
        language = CharField(max_length=5, default="vi")
        theme = CharField(max_length=10, default="auto")
        version = IntegerField(default=1)
        created_at = DateTimeField()

        class Meta:
            table_name = "person"
            indexes = ((("sort_key", "id"), False), (("district", "sort_key", "id"), False))

    class KnownDevice(Table):
        token_hash = CharField(primary_key=True, max_length=64)
        person = ForeignKeyField(Person, on_delete="CASCADE")
        created_at = DateTimeField()

        class Meta:
            table_name = "known_device"

    class School(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        commune = ForeignKeyField(Commune, null=True, on_delete="RESTRICT")
        code = CharField(unique=True, null=True, max_length=20)
        name = CharField(max_length=200)
        match_key = CharField(max_length=300)
        sort_key = SortKeyField()
        search_text = TextField()
        marked_text = TextField()
        levels = IntegerField()
        ownership = CharField(max_length=30, default="cong_lap")
        address = CharField(max_length=300, default="")
        phone = CharField(max_length=20, default="")
        email = CharField(max_length=200, default="")
        principal_name = CharField(max_length=120, default="")
        strengths = TextField(default="")
        needs = TextField(default="")
        needs_published = BooleanField(default=False)
        note = TextField(default="")
        illustrative = BooleanField(default=False)
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "school"
            indexes = (
                (("sort_key", "id"), False),
                (("district", "sort_key", "id"), False),
                (("district", "match_key"), False),
            )

    class Membership(Table):
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        role = CharField(max_length=20)
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        starts_on = DateField(null=True)
        ends_on = DateField(null=True)

        class Meta:
            table_name = "membership"
            indexes = ((("school", "role"), False),)

    class Programme(Table):
        title = TextField()
        starts_on = DateField(null=True)
        ends_on = DateField(null=True)

        class Meta:
            table_name = "programme"

    class Pairing(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        first_school = ForeignKeyField(School, on_delete="RESTRICT")
        first_district = ForeignKeyField(District, on_delete="RESTRICT")
        second_school = ForeignKeyField(School, on_delete="RESTRICT")
        second_district = ForeignKeyField(District, on_delete="RESTRICT")
        state = CharField(max_length=20, default="active")
        started_on = DateField(null=True)
        ended_on = DateField(null=True)

        class Meta:
            table_name = "pairing"
            indexes = ((("programme", "first_school", "second_school"), True),)

    class ProgrammeDistrict(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")

        class Meta:
            table_name = "programme_district"
            indexes = ((("programme", "district"), True),)

    class SchoolImport(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        file_name = CharField()
        content = TextField()
        created_at = DateTimeField()
        committed_at = DateTimeField(null=True)
        created = IntegerField(default=0)
        changed = IntegerField(default=0)
        unchanged = IntegerField(default=0)

        class Meta:
            table_name = "school_import"

    class SchoolYearFigures(Table):
        school = ForeignKeyField(School, on_delete="RESTRICT")
        school_year = CharField(max_length=9)
        classes = IntegerField(null=True)
        pupils = IntegerField(null=True)
        staff = IntegerField(null=True)
        national_standard = IntegerField(null=True)

        class Meta:
            table_name = "school_year_figures"
            indexes = ((("school", "school_year"), True),)

    class SignInFailure(Table):
        key = CharField(max_length=80)
        at = DateTimeField()

        class Meta:
            table_name = "sign_in_failure"
            indexes = ((("key", "at"), False),)

    class SignInSession(Table):
        token_hash = CharField(primary_key=True, max_length=64)
        person = ForeignKeyField(Person, on_delete="CASCADE")
        membership = ForeignKeyField(Membership, null=True, on_delete="CASCADE")
        created_at = DateTimeField()
        seen_at = DateTimeField()
        device = CharField(max_length=200, default="")
        address = CharField(max_length=60, default="")

        class Meta:
            table_name = "sign_in_session"

    db.create_tables(
        [
            AuditEntry,
            AuditValue,
            District,
            Commune,
            DistrictModule,
            FormToken,
            Person,
            KnownDevice,
            School,
            Membership,
            Programme,
            Pairing,
            ProgrammeDistrict,
            SchoolImport,
            SchoolYearFigures,
            SignInFailure,
            SignInSession,
        ]
    )
    fulltext.create_index(db, "school", "search_text")
    fulltext.create_index(db, "person", "search_text")
    _append_only(db, "audit_entry")


def _append_only(db: Database, table: str) -> None:
    """Refuse UPDATE and DELETE in the database itself."""
    if is_postgres(db):
        db.execute_sql(
            f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{KEEP}'; END $$"
        )
        db.execute_sql(
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_keep()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        db.execute_sql(
            f"CREATE TRIGGER {table}_keep_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{KEEP}'); END"
        )
