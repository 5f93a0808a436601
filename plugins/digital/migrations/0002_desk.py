"""Volunteers, requests for help, answers that others may use, digital resources."""

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
    TextField,
)

from intranet.api import SortKeyField, create_search_index


def up(migrator: Any, db: Database) -> None:
    """Create the tables."""

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

    class Volunteer(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        person = ForeignKeyField(Person, unique=True, on_delete="RESTRICT")
        topics = IntegerField(default=0)
        note = CharField(max_length=500, default="")
        active = BooleanField(default=True)
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "digital_volunteer"
            indexes = ((("school", "active"), False), (("district", "active"), False))

    class Request(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        asker = ForeignKeyField(Person, on_delete="RESTRICT")
        title = CharField(max_length=100)
        text = TextField()
        search_text = TextField()
        room = CharField(max_length=100, default="")
        pairing = ForeignKeyField(Pairing, null=True, on_delete="RESTRICT")
        helper_school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        helper_district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
        offered_until = DateField(null=True)
        helper = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        by_partner = BooleanField(default=False)
        solution = TextField(default="")
        hours = DecimalField(max_digits=5, decimal_places=1, null=True)
        first_reply_at = DateTimeField(null=True)
        solved_at = DateTimeField(null=True)
        spoke_at = DateTimeField()
        reopened = IntegerField(default=0)
        rating = IntegerField(null=True)
        thanks = TextField(default="")
        outcome = TextField(default="")
        state = CharField(max_length=20, default="new")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        created_at = DateTimeField()

        class Meta:
            table_name = "digital_request"
            indexes = (
                (("school", "id"), False),
                (("district", "state", "id"), False),
                (("helper_school", "id"), False),
                (("helper", "state"), False),
                (("state", "id"), False),
            )

    class Reply(Table):
        request = ForeignKeyField(Request, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        text = TextField()
        created_at = DateTimeField()

        class Meta:
            table_name = "digital_reply"
            indexes = ((("request", "id"), False),)

    class Article(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        author = ForeignKeyField(Person, on_delete="RESTRICT")
        request = ForeignKeyField(Request, null=True, unique=True, on_delete="RESTRICT")
        title = CharField(max_length=200)
        sort_key = SortKeyField()
        body = TextField()
        search_text = TextField()
        retired = BooleanField(default=False)
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "digital_article"
            indexes = ((("district", "retired", "id"), False), (("retired", "id"), False), (("author",), False))

    class Resource(Table):
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, null=True, on_delete="RESTRICT")
        author = ForeignKeyField(Person, on_delete="RESTRICT")
        title = CharField(max_length=200)
        sort_key = SortKeyField()
        search_text = TextField()
        summary = TextField(default="")
        levels = IntegerField(default=0)
        subject = CharField(max_length=60, default="")
        textbook = CharField(max_length=60, default="")
        tool = CharField(max_length=60, default="")
        licence = CharField(max_length=30, default="")
        link = CharField(max_length=500, default="")
        reused = IntegerField(default=0)
        outcome = TextField(default="")
        state = CharField(max_length=20, default="draft")
        state_since = DateTimeField()
        version = IntegerField(default=1)
        updated_at = DateTimeField()

        class Meta:
            table_name = "digital_resource"
            indexes = ((("district", "state", "id"), False), (("school", "id"), False), (("state", "id"), False))

    class Reuse(Table):
        resource = ForeignKeyField(Resource, on_delete="RESTRICT")
        district = ForeignKeyField(District, on_delete="RESTRICT")
        school = ForeignKeyField(School, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            table_name = "digital_reuse"
            indexes = ((("resource", "school"), True), (("school",), False))

    class Flag(Table):
        resource = ForeignKeyField(Resource, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        text = CharField(max_length=500, default="")
        created_at = DateTimeField()
        settled_at = DateTimeField(null=True)

        class Meta:
            table_name = "digital_flag"
            indexes = ((("resource", "settled_at"), False),)

    db.create_tables([Volunteer, Request, Reply, Article, Resource, Reuse, Flag])
    for table in ("request", "article", "resource"):
        create_search_index(db, f"digital_{table}", "search_text")
