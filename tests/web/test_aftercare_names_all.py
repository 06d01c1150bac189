"""The aftercare sheet names all that was in the syringe: the anaesthetic beside the cortisone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dolenti.access.models import User
from dolenti.records.models import Complaint
from dolenti.treatment import aftercare, room
from tests.web import room as make
from tests.web.world import clinic


@pytest.mark.django_db
@pytest.mark.parametrize("language, named", [("fr", "Lidocaïne 10 mg"), ("en", "Lidocaine 10 mg")])
def test_what_is_of_another_class_is_named_with_its_dose(
    alice: User, knee: Complaint, language: str, named: str
) -> None:
    session = clinic(alice).with_complaint(knee).session
    steroid, lidocaine = make.lot_of(alice), make.lot_of(alice, make.LIDOCAINE)
    rows = ((steroid.public_id, Decimal("0.5")), (lidocaine.public_id, Decimal(1)))
    make.drawn_up(alice, session, rows=rows)
    now = room.standing(alice, session)
    fields = aftercare._fields(now, "corticosteroid", language)
    assert named in fields["dose"]
    assert fields["dose"].startswith("20 mg")
