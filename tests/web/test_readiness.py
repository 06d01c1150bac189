"""The kit of a room: counted, out of date, opened, shared; what a session on it says first; which
emergency cards a site shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils.translation import override

from dolenti.access import clock
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.agenda.models import Appointment, Room
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.session.report import Reporter
from dolenti.guideline import load_folder
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import Stock
from dolenti.readiness import cards, kits
from dolenti.readiness.kits import Counted
from dolenti.readiness.models import KitLook
from dolenti.treatment import room as treatment_room
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session
from dolenti.treatment.recording import Pressed
from tests.people import enter
from tests.web import room as make
from tests.web.session_page import send
from tests.web.world import clinic, person, room, sent

pytestmark = pytest.mark.django_db


def full(day: date, **changes: Stock) -> Counted:
    """All that is to be in a kit, good for a year."""
    later = day + timedelta(days=365)
    found = {
        one.id: Stock(
            one.quantity,
            later if one.expires == "printed" else None,
            kits.cards_edition() if one.expires == "edition" else None,
        )
        for one in kits.kit_in_force().items
    }
    return Counted({**found, **changes})


def of(lies_in: Room, day: date) -> kits.RoomKit:
    return kits.standing([lies_in], day)[0]


@pytest.fixture
def in_a_room(alice: User) -> Session:
    """A session under way, in a room."""
    session: Session = clinic(alice).with_course().session
    Appointment.objects.filter(pk=session.appointment_id).update(room=room(alice))
    return Session.objects.select_related("appointment__room", "course").get(pk=session.pk)


def test_a_kit_that_nobody_counted_lets_nobody_inject_beside_it(
    alice: User, in_a_room: Session
) -> None:
    place = in_a_room.appointment.room
    assert place is not None
    assert kits.level(place) == "all"
    now = treatment_room.standing(alice, in_a_room)
    assert now.kit == "all"
    red = {one.line.id for one in now.looked.red}
    assert "kit" in red


def test_a_full_kit_is_fine_until_one_thing_is_out_of_date(bob: User) -> None:
    today, place = clock.today(), room(bob)
    yesterday = today - timedelta(days=1)
    kits.check(sent(bob), place, full(today))
    assert of(place, today).state.level == "fine"
    kits.check(sent(bob), place, full(today, lipid=Stock(2, yesterday)))
    assert of(place, today).state.level == "anaesthetic"
    kits.check(sent(bob), place, full(today, adrenaline=Stock(5, yesterday)))
    assert of(place, today).state.level == "all"


def test_a_check_grows_old(bob: User) -> None:
    today, place = clock.today(), room(bob)
    kits.check(sent(bob), place, full(today))
    kit = kits.kit_in_force()
    assert of(place, today + timedelta(days=kit.warn_unchecked_days)).state.level == "warn"
    assert of(place, today + timedelta(days=kit.block_unchecked_days)).state.level == "all"


def test_a_kit_that_was_opened_is_unknown_until_it_is_counted_again(bob: User) -> None:
    today, place = clock.today(), room(bob)
    kits.check(sent(bob), place, full(today))
    kits.open_up(sent(bob), place, "Malaise d’un patient")
    found = of(place, today)
    assert found.is_opened
    assert found.state.level == "all"
    assert found.checked is not None
    kits.check(sent(bob), place, full(today))
    assert of(place, today).state.level == "fine"


def test_cards_of_another_edition_are_out_of_date(bob: User) -> None:
    today, place = clock.today(), room(bob)
    kits.check(sent(bob), place, full(today, cards=Stock(1, None, "00000000")))
    assert of(place, today).state.level == "warn"


def test_a_check_is_never_changed(bob: User) -> None:
    made = kits.check(sent(bob), room(bob), full(clock.today()))
    with pytest.raises(DatabaseError), transaction.atomic():
        KitLook.objects.filter(pk=made.pk).update(note="better")
    with pytest.raises(DatabaseError), transaction.atomic():
        KitLook.objects.filter(pk=made.pk).delete()


def test_a_check_sent_twice_is_one(bob: User) -> None:
    submission, place = sent(bob), room(bob)
    first = kits.check(submission, place, full(clock.today()))
    assert kits.check(submission, place, full(clock.today())) == first


@pytest.mark.parametrize("quantity", [-1, 1000])
def test_a_count_that_is_none_is_refused(bob: User, quantity: int) -> None:
    with pytest.raises(kits.KitRefusedError):
        kits.check(sent(bob), room(bob), full(clock.today(), saline=Stock(quantity)))


def test_two_rooms_share_a_kit_and_no_chain_of_rooms_is_made(bob: User) -> None:
    admin = person("Dora", Role.ADMINISTRATOR, bob.site)
    today = clock.today()
    first, second, third = (room(bob, name) for name in ("Salle 1", "Salle 2", "Salle 3"))
    kits.check(sent(bob), first, full(today))
    kits.serve(sent(admin), second, first)
    assert of(second, today).state.level == "fine"
    assert of(second, today).lies_in == first
    with pytest.raises(kits.KitRefusedError):
        kits.serve(sent(admin), third, second)
    with pytest.raises(kits.KitRefusedError):
        kits.serve(sent(admin), first, third)
    Room.objects.filter(pk=first.pk).update(closed=True)
    assert of(second, today).lies_in == second  # nobody is sent to a locked door


def test_only_the_administrator_places_kits(bob: User) -> None:
    first, second = room(bob), room(bob, "Salle 2")
    with pytest.raises(NotAllowedError):
        kits.serve(sent(bob), second, first)


def test_a_session_says_first_that_its_kit_was_never_checked(
    client: Client, alice: User, in_a_room: Session
) -> None:
    enter(client, alice)
    page = client.get(f"/sessions/{in_a_room.public_id}/").content.decode()
    assert "jamais été vérifiée" in page
    assert page.index("jamais été vérifiée") < page.index('id="pause"')


def test_the_page_of_a_kit_is_counted_item_by_item(client: Client, bob: User) -> None:
    place = room(bob)
    enter(client, bob)
    address = f"/kits/{place.public_id}/check/"
    assert client.post(address, {}).status_code == 422
    typed: dict[str, Any] = {"token": "5f2d2c1e-9f43-4d57-8d0a-6f3f4d1f7a10"}
    for one in kits.kit_in_force().items:
        typed[f"count_{one.id}"] = one.quantity
        typed[f"expiry_{one.id}"] = f"{clock.today() + timedelta(days=300):%d/%m/%Y}"
        typed[f"edition_{one.id}"] = kits.cards_edition().lower()
    assert client.post(address, typed).status_code == 302
    assert of(place, clock.today()).state.level == "fine"
    assert "Complète et vérifiée" in client.get("/kits/").content.decode()


def test_no_field_of_a_check_holds_what_was_read_last_time(client: Client, bob: User) -> None:
    """A date that stands there already is certified by whoever counts, and read again by nobody."""
    place = room(bob)
    kits.check(sent(bob), place, full(clock.today()))
    enter(client, bob)
    page = client.get(f"/kits/{place.public_id}/check/").content.decode()
    fields = re.findall(r'<input[^>]*name="(?:count|expiry|edition)_[^>]*>', page)
    assert len(fields) > 10
    assert not [one for one in fields if re.search(r'value="[^"]', one)]
    assert "dernière fois" in page


def test_each_state_of_an_emergency_is_named_and_leads_to_its_card_the_gravest_first(
    client: Client, alice: User
) -> None:
    enter(client, alice)
    page = client.get("/emergency/").content.decode()
    apart = page[page.index('id="apart"') : page.index("<section", page.index('id="apart"') + 1)]
    states = guided.content(load_folder()).call.telling_apart
    for one in states:
        assert one.label.fr in apart
    for leads in {one.card for one in states if one.card}:
        assert f'href="#{leads}"' in apart
        assert f'id="{leads}"' in page
    names = [one.label.fr for one in states]
    assert sorted(names, key=apart.index) == names
    assert names[0] == "Arrêt cardiaque"
    doors = re.findall(r"card-door card-(red|amber)", page)
    assert doors == sorted(doors, key=("red", "amber").index), "the red ones first"


def test_the_internal_number_of_a_hospital_stands_first_or_is_asked_for(
    client: Client, alice: User
) -> None:
    alice.role = Role.ADMINISTRATOR
    alice.save()
    enter(client, alice)
    link = "#id_emergency_number"
    assert link in client.get("/emergency/").content.decode()
    worker = client.get("/emergency/worker.js").content
    Site.objects.filter(pk=alice.site_id).update(emergency_number="poste 15 15")
    page = client.get("/emergency/").content.decode()
    assert page.index("poste 15 15") < page.index("SAMU")
    assert link not in page
    assert client.get("/emergency/worker.js").content != worker, "a kept page is kept anew"


def test_a_card_is_shown_once_these_very_words_are_signed(client: Client, alice: User) -> None:
    enter(client, alice)
    assert "adrenaline" not in client.get("/emergency/").content.decode()
    found = next(one for one in cards.standing(alice.site) if one.card.id == "anaphylaxis")
    assert not found.may_show
    cards.sign(sent(alice), alice.site, "anaphylaxis", found.sha256)
    page = client.get("/emergency/").content.decode()
    assert found.card.steps[0].says.fr in page.replace("&#x27;", "'").replace("&nbsp;", " ")
    with pytest.raises(InputError):
        cards.sign(sent(alice), alice.site, "anaphylaxis", "0" * 64)


def test_a_nurse_signs_no_card(bob: User) -> None:
    found = cards.standing(bob.site)[0]
    with pytest.raises(NotAllowedError):
        cards.sign(sent(bob), bob.site, found.card.id, found.sha256)


def test_the_edition_of_the_cards_changes_with_any_word() -> None:
    content = cards.content()
    assert len(guided.cards_edition(content)) == 8


def test_what_a_kit_is_only_warned_of_stops_no_session_and_lets_it_be_prepared(
    bob: User, in_a_room: Session, browser_of: Callable[[User], Client]
) -> None:
    """One verdict: the page warns, the pause asks the line as ever, and the nurse prepares."""
    place, today = in_a_room.appointment.room, clock.today()
    assert place is not None
    kits.check(sent(bob), place, full(today, cards=Stock(1, None, "00000000")))
    now = treatment_room.standing(bob, in_a_room)
    assert now.kit == "warn"
    assert not now.looked.red
    page = browser_of(bob).get(f"/sessions/{in_a_room.public_id}/").content.decode()
    assert "la séance continue" in page
    assert "La séance s’arrête ici" not in page
    assert 'id="preparation"' in page
    assert "voir l’avertissement plus haut" in page


@pytest.mark.parametrize("missing", ["tryptase", "lipid"])
def test_a_kit_that_lacks_something_is_said_well_by_itself_with_its_reason_and_told_in_the_report(
    alice: User, bob: User, in_a_room: Session, browser_of: Callable[[User], Client], missing: str
) -> None:
    """No press on the list answers it, a plain “yes” is refused, and the record names what it
    was."""
    place = in_a_room.appointment.room
    assert place is not None
    kits.check(sent(bob), place, full(clock.today(), **{missing: Stock(0)}))
    (lacks,) = [one.in_words.fr for one in of(place, clock.today()).state.findings]
    now = treatment_room.standing(alice, in_a_room)
    assert now.is_short_of
    lines = [one.line.id for one in now.looked.lines]
    browser = browser_of(alice)
    send(browser, "session-pause", in_a_room, together=" ".join(lines))
    assert "kit" not in treatment_room.standing(alice, in_a_room).pause.answers
    page = browser.get(f"/sessions/{in_a_room.public_id}/").content.decode()
    together = re.search(r'name="together" value="([^"]*)"', page)
    assert together is None or "kit" not in together.group(1).split()
    assert 'name="why-kit"' in page
    plain = send(browser, "session-pause", in_a_room, **{"line-kit": "yes"})
    assert plain.status_code == 422
    with pytest.raises(RecordRefusedError):
        make.answered(alice, in_a_room, kit=Pressed(safe=True))
    for who in (bob, alice):
        why = {"line-kit": "yes", "why-kit": make.WHY}
        assert send(browser_of(who), "session-pause", in_a_room, **why).status_code == 302
        record = treatment_room.standing(who, in_a_room).record
        assert record is not None
        words = Lookup(treatment_room.standing(who, in_a_room).edition, "fr")
        with override("fr"):
            said = dict(Reporter(record, words).chapters()[0].lines)
        (kit,) = [told for asked, told in said.items() if "trousse" in asked.lower()]
        assert lacks in kit
        assert make.WHY in kit
