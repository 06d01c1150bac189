import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dolenti.access.identifiers
from dolenti.access.tables import Tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_the_trail_stays"),
        ("access", "__first__"),
        ("agenda", "0001_initial"),
        ("records", "0002_names_by_their_bytes"),
        ("treatment", "0003_no_signed_record_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdverseEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=dolenti.access.identifiers.new_public_id,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("from_record", models.BooleanField(default=False)),
                ("event", models.CharField(max_length=60)),
                ("grade", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("serious", models.BooleanField(blank=True, null=True)),
                ("began", models.DateField()),
                ("ended", models.DateField(blank=True, null=True)),
                ("noticed_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=120)),
                ("circumstances", models.JSONField(blank=True, default=dict)),
                ("treated", models.CharField(blank=True, max_length=1000)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("unknown", "Unknown"),
                            ("ongoing", "Ongoing"),
                            ("recovering", "Recovering"),
                            ("recovered", "Recovered"),
                            ("sequelae", "Sequelae"),
                            ("death", "Death"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=2000)),
                ("in_error", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.editionsnapshot",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="records.patient",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agenda.room",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adverse_events",
                        to="treatment.session",
                    ),
                ),
            ],
            options={
                "ordering": ("-began", "-id"),
                "indexes": [models.Index(fields=["event", "began"], name="events_of_a_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("from_record", True), ("in_error", False)),
                        fields=("session", "event"),
                        name="an_event_of_a_session_stands_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grade", None),
                            models.Q(("grade__gte", 1), ("grade__lte", 5)),
                            _connector="OR",
                        ),
                        name="a_grade_goes_from_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended", None), ("ended__gte", models.F("began")), _connector="OR"
                        ),
                        name="an_event_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_record", False), ("session__isnull", False), _connector="OR"
                        ),
                        name="an_event_of_a_record_has_its_session",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=dolenti.access.identifiers.new_public_id,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("rule", models.CharField(max_length=60)),
                (
                    "shares",
                    models.CharField(
                        choices=[
                            ("lot", "Lot"),
                            ("room", "Room"),
                            ("device", "Device"),
                            ("operator", "Operator"),
                            ("alone", "Alone"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("raised", "Raised"), ("ended", "Ended")],
                        default="raised",
                        max_length=6,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("due_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "raised")),
                        fields=("site", "rule", "shares", "name"),
                        name="one_alarm_at_a_time_of_a_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at", None),
                                ("ended_by", None),
                                ("reason", ""),
                                ("state", "raised"),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("state", "ended"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="no_alarm_ends_without_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlarmCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=dolenti.access.identifiers.new_public_id,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="safety.alarm",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="safety.adverseevent",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alarm", "event"), name="an_event_once_in_an_alarm"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=dolenti.access.identifiers.new_public_id,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("route", models.CharField(max_length=60)),
                ("part", models.CharField(max_length=20)),
                ("due_at", models.DateTimeField()),
                ("at_once", models.BooleanField(default=False)),
                ("stands", models.BooleanField(default=True)),
                ("sent_on", models.DateField(blank=True, null=True)),
                ("sent_by", models.CharField(blank=True, max_length=150)),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="safety.adverseevent",
                    ),
                ),
            ],
            options={
                "ordering": ("due_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "route", "part"), name="a_report_of_an_event_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("author", None),
                                ("reference", ""),
                                ("sent_by", ""),
                                ("sent_on", None),
                            ),
                            models.Q(
                                ("author__isnull", False),
                                ("sent_on__isnull", False),
                                models.Q(("sent_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_report_that_was_sent_says_by_whom",
                    ),
                ],
            },
        ),
    ]
    operations = [Tables(operations)]
