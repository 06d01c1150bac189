"""A syringe’s label says the product, its strength and what was drawn: no size of an ampoule."""

from __future__ import annotations

import pytest

from dolenti.access.models import User
from dolenti.clinic.session.documents import in_syringe
from dolenti.records.models import Complaint
from dolenti.treatment import room
from tests.web import room as make
from tests.web.world import clinic


@pytest.mark.django_db
@pytest.mark.parametrize("what", [make.STEROID, make.LIDOCAINE])
def test_the_size_of_the_ampoule_does_not_stand_beside_the_volume(
    alice: User, knee: Complaint, what: object
) -> None:
    session = clinic(alice).with_complaint(knee).session
    make.drawn_up(alice, session, lot=make.lot_of(alice, what))  # type: ignore[arg-type]
    (drawn,) = room.standing(alice, session).preparation.drawn
    assert drawn.item.endswith(" mL"), "as the site calls it"
    said = in_syringe(drawn, "fr")
    assert said.endswith("mg/mL")
    assert said.split()[0].lower() in drawn.item.lower()
