"""Accounts opened by links and codes, what waits for whom, what happened, notices, files, backups."""

import secrets
from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
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

AUDIT_INDEXES = (
    ("at", "id"),
    ("district_id", "at", "id"),
    ("school_id", "at", "id"),
    ("person_id", "at", "id"),
    ("action", "at", "id"),
    ("subject_type", "at", "id"),
    ("district_id", "action", "at", "id"),
    ("district_id", "subject_type", "at", "id"),
)


def up(migrator: Any, db: Database) -> None:
    """Sessions get a name of their own; those that are open end, and their people sign in again."""
    _new_tables(db)
    db.execute_sql("DELETE FROM sign_in_session")
    migrator.migrate(
        migrator.add_column(
            "sign_in_session", "label", CharField(max_length=12, unique=True, default=lambda: secrets.token_urlsafe(9))
        ),
        migrator.add_column("sign_in_session", "waits_for_code", BooleanField(default=False)),
        migrator.add_column("sign_in_session", "seen_as_id", _membership(db)),
        migrator.add_column("job", "cancel_at", DateTimeField(null=True)),
        migrator.add_column("person", "erased_at", DateTimeField(null=True)),
        migrator.add_column("school", "erased_at", DateTimeField(null=True)),
        migrator.drop_index("audit_entry", "auditentry_person_id"),
        migrator.drop_index("audit_entry", "auditentry_district_id"),
        *(migrator.add_index("audit_entry", columns) for columns in AUDIT_INDEXES),
    )


def _membership(db: Database) -> ForeignKeyField:
    class Membership(Model):
        class Meta:
            database = db
            table_name = "membership"

    return ForeignKeyField(Membership, field=Membership.id, null=True, on_delete="CASCADE")


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

    class Pairing(Table):
        class Meta:
            table_name = "pairing"

    class AccountLink(Table):
        token_hash = CharField(max_length=64, primary_key=True)
        person = ForeignKeyField(Person, null=True, on_delete="CASCADE")
        kind = CharField(max_length=10)
        issued_by = IntegerField(null=True)
        issued_at = DateTimeField()
        expires_at = DateTimeField()
        used_at = DateTimeField(null=True)

        class Meta:
            table_name = "account_link"

    class SecondFactor(Table):
        person = ForeignKeyField(Person, primary_key=True, on_delete="CASCADE")
        secret = CharField(max_length=200)
        confirmed_at = DateTimeField(null=True)
        last_step = IntegerField(default=0)

        class Meta:
            table_name = "second_factor"

    class RecoveryCode(Table):
        person = ForeignKeyField(Person, on_delete="CASCADE")
        code_hash = CharField(max_length=64)
        used_at = DateTimeField(null=True)

        class Meta:
            table_name = "recovery_code"
            indexes = ((("person", "code_hash"), True),)

    class Activity(Table):
        module = CharField(max_length=40)
        source_key = CharField(max_length=120)
        kind = CharField(max_length=60)
        kind_label = CharField(max_length=120)
        on = DateField()
        title = TextField()
        url = CharField(max_length=200, default="")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        giver = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        receiver = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        void_at = DateTimeField(null=True)
        void_reason = TextField(default="")
        recorded_at = DateTimeField()

        class Meta:
            table_name = "activity"
            indexes = (
                (("module", "source_key"), True),
                (("pairing", "on", "id"), False),
            )

    class ActivitySchool(Table):
        activity = ForeignKeyField(Activity, on_delete="CASCADE")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        name = CharField(max_length=200)
        on = DateField()

        class Meta:
            table_name = "activity_school"
            indexes = (
                (("activity", "school"), True),
                (("school", "on", "activity"), False),
                (("district", "on", "activity"), False),
            )

    class ActivityMeasure(Table):
        activity = ForeignKeyField(Activity, on_delete="CASCADE")
        unit = CharField(max_length=40)
        quantity = DecimalField(max_digits=14, decimal_places=2)
        clause_id = IntegerField(null=True, index=True)

        class Meta:
            table_name = "activity_measure"

    class Waiting(Table):
        module = CharField(max_length=40, default="")
        subject_type = CharField(max_length=60)
        subject_id = IntegerField()
        person = ForeignKeyField(Person, null=True, on_delete="CASCADE")
        role = CharField(max_length=40, default="")
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        party = CharField(max_length=40, default="")
        title = TextField()
        step = CharField(max_length=200)
        url = CharField(max_length=200)
        since = DateTimeField()
        due_on = DateField(null=True)

        class Meta:
            table_name = "waiting"
            indexes = (
                (("subject_type", "subject_id"), False),
                (("school", "role"), False),
                (("district", "role"), False),
            )

    class Approval(Table):
        subject_type = CharField(max_length=60)
        subject_id = IntegerField()
        transition = CharField(max_length=40)
        party = CharField(max_length=40)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        role = CharField(max_length=40)
        district_id = IntegerField(null=True)
        school_id = IntegerField(null=True)
        decision = CharField(max_length=10)
        reason = TextField(default="")
        at = DateTimeField()
        text_hash = CharField(max_length=64, default="")
        void_at = DateTimeField(null=True)

        class Meta:
            table_name = "approval"
            indexes = ((("subject_type", "subject_id", "transition"), False),)

    class Notice(Table):
        person = ForeignKeyField(Person, on_delete="CASCADE")
        module = CharField(max_length=40, default="")
        kind = CharField(max_length=60)
        group_key = CharField(max_length=120, default="")
        title = TextField()
        url = CharField(max_length=200)
        count = IntegerField(default=1)
        created_at = DateTimeField()
        seen_at = DateTimeField(null=True)
        delivery = CharField(max_length=10, default="none")
        mailed_at = DateTimeField(null=True)

        class Meta:
            table_name = "notice"
            indexes = (
                (("person", "seen_at"), False),
                (("person", "created_at"), False),
                (("delivery", "mailed_at"), False),
            )

    class NoticeChoice(Table):
        person = ForeignKeyField(Person, on_delete="CASCADE")
        kind = CharField(max_length=60)
        delivery = CharField(max_length=10)

        class Meta:
            table_name = "notice_choice"
            indexes = ((("person", "kind"), True),)

    class StoredFile(Table):
        sha256 = CharField(max_length=64, unique=True)
        size = IntegerField()
        media_type = CharField(max_length=100)
        width = IntegerField(null=True)
        height = IntegerField(null=True)
        preview = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        stored_at = DateTimeField()

        class Meta:
            table_name = "stored_file"

    class Attachment(Table):
        file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
        name = CharField(max_length=200)
        module = CharField(max_length=40, default="")
        subject_type = CharField(max_length=60)
        subject_id = IntegerField()
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        attached_at = DateTimeField()
        deleted_at = DateTimeField(null=True)

        class Meta:
            table_name = "attachment"
            indexes = ((("subject_type", "subject_id"), False),)

    class BackupRecord(Table):
        started_at = DateTimeField()
        finished_at = DateTimeField(null=True)
        path = CharField(max_length=300)
        size = BigIntegerField(null=True)
        good = BooleanField(default=False)
        problem = TextField(default="")

        class Meta:
            table_name = "backup_record"

    class SignOfLife(Table):
        name = CharField(max_length=60, primary_key=True)
        seen_at = DateTimeField()

        class Meta:
            table_name = "sign_of_life"

    db.create_tables(
        [
            AccountLink,
            SecondFactor,
            RecoveryCode,
            Activity,
            ActivitySchool,
            ActivityMeasure,
            Waiting,
            Approval,
            Notice,
            NoticeChoice,
            StoredFile,
            Attachment,
            BackupRecord,
            SignOfLife,
        ]
    )
