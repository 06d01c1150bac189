"""A lot that somebody expects and that nobody may use is never dropped without a word: it is named,
with since when and why, and what to do; typed by hand it is refused by the same words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.guideline.session import DrawnMap, DrawnPoint
from dolenti.guideline.words import date_in_words
from dolenti.records.models import Complaint
from dolenti.scanning.gs1 import Package
from dolenti.stock import gate, life, lots, typed
from dolenti.stock.items import Presentation
from dolenti.stock.life import LotRefusedError
from dolenti.stock.lots import Arrival
from dolenti.stock.models import Lot
from dolenti.treatment import consents, recording, usual
from dolenti.treatment.content import Injected
from dolenti.treatment.models import Session, SessionRecord
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.stock import GTIN, in_stock, recalled, stocked
from tests.web.world import administrator, clinic, sent, signed, workday

pytestmark = pytest.mark.any_database
WHY = "Avis du fabricant du jour"


def today() -> str:
    return date_in_words(clock.today(), "fr")


def quarantined(user: User, lot: Lot) -> None:
    lot.refresh_from_db()
    life.quarantine(user, lot, lot.version, WHY)


def expired(_user: User, lot: Lot) -> None:
    Lot.objects.filter(pk=lot.pk).update(expiry=clock.today() - timedelta(days=1))


def used_up(user: User, lot: Lot) -> None:
    lot.refresh_from_db()
    lots.discard(sent(user), lot, lot.left, "Flacons cassés")


STATES = [
    (recalled, "rappelé le"),
    (quarantined, "en quarantaine depuis le"),
    (expired, "périmé depuis le"),
    (used_up, "épuisé"),
]
HELD = STATES[:3]


@pytest.fixture
def sessions(alice: User) -> list[Session]:
    """Two sessions of a course, the patient there; at the first lidocaine of LOT-1 was given."""
    course = clinic(alice).with_course(days=[workday(), workday(30)]).course
    signed(alice, course)
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    Appointment.objects.update(state="arrived", arrived_at=timezone.now())
    first, second = Session.objects.filter(course=course).order_by("number")
    lot = make.lot_of(alice, make.LIDOCAINE, number="LOT-1")
    make.drawn_up(alice, first, lot=lot, looks="limpid")
    make.signed_off(alice, first)
    return [first, second]


@pytest.fixture
def again(sessions: list[Session]) -> Session:
    return sessions[1]


@pytest.fixture
def lot(sessions: list[Session]) -> Lot:
    return Lot.objects.get(number="LOT-1")


def text_of(browser: Client, session: Session, begun_from: str = "last") -> str:
    page = browser.get(at("session", session) + f"?from={begun_from}")
    return plain(page)


def plain(page: Any) -> str:
    """The text of a page on one line."""
    return re.sub(r"[ \n]+", " ", page.content.decode())


@pytest.mark.parametrize("hold, says", STATES)
def test_the_copy_of_the_last_session_names_the_lot_that_is_gone_and_the_one_instead(
    alice: User, again: Session, lot: Lot, browser_of: Callable[[User], Client],
    hold: Callable[[User, Lot], Any], says: str,
) -> None:  # fmt: skip
    hold(alice, lot)
    browser = browser_of(alice)
    page = text_of(browser, again)
    assert f"Lidocaïne 10 mg/mL, 5 mL\u00a0: lot LOT-1 {says}" in page
    assert "Aucun autre lot utilisable\u00a0: recevez-en un" in page
    make.lot_of(alice, make.LIDOCAINE, number="LOT-2")
    page = text_of(browser, again)
    assert f"lot LOT-1 {says}" in page
    assert "Le lot LOT-2 est proposé à sa place\u00a0: comparez-le" in page


def test_a_recall_says_its_day_and_its_reason(
    alice: User, again: Session, lot: Lot, browser_of: Callable[[User], Client]
) -> None:
    recalled(alice, lot)
    assert f"lot LOT-1 rappelé le {today()} ({WHY})" in text_of(browser_of(alice), again)


def test_where_nothing_is_gone_nothing_is_said(
    again: Session, browser_of: Callable[[User], Client], alice: User
) -> None:
    page = text_of(browser_of(alice), again)
    assert "proposé à sa place" not in page
    assert "n’est pas proposé" not in page


def test_a_usual_mixture_names_the_lots_of_its_product_that_are_gone(
    alice: User, sessions: list[Session], lot: Lot, browser_of: Callable[[User], Client]
) -> None:
    first, second = sessions
    record = SessionRecord.objects.get(session=first)
    made = usual.keep(sent(alice), record, "Genou, la nôtre", "Nous la donnons chaque semaine.")
    rene = administrator(alice.site, "Rene")
    why = "Décidé en réunion de service."
    usual.switch(sent(rene), alice.site, made.public_id, on=True, reason=why)
    recalled(alice, lot)
    page = text_of(browser_of(alice), second, cover(made.public_id))
    assert "Genou, la nôtre" in page
    assert f"lot LOT-1 rappelé le {today()}" in page
    assert "Recevez un lot, ou prenez autre chose." in page


@pytest.mark.parametrize("hold, says", HELD)
def test_the_lists_of_a_session_say_which_lots_are_in_none(
    alice: User, again: Session, lot: Lot, browser_of: Callable[[User], Client],
    hold: Callable[[User, Lot], Any], says: str,
) -> None:  # fmt: skip
    hold(alice, lot)
    page = text_of(browser_of(alice), again, "empty")
    assert "1 lot n’est pas proposé" in page
    assert f"lot LOT-1 {says}" in page


@pytest.mark.parametrize("hold, says", STATES)
@pytest.mark.parametrize("written", ["LOT-1", "lot-1", " lot 1 "])
def test_a_number_that_is_typed_in_the_session_is_refused_by_why(
    alice: User, again: Session, lot: Lot, browser_of: Callable[[User], Client],
    hold: Callable[[User, Lot], Any], says: str, written: str,
) -> None:  # fmt: skip
    hold(alice, lot)
    page = send(browser_of(alice), "session-preparation", again, scan=written)
    assert page.status_code == 422
    (error,) = page.context["forms"]["preparation"].errors["scan"]
    assert error.startswith(f"Le lot LOT-1 est {says.removesuffix(' le').removesuffix(' depuis')}")


def test_a_lot_that_was_chosen_and_is_recalled_meanwhile_is_refused_by_name(
    alice: User, again: Session, lot: Lot, browser_of: Callable[[User], Client]
) -> None:
    recalled(alice, lot)
    page = send(
        browser_of(alice), "session-preparation", again,
        lot_0=lot.public_id, volume_0="0,5", fluid="none", looks="limpid",
    )  # fmt: skip
    assert page.status_code == 422
    text = plain(page)
    assert f"Le lot LOT-1 est rappelé depuis le {today()} ({WHY})" in text
    assert f'value="{lot.public_id}" selected' in text  # what was typed is there still


@pytest.mark.parametrize("hold, says", HELD)
def test_the_list_of_the_nurse_names_what_is_not_to_be_taken(
    alice: User, bob: User, knee: Complaint, browser_of: Callable[[User], Client],
    hold: Callable[[User, Lot], Any], says: str,
) -> None:  # fmt: skip
    session: Session = clinic(alice).with_complaint(knee).session
    lot = make.lot_of(alice, number="LOT-1")
    make.drawn_up(alice, session, lot=lot)
    hold(alice, lot)
    page = plain(browser_of(bob).get(reverse("agenda-prepare")))
    assert f"lot LOT-1 {says}" in page


def test_the_list_of_the_nurse_names_the_lots_of_a_planned_product(
    alice: User, bob: User, browser_of: Callable[[User], Client]
) -> None:
    assert clinic(alice).with_course("mesotherapy", products=("lidocaine",)).session
    lot = make.lot_of(alice, make.LIDOCAINE, number="LOT-9")
    recalled(alice, lot)
    page = plain(browser_of(bob).get(reverse("agenda-prepare")))
    assert "lot LOT-9 rappelé le" in page


# --- Typed by hand at the stock ------------------------------------------------------------------


@pytest.mark.parametrize("number", ["LOT-1", "lot-1", "LOT 1", "lot1"])
@pytest.mark.parametrize("gtin", ["", GTIN])
def test_what_is_recalled_is_not_taken_into_stock_however_it_is_typed(
    alice: User, number: str, gtin: str
) -> None:
    item = stocked(alice, make.LIDOCAINE)
    recalled(alice, in_stock(alice, item, number="LOT-1", gtin=GTIN))
    again = Presentation(
        "product", "Lidocaïne, l’autre nom", "lidocaine", Decimal(10), "mg/mL", Decimal(5)
    )
    for kept in (item, stocked(alice, again)):
        with pytest.raises(LotRefusedError, match="recalled") as refused:
            in_stock(alice, kept, number=number, gtin=gtin)
        assert f"rappelé depuis le {today()} ({WHY})" in refused.value.fr
        assert "mettez-le à part et renvoyez-le" in refused.value.fr
        assert refused.value.where == "number"
    assert Lot.objects.count() == 1


def test_the_page_of_a_receipt_says_so_beside_the_number(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    lot = recalled(alice, in_stock(alice, number="LOT-1"))
    page = browser_of(alice).post(
        reverse("stock-receive"),
        {
            "token": str(uuid.uuid4()),
            "item": lot.item.public_id,
            "number": "lot 1",
            "quantity": "5",
        },
    )
    assert page.status_code == 422
    assert "rappelé depuis le" in page.context["form"].errors["number"][0]


def test_an_expired_lot_is_not_taken_in_again_with_another_date(alice: User) -> None:
    lot = in_stock(alice, number="LOT-1")
    expired(alice, lot)
    with pytest.raises(LotRefusedError, match="expired"):
        lots.receive(sent(alice), lot.item, Arrival("lot 1", 5, clock.today() + timedelta(days=90)))


def test_more_of_a_lot_that_is_there_joins_it_however_it_is_typed(alice: User) -> None:
    lot = in_stock(alice, number="LOT-1", gtin=GTIN)
    assert in_stock(alice, lot.item, number="lot 1", expiry=lot.expiry) == lot
    lot.refresh_from_db()
    assert lot.left == 20


def test_the_same_number_of_something_else_is_another_lot(alice: User) -> None:
    recalled(alice, in_stock(alice, number="LOT-1"))
    other = in_stock(alice, stocked(alice, make.LIDOCAINE), number="LOT-1")
    assert lots.refused(other) is None


def test_a_package_of_a_recalled_number_is_refused_by_why_and_not_as_unknown(alice: User) -> None:
    recalled(alice, in_stock(alice, number="LOT-1", gtin="03400930000007"))
    package = Package(gtin=GTIN, lot="LOT-1", expiry=None, serial="")
    with pytest.raises(LotRefusedError) as refused:
        gate.scanned(alice, package)
    assert "rappelé" in refused.value.fr


# --- Typed by hand on the map --------------------------------------------------------------------


POINT = DrawnPoint(
    figure="spine", x=400, y=1300, technique="nappage", depth_mm=Decimal(1),
    volume_ml=Decimal("0.02"), needle="n4-27",
)  # fmt: skip
BY_DEVICE = DrawnMap(
    edition="2026.1", points=(POINT,), device="electronic-injector",
    settings={"consumable_lot": "Kit 77"},
)  # fmt: skip


def test_the_consumable_of_a_device_is_refused_where_its_lot_is_recalled(
    alice: User, again: Session
) -> None:
    kit = in_stock(alice, stocked(alice, Presentation("kit", "Kit d’injecteur")), number="KIT-77")
    recalled(alice, kit)
    with pytest.raises(LotRefusedError) as refused:
        recording.inject(sent(alice), again, 0, Injected(), {}, BY_DEVICE)
    assert f"KIT-77 est rappelé depuis le {today()}" in refused.value.fr
    assert refused.value.where == "points"


def test_a_consumable_that_the_site_does_not_keep_is_written_as_it_is_typed(alice: User) -> None:
    in_stock(alice, number="AG118")
    typed.insist_not_held(alice.site_id, "Kit 77", "points")
    typed.insist_not_held(alice.site_id, "", "points")
