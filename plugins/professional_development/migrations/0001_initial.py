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

from intranet.api import SortKeyField, create_search_index


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

    class Theme(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        label = CharField(max_length=120)
        position = IntegerField(default=0)
        retired = BooleanField(default=False)

        class Meta:
            table_name = "professional_development_theme"

    class Session(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        partner = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        clause_id = IntegerField(null=True)
        kind = CharField(max_length=30)
        title = CharField(max_length=200)
        sort_key = SortKeyField()
        search_text = TextField()
        theme = ForeignKeyField(Theme, null=True, on_delete="RESTRICT")
        content = TextField(default="")
        subject = CharField(max_length=60, default="")
        grade = CharField(max_length=30, default="")
        textbook = CharField(max_length=60, default="")
        tag = CharField(max_length=30, default="")
        starts_at = DateTimeField(null=True)
        ends_at = DateTimeField(null=True)
        place = CharField(max_length=200, default="")
        link = CharField(max_length=300, default="")
        audience = CharField(max_length=20, default="school")
        capacity = IntegerField(null=True)
        quota = IntegerField(null=True)
        closes_at = DateTimeField(null=True)
        reminded_for = DateTimeField(null=True)
        organiser = ForeignKeyField(Person, on_delete="RESTRICT")
        presenters = CharField(max_length=300, default="")
        programme = CharField(max_length=2, default="")
        periods = DecimalField(max_digits=5, decimal_places=1, default=0)
        secret = CharField(max_length=60)
        chair = CharField(max_length=120, default="")
        secretary = CharField(max_length=120, default="")
        minutes = TextField(default="")
        conclusions = TextField(default="")
        held_on = DateField(null=True)
        feedback_until = DateField(null=True)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "professional_development_session"
            indexes = (
                (("district", "starts_at", "id"), False),
                (("state", "starts_at"), False),
                (("pairing", "starts_at"), False),
            )

    class Registration(Table):
        session = ForeignKeyField(Session, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        state = CharField(max_length=12, default="registered")
        turn = IntegerField()
        queued_at = DateTimeField()
        walked_in = BooleanField(default=False)
        attendance = CharField(max_length=10, default="")
        checked_in_at = DateTimeField(null=True)
        checked_in_by = IntegerField(null=True)
        periods = DecimalField(max_digits=5, decimal_places=1, null=True)
        credit = CharField(max_length=10, default="")
        credited_by = IntegerField(null=True)
        credited_at = DateTimeField(null=True)
        credit_reason = CharField(max_length=300, default="")
        certificate = CharField(max_length=20, default="")

        class Meta:
            table_name = "professional_development_registration"
            indexes = (
                (("session", "person"), True),
                (("session", "state", "turn"), False),
                (("person", "credit"), False),
                (("school", "credit"), False),
            )

    class FeedbackGiven(Table):
        key = CharField(max_length=22, primary_key=True)
        session = ForeignKeyField(Session, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")

        class Meta:
            table_name = "professional_development_feedback_given"
            without_rowid = not isinstance(db, PostgresqlDatabase)
            indexes = ((("session", "person"), True),)

    class FeedbackAnswer(Table):
        key = CharField(max_length=22, primary_key=True)
        session = ForeignKeyField(Session, on_delete="RESTRICT")
        day = DateField()
        useful = IntegerField()
        clear = IntegerField()
        applicable = IntegerField()
        wish = TextField(default="")
        comment = TextField(default="")

        class Meta:
            table_name = "professional_development_feedback_answer"
            without_rowid = not isinstance(db, PostgresqlDatabase)

    class Difficulty(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        title = CharField(max_length=200)
        body = TextField(default="")
        search_text = TextField()
        subject = CharField(max_length=60, default="")
        grade = CharField(max_length=30, default="")
        weight = IntegerField(default=1)
        routed_to = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        session = ForeignKeyField(Session, null=True, on_delete="RESTRICT")
        answer = TextField(default="")
        outcome = TextField(default="")
        state = CharField(max_length=20, default="open")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()

        class Meta:
            table_name = "professional_development_difficulty"
            indexes = ((("district", "state", "weight"), False),)

    class DifficultyWeight(Table):
        difficulty = ForeignKeyField(Difficulty, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")

        class Meta:
            table_name = "professional_development_difficulty_weight"
            indexes = ((("difficulty", "person"), True),)

    class LessonStudy(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        session = ForeignKeyField(Session, null=True, on_delete="RESTRICT")
        title = CharField(max_length=200)
        search_text = TextField()
        subject = CharField(max_length=60, default="")
        grade = CharField(max_length=30, default="")
        leader = ForeignKeyField(Person, on_delete="RESTRICT")
        teacher_name = CharField(max_length=120, default="")
        members = TextField(default="")
        discussion = TextField(default="")
        conclusions = TextField(default="")
        report = TextField(default="")
        taught_on = DateField(null=True)
        taught_again_on = DateField(null=True)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="theme")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "professional_development_lesson_study"

    class LessonPlan(Table):
        study = ForeignKeyField(LessonStudy, on_delete="RESTRICT")
        number = IntegerField()
        aims = TextField(default="")
        course = TextField(default="")
        changes = TextField(default="")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            table_name = "professional_development_lesson_plan"
            indexes = ((("study", "number"), True),)

    class Observation(Table):
        study = ForeignKeyField(LessonStudy, on_delete="RESTRICT")
        teaching = IntegerField(default=1)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        pupil = CharField(max_length=20)
        minute = IntegerField(null=True)
        action = TextField()
        difficulty = TextField(default="")
        cause = TextField(default="")
        at = DateTimeField()

        class Meta:
            table_name = "professional_development_observation"
            indexes = ((("study", "teaching", "id"), False),)

    class Practice(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        author = ForeignKeyField(Person, on_delete="RESTRICT")
        title = CharField(max_length=200)
        sort_key = SortKeyField()
        search_text = TextField()
        summary = TextField(default="")
        description = TextField(default="")
        levels = IntegerField(default=0)
        subject = CharField(max_length=60, default="")
        textbook = CharField(max_length=60, default="")
        licence = CharField(max_length=30, default="")
        wide = BooleanField(default=True)
        adopted = IntegerField(default=0)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "professional_development_practice"
            indexes = ((("district", "state", "sort_key"), False),)

    class Adoption(Table):
        practice = ForeignKeyField(Practice, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        adopted_on = DateField()
        note = TextField(default="")

        class Meta:
            table_name = "professional_development_adoption"
            indexes = ((("practice", "school"), True),)

    db.create_tables(
        [
            Theme,
            Session,
            Registration,
            FeedbackGiven,
            FeedbackAnswer,
            Difficulty,
            DifficultyWeight,
            LessonStudy,
            LessonPlan,
            Observation,
            Practice,
            Adoption,
        ]
    )
    for name in ("session", "difficulty", "lesson_study", "practice"):
        create_search_index(db, f"professional_development_{name}", "search_text")
