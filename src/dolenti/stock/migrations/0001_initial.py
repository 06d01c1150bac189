import django.db.models.deletion
import django.utils.timezone
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
            name="Item",
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
                            ("product", "Product"),
                            ("needle", "Needle"),
                            ("kit", "Kit"),
                            ("probe", "Probe"),
                            ("device", "Device"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("product", models.CharField(blank=True, max_length=60)),
                (
                    "strength",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
                ),
                ("unit", models.CharField(blank=True, max_length=6)),
                ("with_product", models.CharField(blank=True, max_length=60)),
                (
                    "with_strength",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
                ),
                ("with_unit", models.CharField(blank=True, max_length=6)),
                (
                    "volume",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True),
                ),
                ("minimum", models.PositiveIntegerField(default=0)),
                ("ahead", models.PositiveSmallIntegerField(default=60)),
                ("closed", models.BooleanField(default=False)),
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
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("site", "name"), name="one_item_of_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "product"), models.Q(("product", ""), _negated=True)),
                            models.Q(
                                models.Q(("kind", "product"), _negated=True),
                                ("product", ""),
                                ("strength", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_product_and_only_it_says_which",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("strength", None), ("unit", "")),
                            models.Q(("strength__gt", 0), models.Q(("unit", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_strength_has_its_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("with_product", ""), ("with_strength", None), ("with_unit", "")
                            ),
                            models.Q(
                                models.Q(("with_product", ""), _negated=True),
                                models.Q(("with_product", models.F("product")), _negated=True),
                                models.Q(("with_unit", ""), _negated=True),
                                ("kind", "product"),
                                ("strength__isnull", False),
                                ("with_strength__gt", 0),
                                ("with_strength__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="what_is_ready_mixed_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
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
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("number", models.CharField(max_length=60)),
                ("expiry", models.DateField(blank=True, null=True)),
                ("left", models.PositiveIntegerField(default=0)),
                ("used", models.PositiveIntegerField(default=0)),
                ("used_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("usable", "Usable"),
                            ("quarantined", "Quarantined"),
                            ("recalled", "Recalled"),
                        ],
                        default="usable",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("held_on", models.DateField(blank=True, null=True)),
                ("told", models.CharField(blank=True, max_length=2000)),
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="stock.item",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("expiry", "id"),
                "indexes": [
                    models.Index(fields=["site", "number"], name="stock_lot_site_id_41abd9_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "gtin", "number"), name="one_lot_of_a_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "usable"),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_lot_is_held_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "Receipt"),
                            ("use", "Use"),
                            ("back", "Back"),
                            ("count", "Count"),
                            ("discard", "Discard"),
                        ],
                        max_length=8,
                    ),
                ),
                ("quantity", models.IntegerField()),
                ("day", models.DateField()),
                ("reason", models.CharField(blank=True, max_length=500)),
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
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="stock.lot",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["receipt", "back"]), ("quantity__gt", 0)),
                            models.Q(("kind__in", ["use", "discard"]), ("quantity__lt", 0)),
                            ("kind", "count"),
                            _connector="OR",
                        ),
                        name="a_movement_goes_its_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["receipt", "use"]),
                            models.Q(("kind", "count"), ("quantity", 0)),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="what_is_amiss_has_its_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecallLetter",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("to-send", "To Send"),
                            ("sent", "Sent"),
                            ("reached", "Reached"),
                            ("unreached", "Unreached"),
                        ],
                        default="to-send",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("pdf", models.BinaryField(blank=True, null=True)),
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
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="stock.lot",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recall_letters",
                        to="records.patient",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "lot"), name="one_letter_of_a_recall"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Use",
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
                ("quantity", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("record", models.CharField(max_length=16)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="stock.lot",
                    ),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="use_of",
                        to="stock.movement",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots_received",
                        to="records.patient",
                    ),
                ),
                (
                    "undone",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undoes",
                        to="stock.movement",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["kind", "record"], name="uses_of_a_record")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone", None)),
                        fields=("lot", "kind", "record"),
                        name="one_use_of_a_lot_by_a_record",
                    )
                ],
            },
        ),
    ]
    operations = [Tables(operations)]
