"""The database itself refuses a course that begins without a consent that stands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import Refuse

NAME = "treatment_course_needs_consent"
BEGINS = "NEW.state IN ('consented', 'active') AND OLD.state <> NEW.state"
UNSIGNED = (
    "NOT EXISTS (SELECT 1 FROM treatment_consent c WHERE c.course_id = NEW.id AND NOT EXISTS "
    "(SELECT 1 FROM treatment_consentwithdrawal w WHERE w.consent_id = c.id))"
)
SAID = "a course needs a consent that stands"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("treatment", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = [
        # Only changes: a restored course comes before its consents.
        Refuse(NAME, "treatment_course", "UPDATE", f"{BEGINS} AND {UNSIGNED}", SAID),
    ]
