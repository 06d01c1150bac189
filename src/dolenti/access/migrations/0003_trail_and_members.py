"""The trail cannot be changed; everyone who worked somewhere is a member there."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from dolenti.access.append_only import protect, release


def make_members(apps: Any, schema_editor: Any) -> None:
    # Whichever database is migrated: a restore brings one up to date that is not the site's own.
    there = schema_editor.connection.alias
    user, membership, clinic, site = (
        apps.get_model("access", name)._default_manager.db_manager(there)
        for name in ("User", "Membership", "Clinic", "Site")
    )
    for alone in site.filter(clinic=None):
        alone.clinic = clinic.create(name=alone.name)
        alone.save(update_fields=["clinic"])
    for person in user.filter(memberships=None):
        membership.create(user=person, site_id=person.site_id, role=person.role)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_clinic_membership_audit")]
    operations = [
        migrations.RunPython(make_members, migrations.RunPython.noop),
        migrations.RunPython(protect("access_auditentry"), release("access_auditentry")),
    ]
