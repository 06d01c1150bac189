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
        ("stock", "0002_lots_that_cannot_be_used"),
        ("treatment", "0003_no_signed_record_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
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
                ("code", models.CharField(max_length=4)),
                ("day", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("tubes", models.PositiveSmallIntegerField()),
                ("units", models.PositiveSmallIntegerField(default=0)),
                ("tests", models.JSONField(default=dict)),
                ("tests_on", models.DateField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
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
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="treatment.course",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="records.patient",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "day", "number"), name="one_draw_of_a_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Label",
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
                ("number", models.CharField(max_length=40)),
                ("serial", models.PositiveSmallIntegerField(default=1)),
                ("mark", models.CharField(max_length=6)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="serum.draw",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number", "serial"), name="a_label_is_printed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mark", ""), _negated=True),
                        name="a_label_tells_a_scan_from_a_typed_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("second", None), ("serial", 1)),
                            models.Q(
                                ("second__isnull", False),
                                ("serial__gt", 1),
                                models.Q(("second", models.F("author")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_duplicate_is_of_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("incubator", "Incubator"),
                            ("freezer", "Freezer"),
                            ("box", "Box"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("closed", models.BooleanField(default=False)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serum_places",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("kind", "name"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "name"), name="one_cold_place_of_a_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FreezerCount",
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
                ("scanned", models.JSONField()),
                ("absent", models.JSONField()),
                ("strange", models.JSONField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="serum.place",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="two_people_count",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
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
                ("opened", models.BooleanField()),
                ("code", models.CharField(blank=True, max_length=4)),
                ("advice", models.CharField(blank=True, max_length=300)),
                ("advice_on", models.DateField(blank=True, null=True)),
                ("agreement", models.CharField(blank=True, max_length=300)),
                ("appointed", models.CharField(blank=True, max_length=300)),
                ("strict", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=500)),
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
                    "responsible",
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
                        related_name="serum_statements",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened", False),
                            models.Q(
                                models.Q(("code", ""), _negated=True),
                                models.Q(("advice", ""), _negated=True),
                                models.Q(("agreement", ""), _negated=True),
                                models.Q(("appointed", ""), _negated=True),
                                ("advice_on__isnull", False),
                                ("responsible__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_open_chain_says_on_what",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TemperatureLog",
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
                ("first", models.DateTimeField()),
                ("last", models.DateTimeField()),
                ("readings", models.PositiveIntegerField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("packed", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="logs",
                        to="serum.place",
                    ),
                ),
            ],
            options={
                "ordering": ("-last", "-id"),
                "constraints": [
                    models.UniqueConstraint(fields=("place", "sha256"), name="one_log_of_a_file")
                ],
            },
        ),
        migrations.CreateModel(
            name="Excursion",
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
                ("rule", models.CharField(max_length=60)),
                ("effect", models.CharField(max_length=20)),
                ("began", models.DateTimeField()),
                ("ended", models.DateTimeField()),
                ("extreme", models.FloatField(blank=True, null=True)),
                ("again", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="excursions",
                        to="serum.place",
                    ),
                ),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="excursions",
                        to="serum.temperaturelog",
                    ),
                ),
            ],
            options={
                "ordering": ("-began", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("place", "rule", "began", "ended", "again"),
                        name="one_excursion_of_a_stretch",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tube",
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
                ("number", models.CharField(max_length=40, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("state", models.CharField(max_length=14)),
                ("origin", models.CharField(blank=True, max_length=14)),
                ("held_for", models.CharField(blank=True, max_length=500)),
                (
                    "volume",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("labelled_at", models.DateTimeField(blank=True, null=True)),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                ("incubated_from", models.DateTimeField(blank=True, null=True)),
                ("incubated_to", models.DateTimeField(blank=True, null=True)),
                ("spun_at", models.DateTimeField(blank=True, null=True)),
                ("portioned_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.lot",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tube_rows",
                        to="serum.draw",
                    ),
                ),
                (
                    "incubator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tubes",
                        to="serum.place",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tubes",
                        to="records.patient",
                    ),
                ),
            ],
            options={
                "ordering": ("draw", "position"),
                "indexes": [models.Index(fields=["state"], name="serum_tube_state_d14dfd_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "drawn"), _negated=True),
                                ("drawn_at__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "labelled"), _negated=True),
                                ("drawn_at__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "incubating"), _negated=True),
                                ("incubated_from__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "incubated"), _negated=True),
                                ("incubated_to__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "spun"), _negated=True),
                                ("incubated_to__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="a_tube_says_since_when_it_waits",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
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
                ("number", models.CharField(max_length=40, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("state", models.CharField(max_length=14)),
                ("origin", models.CharField(blank=True, max_length=14)),
                ("held_for", models.CharField(blank=True, max_length=500)),
                (
                    "volume",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("labelled_at", models.DateTimeField(blank=True, null=True)),
                ("portioned_at", models.DateTimeField()),
                ("expires", models.DateField()),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("thawed_at", models.DateTimeField(blank=True, null=True)),
                ("warmed", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_rows",
                        to="serum.draw",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="records.patient",
                    ),
                ),
                (
                    "tube",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="serum.tube",
                    ),
                ),
            ],
            options={
                "ordering": ("draw", "position"),
                "indexes": [
                    models.Index(fields=["state"], name="serum_unit_state_40c5f3_idx"),
                    models.Index(fields=["patient", "state"], name="serum_unit_patient_f8ad4b_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "quarantined"), _negated=True),
                                ("frozen_at__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "frozen"), _negated=True),
                                ("frozen_at__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "issued"), _negated=True),
                                ("issued_at__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "thawed"), _negated=True),
                                ("thawed_at__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="a_unit_says_since_when_it_waits",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
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
                ("event", models.CharField(max_length=24)),
                ("before", models.CharField(max_length=14)),
                ("after", models.CharField(max_length=14)),
                ("at", models.DateTimeField()),
                ("boot", models.CharField(blank=True, max_length=36)),
                ("ticks", models.BigIntegerField(default=0)),
                ("hand_over", models.CharField(blank=True, max_length=10)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("failed", models.JSONField(default=list)),
                ("said", models.JSONField(default=dict)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="serum.draw",
                    ),
                ),
                (
                    "excursion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="serum.excursion",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tube",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="serum.tube",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="serum.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("tube__isnull", False), ("unit", None)),
                            models.Q(("tube", None), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_step_is_of_a_tube_or_of_a_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second", None),
                            models.Q(("second", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="two_people_of_a_step_are_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stay",
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
                ("slot", models.CharField(blank=True, max_length=20)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="serum.place",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="serum.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None), models.Q(("slot", ""), _negated=True)),
                        fields=("place", "slot"),
                        name="one_unit_in_a_slot",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("unit",),
                        name="one_place_of_a_unit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
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
                ("event", models.CharField(max_length=24)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("slot", models.CharField(blank=True, max_length=20)),
                (
                    "volume",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="serum.draw",
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
                    "tube",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="serum.tube",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="serum.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="two_people_confirm",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_by", None), ("dropped_by", None), ("ended_at", None)
                            ),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                ("dropped_by", None),
                                ("ended_at__isnull", False),
                            ),
                            models.Q(
                                ("confirmed_by", None),
                                ("dropped_by__isnull", False),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_proposal_is_confirmed_or_dropped",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("unit",),
                        name="one_proposal_of_a_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("tube",),
                        name="one_proposal_of_a_tube",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Injection",
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
                ("volume", models.DecimalField(decimal_places=2, max_digits=5)),
                ("thrown", models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ("target", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
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
                        related_name="+",
                        to="records.patient",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serum",
                        to="treatment.session",
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="injection",
                        to="serum.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("thrown__gte", 0), ("volume__gt", 0)),
                        name="something_was_injected",
                    )
                ],
            },
        ),
    ]
    operations = [Tables(operations)]
