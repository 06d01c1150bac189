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
        ("records", "0002_names_by_their_bytes"),
    ]

    operations = [
        migrations.CreateModel(
            name="CopyRequest",
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
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("patient", "Patient"),
                            ("doctor", "Doctor"),
                            ("lawyer", "Lawyer"),
                            ("portability", "Portability"),
                        ],
                        max_length=12,
                    ),
                ),
                ("recipient", models.CharField(blank=True, max_length=150)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("job", models.UUIDField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copy_requests",
                        to="records.patient",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="ErasureProposal",
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
                ("patient", models.CharField(max_length=16)),
                ("records", models.JSONField(default=list)),
                ("rule", models.CharField(max_length=60)),
                ("kept_until", models.DateField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None), ("dropped_at", None)),
                        fields=("patient",),
                        name="one_open_erasure_per_record",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dropped_at", None), ("done_at", None), _connector="OR"
                        ),
                        name="an_erasure_is_dropped_or_done",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasureRequest",
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
                ("asked_by", models.CharField(max_length=150)),
                ("asked_on", models.DateField()),
                ("asked", models.CharField(blank=True, max_length=1000)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("refused", "Refused"),
                            ("partial", "Partial"),
                            ("granted", "Granted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("grounds", models.JSONField()),
                ("kept_until", models.DateField()),
                ("letter", models.TextField()),
                ("erased", models.JSONField(default=dict)),
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
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure_requests",
                        to="records.patient",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="RecordCopy",
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
                ("made_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("files", models.PositiveIntegerField()),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copy",
                        to="rights.copyrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
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
                ("row", models.BigIntegerField(unique=True)),
                ("patient", models.CharField(max_length=16, unique=True)),
                ("rule", models.CharField(max_length=60)),
                ("kept_until", models.DateField()),
                ("kinds", models.JSONField()),
                ("fingerprints", models.JSONField()),
                ("erased_at", models.DateTimeField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tombstones",
                        to="rights.erasureproposal",
                    ),
                ),
                (
                    "proposed_by",
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
                        related_name="+",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by", models.F("confirmed_by")), _negated=True
                        ),
                        name="two_people_erase",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CopyPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="rights.copyrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("request", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "number"), name="one_part_of_each_number"
                    )
                ],
            },
        ),
    ]
    operations = [Tables(operations)]
