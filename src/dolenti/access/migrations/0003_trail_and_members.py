"""The trail cannot be changed; everyone who worked somewhere is a member there."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from dolenti.access.append_only import protect, release


def make_members(apps: Any, schema_editor: Any) -> None:
    user, membership = apps.get_model("access", "User"), apps.get_model("access", "Membership")
    clinic, site = apps.get_model("access", "Clinic"), apps.get_model("access", "Site")
    for alone in site.objects.filter(clinic=None):
        alone.clinic = clinic.objects.create(name=alone.name)
        alone.save(update_fields=["clinic"])
    for person in user.objects.filter(memberships=None):
        membership.objects.create(user=person, site_id=person.site_id, role=person.role)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_clinic_membership_audit")]
    operations = [
        migrations.RunPython(make_members, migrations.RunPython.noop),
        migrations.RunPython(protect("access_auditentry"), release("access_auditentry")),
    ]
