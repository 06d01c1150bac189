"""What is typed at the stock and in the pause is held to what can be meant, where it is typed; a
vial that was kept in a foreign unit is drawn up by nobody."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.guideline.errors import InputError
from dolenti.records.models import Complaint
from dolenti.stock.items import Presentation
from dolenti.stock.models import Item
from dolenti.treatment import recording, room
from dolenti.treatment.content import Dose
from tests.people import enter
from tests.web import room as make
from tests.web.world import clinic, sent

pytestmark = pytest.mark.any_database
WRONG = [
    ("Lidocaïne 20 mg/mL, 10 mL", "lidocaine", "2", "mg/mL"),
    ("Lidocaïne 1 %, 5 mL", "lidocaine", "1", "mg/mL"),
    ("Lidocaïne 2 %", "lidocaine", "10000", "mg/mL"),
    ("Lidocaïne 2 %", "lidocaine", "10", "mg/mL"),
    ("Calcitonine 100 UI", "calcitonin", "100", "mg/mL"),
    ("Lido", "lidocaine", "10", "IU/mL"),
    ("Triamcinolone 40", "triamcinolone-acetonide", "0,04", "mg/mL"),
]


@pytest.mark.parametrize("name, product, strength, unit", WRONG)
def test_an_item_that_cannot_be_is_neither_kept_nor_changed_into(
    alice: User, name: str, product: str, strength: str, unit: str
) -> None:
    client = Client()
    enter(client, alice)
    said = {
        "kind": "product", "name": name, "product": product, "strength": strength, "unit": unit,
        "volume": "5", "minimum": "1", "ahead": "60",
    }  # fmt: skip
    form = said | {"token": str(uuid.uuid4())}
    assert client.post("/stock/items/new/", form).status_code == 422
    assert not Item.objects.exists()
    lot = make.lot_of(alice, make.LIDOCAINE)
    form = said | {"token": str(uuid.uuid4()), "based_on": str(lot.item.version)}
    answer = client.post(f"/stock/items/{lot.item.public_id}/edit/", form)
    assert answer.status_code == 422
    assert Item.objects.get().name == make.LIDOCAINE.name


def test_a_foreign_unit_is_refused_by_the_syringe_too(alice: User, knee: Complaint) -> None:
    session = clinic(alice).with_complaint(knee).session
    lot = make.lot_of(alice, make.LIDOCAINE)
    Item.objects.filter(pk=lot.item_id).update(unit="IU/mL")  # as one was kept before
    lot.refresh_from_db()
    with pytest.raises(InputError, match="mg"):
        make.drawn_up(alice, session, lot=lot, rows=((lot.public_id, Decimal(1)),))
    assert room.standing(alice, session).preparation.drawn == ()


@pytest.mark.parametrize(
    "dose, hours", [("0.2", None), ("999999", None), ("100", "30"), ("100", "-1")]
)
def test_a_dose_elsewhere_that_cannot_be_is_refused_under_the_lock(
    alice: User, knee: Complaint, dose: str, hours: str | None
) -> None:
    session = clinic(alice).with_complaint(knee).session
    one = Dose(product="lidocaine", dose=Decimal(dose), hours_ago=Decimal(hours) if hours else None)
    with pytest.raises(InputError):
        recording.answer(sent(alice), session, 0, {}, elsewhere=(one,))


@pytest.mark.parametrize("dose, hours", [("0,2", ""), ("100", "30"), ("100", "-1"), ("9", "x")])
def test_it_is_refused_in_its_field_and_stays_typed(
    alice: User, knee: Complaint, dose: str, hours: str
) -> None:
    session = clinic(alice).with_complaint(knee).session
    client = Client()
    enter(client, alice)
    said = {
        "token": str(uuid.uuid4()), "based_on": "0", "part": "pause", "line-given-today": "no",
        "elsewhere-0": "lidocaine", "elsewhere-0-dose": dose, "elsewhere-0-hours": hours,
    }  # fmt: skip
    answer = client.post(f"/sessions/{session.public_id}/pause/", said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'value="{dose}"' in page
    assert room.standing(alice, session).pause.elsewhere is None


def test_a_vial_as_it_is_sold_is_kept() -> None:
    Presentation("product", "Lidocaïne 1 %, 20 mL", "lidocaine", Decimal(10), "mg/mL")
    Presentation("product", "Calcitonine 100 UI/mL", "calcitonin", Decimal(100), "IU/mL")
