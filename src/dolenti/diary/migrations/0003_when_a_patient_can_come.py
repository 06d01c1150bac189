"""When a patient can come, which treatment it is for, and one wish of a thing at a time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0001_initial"),
        ("diary", "0002_no_alert_goes_silently"),
        ("records", "0003_visit_note"),
        ("treatment", "0003_no_signed_record_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="wish",
            name="booked",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asked_for",
                to="agenda.appointment",
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wishes",
                to="treatment.course",
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="not_after",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="wish",
            name="not_before",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="wish",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("settled_at", None), _connector="OR"),
                name="a_wish_is_settled_or_taken_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("course__isnull", False),
                    ("kind", "another"),
                    ("settled_at", None),
                    ("withdrawn_at", None),
                ),
                fields=("patient", "course"),
                name="one_appointment_is_asked_for_of_a_course",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("course", None),
                    ("kind", "another"),
                    ("settled_at", None),
                    ("withdrawn_at", None),
                ),
                fields=("patient",),
                name="one_appointment_is_asked_for_of_no_course",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind__in", ("move", "call")), ("settled_at", None), ("withdrawn_at", None)
                ),
                fields=("appointment", "kind"),
                name="one_wish_of_a_kind_waits_of_an_appointment",
            ),
        ),
    ]
