"""Programmes and pairs get a life cycle; memoranda, plans, pledges, meetings, papers, reports and calendars are new."""

from datetime import UTC, datetime
from typing import Any

from peewee import (
    CharField,
    Database,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator: Any, db: Database) -> None:
    """Programmes that exist are running; pairs keep their state, as active or ended ones."""
    _new_columns(migrator, db)
    _new_tables(db)


def _new_columns(migrator: Any, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class District(Table):
        class Meta:
            table_name = "district"

    class Programme(Table):
        class Meta:
            table_name = "programme"

    class Pairing(Table):
        class Meta:
            table_name = "pairing"

    moment = datetime.now(UTC).replace(tzinfo=None)
    add = migrator.add_column
    migrator.migrate(
        add("programme", "movements", TextField(default="")),
        add("programme", "goals", TextField(default="")),
        add("programme", "closing_report", TextField(default="")),
        add("programme", "owner_district_id", _key(District)),
        add("programme", "predecessor_id", _key(Programme)),
        add("programme", "state", CharField(max_length=20, default="running")),
        add("programme", "state_since", DateTimeField(default=moment)),
        add("programme", "version", IntegerField(default=1)),
        add("programme", "updated_at", DateTimeField(default=moment)),
        add("programme_district", "left_on", DateField(null=True)),
        add("programme_district", "left_reason", TextField(default="")),
        add("pairing", "cluster", CharField(max_length=120, default="")),
        add("pairing", "proposal", TextField(default="")),
        add("pairing", "state_since", DateTimeField(default=moment)),
        add("pairing", "version", IntegerField(default=1)),
        add("pairing", "updated_at", DateTimeField(default=moment)),
        add("pairing", "outcome", TextField(default="")),
        add("pairing", "review_on", DateField(null=True)),
        add("pairing", "renewed_from_id", _key(Pairing)),
        add("pairing", "pledge_preamble", TextField(default="")),
        add("pairing", "pledge_number", CharField(max_length=60, default="")),
        add("pairing", "signed_on", DateField(null=True)),
        add("pairing", "signed_place", CharField(max_length=120, default="")),
        add("pairing", "last_activity_on", DateField(null=True)),
        add("pairing", "first_gave", IntegerField(default=0)),
        add("pairing", "second_gave", IntegerField(default=0)),
        add("pairing", "next_due_on", DateField(null=True)),
        # A pair that was declined may be proposed again.
        migrator.drop_index("pairing", "pairing_programme_id_first_school_id_second_school_id"),
        migrator.add_index("pairing", ("programme_id", "first_school_id", "second_school_id")),
        migrator.add_index("pairing", ("first_district_id", "state")),
        migrator.add_index("pairing", ("second_district_id", "state")),
        migrator.add_index("pairing", ("state", "id")),
    )
    owners = "SELECT MIN(district_id) FROM programme_district WHERE programme_id = programme.id"
    db.execute_sql(f"UPDATE programme SET owner_district_id = ({owners})")


def _key(model: type[Model]) -> ForeignKeyField:
    return ForeignKeyField(model, field=model.id, null=True, on_delete="RESTRICT")


def _new_tables(db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class District(Table):
        class Meta:
            table_name = "district"

    class Membership(Table):
        class Meta:
            table_name = "membership"

    class Pairing(Table):
        class Meta:
            table_name = "pairing"

    class Person(Table):
        class Meta:
            table_name = "person"

    class Programme(Table):
        class Meta:
            table_name = "programme"

    class School(Table):
        class Meta:
            table_name = "school"

    class StoredFile(Table):
        class Meta:
            table_name = "stored_file"

    class Memorandum(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        parent = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        title = TextField()
        preamble = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()
        number = CharField(max_length=60, default="")
        signed_on = DateField(null=True)
        signed_place = CharField(max_length=120, default="")
        starts_on = DateField(null=True)
        ends_on = DateField(null=True)
        outcome = TextField(default="")

        class Meta:
            table_name = "memorandum"

    class MemorandumClause(Table):
        memorandum = ForeignKeyField(Memorandum, on_delete="CASCADE")
        position = IntegerField()
        heading = CharField(max_length=200, default="")
        text = TextField()

        class Meta:
            table_name = "memorandum_clause"

    class Signatory(Table):
        memorandum = ForeignKeyField(Memorandum, on_delete="CASCADE")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        body = CharField(max_length=200)
        name = CharField(max_length=120, default="")
        title = CharField(max_length=120, default="")

        class Meta:
            table_name = "signatory"
            indexes = ((("memorandum", "district"), True),)

    class YearPlan(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        school_year = CharField(max_length=9)
        aims = TextField(default="")
        number = CharField(max_length=60, default="")
        issued_on = DateField(null=True)
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "year_plan"
            indexes = ((("programme", "school_year"), True),)

    class YearPlanItem(Table):
        plan = ForeignKeyField(YearPlan, on_delete="CASCADE")
        position = IntegerField()
        task = TextField()
        lead = CharField(max_length=200, default="")
        due_on = DateField(null=True)
        target = CharField(max_length=200, default="")

        class Meta:
            table_name = "year_plan_item"

    class PledgeClause(Table):
        pairing = ForeignKeyField(Pairing, on_delete="RESTRICT")
        position = IntegerField()
        giver = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        receiver = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        text = TextField()
        quantity = DecimalField(max_digits=14, decimal_places=2, null=True)
        unit = CharField(max_length=40, default="")
        due_on = DateField(null=True)
        activity_kind = CharField(max_length=60, default="")
        kind_label = CharField(max_length=120, default="")
        evidence = TextField(default="")
        dropped_on = DateField(null=True)
        dropped_reason = TextField(default="")
        done = DecimalField(max_digits=14, decimal_places=2, default=0)

        class Meta:
            table_name = "pledge_clause"
            indexes = ((("pairing", "position"), False),)

    class ClauseCorrection(Table):
        clause = ForeignKeyField(PledgeClause, on_delete="CASCADE")
        quantity = DecimalField(max_digits=14, decimal_places=2)
        reason = TextField()
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            table_name = "clause_correction"

    class PairReview(Table):
        pairing = ForeignKeyField(Pairing, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        school_year = CharField(max_length=9)
        achieved = TextField(default="")
        difficulties = TextField(default="")
        proposals = TextField(default="")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            table_name = "pair_review"
            indexes = ((("pairing", "school", "school_year"), True),)

    class Meeting(Table):
        pairing = ForeignKeyField(Pairing, on_delete="RESTRICT")
        kind = CharField(max_length=20, default="meeting")
        title = CharField(max_length=200)
        starts_at = DateTimeField()
        ends_at = DateTimeField(null=True)
        place = CharField(max_length=200, default="")
        link = CharField(max_length=300, default="")
        host = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        giver = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        clause = ForeignKeyField(PledgeClause, null=True, on_delete="RESTRICT")
        agenda = TextField(default="")
        minutes = TextField(default="")
        conclusions = TextField(default="")
        chair = CharField(max_length=120, default="")
        secretary = CharField(max_length=120, default="")
        state = CharField(max_length=20, default="planned")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()
        invited_at = DateTimeField(null=True)
        outcome = TextField(default="")

        class Meta:
            table_name = "meeting"
            indexes = (
                (("pairing", "starts_at"), False),
                (("starts_at", "id"), False),
            )

    class MeetingAttendee(Table):
        meeting = ForeignKeyField(Meeting, on_delete="CASCADE")
        person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        name = CharField(max_length=120)
        title = CharField(max_length=120, default="")
        attendance = CharField(max_length=10, default="")

        class Meta:
            table_name = "meeting_attendee"

    class Letterhead(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, unique=True, on_delete="RESTRICT")
        parent_body = CharField(max_length=200, default="")
        body = CharField(max_length=200, default="")
        place = CharField(max_length=120, default="")
        symbol = CharField(max_length=40, default="")
        signer_title = CharField(max_length=120, default="")
        signer_name = CharField(max_length=120, default="")
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "letterhead"

    class PaperTemplate(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        kind = CharField(max_length=60)
        file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
        name = CharField(max_length=200)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        retired_at = DateTimeField(null=True)

        class Meta:
            table_name = "paper_template"
            indexes = ((("district", "kind"), False),)

    class IssuedDocument(Table):
        code = CharField(max_length=20, unique=True)
        kind = CharField(max_length=60)
        module = CharField(max_length=40, default="")
        subject_type = CharField(max_length=60)
        subject_id = IntegerField()
        title = TextField()
        number = CharField(max_length=200, default="")
        issued_on = DateField()
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        holder = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        file = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
        file_name = CharField(max_length=200, default="")
        facts = TextField(default="{}")
        issued_by = IntegerField(null=True)
        issued_at = DateTimeField()
        void_at = DateTimeField(null=True)
        void_reason = TextField(default="")

        class Meta:
            table_name = "issued_document"
            indexes = ((("subject_type", "subject_id"), False),)

    class Report(Table):
        programme = ForeignKeyField(Programme, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        school_year = CharField(max_length=9)
        term = CharField(max_length=1, default="")
        title = TextField()
        sections = TextField(default="[]")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()
        number = CharField(max_length=60, default="")
        issued_on = DateField(null=True)
        head = TextField(default="{}")
        remark = TextField(default="")

        class Meta:
            table_name = "report"
            indexes = ((("programme", "pairing", "school_year", "term"), False),)

    class CalendarFeed(Table):
        token_hash = CharField(max_length=64, primary_key=True)
        person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
        membership = ForeignKeyField(Membership, on_delete="CASCADE")
        created_at = DateTimeField()

        class Meta:
            table_name = "calendar_feed"

    db.create_tables(
        [
            Memorandum,
            MemorandumClause,
            Signatory,
            YearPlan,
            YearPlanItem,
            PledgeClause,
            ClauseCorrection,
            PairReview,
            Meeting,
            MeetingAttendee,
            Letterhead,
            PaperTemplate,
            IssuedDocument,
            Report,
            CalendarFeed,
        ]
    )
