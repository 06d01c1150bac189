"""A vial of lidocaine with adrenaline, from the stock to the record of a session."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.session.shown import Sheet, drawn_lines
from dolenti.guideline.errors import InputError
from dolenti.records import engine
from dolenti.records.models import Complaint
from dolenti.stock.items import Presentation
from dolenti.stock.models import Item
from dolenti.treatment import content, recording, room, usual
from dolenti.treatment.content import Injected, Preparation, read
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.recording import Asked
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.stock import recalled
from tests.web.world import clinic, sent

VIAL = Presentation(
    "product", "Lidocaïne adrénalinée 10 mg/mL", "lidocaine", Decimal(10), "mg/mL", Decimal(20),
    with_product="adrenaline", with_strength=Decimal("0.005"),
)  # fmt: skip
ADRENALINE = Presentation(
    "product", "Adrénaline 0,005 mg/mL", "adrenaline", Decimal("0.005"), "mg/mL", Decimal(5)
)


@pytest.fixture
def session(alice: User, knee: Complaint) -> Session:
    return clinic(alice).with_complaint(knee).session


def test_two_products_are_drawn_up_as_one_and_both_are_counted(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    lot = make.lot_of(alice, VIAL)
    asked = Asked(
        rows=((lot.public_id, Decimal(2)),), technique="intra-articular", reasons=make.Always()
    )
    recording.prepare(sent(alice), session, 0, asked)
    kept = read(Preparation, SessionRecord.objects.get().preparation)
    assert kept.volume == 2
    assert content.products(kept) == ("lidocaine", "adrenaline")
    assert content.doses(kept, Injected(volume_ml=Decimal(1))) == {
        "lidocaine": Decimal(10), "adrenaline": Decimal("0.005"),
    }  # fmt: skip
    (line,) = drawn_lines(kept, "fr")
    assert (line.dose, line.unit) == ("20", "mg + adrénaline 0,01 mg")
    now = room.standing(alice, session)
    result = now.mixture()
    assert result is not None
    assert result.mixture.volume == 2
    assert {one.product.id for one in result.totals} == {"lidocaine", "adrenaline"}
    assert "vasoconstrictor" in (now.classes() or ())
    assert "0,01" in browser_of(alice).get(at("session", session)).content.decode()


def test_a_finger_is_refused_and_a_recall_finds_who_received_it(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    lot = make.lot_of(alice, VIAL)
    browser = browser_of(alice)
    fields = {"lot_0": lot.public_id, "volume_0": "2", "fluid": "none"}
    page = send(browser, "session-check", session, **fields).content.decode()
    assert "2\u00a0mL" in page or "2 mL" in page
    assert "adrénaline" in page.casefold()
    assert recalled(alice, lot).state == "recalled"


def test_a_plain_usual_mixture_takes_no_ready_mixed_lot(alice: User, session: Session) -> None:
    lot = make.lot_of(alice, VIAL)
    for mixture in usual.mixtures():
        assert lot not in usual.lots_for(mixture, [lot])


def test_a_lot_of_adrenaline_is_offered_beside_an_anaesthetic(
    alice: User, session: Session
) -> None:
    lot = make.lot_of(alice, ADRENALINE)
    sheet = Sheet(room.standing(alice, session), lookup(engine.edition_in_force(), "fr"), alice)
    assert lot in sheet.lots


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"with_strength": None}, "have a strength"),
        ({"with_product": "lidocaine"}, "which other product"),
        ({"with_product": ""}, "which other product"),
        ({"strength": None, "unit": ""}, "have a strength"),
    ],
)
def test_half_of_what_is_ready_mixed_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(InputError, match=why):
        Presentation(**{**{name: getattr(VIAL, name) for name in VIAL.__dataclass_fields__},
                        **wrong})  # type: ignore[arg-type]  # fmt: skip


def test_the_form_of_the_stock_writes_both_and_the_database_keeps_them_whole(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    said = {
        "kind": "product", "name": "Lidocaïne adrénalinée", "product": "lidocaine",
        "strength": "10", "unit": "mg/mL", "with_product": "adrenaline", "with_strength": "0,005",
        "token": str(uuid.uuid4()), "volume": "20", "minimum": "0", "ahead": "60",
    }  # fmt: skip
    assert browser.post(reverse("item-new"), said).status_code == 302
    made = Item.objects.get(name="Lidocaïne adrénalinée")
    assert (made.with_product, made.with_strength, made.with_unit) == (
        "adrenaline", Decimal("0.0050"), "mg/mL",
    )  # fmt: skip
    page = browser.get(reverse("item", args=[made.public_id])).content.decode()
    assert "déjà mélangé avec" in page
    assert "Adrénaline" in page
    with pytest.raises(DatabaseError), transaction.atomic():
        Item.objects.filter(pk=made.pk).update(with_strength=None)
