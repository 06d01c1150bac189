"""The pages of the stock: a package scanned into the form, a lot recalled in one press."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.guideline.mixture.one_product import status_on
from dolenti.records import engine
from dolenti.stock import items, letters
from dolenti.stock.items import Presentation
from dolenti.stock.life import LotRefusedError
from dolenti.stock.models import Item, Lot, Movement, RecallLetter
from dolenti.work import worker
from tests.web.forms import Fields
from tests.web.stock import GTIN, LIDOCAINE, NEEDLES, in_stock, letter_to, stocked, used
from tests.web.world import PAUL, administrator, colleague, registered, sent

pytestmark = pytest.mark.any_database


@pytest.fixture
def at_bob(bob: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(bob)


def form(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), **fields}


def fields_of(page: Any) -> dict[str, str]:
    return {name: told["value"] for name, told in Fields(page.content.decode()).found.items() if
            "value" in told}  # fmt: skip


def test_an_item_is_added_and_its_first_lot_received_by_a_scan(at_bob: Client) -> None:
    said = form(
        kind="product", name="Lidocaïne 10 mg/mL", product="lidocaine", strength="10",
        unit="mg/mL", volume="20", minimum="5", ahead="60",
    )  # fmt: skip
    assert at_bob.post(reverse("item-new"), said).status_code == 302
    item = Item.objects.get()
    scan = f"]d201{GTIN}1731053110AB12"
    read = at_bob.post(reverse("stock-receive"), form(scan=scan, item=item.public_id))
    assert read.status_code == 200
    assert not Lot.objects.exists(), "a scan writes nothing"
    filled = fields_of(read)
    assert (filled["number"], filled["gtin"], filled["expiry"]) == ("AB12", GTIN, "31/05/2031")
    sent = {**filled, "item": item.public_id, "quantity": "12"}
    for _ in range(2):
        assert at_bob.post(reverse("stock-receive"), sent).status_code == 302
    lot = Lot.objects.get()
    assert (lot.left, lot.gtin, lot.expiry) == (12, GTIN, date(2031, 5, 31))
    again = at_bob.post(reverse("stock-receive"), form(scan=scan))
    assert f'value="{item.public_id}" selected' in again.content.decode(), "the GTIN is known"


@pytest.mark.parametrize(
    "scan, said", [("hello", "Data Matrix"), (f"01{GTIN}10ABC12317270630", "séparateur|sépare")]
)
def test_a_scan_that_cannot_be_read_says_so_and_loses_nothing(
    scan: str, said: str, bob: User, at_bob: Client
) -> None:
    item = stocked(bob)
    page = at_bob.post(
        reverse("stock-receive"), form(scan=scan, item=item.public_id, number="A1", quantity="7")
    )
    assert page.status_code == 422
    text = page.content.decode()
    assert any(word in text for word in said.split("|"))
    assert fields_of(page)["number"] == "A1"
    assert "Choisissez dans la liste" not in text, "what is not sent yet is not wrong yet"


def test_a_product_without_an_expiry_is_refused_beside_its_field(bob: User, at_bob: Client) -> None:
    item = stocked(bob, LIDOCAINE)
    said = form(item=item.public_id, number="A1", quantity="7")
    page = at_bob.post(reverse("stock-receive"), said)
    assert page.status_code == 422
    assert "péremption" in page.content.decode()
    assert not Lot.objects.exists()


def test_the_list_says_what_is_to_be_ordered_and_what_expires(bob: User, at_bob: Client) -> None:
    item = stocked(bob, NEEDLES)
    soon = in_stock(bob, item, 60, expiry=clock.today() + timedelta(days=5))
    page = at_bob.get(reverse("stock")).content.decode()
    assert "À commander" in page
    assert "Lots à surveiller" in page
    assert soon.number in page


def test_an_administrator_says_what_the_site_stocks_and_touches_no_lot(
    bob: User, browser_of: Callable[[User], Client]
) -> None:
    lot = in_stock(bob)
    rene = administrator(bob.site, "Rene")
    browser = browser_of(rene)
    listed = browser.get(reverse("stock")).content.decode()
    assert lot.number in listed
    assert reverse("lot", args=[lot.public_id]) not in listed
    assert reverse("stock-receive") not in listed
    for name in ("lot", "lot-recall", "lot-discard"):
        assert browser.get(reverse(name, args=[lot.public_id])).status_code == 403
    sent = form(
        kind="product", name="Lidocaïne 2 %", product="lidocaine", strength="20", unit="mg/mL",
        volume="10", minimum="5", ahead="60",
    )  # fmt: skip
    assert browser.post(reverse("item-new"), sent).status_code == 302
    assert Item.objects.get(name="Lidocaïne 2 %").author == rene


def test_counting_discarding_and_quarantine_are_forms_of_their_own(
    bob: User, at_bob: Client
) -> None:
    lot = in_stock(bob)
    address = {name: reverse(f"lot-{name}", args=[lot.public_id]) for name in
               ("count", "discard", "hold")}  # fmt: skip
    wrong = at_bob.post(address["count"], form(counted="9"))
    assert wrong.status_code == 422
    assert "d’où vient l’écart" in wrong.content.decode()
    at_bob.post(address["count"], form(counted="9", reason="Une aiguille tombée"))
    at_bob.post(address["discard"], form(quantity="2", reason="Emballage ouvert"))
    lot.refresh_from_db()
    assert lot.left == 7
    held = fields_of(at_bob.get(address["hold"]))
    at_bob.post(address["hold"], {**held, "reason": "Emballages humides"})
    lot.refresh_from_db()
    assert lot.state == "quarantined"
    free = fields_of(at_bob.get(address["hold"]))
    at_bob.post(address["hold"], {**free, "reason": "Vu avec le fabricant"})
    lot.refresh_from_db()
    assert lot.state == "usable"


def test_a_lot_is_recalled_in_one_press_and_the_worker_makes_the_letters(
    alice: User, bob: User, at_bob: Client
) -> None:
    lot = in_stock(bob, stocked(bob, LIDOCAINE))
    zoe, paul = registered(alice), registered(colleague(alice), PAUL)
    used(bob, zoe, lot, record="a" * 16)
    used(bob, paul, lot, record="b" * 16)
    page = at_bob.get(reverse("lot", args=[lot.public_id])).content.decode()
    assert "MARTIN" in page
    assert "LEFÈVRE" in page
    address = reverse("lot-recall", args=[lot.public_id])
    said = {
        **fields_of(at_bob.get(address)),
        "reason": "Avis du fabricant",
        "told": "Appelez-nous si le genou gonfle.",
    }
    for _ in range(2):
        assert at_bob.post(address, said).status_code == 302
    assert RecallLetter.objects.filter(pdf=None).count() == 2
    assert worker.do_all() == 1
    letter = RecallLetter.objects.get(patient=zoe)
    file = at_bob.get(reverse("recall-letter-file", args=[letter.public_id]))
    assert file.content.startswith(b"%PDF-")
    address = reverse("recall-letter", args=[letter.public_id])
    nothing = at_bob.post(address, {**fields_of(at_bob.get(address)), "step": "reach"})
    assert nothing.status_code == 422
    sent = {**fields_of(at_bob.get(address)), "step": "reach", "note": "Par téléphone"}
    assert at_bob.post(address, sent).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.note) == ("reached", "Par téléphone")


def test_a_practitioner_is_told_that_others_received_it_and_not_who(
    alice: User, bob: User, browser_of: Callable[[User], Client]
) -> None:
    lot = in_stock(bob)
    used(bob, registered(colleague(alice), PAUL), lot)
    page = browser_of(alice).get(reverse("lot", args=[lot.public_id])).content.decode()
    assert "LEFÈVRE" not in page
    assert "1 autre patient l’a reçu" in page


def test_a_lot_somebody_changed_meanwhile_is_not_held_unseen(bob: User, at_bob: Client) -> None:
    lot = in_stock(bob)
    address = reverse("lot-hold", args=[lot.public_id])
    opened = fields_of(at_bob.get(address))
    lot.version = 5
    lot.save()
    page = at_bob.post(address, {**opened, "reason": "Un doute sur la notice"})
    assert page.status_code == 409
    assert "entre-temps" in page.content.decode()
    assert Movement.objects.count() == 1


def test_a_letter_of_a_recall_stands_among_the_patients_letters_and_on_the_lots_page(
    bob: User, at_bob: Client
) -> None:
    """Who wrote it and when, whether it was sent, by whom: until it is, the stock says so."""
    paul = registered(bob, PAUL)
    letter = letter_to(bob, paul)
    lot = reverse("lot", args=[letter.lot.public_id])
    papers = reverse("patient-letters", args=[paul.public_id])
    for page in (lot, papers):
        said = at_bob.get(page).content.decode()
        assert reverse("recall-letter", args=[letter.public_id]) in said
        assert f"par {bob.name}" in said
        assert "Pas encore envoyée" in said
    stock = at_bob.get(reverse("stock")).content.decode()
    assert "Lettres de rappel à envoyer" in stock
    assert "1 lettre non envoyée" in stock
    letters.send(bob, letter, letter.version, "Remise en main propre")
    for page in (lot, papers):
        said = at_bob.get(page).content.decode()
        assert "Remise en main propre" in said
        assert "Pas encore envoyée" not in said
    assert "Lettres de rappel à envoyer" not in at_bob.get(reverse("stock")).content.decode()


def test_the_letter_of_a_recall_is_in_no_list_of_a_record_that_is_closed(
    bob: User, chloe: User, browser_of: Callable[[User], Client]
) -> None:
    letter = letter_to(bob, registered(bob, PAUL))
    page = browser_of(chloe).get(reverse("patient-letters", args=[letter.patient.public_id]))
    assert page.status_code == 404


PENTOXIFYLLINE = {
    "kind": "product", "name": "Pentoxifylline 20 mg/mL", "product": "pentoxifylline",
    "strength": "20", "unit": "mg/mL", "volume": "5", "minimum": "0", "ahead": "60",
}  # fmt: skip
SAYS = "Aucune spécialité injectable de ce produit (pentoxifylline) n’est autorisée en France"


def test_a_product_that_is_not_authorised_is_kept_only_once_that_was_read(at_bob: Client) -> None:
    page = at_bob.post(reverse("item-new"), form(**PENTOXIFYLLINE))
    assert page.status_code == 422
    assert SAYS in page.content.decode()
    assert "Une seringue qui en contient est refusée" in page.content.decode()
    assert page.context["form"].errors["seen"]
    assert not Item.objects.exists()
    assert at_bob.post(reverse("item-new"), form(**PENTOXIFYLLINE, seen="on")).status_code == 302
    item = Item.objects.get()
    for address in (reverse("item", args=[item.public_id]), reverse("stock")):
        assert "Non autorisé en France" in at_bob.get(address).content.decode()
    sent = form(item=item.public_id, number="P1", quantity="3", expiry="31/05/2031")
    received = at_bob.post(reverse("stock-receive"), sent, follow=True)
    assert SAYS in received.content.decode()


def test_every_product_is_asked_of_as_the_base_says_and_no_other(bob: User) -> None:
    """Whatever the base of medicines says next, the stock asks of the very same products as the
    rules of a syringe speak of."""
    edition = engine.edition_in_force()
    for product in edition.products:
        period = status_on(product, "FR", clock.today())
        unused = period is not None and period.state != "authorised" and product.kind != "device"
        assert bool(items.not_used(product.id)) == unused, product.id
        if unused and product.unit != "mL":
            what = Presentation(
                "product", product.label.fr, product.id, Decimal(str(product.strength_range[0])),
                f"{product.unit}/mL",
            )  # fmt: skip
            with pytest.raises(LotRefusedError):
                items.add(sent(bob), what)
            assert items.add(sent(bob), what, seen=True)
