"""All tables."""

from typing import Any

from peewee import (
    BooleanField,
    CharField,
    Database,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    Model,
    PostgresqlDatabase,
    TextField,
)

APPEND_ONLY = "mentoring_case_read"


def up(migrator: Any, db: Database) -> None:
    """Create them."""

    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class District(Table):
        class Meta:
            table_name = "district"

    class Pairing(Table):
        class Meta:
            table_name = "pairing"

    class Person(Table):
        class Meta:
            table_name = "person"

    class School(Table):
        class Meta:
            table_name = "school"

    class Case(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        code = CharField(max_length=20)
        name = TextField(default="")
        birth_date = TextField(default="")
        guardian = TextField(default="")
        class_name = CharField(max_length=20)
        kind = CharField(max_length=20)
        subject = CharField(max_length=60, default="")
        free = TextField(default="")
        circumstances = TextField(default="")
        tried = TextField(default="")
        outcome = TextField(default="")
        ending = CharField(max_length=20, default="")
        school_year = CharField(max_length=9)
        nominated_by = ForeignKeyField(Person, on_delete="RESTRICT")
        homeroom = ForeignKeyField(Person, on_delete="RESTRICT")
        review_on = DateField(null=True)
        erase_on = DateField(null=True)
        erased_at = DateTimeField(null=True)
        state = CharField(max_length=20, default="nominated")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()

        class Meta:
            table_name = "mentoring_case"
            indexes = ((("school", "code"), True), (("school", "state"), False), (("district", "state"), False))

    class Goal(Table):
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        text = TextField(default="")
        position = IntegerField(default=0)
        reached = CharField(max_length=10, default="")
        dropped = BooleanField(default=False)

        class Meta:
            table_name = "mentoring_goal"

    class Consent(Table):
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        giver = TextField(default="")
        relation = CharField(max_length=20)
        scope = IntegerField(default=0)
        way = CharField(max_length=20)
        child_agrees = BooleanField(default=False)
        given_on = DateField()
        expires_on = DateField()
        recorded_by = ForeignKeyField(Person, on_delete="RESTRICT")
        recorded_at = DateTimeField()
        withdrawn_on = DateField(null=True)
        withdrawn_by = IntegerField(null=True)
        scan = TextField(default="")
        scan_type = CharField(max_length=60, default="")

        class Meta:
            table_name = "mentoring_consent"
            indexes = ((("case", "expires_on"), False),)

    class RestrictedNote(Table):
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        text = TextField(default="")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            table_name = "mentoring_restricted_note"

    class Review(Table):
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        on = DateField()
        decision = CharField(max_length=20)
        summary = TextField(default="")
        person = ForeignKeyField(Person, on_delete="RESTRICT")

        class Meta:
            table_name = "mentoring_review"

    class CaseRead(Table):
        at = DateTimeField()
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        what = CharField(max_length=20)

        class Meta:
            table_name = "mentoring_case_read"
            indexes = ((("case", "id"), False), (("person", "id"), False))

    class OfficeOpening(Table):
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        reason = TextField(default="")
        term = CharField(max_length=12)
        at = DateTimeField()
        ends_at = DateTimeField()

        class Meta:
            table_name = "mentoring_office_opening"
            indexes = ((("district", "term"), False), (("person", "ends_at"), False))

    class Mentor(Table):
        person = ForeignKeyField(Person, unique=True, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        subjects = CharField(max_length=200, default="")
        levels = IntegerField(default=0)
        free = TextField(default="")
        most = IntegerField(default=2)
        offers = BooleanField(default=True)
        updated_at = DateTimeField()

        class Meta:
            table_name = "mentoring_mentor"

    class Match(Table):
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        mentor = ForeignKeyField(Person, on_delete="RESTRICT")
        mentor_school = ForeignKeyField(School, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        substitute_for = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        subject = CharField(max_length=60, default="")
        weekday = IntegerField(null=True)
        starts = IntegerField(null=True)
        minutes = IntegerField(default=45)
        starts_on = DateField()
        ends_on = DateField(null=True)
        paused_until = DateField(null=True)
        reached = CharField(max_length=10, default="")
        assessment = TextField(default="")
        state = CharField(max_length=20, default="proposed")
        state_since = DateTimeField()
        version = IntegerField(default=1)

        class Meta:
            table_name = "mentoring_match"
            indexes = ((("mentor", "state"), False), (("case", "state"), False), (("school", "state"), False))

    class Meeting(Table):
        match = ForeignKeyField(Match, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        on = DateField()
        starts = IntegerField(null=True)
        minutes = IntegerField(null=True)
        goal = ForeignKeyField(Goal, null=True, on_delete="RESTRICT")
        subject = CharField(max_length=60, default="")
        done = TextField(default="")
        result = CharField(max_length=10, default="")
        state = CharField(max_length=10, default="planned")
        important = BooleanField(default=False)
        person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        at = DateTimeField()
        reminded_on = DateField(null=True)

        class Meta:
            table_name = "mentoring_meeting"
            indexes = ((("match", "on"), False), (("state", "on"), False))

    class Group(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        partner = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        clause_id = IntegerField(null=True)
        kind = CharField(max_length=20)
        title = CharField(max_length=200)
        subject = CharField(max_length=60)
        grade = IntegerField()
        teacher = ForeignKeyField(Person, on_delete="RESTRICT")
        place = CharField(max_length=200, default="")
        timetable = CharField(max_length=200, default="")
        periods_a_week = IntegerField(default=2)
        starts_on = DateField()
        ends_on = DateField()
        mean_before = DecimalField(max_digits=4, decimal_places=2, null=True)
        mean_after = DecimalField(max_digits=4, decimal_places=2, null=True)
        reached = IntegerField(null=True)
        summary = TextField(default="")
        outcome = TextField(default="")
        state = CharField(max_length=20, default="planned")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "mentoring_group"
            indexes = ((("school", "state"), False), (("partner", "state"), False), (("district", "state"), False))

    class GroupPupil(Table):
        group = ForeignKeyField(Group, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        code = CharField(max_length=20)
        name = TextField(default="")
        form_given = DateField(null=True)
        left_on = DateField(null=True)

        class Meta:
            table_name = "mentoring_group_pupil"
            indexes = ((("group", "code"), True),)

    class GroupMeeting(Table):
        group = ForeignKeyField(Group, on_delete="RESTRICT")
        on = DateField()
        periods = IntegerField(default=2)
        person = ForeignKeyField(Person, on_delete="RESTRICT")

        class Meta:
            table_name = "mentoring_group_meeting"
            indexes = ((("group", "on"), True),)

    class GroupAbsence(Table):
        meeting = ForeignKeyField(GroupMeeting, on_delete="RESTRICT")
        pupil = ForeignKeyField(GroupPupil, on_delete="RESTRICT")

        class Meta:
            table_name = "mentoring_group_absence"
            indexes = ((("meeting", "pupil"), True),)

    class Aid(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        giver = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        kind = CharField(max_length=20)
        what = CharField(max_length=200)
        quantity = DecimalField(max_digits=10, decimal_places=2, default=1)
        unit = CharField(max_length=30, default="")
        worth = DecimalField(max_digits=14, decimal_places=0, default=0)
        donor = CharField(max_length=200, default="")
        why = TextField(default="")
        requested_by = ForeignKeyField(Person, on_delete="RESTRICT")
        receipt = CharField(max_length=20, null=True, unique=True)
        delivered_on = DateField(null=True)
        acknowledged_on = DateField(null=True)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="requested")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()

        class Meta:
            table_name = "mentoring_aid"
            indexes = ((("school", "state"), False), (("giver", "state"), False), (("case", "id"), False))

    class TeacherSupport(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        seal_key = CharField(max_length=24)
        circumstances = TextField(default="")
        asked = TextField(default="")
        granted = TextField(default="")
        outcome = TextField(default="")
        requested_by = ForeignKeyField(Person, on_delete="RESTRICT")
        delivered_on = DateField(null=True)
        state = CharField(max_length=20, default="requested")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()

        class Meta:
            table_name = "mentoring_teacher_support"
            indexes = ((("school", "state"), False),)

    db.create_tables(
        [
            Case,
            Goal,
            Consent,
            RestrictedNote,
            Review,
            CaseRead,
            OfficeOpening,
            Mentor,
            Match,
            Meeting,
            Group,
            GroupPupil,
            GroupMeeting,
            GroupAbsence,
            Aid,
            TeacherSupport,
        ]
    )
    _keep(db)


def _keep(db: Database) -> None:
    """Who read what cannot be changed afterwards."""
    if isinstance(db, PostgresqlDatabase):
        db.execute_sql(
            f"CREATE FUNCTION {APPEND_ONLY}_keep() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY} is append-only'; END $$"
        )
        db.execute_sql(
            f"CREATE TRIGGER {APPEND_ONLY}_keep BEFORE UPDATE OR DELETE ON {APPEND_ONLY} "
            f"FOR EACH ROW EXECUTE FUNCTION {APPEND_ONLY}_keep()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        db.execute_sql(
            f"CREATE TRIGGER {APPEND_ONLY}_keep_{event.lower()} BEFORE {event} ON {APPEND_ONLY} "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY} is append-only'); END"
        )
