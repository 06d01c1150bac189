"""What is felt again after a freeze: written once, and kept."""

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
        ("treatment", "0005_usual_own"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="SensoryMap",
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
                ("moment", models.CharField(max_length=20)),
                ("day", models.DateField()),
                ("felt", models.JSONField(blank=True, default=list)),
                ("moves", models.BooleanField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
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
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="maps_later",
                        to="treatment.sessionrecord",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        AppendOnly("treatment_sensorymap"),
    ]
