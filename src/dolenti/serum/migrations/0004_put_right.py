"""A log that is not of its place is withdrawn by two people; what was recorded of an injection is
corrected beside it. Both add, and nothing that was written changes.

A unit that a struck excursion alone had warmed counts as cold again, while it is held: nobody puts
it back by that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dolenti.access.identifiers
from dolenti.access.triggers import AppendOnly, OnDatabase, Refuse, refusals

COLD = "('portioned', 'fresh', 'quarantined', 'frozen', 'in-transit')"
STRUCK = (
    "NEW.state = 'held' AND EXISTS (SELECT 1 FROM serum_step s JOIN serum_strike k "
    "ON k.excursion_id = s.excursion_id WHERE s.unit_id = NEW.id)"
)


def _warm(unless: str) -> Refuse:
    cooled = "OLD.warmed AND NOT NEW.warmed" + (f" AND NOT ({unless})" if unless else "")
    return Refuse(
        "serum_unit_warm", "serum_unit", "UPDATE",
        f"({cooled}) OR (NEW.warmed AND OLD.state <> NEW.state AND NEW.state IN {COLD})",
        "what has thawed is never cold again",
    )  # fmt: skip


class Instead(OnDatabase):
    """One refusal in the place of another of its name."""

    def __init__(self, old: Refuse, new: Refuse) -> None:
        self.old, self.new = old, new

    def forwards(self, vendor: str) -> Iterable[str]:
        """The new one."""
        yield from self.old.backwards(vendor)
        yield from self.new.forwards(vendor)

    def backwards(self, vendor: str) -> Iterable[str]:
        """The old one."""
        yield from self.new.backwards(vendor)
        yield from self.old.forwards(vendor)


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        ("serum", "0003_label_positive"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="LogWithdrawal",
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
                ("reason", models.CharField(max_length=500)),
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
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="serum.temperaturelog",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Strike",
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
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "excursion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="strike",
                        to="serum.excursion",
                    ),
                ),
                (
                    "withdrawal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="strikes",
                        to="serum.logwithdrawal",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="InjectionCorrection",
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
                ("reason", models.CharField(max_length=500)),
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
                    "injection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="serum.injection",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatment.sessionrecord",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("thrown__gte", 0),
                            ("volume__gt", 0),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="a_correction_says_what_and_why",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="logwithdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("author")), _negated=True),
                    _connector="OR",
                ),
                name="two_people_withdraw_a_log",
            ),
        ),
        migrations.AddConstraint(
            model_name="logwithdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_by", None), ("dropped_by", None), ("ended_at", None)),
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
                name="a_withdrawal_is_confirmed_or_dropped",
            ),
        ),
        migrations.AddConstraint(
            model_name="logwithdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="a_withdrawal_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="logwithdrawal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_by", None)),
                fields=("log",),
                name="one_withdrawal_of_a_log",
            ),
        ),
        Instead(_warm(""), _warm(STRUCK)),
        AppendOnly("serum_strike"),
        *refusals(
            (
                "serum_injectioncorrection_written",
                "serum_injectioncorrection",
                "UPDATE",
                "1 = 1",
                "what is written once stays",
            ),
            (
                "serum_logwithdrawal_ended",
                "serum_logwithdrawal",
                "UPDATE",
                "OLD.ended_at IS NOT NULL OR NEW.log_id <> OLD.log_id "
                "OR NEW.author_id <> OLD.author_id",
                "a withdrawal that was answered stays",
            ),
            (
                "serum_logwithdrawal_kept",
                "serum_logwithdrawal",
                "DELETE",
                "1 = 1",
                "a withdrawal stays",
            ),
        ),
    ]
