"""A site writes its own usual mixtures: from a syringe that was signed, for any therapy."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.session.shown import Sheet
from dolenti.records import engine
from dolenti.records.models import Complaint
from dolenti.records.places import zone_of
from dolenti.stock.models import Lot
from dolenti.treatment import room, usual
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord, UsualOwn
from tests.web import room as make
from tests.web.session_page import at
from tests.web.world import administrator, clinic, colleague, sent

WHY = "Nous la donnons chaque semaine au genou."


@pytest.fixture
def session(alice: User, knee: Complaint) -> Session:
    return clinic(alice).with_complaint(knee).session


def kept(alice: User, session: Session, name: str = "Genou, la nôtre") -> UsualOwn:
    """The syringe of a session that was given and signed, kept."""
    record = make.signed_off(alice, session)
    return usual.keep(sent(alice), record, name, WHY)


def test_a_signed_syringe_is_offered_once_the_administrator_switches_it_on(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    made = kept(alice, session)
    site, complaint = alice.site, session.course.complaint
    assert usual.offered(site, zone_of(complaint), "infiltration") == ()
    rene = administrator(alice.site, "Rene")
    usual.switch(sent(rene), site, made.public_id, on=True, reason="Décidé en réunion de service.")
    (one,) = usual.offered(site, zone_of(complaint), "infiltration")
    assert (one.id, one.label.fr) == (made.public_id, "Genou, la nôtre")
    assert usual.offered(site, "elbow", "infiltration") == ()
    assert usual.offered(site, zone_of(complaint), "mesotherapy") == ()
    lots = list(Lot.objects.filter(item__kind="product"))
    (lot,) = usual.lots_for(one, lots)
    assert lot is not None
    usual.switch(sent(rene), site, made.public_id, on=False, reason="Plus personne ne l’emploie.")
    assert usual.offered(site, zone_of(complaint), "infiltration") == ()


def test_it_is_kept_on_the_page_of_the_signed_session_and_listed_at_the_site(
    alice: User, session: Session, browser_of: Callable[[User], Client]
) -> None:
    make.signed_off(alice, session)
    browser = browser_of(alice)
    assert at("session-usual", session) in browser.get(at("session", session)).content.decode()
    said = {"token": str(uuid.uuid4()), "name": "Genou", "reason": WHY}
    answer = browser.post(at("session-usual", session), said)
    assert answer.status_code == 302
    assert UsualOwn.objects.get().name == "Genou"
    said["token"] = str(uuid.uuid4())
    again = browser.post(at("session-usual", session), said)
    assert again.status_code == 422
    listed = browser_of(administrator(alice.site, "Rene")).get("/site/mixtures/").content.decode()
    assert "Écrit par le site" in listed


def test_only_a_signed_syringe_is_kept_and_only_by_who_may_give(
    alice: User, session: Session
) -> None:
    make.given_in(alice, session)
    record = SessionRecord.objects.get(session=session)
    with pytest.raises(RecordRefusedError, match="signed session"):
        usual.keep(sent(alice), record, "x", WHY)


def test_what_was_kept_stays(alice: User, session: Session) -> None:
    made = kept(alice, session)
    bob = colleague(alice, "Bob", Role.NURSE)
    with pytest.raises(NotAllowedError):
        usual.keep(sent(bob), SessionRecord.objects.get(session=session), "y", WHY)
    with pytest.raises(DatabaseError), transaction.atomic():
        UsualOwn.objects.filter(pk=made.pk).update(name="z")


def test_the_syringe_of_the_next_session_begins_from_it(alice: User, session: Session) -> None:
    made = kept(alice, session)
    reason = "Décidé en réunion de service."
    usual.switch(
        sent(administrator(alice.site, "Rene")), alice.site, made.public_id, on=True, reason=reason
    )
    sheet = Sheet(room.standing(alice, session), lookup(engine.edition_in_force(), "fr"), alice)
    (own,) = (one for one in sheet.favourites() if one.id == made.public_id)
    again = sheet._of_usual(own, sheet.lots)
    assert again.usual == made.public_id
    assert [one.volume for one in again.drawn] == [
        one.volume for one in sheet.now.preparation.drawn
    ]
