"""The database itself refuses to use a lot that cannot be used, and one of another site."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import refusals

CANNOT = (
    "NEW.used > OLD.used AND (OLD.state <> 'usable' OR NEW.state <> 'usable' "
    "OR (NEW.expiry IS NOT NULL AND (NEW.used_on IS NULL OR NEW.expiry < NEW.used_on)))"
)
OTHER_SITE = (
    "(SELECT site_id FROM stock_lot WHERE id = NEW.lot_id) <> "
    "(SELECT site_id FROM records_patient WHERE id = NEW.patient_id)"
)
ANOTHER = (
    "OLD.patient_id <> NEW.patient_id OR OLD.lot_id <> NEW.lot_id OR OLD.quantity <> NEW.quantity "
    "OR OLD.kind <> NEW.kind OR OLD.record <> NEW.record OR OLD.movement_id <> NEW.movement_id "
    "OR (OLD.undone_id IS NOT NULL AND (NEW.undone_id IS NULL OR OLD.undone_id <> NEW.undone_id))"
)
RECALLED = "OLD.state = 'recalled' AND NEW.state <> 'recalled'"
# Name, table, on what, when, what is said. What an INSERT looks for never changes, so that a
# restored database says the same.
TRIGGERS = (
    ("stock_lot_usable", "stock_lot", "UPDATE", CANNOT, "this lot cannot be used"),
    ("stock_lot_recalled", "stock_lot", "UPDATE", RECALLED, "a recall is never taken back"),
    ("stock_use_of_the_site", "stock_use", "INSERT", OTHER_SITE, "a lot of another site"),
    ("stock_use_stays", "stock_use", "UPDATE", ANOTHER, "a use is taken back, never changed"),
)


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("stock", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = refusals(*TRIGGERS)
