"""A session says its needle once, and begins with the products of its plan: their lots are chosen
by whoever holds them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.stock.items import Presentation
from dolenti.stock.models import Lot
from dolenti.treatment import recording, room
from dolenti.treatment.content import Injected, Preparation, read
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from tests.people import enter
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.stock import in_stock, stocked
from tests.web.world import clinic, sent

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FITS = Presentation("needle", "Aiguilles 21G 50 mm")
SHORT = Presentation("needle", "Aiguilles 25G 16 mm")
PLAN = ("methylprednisolone", "lidocaine")


def made_once(alice: User) -> Session:
    return clinic(alice).with_course(products=PLAN).session


@pytest.fixture
def session(standing: Any) -> Session:
    found: Session = standing.made
    return found


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    enter(client, alice)
    return client


def page_of(browser: Client, session: Session) -> Any:
    return browser.get(at("session", session))


def taken(user: User, session: Session, *needles: Lot) -> SessionRecord:
    """A syringe drawn up, with these needles."""
    supplies = tuple((one.public_id, 1) for one in needles)
    return make.drawn_up(user, session, supplies=supplies)


def needle_in_form(page: Any) -> Any:
    return page.context["forms"]["injected"]["needle"].value()


# --- The needle ----------------------------------------------------------------------------------


def test_the_needle_of_the_lot_stands_in_what_was_injected(
    alice: User, browser: Client, session: Session
) -> None:
    taken(alice, session, in_stock(alice, stocked(alice, FITS)))
    assert needle_in_form(page_of(browser, session)) == "Aiguilles 21G 50 mm"


def test_another_needle_can_be_written(alice: User, browser: Client, session: Session) -> None:
    taken(alice, session, in_stock(alice, stocked(alice, FITS)))
    make.answered(alice, session)
    send(
        browser, "session-injected", session, needle="22G 50 mm", target="knee",
        guidance="ultrasound", volume_ml="0,5",
    )  # fmt: skip
    record = SessionRecord.objects.get(session=session)
    assert read(Injected, record.injected).needle == "22G 50 mm"


def test_of_two_needles_the_one_as_long_as_the_target_asks_goes_in(
    alice: User, browser: Client, session: Session
) -> None:
    """The other one drew up."""
    needles = [in_stock(alice, stocked(alice, one)) for one in (SHORT, FITS)]
    taken(alice, session, *needles)
    assert needle_in_form(page_of(browser, session)) == "Aiguilles 21G 50 mm"


def test_of_two_needles_that_both_suit_nobody_is_told_which(
    alice: User, browser: Client, session: Session
) -> None:
    other = Presentation("needle", "Aiguilles 22G 50 mm")
    needles = [in_stock(alice, stocked(alice, one)) for one in (other, FITS)]
    taken(alice, session, *needles)
    assert needle_in_form(page_of(browser, session)) == ""


def test_a_needle_that_suits_is_the_first_choice(
    alice: User, browser: Client, session: Session
) -> None:
    short, fits = (in_stock(alice, stocked(alice, one)) for one in (SHORT, FITS))
    choices = page_of(browser, session).context["forms"]["preparation"].fields["supply_0"].choices
    assert [name for name, _label in choices] == ["", fits.public_id, short.public_id]


def test_a_needle_that_suits_no_target_is_told_where_its_lot_is_chosen(
    alice: User, browser: Client, session: Session
) -> None:
    taken(alice, session, in_stock(alice, stocked(alice, SHORT)))
    page = page_of(browser, session)
    assert [one.rule for one in page.context["of_needles"]] == ["needle-outside-range"]
    assert "Genou" in page.content.decode()


def test_a_needle_that_was_written_too_short_is_kept_with_what_the_rules_said(
    alice: User, session: Session
) -> None:
    record = make.given_in(alice, session)  # 21G 40 mm into a knee
    said = {one.rule: one.severity for one in read(Injected, record.injected).said}
    assert said["needle-outside-range"] == "warn"


# --- The plan ------------------------------------------------------------------------------------


def rows(page: Any) -> list[tuple[Any, Any]]:
    form = page.context["forms"]["preparation"]
    return [(lot.value(), volume.value()) for lot, volume in form.rows]


def test_a_first_session_begins_with_the_products_of_the_plan_and_no_lot(
    alice: User, browser: Client, session: Session
) -> None:
    make.lot_of(alice)
    make.lot_of(alice, make.LIDOCAINE)
    page = page_of(browser, session)
    form = page.context["forms"]["preparation"]
    labels = [str(form.fields[f"lot_{n}"].label) for n in range(2)]
    assert [one.partition(" (")[0] for one in labels] == ["Méthylprednisolone", "Lidocaïne"]
    assert form.filled == 2
    assert all(not lot and not volume for lot, volume in rows(page))


def test_the_lot_that_expires_first_is_offered_first_and_chosen_by_nobody(
    alice: User, browser: Client, session: Session
) -> None:
    item = stocked(alice, make.LIDOCAINE)
    late, soon = (
        in_stock(alice, item, number=name, expiry=clock.today() + timedelta(days=days))
        for name, days in (("B", 300), ("A", 30))
    )
    make.lot_of(alice)
    page = page_of(browser, session)
    choices = page.context["forms"]["preparation"].fields["lot_1"].choices
    assert [name for name, _label in choices][:3] == ["", soon.public_id, late.public_id]
    html = page.content.decode()
    assert not re.search(rf'value="({soon.public_id}|{late.public_id})"\s+selected', html)


def test_saving_what_is_proposed_draws_up_nothing(
    alice: User, browser: Client, session: Session
) -> None:
    make.lot_of(alice)
    send(browser, "session-preparation", session, fluid="none", looks="")
    record = SessionRecord.objects.filter(session=session).first()
    assert record is None or not read(Preparation, record.preparation).drawn


def test_a_volume_without_a_lot_is_refused(alice: User, browser: Client, session: Session) -> None:
    make.lot_of(alice)
    page = send(browser, "session-preparation", session, fluid="none", volume_0="1")
    assert page.status_code == 422
    assert "lot_0" in page.context["forms"]["preparation"].errors


def test_what_is_planned_and_was_not_drawn_up_is_said(
    alice: User, browser: Client, session: Session
) -> None:
    make.drawn_up(alice, session)
    page = page_of(browser, session)
    assert page.context["left_out"] == ["Lidocaïne"]
    assert page.context["planned"] == []


def test_what_is_planned_and_has_no_lot_is_said(
    alice: User, browser: Client, session: Session
) -> None:
    make.lot_of(alice)
    assert page_of(browser, session).context["gone"][0].item == "Lidocaïne"


def test_an_empty_syringe_is_asked_for_without_the_plan(browser: Client, session: Session) -> None:
    page = browser.get(at("session", session) + "?from=empty")
    assert page.context["planned"] == []


def test_a_preparation_of_the_map_begins_with_the_needle_taken(
    alice: User, browser: Client
) -> None:
    mesotherapy = clinic(alice).with_course("mesotherapy").session
    needle = Presentation("needle", "Aiguilles 30G 4 mm")
    supplies = ((in_stock(alice, stocked(alice, needle)).public_id, 1),)
    lot = make.lot_of(alice, make.LIDOCAINE)
    asked = recording.Asked(
        rows=((lot.public_id, Decimal(1)),), looks="limpid", supplies=supplies,
        reasons=make.Always(),
    )  # fmt: skip
    recording.prepare(sent(alice), mesotherapy, 0, asked)
    assert needle_in_form(page_of(browser, mesotherapy)) == "n4-30"


# --- Beside the consent --------------------------------------------------------------------------


class ButOne(make.Always):
    """A reason for everything, but for going beside the consent."""

    def get(self, key: str, default: Any = None) -> Any:
        return default if key == "not-in-the-consent" else super().get(key)


def test_a_product_that_nobody_consented_to_needs_a_reason_that_is_kept(
    alice: User, browser: Client
) -> None:
    session: Session = clinic(alice).with_course(products=("lidocaine",)).session
    with pytest.raises(RecordRefusedError) as refused:
        make.drawn_up(alice, session, reasons=ButOne())
    assert refused.value.where == "reason-not-in-the-consent"
    kept = read(Preparation, make.drawn_up(alice, session).preparation)
    assert kept.said[0].rule == "not-in-the-consent"
    assert [one.rule for one in kept.overrides if one.rule == "not-in-the-consent"]
    page = page_of(browser, session).content.decode()
    assert "n’est pas de ceux que le patient a lus et acceptés" in page


def test_where_no_product_was_named_none_is_beside_the_consent(alice: User) -> None:
    session: Session = clinic(alice).with_course(products=()).session
    kept = read(Preparation, make.drawn_up(alice, session, reasons=ButOne()).preparation)
    assert "not-in-the-consent" not in {one.rule for one in kept.said}


def test_a_nurse_leaves_it_to_whoever_gives_it(alice: User, bob: User) -> None:
    session: Session = clinic(alice).with_course(products=("lidocaine",)).session
    make.drawn_up(bob, session, lot=make.lot_of(alice))
    left = recording.undecided(room.standing(alice, session))
    assert "not-in-the-consent" in {one.rule for one in left}
