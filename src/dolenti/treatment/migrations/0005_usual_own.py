"""Mixtures that a site writes itself: what was written once stays; each is switched on or off."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dolenti.access.identifiers
from dolenti.access.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        ("access", "0002_the_trail_stays"),
        ("treatment", "0004_fee_entered_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="UsualOwn",
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
                ("name", models.CharField(max_length=80)),
                ("therapy", models.CharField(max_length=40)),
                ("zone", models.CharField(max_length=40)),
                ("technique", models.CharField(blank=True, max_length=40)),
                ("fluid", models.CharField(max_length=12)),
                ("fluid_ml", models.DecimalField(decimal_places=2, default=0, max_digits=6)),
                ("parts", models.JSONField()),
                ("reason", models.CharField(max_length=500)),
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
                        related_name="usual_own",
                        to="access.site",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "name"), name="one_usual_mixture_of_a_name"
                    )
                ],
            },
        ),
        AppendOnly("treatment_usualown"),
    ]
