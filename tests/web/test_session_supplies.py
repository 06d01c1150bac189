"""Needles, kits and probes of a session, by lot: chosen, taken from the stock, given back, known of
whoever received them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.preparing import planning
from dolenti.clinic.session.report import Reporter
from dolenti.demo import room as demo_room
from dolenti.guideline.errors import InputError
from dolenti.records import engine
from dolenti.safety import events, shared
from dolenti.safety.events import Told
from dolenti.safety.models import Alarm
from dolenti.stock import gate, items, letters, life, lots
from dolenti.stock.items import Presentation
from dolenti.stock.models import Item, Lot, RecallLetter, Use
from dolenti.treatment import consents, given, recording, supplying
from dolenti.treatment.content import Preparation, read
from dolenti.treatment.models import Session, SessionRecord
from dolenti.ui.print import session as printed
from tests.people import enter
from tests.printed import Print
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.stock import GTIN, in_stock, no_letter, recalled, stocked
from tests.web.world import clinic, sent, signed, workday

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PROBE = Presentation("probe", "Sonde de cryoneurolyse 20G")
SYRINGE = {"volume_0": "0,5", "fluid": "none", "looks": "limpid"}


def made_once(alice: User) -> Session:
    return clinic(alice).with_course().session


@pytest.fixture
def session(standing: Any) -> Session:
    found: Session = standing.made
    return found


@pytest.fixture
def needles(alice: User) -> Lot:
    return in_stock(alice, number="AG118")


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    enter(client, alice)
    return client


def left(lot: Lot) -> int:
    return Lot.objects.get(pk=lot.pk).left


def taking(user: User, session: Session, *supplies: tuple[Lot, int], **more: Any) -> SessionRecord:
    """A syringe drawn up, with so many pieces of these lots."""
    said = tuple((lot.public_id, pieces) for lot, pieces in supplies)
    return make.drawn_up(user, session, supplies=said, **more)


def chosen(page: str, lot: Lot) -> bool:
    return re.search(rf'value="{lot.public_id}"\s+selected', page) is not None


def expired(user: User, lot: Lot) -> None:
    Lot.objects.filter(pk=lot.pk).update(expiry=clock.today() - timedelta(days=1))


def quarantined(user: User, lot: Lot) -> None:
    life.quarantine(user, lot, lot.version, "a doubt")


# --- The stock -----------------------------------------------------------------------------------


def test_the_stock_falls_when_it_is_given_and_not_before(
    alice: User, session: Session, needles: Lot
) -> None:
    taking(alice, session, (needles, 3))
    assert left(needles) == 10
    make.given_in(alice, session)
    assert left(needles) == 7
    use = Use.objects.get(lot=needles)
    assert (use.patient, use.quantity) == (session.course.patient, 3)


def test_a_correction_gives_pieces_back_and_taking_it_back_gives_all(
    alice: User, session: Session, needles: Lot
) -> None:
    steroid = make.lot_of(alice)
    taking(alice, session, (needles, 3), lot=steroid)
    make.given_in(alice, session)
    taking(alice, session, (needles, 1), lot=steroid)
    assert left(needles) == 9
    taking(alice, session, (needles, 3), lot=steroid)
    assert left(needles) == 7
    taking(alice, session, lot=steroid)
    assert left(needles) == 10


@pytest.mark.parametrize("amended", [False, True], ids=["before", "after the signature"])
@pytest.mark.parametrize("happen", ["recalled", "quarantined", "expired"])
def test_what_was_given_of_a_lot_can_be_corrected_whatever_became_of_the_lot(
    happen: str, amended: bool, alice: User, session: Session, needles: Lot
) -> None:
    steroid = make.lot_of(alice)
    taking(alice, session, (needles, 3), lot=steroid)
    if amended:
        given.amend(sent(alice), make.signed_off(alice, session), "a word was wrong")
    else:
        make.given_in(alice, session)
    {"recalled": recalled, "quarantined": quarantined, "expired": expired}[happen](alice, needles)
    taking(alice, session, (needles, 2), lot=steroid)
    assert left(needles) == 8
    if amended:
        make.undone(alice, session)
    else:
        taking(alice, session, (needles, 3), lot=steroid)
    assert left(needles) == 7
    with pytest.raises(InputError):
        taking(alice, session, (needles, 4), lot=steroid)
    taking(alice, session, lot=steroid, not_used=True)
    assert left(needles) == 10
    taking(alice, session, (needles, 3), lot=steroid)
    assert left(needles) == 7


def test_the_lot_of_a_product_that_was_recalled_since_can_be_corrected(
    alice: User, session: Session
) -> None:
    steroid = make.lot_of(alice)
    taking(alice, session, lot=steroid)
    make.given_in(alice, session)
    other = make.lot_of(alice)
    recalled(alice, steroid)
    taking(alice, session, lot=other, not_used=True)
    taking(alice, session, lot=steroid)
    assert (left(steroid), left(other)) == (9, 10)


def test_a_recalled_lot_leaves_a_given_record_where_somebody_confirms_it(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    steroid = make.lot_of(alice)
    taking(alice, session, lot=steroid)
    make.given_in(alice, session)
    taking(alice, session, (needles, 3), lot=steroid)
    recalled(alice, needles)
    with pytest.raises(InputError, match="correct it, and say why"):
        make.undone(alice, session)
    undone = send(browser, "session-undo", session, part="preparation")
    assert undone.status_code == 422
    assert chosen(undone.content.decode(), needles), "the form stands as it was"
    without = {"lot_0": steroid.public_id, **SYRINGE, "supply_0": "", "pieces_0": "3"}
    without["reason-correction"] = make.WHY
    asked = send(browser, "session-preparation", session, **without)
    assert asked.status_code == 422
    assert "Rien du lot rappelé n’a été utilisé" in asked.content.decode()
    assert left(needles) == 7
    assert (
        send(browser, "session-preparation", session, **without, not_used="on").status_code == 302
    )
    assert left(needles) == 10
    page = browser.get(at("session", session)).content.decode()
    assert needles.public_id in page, "what the record had can be put back"


def test_a_correction_leaves_the_day_on_which_it_was_given(
    alice: User, session: Session, needles: Lot
) -> None:
    steroid = make.lot_of(alice)
    taking(alice, session, (needles, 3), lot=steroid)
    record = make.given_in(alice, session)
    assert record.delivered_at is not None
    before = record.delivered_at - timedelta(days=10)
    SessionRecord.objects.filter(pk=record.pk).update(delivered_at=before)
    late = in_stock(alice)
    taking(alice, session, (needles, 2), (late, 1), lot=steroid)
    corrected = Use.objects.filter(lot__in=(needles, late), undone=None)
    assert {one.at for one in corrected} == {before}


def test_an_amendment_takes_nothing_twice(alice: User, session: Session, needles: Lot) -> None:
    steroid = make.lot_of(alice)
    taking(alice, session, (needles, 3), lot=steroid)
    given.amend(sent(alice), make.signed_off(alice, session), "a word was wrong")
    assert left(needles) == 7
    taking(alice, session, (needles, 4), lot=steroid)
    assert left(needles) == 6
    assert Use.objects.filter(lot=needles, undone=None).count() == 1


def test_a_site_that_keeps_no_needles_works_as_before(
    alice: User, session: Session, browser: Client
) -> None:
    make.lot_of(alice)
    page = browser.get(at("session", session)).content.decode()
    assert "supply_0" not in page
    assert "Aucun lot d’aiguille" not in page
    assert make.signed_off(alice, session).state == "signed"


def test_supplies_are_never_compulsory(alice: User, session: Session, needles: Lot) -> None:
    assert make.signed_off(alice, session).state == "signed"
    assert left(needles) == 10


# --- What cannot be taken ------------------------------------------------------------------------


def test_what_cannot_be_used_today_is_neither_offered_nor_taken(
    alice: User, session: Session, browser: Client
) -> None:
    old = in_stock(alice, number="OLD")
    Lot.objects.filter(pk=old.pk).update(expiry=clock.today() - timedelta(days=1))
    back = recalled(alice, in_stock(alice, number="BACK"))
    held = in_stock(alice, number="HELD")
    life.quarantine(alice, held, held.version, "a doubt")
    empty = in_stock(alice, number="EMPTY")
    lots.discard(sent(alice), empty, 10, "torn")
    good = in_stock(alice, number="GOOD")
    page = browser.get(at("session", session)).content.decode()
    assert good.public_id in page
    for lot in (old, back, held, empty):
        assert lot.public_id not in page
        with pytest.raises(InputError):
            taking(alice, session, (lot, 1))
    assert not SessionRecord.objects.exists()


@pytest.mark.parametrize("of_a_product", [False, True], ids=["needle", "product"])
@pytest.mark.parametrize(
    "happen, why", [(recalled, "rappelé"), (quarantined, "en quarantaine"), (expired, "périmé")]
)
def test_a_prepared_lot_that_may_not_be_used_any_more_is_said_before_the_needle(
    happen: Any, why: str, of_a_product: bool, alice: User, session: Session, browser: Client
) -> None:
    needles, steroid = in_stock(alice, number="AG118"), make.lot_of(alice, number="AG118")
    other = make.lot_of(alice, number="B-2") if of_a_product else in_stock(alice, number="B-2")
    taking(alice, session, (needles, 3), lot=steroid)
    make.answered(alice, session)
    said = f"le lot AG118 est {why}"
    assert said not in browser.get(at("session", session)).content.decode().lower()
    happen(alice, steroid if of_a_product else needles)
    page = browser.get(at("session", session)).content.decode()
    assert page.replace("Le lot", "le lot").count(said) == 2, "at the preparation and at the needle"
    assert re.search(r"selected>\s*(Rappelé|En quarantaine|Périmé) · ", page)
    tray = browser.get("/agenda/prepare/").content.decode()
    assert "le lot AG118 est préparé et ne peut plus être utilisé" in tray
    assert other.number not in tray, "no other lot stands silently in its place"


def test_a_lot_that_was_given_is_no_alarm_once_it_is_empty(
    alice: User, session: Session, browser: Client
) -> None:
    last = in_stock(alice, quantity=1)
    taking(alice, session, (last, 1))
    make.given_in(alice, session)
    assert "Déjà préparé" not in browser.get(at("session", session)).content.decode()


def test_a_lot_of_another_site_is_not_taken(
    alice: User, chloe: User, session: Session, browser: Client
) -> None:
    theirs = in_stock(chloe)
    with pytest.raises(InputError, match="not in the stock of this site"):
        taking(alice, session, (theirs, 1))
    assert theirs.public_id not in browser.get(at("session", session)).content.decode()


@pytest.mark.parametrize("pieces, why", [(0, "from 1 to"), (-1, "from 1 to"), (11, "10 are left")])
def test_no_piece_and_more_than_are_left_are_refused(
    pieces: int, why: str, alice: User, session: Session, needles: Lot
) -> None:
    with pytest.raises(InputError, match=why):
        taking(alice, session, (needles, pieces))


def test_a_lot_that_stands_twice_is_refused(alice: User, session: Session, needles: Lot) -> None:
    with pytest.raises(InputError, match="stands twice"):
        taking(alice, session, (needles, 1), (needles, 2))


def test_a_product_is_no_supply_and_a_needle_is_not_drawn_up(
    alice: User, session: Session, needles: Lot
) -> None:
    with pytest.raises(InputError, match="is a product"):
        taking(alice, session, (make.lot_of(alice), 1))
    with pytest.raises(InputError, match="no product"):
        make.drawn_up(alice, session, rows=((needles.public_id, Decimal(1)),))


@pytest.mark.parametrize(
    "fields, why",
    [
        ({"pieces_0": "0"}, "Indiquez le nombre de pièces, de 1 à 99."),
        ({"pieces_0": ""}, "Indiquez le nombre de pièces, de 1 à 99."),
        ({"pieces_0": "1000"}, "Indiquez le nombre de pièces, de 1 à 99."),
        ({"pieces_0": "1,5"}, "nombre entier"),
        ({"pieces_0": "11"}, "il reste 10"),
        ({"supply_0": "", "pieces_0": "5"}, "Choisissez le lot dont il vient."),
        ({"supply_0": "moon"}, "Choisissez dans la liste."),
        ({"supply_1": "same", "pieces_1": "1"}, "Ce lot est écrit deux fois"),
    ],
)
def test_what_was_typed_wrong_comes_back_with_the_reason(
    fields: dict[str, str], why: str, alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    lot = make.lot_of(alice)
    same = {name: needles.public_id for name, value in fields.items() if value == "same"}
    sending = {"supply_0": needles.public_id, "pieces_0": "1", **fields, **same}
    answer = send(
        browser, "session-preparation", session, lot_0=lot.public_id, **SYRINGE, **sending
    )
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not SessionRecord.objects.exists()


def test_two_sessions_do_not_take_the_last_piece_twice(alice: User, session: Session) -> None:
    last = in_stock(alice, quantity=1)
    other: Session = clinic(alice).with_course().session
    taking(alice, session, (last, 1))
    taking(alice, other, (last, 1))
    make.given_in(alice, session)
    with pytest.raises(InputError):
        make.given_in(alice, other)
    assert SessionRecord.objects.get(session=other).state == "prepared"


# --- On the page ---------------------------------------------------------------------------------


def test_they_are_chosen_on_the_page_and_stand_in_the_record(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    lot = make.lot_of(alice)
    written = send(
        browser, "session-preparation", session, lot_0=lot.public_id, **SYRINGE,
        supply_0=needles.public_id, pieces_0="2",
    )  # fmt: skip
    assert written.status_code == 302
    (one,) = read(Preparation, SessionRecord.objects.get().preparation).supplies
    assert (one.kind, one.item, one.number, one.pieces) == (
        "needle", "Aiguilles 30G 4 mm", "AG118", 2,
    )  # fmt: skip
    page = browser.get(at("session", session)).content.decode()
    assert chosen(page, needles)
    assert "Aucun lot d’aiguille" not in page


def test_where_none_is_saved_the_page_says_so_and_lets_it_go(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    make.drawn_up(alice, session)
    assert "Aucun lot d’aiguille" in browser.get(at("session", session)).content.decode()


def test_where_all_that_was_used_before_is_gone_the_page_says_so(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    taking(alice, session, (needles, 2))
    make.given_in(alice, session)
    recalled(alice, needles)
    other: Session = clinic(alice).with_course().session
    page = browser.get(at("session", other)).content.decode()
    assert f"Aiguilles 30G 4 mm\u00a0: lot {needles.number} rappelé le" in page
    assert "Avis du fabricant du jour" in page
    assert "Aucun autre lot utilisable" in page
    assert "Aucun lot d’aiguille" in page
    assert "supply_0" not in page


def test_a_site_that_keeps_other_things_alone_is_not_asked_for_needles(
    alice: User, session: Session, browser: Client
) -> None:
    swabs = in_stock(alice, stocked(alice, Presentation("other", "Compresses")))
    make.drawn_up(alice, session)
    page = browser.get(at("session", session)).content.decode()
    assert swabs.public_id in page
    assert "Aucun lot d’aiguille" not in page


def test_a_probe_that_is_saved_stays_in_sight_when_the_session_becomes_a_block(
    alice: User, browser: Client
) -> None:
    session: Session = clinic(alice).with_course("cryoneurolysis").session
    probe = in_stock(alice, stocked(alice, PROBE))
    taken = recording.Asked(supplies=((probe.public_id, 1),))
    record = recording.prepare(sent(alice), session, 0, taken)
    recording.choose(sent(alice), session, record.version, "block")
    assert chosen(browser.get(at("session", session)).content.decode(), probe)


def test_a_scanned_needle_stands_in_the_list_and_scanned_again_it_is_one_more(
    alice: User, session: Session, browser: Client
) -> None:
    lot = in_stock(alice, gtin=GTIN, number="A17")
    scan = f"(01){GTIN}(17){lot.expiry:%y%m%d}(10)A17"
    sending = {"scan": scan, "pieces_0": "1"}
    page = send(browser, "session-preparation", session, **sending).content.decode()
    assert chosen(page, lot)
    assert "Le lot est dans la liste des aiguilles, kits et sondes." in page
    sending["supply_0"] = lot.public_id
    again = send(browser, "session-preparation", session, **sending).content.decode()
    assert re.search(r'name="pieces_0" value="2"', again)
    assert not SessionRecord.objects.exists()


def fields_of(page: str) -> dict[str, str]:
    """The rows of supplies as the page shows them, to be sent."""
    rows = dict(re.findall(r'name="((?:pieces|offered)_[0-9])"(?:\s+value="([^"]*)")?', page))
    for name, select in re.findall(
        r'<select[^>]*name="(supply_[0-9])"(.*?)</select>', page, re.DOTALL
    ):
        rows[name] = "".join(re.findall(r'value="(\w*)"\s+selected', select))
    return rows


def test_a_scan_confirms_what_is_offered_and_another_lot_of_the_item_takes_its_place(
    alice: User, session: Session, browser: Client
) -> None:
    old = in_stock(alice, gtin=GTIN, number="A17")
    taking(alice, session, (old, 2))
    make.given_in(alice, session)
    new = in_stock(alice, gtin=GTIN, number="B18")
    other: Session = clinic(alice).with_course().session

    def scan(lot: Lot, rows: dict[str, str]) -> dict[str, str]:
        code = f"(01){GTIN}(17){lot.expiry:%y%m%d}(10){lot.number}"
        page = send(browser, "session-preparation", other, **{**rows, "scan": code})
        return fields_of(page.content.decode())

    offered = fields_of(browser.get(at("session", other)).content.decode())
    assert (offered["supply_0"], offered["pieces_0"]) == (old.public_id, "2")
    confirmed = scan(old, offered)
    assert (confirmed["supply_0"], confirmed["pieces_0"]) == (old.public_id, "2")
    more = scan(old, confirmed)
    assert (more["supply_0"], more["pieces_0"]) == (old.public_id, "3")
    replaced = scan(new, offered)
    assert (replaced["supply_0"], replaced["pieces_0"]) == (new.public_id, "2")
    assert replaced["supply_1"] == ""
    beside = scan(new, confirmed)
    assert (beside["supply_0"], beside["supply_1"]) == (old.public_id, new.public_id)
    assert beside["pieces_1"] == "1"


def given_before(user: User, needles: Lot | None) -> tuple[Session, SessionRecord]:
    """The second session of a course, and the record of the first, given with these needles."""
    course = clinic(user).with_course(days=[workday(), workday(30)]).course
    signed(user, course)
    course.refresh_from_db()
    consents.activate(user, course, course.version)
    Appointment.objects.update(state="arrived")
    first, second = Session.objects.filter(course=course).order_by("number")
    lidocaine = make.lot_of(user, make.LIDOCAINE)  # a steroid so soon would stop the second one
    taking(user, first, *([(needles, 2)] if needles else []), lot=lidocaine)
    return second, make.given_in(user, first)


def test_they_begin_as_at_the_last_session_from_the_same_lot_or_the_next_of_the_item(
    alice: User, needles: Lot, browser: Client
) -> None:
    second, _record = given_before(alice, needles)
    page = browser.get(at("session", second)).content.decode()
    assert chosen(page, needles)
    assert re.search(r'name="pieces_0" value="2"', page)
    assert "Comme à la dernière séance" in page
    newer = in_stock(alice, number="AG200")
    recalled(alice, needles)
    page = browser.get(at("session", second)).content.decode()
    assert chosen(page, newer)
    assert f"lot {needles.number} rappelé le" in page
    assert "Le lot AG200 est proposé à sa place" in page
    items.change(
        sent(alice), newer.item, newer.item.version, Presentation("needle", "Aiguilles renommées")
    )
    assert chosen(browser.get(at("session", second)).content.decode(), newer)
    lots.discard(sent(alice), newer, 9, "torn")  # one is left, two are wanted
    page = browser.get(at("session", second)).content.decode()
    assert f"lot {needles.number} rappelé le" in page
    assert "Aucun autre lot utilisable" in page


def test_after_the_end_of_a_box_one_lot_is_offered_with_all_the_pieces(
    alice: User, session: Session, browser: Client
) -> None:
    old, needles = in_stock(alice, quantity=1), in_stock(alice, number="AG118")
    taking(alice, session, (old, 1), (needles, 2))
    make.given_in(alice, session)
    other: Session = clinic(alice).with_course().session
    rows = fields_of(browser.get(at("session", other)).content.decode())
    assert (rows["supply_0"], rows["pieces_0"], rows["supply_1"]) == (needles.public_id, "3", "")
    record = SessionRecord.objects.get()
    tray = planning.tray(None, record, (), list(gate.usable(alice, clock.today())))
    (out,) = [one for one in planning.to_bring_out([tray]) if one.lot == needles]
    assert (out.sessions, out.pieces) == (1, 3)


def test_a_first_session_begins_with_what_its_practitioner_used_last(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    taking(alice, session, (needles, 2))
    make.given_in(alice, session)
    other: Session = clinic(alice).with_course().session
    page = browser.get(at("session", other)).content.decode()
    assert chosen(page, needles)
    assert "Comme à la dernière séance semblable" in page
    make.drawn_up(alice, other)  # somebody said: none
    assert not chosen(browser.get(at("session", other)).content.decode(), needles)


def test_none_at_the_last_session_is_none_at_this_one(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    taking(alice, session, (needles, 2))
    make.given_in(alice, session)
    second, _record = given_before(alice, None)
    assert not chosen(browser.get(at("session", second)).content.decode(), needles)


def test_begun_empty_the_supplies_are_empty_too(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    taking(alice, session, (needles, 2))
    page = browser.get(at("session", session) + "?from=empty").content.decode()
    assert not chosen(page, needles)
    make.given_in(alice, session)
    other: Session = clinic(alice).with_course().session
    page = browser.get(at("session", other) + "?from=empty").content.decode()
    assert not chosen(page, needles)
    assert "Comme à la dernière séance semblable" not in page


def test_what_was_used_in_another_zone_is_no_habit_here(
    alice: User, session: Session, needles: Lot
) -> None:
    taking(alice, session, (needles, 2))
    make.given_in(alice, session)
    other: Session = clinic(alice).with_course().session
    assert [one.pieces for one in supplying.usual(other, "")] == [2]
    other.course.complaint.zone = "lumbar-spine"
    assert supplying.usual(other, "") == ()


def test_a_lot_of_what_the_site_keeps_no_longer_is_not_offered(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    items.close(sent(alice), needles.item, needles.item.version, closed=True)
    assert needles.public_id not in browser.get(at("session", session)).content.decode()


def test_the_nurse_s_list_takes_up_a_session_of_the_same_act_alone(
    alice: User, needles: Lot
) -> None:
    _second, record = given_before(alice, needles)
    usable = list(gate.usable(alice, clock.today()))
    assert planning.tray(None, record, (), usable).supplies
    record.pause["act"] = "block"
    assert not planning.tray(None, record, (), usable).supplies


def test_the_nurse_sees_the_probes_beside_the_needles_until_one_is_taken(
    alice: User, needles: Lot, browser: Client
) -> None:
    session: Session = clinic(alice).with_course("cryoneurolysis").session
    probe = in_stock(alice, stocked(alice, PROBE), number="SONDE7")
    record = recording.prepare(
        sent(alice), session, 0, recording.Asked(supplies=((needles.public_id, 1),))
    )
    assert "SONDE7" in browser.get("/agenda/prepare/").content.decode()
    recording.choose(sent(alice), session, record.version, "block")
    assert probe.number not in browser.get("/agenda/prepare/").content.decode()


def test_a_probe_is_offered_where_something_is_frozen_alone(
    alice: User, session: Session, browser: Client
) -> None:
    probe = in_stock(alice, stocked(alice, PROBE))
    assert probe.public_id not in browser.get(at("session", session)).content.decode()


def test_the_nurse_s_list_names_the_lots_to_bring_out(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    taking(alice, session, (needles, 2))
    page = browser.get("/agenda/prepare/").content.decode()
    assert page.count("AG118") == 2  # among the lots of the day, and on the tray
    record = SessionRecord.objects.get()
    usable = list(gate.usable(alice, clock.today()))
    tray = planning.tray(None, record, (), usable)
    assert [(one.item, one.lot, one.pieces) for one in tray.supplies] == [
        ("Aiguilles 30G 4 mm", needles, 2)
    ]
    (out,) = [one for one in planning.to_bring_out([tray, tray]) if one.lot == needles]
    assert (out.pieces, out.sessions, out.short) == (4, 2, 0)


# --- Who received a lot --------------------------------------------------------------------------


def test_the_page_of_a_lot_and_the_letters_of_its_recall_know_the_patient(
    alice: User, session: Session, needles: Lot, browser: Client
) -> None:
    taking(alice, session, (needles, 1))
    make.signed_off(alice, session)
    patient = session.course.patient
    page = browser.get(reverse("lot", args=[needles.public_id])).content.decode()
    assert patient.birth_name.upper() in page
    letters.write(sent(alice), recalled(alice, needles), lambda _: None)
    letters.make(needles.public_id, no_letter)
    assert RecallLetter.objects.get(lot=needles).patient == patient


def infected(user: User, needles: Lot) -> Any:
    session: Session = clinic(user).with_course().session
    taking(user, session, (needles, 1))
    make.signed_off(user, session)
    told = Told("skin-infection", clock.today(), 3)
    return events.tell(sent(user), session.course.patient, session, told)


def test_two_infections_after_one_lot_of_needles_raise_an_alarm(
    alice: User, needles: Lot, browser: Client
) -> None:
    event = infected(alice, needles)
    (act,) = shared.acts([event])
    assert needles.public_id in act.lots
    assert not Alarm.objects.filter(name=needles.public_id).exists()
    infected(alice, needles)
    alarm = Alarm.objects.get(name=needles.public_id)
    assert (alarm.shares, alarm.state) == ("lot", "raised")
    assert "AG118" in browser.get(reverse("event", args=[event.public_id])).content.decode()


def test_the_record_and_its_document_name_them_with_their_lots(
    alice: User, session: Session, needles: Lot, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = Print()
    monkeypatch.setattr(printed, "pdf", paper.pdf)
    monkeypatch.setattr(printed, "fitted", paper.fitted)
    taking(alice, session, (needles, 2))
    record = make.signed_off(alice, session)
    (prepared,) = [
        one.lines
        for one in Reporter(record, lookup(engine.edition_in_force(), "fr")).chapters()
        if any("AG118" in value for _label, value in one.lines)
    ]
    assert any(label == "Aiguilles 30G 4 mm" for label, _value in prepared)
    assert "AG118" in browser.get(at("session", session)).content.decode()
    browser.get(at("session-report", session))
    assert "AG118" in paper.words
    assert given.is_sealed(record)


def test_the_demo_takes_needles_from_its_stock(alice: User) -> None:
    _anaesthetic, needles = demo_room.furnish(alice, clock.today())
    assert needles.item.kind == Item.Kind.NEEDLE
    assert supplying.of_lot(needles, 1).number == "AG118"
