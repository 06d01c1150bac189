"""Who may not write, writes nothing, whichever door they come by: asked of every service."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone

from dolenti.access import accounts, clock, trail
from dolenti.access.actors import Actor, OtherActor, worker_at
from dolenti.access.models import AuditEntry, Clinic, Site, User
from dolenti.access.roles import Kind, Permission, Role
from dolenti.access.writing import NotAllowedError, writing
from dolenti.agenda import premises
from dolenti.agenda.appointments import Booking
from dolenti.agenda.models import Absence, Appointment, Closure, Room
from dolenti.calendar.moments import lasting
from dolenti.clinic.letters.gathering import Gatherer
from dolenti.diary import (
    answers,
    consenting,
    following,
    history,
    links,
    mistaken,
    quiet_days,
    reaching,
    telling,
    visiting,
    wishing,
)
from dolenti.diary.answers import Sent
from dolenti.diary.models import Alert, Code, ConsentReply, Link, Message, Wish
from dolenti.diary.reading import PROBLEM
from dolenti.diary.wishing import Wished
from dolenti.followup import planned, rehabilitating, tapering
from dolenti.followup.deciding import key_of
from dolenti.followup.going import going
from dolenti.guideline import consent as text
from dolenti.guideline.facts import Unread
from dolenti.guideline.knowledge import Text, Therapy
from dolenti.identity.person import Identity
from dolenti.ledger import drafts
from dolenti.ledger.once import Submission
from dolenti.letters.writing import About
from dolenti.readiness import cards
from dolenti.readiness.kits import Counted
from dolenti.records import engine
from dolenti.records.facts import stating
from dolenti.records.facts.allergens import Allergy
from dolenti.records.files import intake
from dolenti.records.judging import (
    asking,
    assessing,
    choosing,
    complaints,
    imaging,
    verdict_changes,
)
from dolenti.records.judging.questions import questions_of, sheet_in_force
from dolenti.records.models import Assessment, Complaint, Contact, Meaning, Patient, Statement
from dolenti.records.patients import (
    contacting,
    medicating,
    merging,
    noting,
    people,
    reconciling,
)
from dolenti.rights.copy_requests import For
from dolenti.rights.erasure_requests import Asked
from dolenti.safety import reports
from dolenti.safety.events import Told
from dolenti.serum import at_session, opening, temperature, withdrawing
from dolenti.serum.giving import Given
from dolenti.serum.identity import Proof
from dolenti.stock import life
from dolenti.stock.lots import Arrival, Record
from dolenti.stock.models import Lot
from dolenti.treatment import consents, laying, letterhead, photos, quotations, recording
from dolenti.treatment.content import Happened, Injected
from dolenti.treatment.courses import Plan
from dolenti.treatment.feeling import Found
from dolenti.treatment.fees import Price
from dolenti.treatment.models import Course, Fee, Session, SessionRecord
from tests.people import put_in_role
from tests.questionnaires import rarely_asked
from tests.web import room
from tests.web.cryo import FREEZE
from tests.web.diary import (
    BACK,
    aftercare_link,
    awaited,
    code_of,
    no_pdf,
    opened,
    to_read,
    told_at_home,
)
from tests.web.letters import awaited as reply_awaited
from tests.web.letters import somebody, wanted
from tests.web.merges import asked_for, merged
from tests.web.safety import raised_by, report_due, told_of
from tests.web.serum import HOUR, Bench, course_of_serum, log_of, out_for, session_now, standing
from tests.web.serum import code_of as label_code_of
from tests.web.services import writing_services
from tests.web.stock import LIDOCAINE, NEEDLES, in_stock, letter_to, recalled, stocked, used
from tests.web.world import (
    CAUTION,
    KNEE,
    PAUL,
    SPEAKING,
    STROKES,
    THERAPY,
    administrator,
    allow,
    assessed,
    begun,
    colleague,
    complaint_of,
    exercises_for,
    named,
    namesake,
    no_document,
    of_old,
    open_every_weekday,
    person,
    proposed,
    recorded,
    referred,
    registered,
    sent,
    signed,
    slot,
    workday,
)
from tests.web.world import (
    state as say,
)

pytestmark = pytest.mark.any_database

NO_SERVICE = {
    "access.accounts.go_to": "where one works oneself: one's memberships decide",
    "access.accounts.answer": "an invitation of one's own: whom it names decides",
    "records.patients.care.entrust_if_allowed": "does nothing where one may not: `take` asks",
    "records.patients.care.take_if_needed": "asks only where it puts somebody in care: `take` asks",
    "records.patients.merging.join": "inside the transaction of whoever merges, who asks for it",
    "serum.steps.write": "inside the transaction of the event, which asks for the right",
    "serum.steps.note": "inside the transaction of the event, which asks for the right",
    "serum.volumes.correct": "inside the transaction of whoever confirms, who asks for the right",
    "serum.temperature.look_at_box": "inside the transaction of a step, which asks for the right",
    **dict.fromkeys(
        (
            "serum.temperature.look_at_boxes",
            "serum.temperature.look_at_freezer",
            "serum.temperature.look_at_tubes",
            "serum.temperature.touch_tube",
            "serum.temperature.touch_unit",
        ),
        "inside the transaction of an import or a withdrawal, which asks for the right",
    ),
    "safety.events.written": "inside the transaction of whoever tells it, who asks for the right",
    "safety.events.taken_out": "inside the transaction of whoever says so, who asks for the right",
    "safety.alarms.watch": "follows from an event, inside the transaction that tells it",
    "diary.alerts.watch": "follows from an answer, inside the transaction that takes it",
    "diary.alerts.watch_not_me": "follows from a press, inside the transaction that ends the link",
    "diary.alerts.watch_declined": "follows from a press on the phone, inside its transaction",
    "diary.alerts.watch_written": "follows from a text, inside the transaction that keeps it",
    "diary.links.lay_anew": "inside the transaction of whoever sends it",
    "diary.alerts.watch_returned": "follows from a mail that came back, inside its transaction",
    "diary.reminding.look_into": "follows from a message that is not there, inside its transaction",
    "diary.alerts.watch_unreached": "follows from a message that bounced, inside its transaction",
    "diary.telling.send_after_signing": "follows from a signature, inside its transaction",
    "diary.giving_way.give_way": "follows from a message sent by hand, inside its transaction",
    "diary.alerts.watch_wish": "follows from a press, inside the transaction that settles it",
    "diary.wishing.settle_done": "settles what the agenda shows to be done: `settle` asks",
    "diary.alerts.watch_history": "follows from a history, inside the transaction that takes it",
    "diary.codes.lay": "inside the transaction of whoever sends it, who asks for the right",
    "diary.codes.take": "inside the transaction of what it opens, which asks for the right",
    "treatment.consents.keep": "inside the transaction of a signature, which asks for the right",
    "diary.links.lay": "inside the transaction of whoever asks or reminds, who asks for the right",
    "diary.links.lay_all": "inside the transaction of a run, which asks for the right",
    "records.files.waiting_files.receiver": "writes when what it gives is called: `receive` asks",
}
AT_THEIR_OWN_SITE = {
    "records.facts.meanings.remember",
    "records.files.arrivals.receive",
    "records.files.waiting_files.hold",
    "records.files.waiting_files.release",
    "records.judging.attestations.attest",
    "records.patients.registering.register",
    "stock.items.add",
    "serum.opening.open_chain",
    "serum.opening.close_chain",
    "serum.temperature.add_place",
}
"""What makes something new at the actor's own site, and so no stranger's there: who may do it
here may do it there."""
TODAY = clock.today
NOW = timezone.now
SPEAKING_ITEM = "allergy|POUDRE DE PERLIMPINPIN"
ITEM = Unread(
    SPEAKING_ITEM, "allergy", "poudre", Text(fr="?", en="?"), ("allergy",), understood=False
)


KENACORT = Allergy("KENACORT", members=("corticosteroid",))
AGREED = tapering.Agreed(
    "Sleep better.", "Dr Roux", (tapering.Planned(date(2027, 1, 4), "one less at noon"),)
)
X_RAY = {"kind": "radiograph", "done": "2026-03", "side": "right", "finding": "narrowed"}
NOTED = {"day": date(2026, 3, 2), "note": "better"}
DOLIPRANE = medicating.Named("DOLIPRANE 1000 mg", medicating.answered([]))


@pytest.fixture
def world(standing: Any) -> Any:
    return standing.made


@pytest.fixture
def bob(world: Any) -> User:
    found: User = world.bob
    return found


@pytest.fixture
def ada(world: Any) -> User:
    found: User = world.ada
    return found


def made_once(alice: User) -> SimpleNamespace:
    """North on a working day: something for every service to be about."""
    site = alice.site
    bob, ada = person("Bob", Role.NURSE, site), person("Ada", Role.AUDITOR, site)
    open_every_weekday(site)
    allow(alice)
    knee = named(complaint_of(alice))
    stored = assessed(alice, knee)
    course = begun(alice, stored)
    cautious = assessed(alice, named(complaint_of(alice, CAUTION)))
    other = registered(alice, PAUL)
    rene = administrator(site, "Rene")
    dora = colleague(alice)
    closed = registered(dora, PAUL, reference="N-99", identity=someone("Closed"))
    day = TODAY() + timedelta(days=30)
    contact = contacting.add(sent(alice), knee.patient, {"kind": "self", "phone": "0102030405"})
    assert isinstance(contact, Contact)
    medicine = medicating.add(sent(alice), knee.patient, DOLIPRANE, {}, TODAY())
    absent = Absence.objects.create(
        user=alice, start=timezone.now() + timedelta(days=60),
        end=timezone.now() + timedelta(days=61),
    )  # fmt: skip
    old = of_old(registered(alice, PAUL, identity=someone("Old")), 25)
    left = person("Left", Role.NURSE, site)
    left.memberships.update(ended_at=timezone.now())
    forgotten = drafts.hold(bob, "contact-new", {})
    type(forgotten).objects.filter(pk=forgotten.pk).update(
        updated_at=timezone.now() - timedelta(days=99)
    )
    five = begun(alice, possible(alice), days=[workday(n) for n in (21, 28, 35, 42, 49)])
    ending = begun(alice, possible(alice), days=[workday(56)])
    for one in (five, ending):
        signed(alice, one)
        one.refresh_from_db()
        consents.activate(alice, one, one.version)
        one.refresh_from_db()
    held = Appointment.objects.filter(session__course=five)
    held.update(state="arrived", arrived_at=timezone.now())
    gone_session = held.order_by("-pk")[0]
    Appointment.objects.filter(pk=gone_session.pk).update(state="cancelled")
    gone_session.refresh_from_db()
    Appointment.objects.filter(session__course=ending).update(state="done")
    sessions = list(five.sessions.order_by("number"))
    delivered = room.give(alice, room.ready(alice, sessions[2]))
    lidocaine = room.lot_of(alice, room.LIDOCAINE)  # a second steroid would stop the pause
    room.drawn_up(alice, sessions[3], lot=lidocaine)
    record = recorded(alice, sessions[3])
    prepared = room.ready(alice, sessions[1], lot=lidocaine)
    photo = photos.add(sent(alice), sessions[1], room.a_photo(), agreed=True)
    plannable = possible(alice)
    here = Clinic.objects.create(name="House")
    site.clinic, elsewhere = here, Site.objects.create(name="East", clinic=here)
    site.save()
    ivy, joe = (person(name, Role.NURSE, elsewhere) for name in ("Ivy", "Joe"))
    joined = merged(
        alice, *(registered(alice, PAUL, identity=someone(name)) for name in ("Kept", "Gone"))
    )
    first = registered(alice)
    alike = first, namesake(alice, first)
    apart = (registered(alice, PAUL, identity=someone(name)) for name in ("Left", "Right"))
    second = begun(alice, assessed(alice, named(complaint_of(alice))), days=[workday(14)])
    consent = signed(alice, second)

    def visit(start: timedelta, state: str = "planned") -> Appointment:
        at = timezone.now() + start
        return Appointment.objects.create(
            site=site, patient=knee.patient, kind="consultation", practitioner=alice, start=at,
            end=at + timedelta(minutes=10), state=state, author=alice,
        )  # fmt: skip

    return SimpleNamespace(
        today=visit(timedelta(seconds=-1)), ahead=visit(timedelta(days=3)),
        arrived=visit(timedelta(seconds=-2), "arrived"), gone=visit(timedelta(-3), "cancelled"),
        ending=ending, sessions=sessions, prepared=prepared, delivered=delivered,
        frozen_at=frozen_at(delivered),
        record=record, gone_session=gone_session, photo=photo,
        choice=choosing.choose(alice, plannable, THERAPY, TODAY()),
        product=laying.products_for(therapy(), TODAY())[0].id,
        ivy=ivy, invitation=accounts.invite(rene, joe, Role.NURSE),
        alice=alice, bob=bob, ada=ada, worker=worker_at(site),
        auditor=person("Otto", Role.AUDITOR, site),
        rene=rene, dora=dora, site=site, knee=knee, stored=stored,
        patient=knee.patient, course=course, cautious=cautious, other=other, closed=closed,
        contact=contact, medicine=medicine, imaging=imaging.add(sent(alice), knee, X_RAY, TODAY()),
        note=noting.write(sent(alice), knee.patient, NOTED, TODAY()),
        absent=absent, old=old, left=left, merged=joined, day=day,
        alike=alike, to_merge=asked_for(*apart),
        consent=consent, signed_course=consent.course,
        fresh=complaint_of(alice), speaking=complaint_of(alice, SPEAKING),
        answered=(answered := complaint_of(alice)),
        press=a_press(alice, answered), held=first_held(alice, knee),
        meaning=Meaning.objects.create(site=site, item="medicine|X", says="X", author=alice),
        oldest=of_old(registered(alice, PAUL, identity=someone("Oldest")), 30),
        referral=referred(stored),
        room=Room.objects.create(site=site, name="Room 1"),
        closure=Closure.objects.create(site=site, first=day, last=day),
        fee=Fee.objects.create(site=site, label="Act", cents=9000),
        privilege=allow(dora),
        opening=closed.openings.create(
            user=alice, reason="x", ends_at=timezone.now() + timedelta(minutes=50)
        ),
        seen_opening=other.openings.create(user=dora, reason="x", ends_at=timezone.now()),
        proposal=proposed(rene, registered(alice, PAUL, identity=someone("Proposed"))),
        own_proposal=proposed(administrator(site, "Sara"), old),
        read=intake.read(KNEE.encode(), "case.yaml", engine.edition_in_force(), TODAY()),
        notice=next(n.id for n in engine.edition_in_force().notices if n.attestation),
        definition=stating.definition_of("weight"),
        waiting=drafts.hold(alice, "waiting-file", {}),
        item=stocked(bob), lot=in_stock(bob), held_lot=quarantined_lot(bob),
        use=used(bob, knee.patient, in_stock(bob)), gone_lot=gone_lot(bob, knee.patient),
        letter=letter_to(bob, knee.patient),
        report=report_due(told_of(knee.patient, alice)),
        event=told_of(knee.patient, alice), alarm=raised_by(knee.patient, alice),
        reply=reply_awaited(alice, knee), about=About(somebody(knee).patient, somebody(knee)),
        **of_serum(alice, bob),
        **of_a_phone(alice, course), **of_home(alice), **of_reading(alice), **of_leaflet(alice),
        taper=tapering.begin(sent(alice), knee.patient, AGREED),
        **of_exercises(alice, cautious.complaint, possible(alice).complaint),
    )  # fmt: skip


def last_said(complaint: Complaint, fact: str) -> str:
    """The key of what was last said of a fact, as a page carries it."""
    found = Statement.objects.filter(patient=complaint.patient, fact=fact).order_by("pk").last()
    return str(found.pk) if found else ""


def of_a_phone(alice: User, course: Course) -> dict[str, Any]:
    """A link that the patient of a course opened, and the alert that an answer by it raised."""
    reaching.reach(sent(alice), course.patient, "sms")
    made = links.make(alice, course, "baseline", "first")
    link = links.open_(made.token, course.patient.birth_date, "192.0.2.1")
    problem = Sent(uuid.uuid4(), {"signs": ["other"]}, PROBLEM)
    answers.receive(links.patient_by(link), link, problem)
    alert = Alert.objects.get(course=course)
    contacting.add(sent(alice), course.patient, {"kind": "self", "email": "paul@example.org"})
    say(alice, course.patient, **{"protected-adult": False})
    telling.send_code(links.patient_by(link), link, Code.Use.CURVE)
    return {
        "link": link, "by_link": links.patient_by(link), "alert": alert,
        "curve_code": code_of(link, Code.Use.CURVE),
    }  # fmt: skip


def to_another(link: Link) -> Link:
    """The same link as if it led to another question: its own then waits beside."""
    other = copy.copy(link)
    other.window = "another"
    return other


def MUCH_LATER() -> datetime:  # noqa: N802 - as NOW is
    """When what was awaited is late, and no freezer was read for long."""
    return NOW() + timedelta(days=400)


def once_due(world: Any, done: Callable[[str], Any]) -> Any:
    """What is done once the beginning is due, by the key of that question."""
    found = following.due_of(world.course, timezone.now())
    first = next(one for one in found if one.window.id == "baseline")
    with time_machine.travel(max(first.due, timezone.now()) + timedelta(minutes=1)):
        return done(f"{world.course.public_id}/baseline/{first.anchor}")


def of_home(alice: User) -> dict[str, Any]:
    """A back that hurts: its patient opened the link to its questions, and told something."""
    back = named(complaint_of(alice, BACK))
    contacting.add(sent(alice), back.patient, {"kind": "self", "phone": "0102030405"})
    reaching.reach(sent(alice), back.patient, "sms")
    ahead = awaited(alice, back)
    home = opened(links.make_for_history(alice, back, ahead))
    told_at_home(home, {"diabetes": "none"})
    visit = opened(links.make_for_appointment(alice, ahead))
    by_home = links.patient_by(home)
    return {
        "back": back, "back_ahead": ahead, "home": home, "by_home": by_home, "visit": visit,
        "wish": wishing.wish(by_home, visit, wishing.Wished(Wish.Kind.ANOTHER), 1),
    }  # fmt: skip


def of_leaflet(alice: User) -> dict[str, Any]:
    """A session that was given, whose patient reads its leaflet by SMS."""
    leaflet = aftercare_link(alice, days=224).link
    session = leaflet.session
    assert session is not None
    contacting.add(sent(alice), session.course.patient, {"kind": "self", "phone": "0102030405"})
    reaching.reach(sent(alice), session.course.patient, "sms")
    return {"leaflet_of": session, "leaflet": leaflet}


def of_reading(alice: User) -> dict[str, Any]:
    """Two texts read at home: one about to be signed, its code sent; one asked about."""
    text, other = opened(to_read(alice, days=203)), opened(to_read(alice, days=210))
    reaching.reach(sent(alice), text.patient, "sms")
    telling.send_code(links.patient_by(text), text, Code.Use.SIGN)
    reply = consenting.ask(links.patient_by(other), other, "For how long?")
    mistaken.say(links.patient_by(other), other, opened=True)
    mailed = Message.objects.create(
        patient=text.patient, link=text, kind="to-keep", channel="mail", key=uuid.uuid4(),
        state=Message.State.SENT, day=timezone.localdate(),
        sent_to=reaching.mark_of(reaching.address_of(text.patient, "mail")),
    )  # fmt: skip
    return {
        "mailed": mailed,
        "text": text, "by_text": links.patient_by(text), "text_code": code_of(text),
        "consent_reply": reply, "doubt": Alert.objects.get(link=other),
    }  # fmt: skip


def answered_of(world: Any) -> Any:
    """A question about the text of a patient who has a way; not written here."""
    return ConsentReply(
        patient=world.text.patient, course=world.text.course, link=world.text, kind="question",
        text="How long?",
    )  # fmt: skip


def at_noon_do(f: Any, *given: Any) -> Any:
    """Do it within the hours of messages."""
    noon = timezone.localtime(timezone.now(), ZoneInfo("Europe/Paris")).replace(hour=12)
    with time_machine.travel(noon):
        return f(*given)


def of_exercises(alice: User, first: Complaint, second: Complaint) -> dict[str, Any]:
    """A plan of exercises that is proposed, as it is written, and one that is accepted."""
    exercises, other = exercises_for(alice, first), exercises_for(alice, second)
    return {
        "exercises": exercises,
        "exercise_words": replace(planned.written_of(exercises), goals="Garden again"),
        "accepted_exercises": rehabilitating.accept(alice, other, other.version, NOW()),
    }


def when_asked(course: Course) -> datetime:
    """A day and hour at which the patient is told of the question before the first session."""
    due = following.window_of(course, "baseline", "first", timezone.now())
    assert due is not None
    at = timezone.localtime(due.opens, ZoneInfo(course.site.time_zone)) + timedelta(days=1)
    while quiet_days.closed_at(course.site)(at.date()):
        at += timedelta(days=1)
    return at.replace(hour=11)


def a_form(link: Link) -> Sent:
    """What the phone sends of the form that it opened."""
    assert link.form_key is not None
    return Sent(link.form_key, {"pain-24h": "6"}, link.window)


def of_serum(alice: User, bob: User) -> dict[str, Any]:
    """The laboratory of the site, with something at each step."""
    course = course_of_serum(alice)
    bench = Bench(None, alice, bob)
    found = standing(bench, course)
    bench.incubator_2 = temperature.add_place(sent(bob), "incubator", "Étuve 2")  # type: ignore[attr-defined]
    now = timezone.now()

    def proof(name: str = "", *, spoken: bool = False) -> Proof:
        if not name:
            return Proof(born=course.patient.birth_date, spoken=spoken)
        return bench.proof(getattr(found, name), spoken=spoken)

    session = session_now(course)
    out_for(session, found.thawed, bob)
    found.draw = bench.tested(found.draw)
    start = now - timedelta(hours=9)
    logs = [
        temperature.take_in(sent(bob), bench.box, log_of(start, start + n * HOUR, -20, HOUR / 4))
        for n in (1, 2, 3)
    ]
    return {
        "log_in": logs[0],
        "to_drop": withdrawing.propose(sent(bob), logs[1], "another box"),
        "to_confirm": withdrawing.propose(sent(bob), logs[2], "another box"),
        "next_session": session_now(course, beside=session),
        "serum": found,
        "proof": proof,
        "session": session,
        "said": opening.Said("LILA", "another advice", TODAY(), "agreed", alice, "a letter"),
        "log": log_of(now - timedelta(hours=1), now, -20, timedelta(minutes=15)),
    }


def a_card(site: Site) -> tuple[str, str]:
    """An emergency card, and the hash of its words."""
    found = cards.standing(site)[0]
    return found.card.id, found.sha256


def quarantined_lot(user: User) -> Lot:
    """A lot in quarantine."""
    lot = in_stock(user)
    return life.quarantine(user, lot, lot.version, "cloudy")


def gone_lot(user: User, patient: Patient) -> Lot:
    """A recalled lot, of which nobody was told yet."""
    lot = in_stock(user)
    used(user, patient, lot, record="g" * 16)
    return recalled(user, lot)


def someone(name: str) -> Identity:
    some = sum(map(ord, name))  # of another day each: nobody is taken for somebody else
    return Identity(name, name, date(1951 + some % 40, 1 + some % 12, 1 + some % 28), "female")


def possible(user: User) -> Assessment:
    """An assessment by which a therapy is possible, of somebody else each time."""
    return assessed(user, named(complaint_of(user)))


def therapy() -> Therapy:
    return next(t for t in engine.edition_in_force().therapies if t.id == THERAPY)


def seen_text(world: Any) -> str:
    said = consents.words_for(world.course, TODAY())
    return text.digest(said, consents.language_of(world.course))


def first_row(user: User, complaint: Complaint) -> asking.RowPress:
    """The first row of the page, as it stands there."""
    seen = assessing.look(user, complaint, TODAY())
    rest = questions_of(seen, complaint, ["infiltration"], TODAY()).rows[0].rest
    return asking.RowPress(
        rest.name, tuple(map(str, rest.refs)), rest.sentence("fr"), rest.button.fr, "fr"
    )


def first_held(user: User, complaint: Complaint) -> asking.ConfirmPress:
    """What the record holds beside a row of the page."""
    seen = assessing.look(user, complaint, TODAY())
    for state in questions_of(seen, complaint, ["infiltration"], TODAY()).rows:
        if held := state.to_confirm(sheet_in_force()):
            return asking.ConfirmPress(state.row.name, tuple(map(asking.holding, held)))
    raise AssertionError("the record holds nothing")


def a_press(user: User, complaint: Complaint) -> uuid.UUID:
    """A row that was just answered."""
    pressed = sent(user)
    asking.answer_row(pressed, complaint, first_row(user, complaint), ["infiltration"], TODAY())
    return pressed.token


Call = Callable[[Any, Callable[..., Any], Actor, Submission], Any]


def frozen_at(record: SessionRecord) -> Session:
    """A session that was given, as if a nerve had been frozen at it, and its patient had left."""
    said = room.kept(Injected(freezing=FREEZE))
    happened = {**record.happened, "untested_why": "Reparti avant les 15 minutes."}
    SessionRecord.objects.filter(pk=record.pk).update(injected=said, happened=happened)
    return record.session


EXAMPLES: dict[str, tuple[str, Call]] = {
    "access.accounts.add": ("rene", lambda w, f, a, s: f(a, "n@example.org", "N", Role.NURSE)),
    "access.accounts.change_rpps": ("rene", lambda w, f, a, s: f(a, w.bob, "10000000009")),
    "access.accounts.change_role": ("rene", lambda w, f, a, s: f(a, w.bob, Role.SECRETARY)),
    "access.accounts.leave": ("rene", lambda w, f, a, s: f(a, w.bob)),
    "access.accounts.come_back": ("rene", lambda w, f, a, s: f(a, w.left)),
    "access.accounts.forget_second_step": ("rene", lambda w, f, a, s: f(a, w.bob, "known")),
    "records.facts.stating.state": (
        "alice",
        lambda w, f, a, s: f(
            s, w.patient, w.definition, stating.Said(80, TODAY(), Statement.SaidBy.CLINICIAN)
        ),
    ),
    "records.facts.meanings.remember": (
        "alice",
        lambda w, f, a, s: f(s, ITEM, ["anticoagulant=vka"]),
    ),
    "records.files.arrivals.add_to": (
        "alice",
        lambda w, f, a, s: f(s, w.patient, KNEE.encode(), w.read, TODAY(), another=True),
    ),
    "records.facts.meanings.end": ("alice", lambda w, f, a, s: f(s, w.meaning)),
    "records.files.arrivals.receive": (
        "alice",
        lambda w, f, a, s: f(s, KNEE.encode(), w.read, TODAY()),
    ),
    "records.files.waiting_files.hold": ("alice", lambda w, f, a, s: f(a, KNEE.encode(), w.read)),
    "records.files.waiting_files.release": (
        "alice",
        lambda w, f, a, s: f(a, w.waiting.public_id),
    ),
    "records.judging.assessing.answer": (
        "alice",
        lambda w, f, a, s: f(s, w.knee, {"weight": 81}, TODAY()),
    ),
    "records.judging.assessing.answer_item": (
        "alice",
        lambda w, f, a, s: f(s, w.speaking, SPEAKING_ITEM, [], TODAY()),
    ),
    "records.judging.asking.answer_row": (
        "alice",
        lambda w, f, a, s: f(s, w.fresh, first_row(w.alice, w.fresh), ["infiltration"], TODAY()),
    ),
    "records.judging.asking.confirm": (
        "alice",
        lambda w, f, a, s: f(s, w.knee, w.held, ["infiltration"], TODAY()),
    ),
    "records.judging.asking.answer_question": (
        "alice",
        lambda w, f, a, s: f(s, w.knee, "fever", True, last_said(w.knee, "fever"), TODAY()),
    ),
    "records.judging.assessing.take_back": (
        "alice",
        lambda w, f, a, s: f(s, w.answered, ["fever"], w.press, TODAY()),
    ),
    "records.judging.asking.undo": (
        "alice",
        lambda w, f, a, s: f(s, w.answered, w.press, TODAY()),
    ),
    "records.judging.assessing.store_assessment": (
        "alice",
        lambda w, f, a, s: f(
            s, w.knee, TODAY(), assessing.look(w.alice, w.knee, TODAY()).fingerprint
        ),
    ),
    "records.judging.attestations.attest": ("alice", lambda w, f, a, s: f(a, w.notice)),
    "records.judging.verdict_changes.find": (
        "worker",
        lambda w, f, a, s: _judged_by_another(f, a),
    ),
    "records.judging.complaints.describe": (
        "alice",
        lambda w, f, a, s: f(s, w.patient, {"zone": "knee"}),
    ),
    "records.judging.complaints.change": (
        "alice",
        lambda w, f, a, s: f(a, w.knee, 1, {"note": "x"}),
    ),
    "records.judging.complaints.resolve": (
        "alice",
        lambda w, f, a, s: f(a, w.knee, 1, resolved=True),
    ),
    "records.judging.complaints.mark_in_error": (
        "alice",
        lambda w, f, a, s: f(a, w.knee, 1, "mistake"),
    ),
    "records.judging.imaging.add": ("alice", lambda w, f, a, s: f(s, w.knee, X_RAY, TODAY())),
    "records.judging.imaging.change": (
        "alice",
        lambda w, f, a, s: f(a, w.imaging, 1, {"finding": "normal"}, TODAY()),
    ),
    "records.judging.imaging.withdraw": (
        "alice",
        lambda w, f, a, s: f(a, w.imaging, 1, "wrong patient", TODAY()),
    ),
    "records.judging.passings.go_past": (
        "alice",
        lambda w, f, a, s: f(s, w.cautious, THERAPY, "discussed at length"),
    ),
    "records.judging.referrals.close": ("alice", lambda w, f, a, s: f(a, w.referral, 1, "seen")),
    "records.patients.noting.write": ("alice", lambda w, f, a, s: f(s, w.patient, NOTED, TODAY())),
    "records.patients.noting.change": (
        "alice",
        lambda w, f, a, s: f(a, w.note, 1, {"note": "well"}, TODAY()),
    ),
    "records.patients.noting.withdraw": (
        "alice",
        lambda w, f, a, s: f(a, w.note, 1, "wrong patient"),
    ),
    "records.patients.care.take": ("alice", lambda w, f, a, s: f(a, w.patient, w.dora)),
    "records.patients.care.entrust": ("alice", lambda w, f, a, s: f(a, w.patient, w.dora)),
    "records.patients.care.leave": ("alice", lambda w, f, a, s: f(a, w.patient, w.alice)),
    "records.patients.allergies.add": (
        "alice",
        lambda w, f, a, s: f(s, w.patient, KENACORT, Statement.SaidBy.PATIENT, TODAY()),
    ),
    "records.patients.contacting.add": (
        "alice",
        lambda w, f, a, s: f(s, w.patient, {"kind": "self"}),
    ),
    "records.patients.contacting.change": (
        "alice",
        lambda w, f, a, s: f(a, w.contact, 1, {"phone": "1"}),
    ),
    "records.patients.contacting.end": ("alice", lambda w, f, a, s: f(a, w.contact, 1)),
    "records.patients.medicating.add": (
        "alice",
        lambda w, f, a, s: f(s, w.patient, DOLIPRANE, {}, TODAY()),
    ),
    "records.patients.reconciling.reconcile": (
        "alice",
        lambda w, f, a, s: f(
            s, w.patient,
            {w.medicine.public_id: reconciling.Line("taken", w.medicine.version)}, TODAY(),
        ),
    ),
    "records.patients.medicating.change": (
        "alice",
        lambda w, f, a, s: f(a, w.medicine, 1, {"dose": "1/j"}, TODAY()),
    ),
    "records.patients.merge_proposals.confirm": ("alice", lambda w, f, a, s: f(a, w.to_merge)),
    "records.patients.merge_proposals.drop": ("rene", lambda w, f, a, s: f(a, w.to_merge)),
    "records.patients.merge_proposals.propose": (
        "alice",
        lambda w, f, a, s: f(s, w.patient, w.other, "same card", merging.TRAITS),
    ),
    "records.patients.merging.merge": (
        "alice",
        lambda w, f, a, s: f(s, *w.alike, "same card", merging.TRAITS),
    ),
    "records.patients.merging.unmerge": (
        "alice",
        lambda w, f, a, s: f(a, w.merged, "another person"),
    ),
    "records.patients.opening.break_glass": (
        "alice",
        lambda w, f, a, s: f(s, w.old, "on call tonight"),
    ),
    "records.patients.opening.end": ("alice", lambda w, f, a, s: f(a, w.opening)),
    "records.patients.opening.review": ("ada", lambda w, f, a, s: f(a, w.seen_opening, "fine")),
    "records.patients.registering.register": (
        "alice",
        lambda w, f, a, s: f(s, people.Person(someone("New"))),
    ),
    "records.patients.registering.change": (
        "alice",
        lambda w, f, a, s: f(a, w.other, 1, people.Person(someone("Renamed"))),
    ),
    "records.patients.registering.mark_in_error": (
        "alice",
        lambda w, f, a, s: f(a, w.other, 1, "twice"),
    ),
    "stock.items.add": ("bob", lambda w, f, a, s: f(s, LIDOCAINE)),
    "stock.items.change": ("bob", lambda w, f, a, s: f(s, w.item, 1, replace(NEEDLES, minimum=9))),
    "stock.items.close": ("bob", lambda w, f, a, s: f(s, w.item, 1, closed=True)),
    "stock.lots.receive": ("bob", lambda w, f, a, s: f(s, w.item, Arrival("N1", 5, w.day))),
    "stock.lots.uses": (
        "bob",
        lambda w, f, a, s: f(a, w.patient, Record("x", "y"), {w.lot: 1}),
    ),
    "stock.lots.give_back": ("bob", lambda w, f, a, s: f(a, w.use, "it broke")),
    "stock.lots.count": ("bob", lambda w, f, a, s: f(s, w.lot, 10, "")),
    "stock.lots.discard": ("bob", lambda w, f, a, s: f(s, w.lot, 1, "it broke")),
    "stock.life.quarantine": ("bob", lambda w, f, a, s: f(a, w.lot, w.lot.version, "cloudy")),
    "stock.life.free": ("bob", lambda w, f, a, s: f(a, w.held_lot, w.held_lot.version, "fine")),
    "stock.life.recall": (
        "bob",
        lambda w, f, a, s: f(a, w.lot, w.lot.version, "maker", "call us"),
    ),
    "stock.letters.write": ("bob", lambda w, f, a, s: f(s, w.gone_lot, lambda _: None)),
    "stock.letters.send": ("bob", lambda w, f, a, s: f(a, w.letter, w.letter.version)),
    "stock.letters.reach": ("bob", lambda w, f, a, s: f(a, w.letter, w.letter.version, "by phone")),
    "stock.letters.lose": ("bob", lambda w, f, a, s: f(a, w.letter, w.letter.version, "no answer")),
    "readiness.kits.check": ("bob", lambda w, f, a, s: f(s, w.room, Counted({}))),
    "readiness.kits.open_up": ("bob", lambda w, f, a, s: f(s, w.room, "a faint")),
    "readiness.kits.serve": ("rene", lambda w, f, a, s: f(s, w.room, w.room)),
    "readiness.cards.sign": ("alice", lambda w, f, a, s: f(s, w.room.site, *a_card(w.room.site))),
    "safety.events.tell": (
        "bob",
        lambda w, f, a, s: f(s, w.patient, None, Told("skin-infection", TODAY())),
    ),
    "safety.events.tell_anew": (
        "bob",
        lambda w, f, a, s: f(
            s, w.event, w.event.version, Told("skin-infection", w.event.began, 2), "seen again"
        ),
    ),
    "safety.events.in_error": (
        "bob",
        lambda w, f, a, s: f(a, w.event, w.event.version, "another patient"),
    ),
    "safety.reports.send": (
        "bob",
        lambda w, f, a, s: f(
            a, w.report, 1, reports.Sent(w.event.began, "Bob", "EIGS-1")
        ),
    ),
    "safety.alarms.take_over": ("rene", lambda w, f, a, s: f(a, w.alarm, w.alarm.version)),
    "safety.alarms.end": ("alice", lambda w, f, a, s: f(a, w.alarm, w.alarm.version, "no link")),
    "diary.links.make": ("alice", lambda w, f, a, s: f(a, w.course, "baseline", "first")),
    "diary.links.make_for_history": ("bob", lambda w, f, a, s: f(a, w.back, w.back_ahead)),
    "diary.links.make_for_appointment": ("bob", lambda w, f, a, s: f(a, w.ahead)),
    "diary.telling.send_history": (
        "bob",
        lambda w, f, a, s: at_noon_do(f, a, w.back, w.back_ahead, uuid.uuid4()),
    ),
    "diary.telling.send_appointment": (
        "bob",
        lambda w, f, a, s: at_noon_do(f, a, w.back_ahead, uuid.uuid4()),
    ),
    "diary.links.make_for_consent": ("alice", lambda w, f, a, s: f(a, w.text.course)),
    "diary.links.make_for_aftercare": ("bob", lambda w, f, a, s: f(a, w.leaflet_of)),
    "diary.telling.send_aftercare": (
        "bob",
        lambda w, f, a, s: at_noon_do(f, a, w.leaflet_of, uuid.uuid4()),
    ),
    "diary.links.revoke": ("alice", lambda w, f, a, s: f(a, w.text)),
    "diary.telling.send_consent": (
        "alice",
        lambda w, f, a, s: at_noon_do(f, a, w.text.course, uuid.uuid4()),
    ),
    "diary.telling.send_answer": (
        "alice",
        lambda w, f, a, s: at_noon_do(f, a, answered_of(w)),
    ),
    "diary.telling.send_code": ("by_text", lambda w, f, a, s: f(a, w.text, Code.Use.SIGN)),
    "diary.consenting.ask": ("by_text", lambda w, f, a, s: f(a, w.text, "How long?")),
    "diary.consenting.sign_at_visit": ("by_text", lambda w, f, a, s: f(a, w.text)),
    "diary.consenting.decline": ("by_text", lambda w, f, a, s: f(a, w.text)),
    "diary.consenting.sign": (
        "by_text",
        lambda w, f, a, s: f(
            a, w.text, consenting.Signing(w.text.text_sha256, w.text_code, "Paul Lefèvre"), no_pdf
        ),
    ),
    "diary.consenting.settle": (
        "alice",
        lambda w, f, a, s: f(a, w.consent_reply, "phone", "Some weeks"),
    ),
    "diary.history.receive": (
        "by_home",
        lambda w, f, a, s: f(
            a, w.home, history.Sent(uuid.uuid4(), {"osteoporosis": {"value": True}}, True)
        ),
    ),
    "diary.wishing.come": ("by_home", lambda w, f, a, s: f(a, w.visit, 1)),
    "diary.wishing.wish": (
        "by_home",
        lambda w, f, a, s: f(a, w.visit, wishing.Wished(Wish.Kind.CALL), 1),
    ),
    "diary.visiting.cancel": ("by_home", lambda w, f, a, s: f(a, w.visit, 1)),
    "diary.visiting.move": (
        "by_home",
        lambda w, f, a, s: f(a, w.visit, 1, visiting.free(w.back_ahead)[0].start),
    ),
    "diary.wishing.ask": (
        "by_link", lambda w, f, a, s: f(a, w.link, Wished(Wish.Kind.ANOTHER)),
    ),
    "diary.wishing.withdraw": ("by_home", lambda w, f, a, s: f(a, w.visit, w.wish.public_id)),
    "diary.wishing.settle": ("bob", lambda w, f, a, s: f(a, w.wish, "told by phone")),
    "diary.wishing.pass_on": ("bob", lambda w, f, a, s: f(a, w.wish)),
    "diary.offering.confirm": (
        "bob",
        lambda w, f, a, s: f(s, w.back, ['diabetes="none"'], ("infiltration",), TODAY()),
    ),
    "followup.deaths.tell_anew": (
        "bob",
        lambda w, f, a, s: f(
            s, w.event, w.event.version, Told("skin-infection", w.event.began, 5), "seen again"
        ),
    ),
    "diary.reaching.reach": ("bob", lambda w, f, a, s: f(s, w.patient, "none")),
    "diary.reaching.decline": ("by_link", lambda w, f, a, s: f(a, w.link)),
    "diary.reminding.remind": ("worker", lambda w, f, a, s: f(a, when_asked(w.course))),
    "diary.stops.stop": ("bob", lambda w, f, a, s: f(s, w.patient, "withdrawn", "")),
    "diary.answers.receive": ("by_link", lambda w, f, a, s: f(a, w.link, a_form(w.link))),
    "diary.heard.enter": (
        "bob", lambda w, f, a, s: f(s, w.course, "baseline", "first", {"pain-24h": "5"}),
    ),
    "diary.beside.open_": (
        "by_link",
        lambda w, f, a, s: once_due(w, lambda key: f(a, to_another(w.link), key)),
    ),
    "diary.questionnaires.enter": (
        "bob", lambda w, f, a, s: f(s, w.course, rarely_asked(), {"ruler.bed": "1"}),
    ),
    "diary.alerts.want_call": ("by_link", lambda w, f, a, s: f(a, w.link)),
    "diary.alerts.say_called": ("by_link", lambda w, f, a, s: f(a, w.link)),
    "diary.alerts.take": ("bob", lambda w, f, a, s: f(a, w.alert, w.alert.version)),
    "diary.alerts.hand_over": ("bob", lambda w, f, a, s: f(a, w.alert, w.alert.version, w.alice)),
    "diary.alerts.note": ("bob", lambda w, f, a, s: f(a, w.alert, "no answer")),
    "diary.alerts.end": (
        "alice",
        lambda w, f, a, s: f(a, w.alert, w.alert.version, "phone-advice", "all well"),
    ),
    "diary.alerts.reached": ("bob", lambda w, f, a, s: f(a, w.alert, w.alert.version, "Va mieux")),
    "diary.alerts.not_reached": ("bob", lambda w, f, a, s: f(a, w.alert, w.alert.version, "")),
    "diary.alerts.end_checked": ("bob", lambda w, f, a, s: f(a, w.doubt, w.doubt.version)),
    "diary.new_link.send": ("worker", lambda w, f, a, s: f(a, w.leaflet.patient, w.leaflet)),
    "diary.bounces.came_back": (
        "worker",
        lambda w, f, a, s: f(a, w.mailed, timezone.now(), is_dead=True),
    ),
    "diary.mistaken.say": ("by_home", lambda w, f, a, s: f(a, w.visit, opened=True)),
    "followup.own.open_": (
        "by_link",
        lambda w, f, a, s: f(a, w.link, w.curve_code, timezone.now()),
    ),
    "followup.own.close": ("by_link", lambda w, f, a, s: f(a, w.link, "")),
    "diary.alerts.escalate": (
        "worker",
        lambda w, f, a, s: f(a, w.alert.created_at + timedelta(days=9)),
    ),
    "serum.opening.open_chain": ("alice", lambda w, f, a, s: f(s, w.said)),
    "serum.opening.close_chain": ("alice", lambda w, f, a, s: f(s, "the authority asks")),
    "serum.drawing.plan": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.draw.course, 1, w.serum.bench.device),
    ),
    "serum.drawing.draw_blood": (
        "bob",
        lambda w, f, a, s: f(
            s, w.serum.draw, w.proof(spoken=True), {w.serum.planned: Decimal(10)}
        ),
    ),
    "serum.drawing.cancel": ("bob", lambda w, f, a, s: f(s, w.serum.planned, "no vein")),
    "serum.drawing.record_tests": (
        "bob",
        lambda w, f, a, s: f(a, w.serum.draw, w.serum.draw.version, {"hiv": "positive"}, TODAY()),
    ),
    "serum.eligibility.check": (
        "alice",
        lambda w, f, a, s: f(
            a, w.serum.draw, w.serum.draw.version, identified=True, today=True
        ),
    ),
    "serum.bench.label": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.drawn, w.proof("drawn")),
    ),
    "serum.bench.start_incubation": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.draw, w.proof("labelled"), w.serum.bench.incubator),
    ),
    "serum.bench.end_incubation": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.draw, w.proof("incubating"), early="it is a trial"),
    ),
    "serum.bench.spin": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.draw, w.proof("incubated"), run="r", whole=True),
    ),
    "serum.bench.portion": (
        "bob",
        lambda w, f, a, s: f(
            s, w.serum.draw, w.proof("spun"), [Decimal(2)], bench_clear=True
        ),
    ),
    "serum.freezing.freeze": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.draw, w.proof("fresh"), w.serum.bench.freezer, "N-1"),
    ),
    "serum.freezing.move": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.draw, w.proof("frozen"), w.serum.bench.freezer, "N-2"),
    ),
    "serum.freezing.pack": (
        "bob",
        lambda w, f, a, s: f(
            s, w.serum.draw, w.proof("frozen"), w.serum.bench.box, seal="S", recorder=True
        ),
    ),
    "serum.freezing.receive": (
        "bob",
        lambda w, f, a, s: f(
            s, w.serum.draw, w.proof("packed"), (w.serum.bench.freezer, "N-3"), sealed=True
        ),
    ),
    "serum.freezing.issue": ("bob", lambda w, f, a, s: f(s, w.next_session, w.proof("frozen"))),
    "serum.freezing.thaw": ("bob", lambda w, f, a, s: f(s, w.serum.draw, w.proof("issued"))),
    "serum.giving.inject": (
        "alice",
        lambda w, f, a, s: f(
            s, w.session, w.proof("thawed", spoken=True),
            Given(Decimal(2), "Genou droit", "clear", confirmed=True),
        ),
    ),
    "serum.at_session.choose": (
        "bob", lambda w, f, a, s: f(s, w.session, 0, w.proof("thawed")),
    ),
    "serum.at_session.give": (
        "alice",
        lambda w, f, a, s: f(
            s, w.session, in_the_chair(w, a), w.proof("thawed", spoken=True),
            Given(Decimal(2), "Genou droit", "clear", confirmed=True),
            Injected(target="knee", guidance="ultrasound"), room.Always(),
        ),
    ),
    "serum.pairs.hold": ("bob", lambda w, f, a, s: f(s, w.serum.fresh, "a doubt about it")),
    "serum.pairs.propose": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.fresh, "discard", reason="expired"),
    ),
    "serum.pairs.drop": ("bob", lambda w, f, a, s: f(a, w.serum.to_drop)),
    "serum.pairs.confirm": ("alice", lambda w, f, a, s: f(a, w.serum.to_confirm)),
    "serum.labelling.print_label": ("bob", lambda w, f, a, s: f(s, w.serum.portioned)),
    "serum.temperature.add_place": ("bob", lambda w, f, a, s: f(s, "freezer", "Another")),
    "serum.temperature.close_place": (
        "bob",
        lambda w, f, a, s: f(a, w.serum.bench.incubator_2, 1, closed=True),
    ),
    "serum.temperature.take_in": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.bench.freezer, w.log),
    ),
    "serum.withdrawing.propose": ("bob", lambda w, f, a, s: f(s, w.log_in, "another freezer")),
    "serum.withdrawing.drop": ("bob", lambda w, f, a, s: f(a, w.to_drop)),
    "serum.withdrawing.confirm": ("alice", lambda w, f, a, s: f(a, w.to_confirm)),
    "serum.accounts.count": (
        "bob",
        lambda w, f, a, s: f(s, w.serum.bench.freezer, [label_code_of(w.serum.frozen.number)]),
    ),
    "serum.accounts.confirm_count": ("alice", lambda w, f, a, s: f(a, w.serum.count)),
    "agenda.absences.add": (
        "alice",
        lambda w, f, a, s: f(
            s, w.alice, lasting(timezone.now() + timedelta(days=90), timedelta(hours=2))
        ),
    ),
    "agenda.absences.end": ("alice", lambda w, f, a, s: f(a, w.absent)),
    "agenda.premises.change_details": (
        "rene",
        lambda w, f, a, s: f(
            a, premises.stamp(premises.details(w.site)), premises.details(w.site) | {"name": "N"}
        ),
    ),
    "agenda.premises.change_week": (
        "rene",
        lambda w, f, a, s: f(a, premises.stamp(premises.week_of(w.site)), {}),
    ),
    "agenda.premises.add_room": ("rene", lambda w, f, a, s: f(s, "Room 2")),
    "agenda.premises.rename_room": (
        "rene",
        lambda w, f, a, s: f(a, w.room, w.room.version, "Room 3"),
    ),
    "agenda.premises.close_room": ("rene", lambda w, f, a, s: f(a, w.room, closed=True)),
    "agenda.premises.add_closure": ("rene", lambda w, f, a, s: f(s, premises.Shut(w.day, w.day))),
    "agenda.premises.take_back_closure": ("rene", lambda w, f, a, s: f(a, w.closure)),
    "agenda.privileges.grant": (
        "rene",
        lambda w, f, a, s: f(s, w.alice, THERAPY, "DIU", TODAY(), None),
    ),
    "agenda.privileges.withdraw": ("rene", lambda w, f, a, s: f(a, w.privilege)),
    "agenda.privileges.end_all": ("rene", lambda w, f, a, s: f(a, w.alice)),
    "access.accounts.invite": ("rene", lambda w, f, a, s: f(a, w.ivy, Role.NURSE)),
    "access.accounts.withdraw": ("rene", lambda w, f, a, s: f(a, w.invitation)),
    "agenda.appointments.book": (
        "alice",
        lambda w, f, a, s: f(s, Booking(w.patient, "consultation", slot(w.alice, workday(70)))),
    ),
    "agenda.appointments.arrive": ("alice", lambda w, f, a, s: f(a, w.today, 1)),
    "agenda.appointments.undo_arrival": ("alice", lambda w, f, a, s: f(a, w.arrived, 1)),
    "agenda.appointments.finish": ("alice", lambda w, f, a, s: f(a, w.today, 1)),
    "agenda.appointments.cancel": ("alice", lambda w, f, a, s: f(a, w.ahead, 1, "ill")),
    "agenda.appointments.miss": ("alice", lambda w, f, a, s: f(a, w.today, 1, "no news")),
    "agenda.appointments.move": (
        "alice",
        lambda w, f, a, s: f(a, w.ahead, 1, slot(w.alice, workday(70)), "asked"),
    ),
    "agenda.appointments.plan_again": (
        "alice",
        lambda w, f, a, s: f(s, w.gone, slot(w.alice, workday(70))),
    ),
    "agenda.appointments.replace_gone": (
        "alice",
        lambda w, f, a, s: f(a, w.gone, slot(w.alice, workday(70))),
    ),
    "letters.writing.sign": (
        "alice",
        lambda w, f, a, s: f(
            s,
            w.about,
            wanted(w.alice, w.about),
            Gatherer(w.alice, w.about).known,
            lambda *_: b"",
        ),
    ),
    "letters.replies.receive": ("bob", lambda w, f, a, s: f(a, w.reply, w.reply.version, "seen")),
    "letters.replies.stop_waiting": (
        "bob", lambda w, f, a, s: f(a, w.reply, w.reply.version, "moved")
    ),
    "letters.replies.decline": ("bob", lambda w, f, a, s: f(a, w.reply, w.reply.version, "no")),
    "serum.silence.tell_of_silence": ("worker", lambda w, f, a, s: f(a, MUCH_LATER())),
    "letters.replies.tell_of_late": ("worker", lambda w, f, a, s: f(a, MUCH_LATER())),
    "followup.deciding.decide": (
        "alice",
        lambda w, f, a, s: f(
            s, w.course, key_of(going(w.alice, w.course, NOW())), NOW(), accepted=True
        ),
    ),
    "followup.tapering.begin": (
        "alice",
        lambda w, f, a, s: f(s, w.other, AGREED),
    ),
    "followup.tapering.change": (
        "alice",
        lambda w, f, a, s: f(a, w.taper, w.taper.version, replace(AGREED, aim="Less sleepy.")),
    ),
    "followup.tapering.end": (
        "alice",
        lambda w, f, a, s: f(a, w.taper, w.taper.version, "The pain came back."),
    ),
    "followup.rehabilitating.propose": (
        "alice",
        lambda w, f, a, s: f(s, w.course.complaint, "knee-osteoarthritis", NOW()),
    ),
    "followup.rehabilitating.adjust": (
        "alice",
        lambda w, f, a, s: f(a, w.exercises, w.exercises.version, w.exercise_words, NOW()),
    ),
    "followup.rehabilitating.note_progress": (
        "alice",
        lambda w, f, a, s: f(
            a, w.accepted_exercises, w.accepted_exercises.version,
            replace(w.exercise_words, flare_on=TODAY()), NOW(),
        ),
    ),
    "followup.rehabilitating.accept": (
        "alice",
        lambda w, f, a, s: f(a, w.exercises, w.exercises.version, NOW()),
    ),
    "followup.rehabilitating.end": (
        "alice",
        lambda w, f, a, s: f(a, w.exercises, w.exercises.version, "The pain is gone."),
    ),
    "treatment.courses.open_course": (
        "alice",
        lambda w, f, a, s: f(
            s, w.choice, Plan((), w.alice, {1: slot(w.alice, workday(70))}), TODAY()
        ),
    ),
    "treatment.courses.complete": (
        "alice",
        lambda w, f, a, s: f(a, w.ending, w.ending.version),
    ),
    "treatment.courses.stop": (
        "alice",
        lambda w, f, a, s: f(a, w.course, w.course.version, "no more"),
    ),
    "treatment.courses.change_products": (
        "alice",
        lambda w, f, a, s: f(a, w.course, w.course.version, [w.product], TODAY()),
    ),
    "treatment.sessions.book": (
        "alice",
        lambda w, f, a, s: f(a, w.course, {9: slot(w.alice, workday(70))}),
    ),
    "treatment.sessions.plan_again": (
        "alice",
        lambda w, f, a, s: f(s, w.gone_session, slot(w.alice, workday(70))),
    ),
    "treatment.given.prepare": ("alice", lambda w, f, a, s: f(s, w.sessions[0])),
    "treatment.given.deliver": (
        "alice",
        lambda w, f, a, s: f(
            a, w.prepared, w.prepared.version, injected=room.kept(room.IN_THE_KNEE)
        ),
    ),
    "treatment.given.sign": ("alice", lambda w, f, a, s: f(a, w.delivered, w.delivered.version)),
    "treatment.given.amend": ("alice", lambda w, f, a, s: f(s, w.record, "wrong lot")),
    "treatment.feeling.record_map": (
        "alice",
        lambda w, f, a, s: f(s, w.frozen_at, Found("d7", clock.today(), moves=True)),
    ),
    "treatment.photos.add": (
        "alice",
        lambda w, f, a, s: f(s, w.sessions[1], room.a_photo(), agreed=True),
    ),
    "treatment.photos.drop": ("alice", lambda w, f, a, s: f(a, w.photo, "blurred")),
    "treatment.recording.answer": (
        "alice", lambda w, f, a, s: f(s, w.sessions[0], 0, {}, elsewhere=()),
    ),
    "treatment.recording.go_past": (
        "alice", lambda w, f, a, s: f(s, w.sessions[0], 0, [], "Seen today: no fever."),
    ),
    "treatment.recording.choose": (
        "alice", lambda w, f, a, s: f(s, w.sessions[0], 0, ""),
    ),
    "treatment.recording.choose_unit": (
        "alice", lambda w, f, a, s: f(s, w.sessions[0], 0, "LILA-1", "LILA-1"),
    ),
    "treatment.recording.prepare": (
        "alice", lambda w, f, a, s: f(s, w.sessions[0], 0, recording.Asked()),
    ),
    "treatment.recording.inject": (
        "alice",
        lambda w, f, a, s: f(s, w.sessions[1], w.prepared.version, room.IN_THE_KNEE),
    ),
    "treatment.recording.happen": (
        "alice", lambda w, f, a, s: f(s, w.sessions[0], 0, Happened(note="seen")),
    ),
    "treatment.recording.undo": (
        "alice", lambda w, f, a, s: f(s, w.sessions[1], "preparation", w.prepared.version),
    ),
    "treatment.usual.keep": (
        "alice",
        lambda w, f, a, s: f(s, w.record, "Knee, ours", "we use it every week here"),
    ),
    "treatment.usual.switch": (
        "rene",
        lambda w, f, a, s: f(
            s, w.prepared.session.course.site, "lidocaine-points", on=True, reason="we decided"
        ),
    ),
    "treatment.consents.sign": (
        "alice",
        lambda w, f, a, s: f(
            s, w.course, seen_text(w), consents.Signed("Paul", timezone.now(), STROKES),
            no_document,
        ),
    ),
    "treatment.consents.activate": ("alice", lambda w, f, a, s: f(a, w.signed_course, 2)),
    "treatment.consents.withdraw": ("alice", lambda w, f, a, s: f(s, w.consent, "Paul", "")),
    "treatment.letterhead.change": (
        "rene",
        lambda w, f, a, s: f(
            a, letterhead.of(w.site).stamp, letterhead.Head(siret="73282932000074")
        ),
    ),
    "treatment.fees.add": ("rene", lambda w, f, a, s: f(s, Price("", "Act", 100), w.fee)),
    "treatment.fees.end": ("rene", lambda w, f, a, s: f(a, w.fee)),
    "treatment.quotations.quote": (
        "alice",
        lambda w, f, a, s: f(
            s, w.course, [quotations.Line("Act", 1, 9000)], lambda *_: b"%PDF-1.7"
        ),
    ),
    "rights.copy_requests.ask": (
        "alice",
        lambda w, f, a, s: f(s, w.patient, For("patient"), lambda _: str(uuid.uuid4())),
    ),
    "rights.erasing.propose": ("rene", lambda w, f, a, s: f(s, w.oldest, TODAY())),
    "rights.erasing.drop": ("rene", lambda w, f, a, s: f(a, w.proposal)),
    "rights.erasing.confirm": ("rene", lambda w, f, a, s: f(a, w.own_proposal, TODAY())),
    "rights.erasure_requests.answer": (
        "rene",
        lambda w, f, a, s: f(s, w.patient, Asked("Paul", TODAY()), TODAY()),
    ),
    "rights.erasure_requests.blank": ("rene", lambda w, f, a, s: f(a, w.contact)),
    "rights.erasure_requests.forget_drafts": ("rene", lambda w, f, a, s: f(a)),
}  # fmt: skip


def in_the_chair(w: Any, actor: Actor) -> int:
    """Where the record of the session of serum stands, its unit chosen and its pause answered by
    the one who may give it; for anybody else nothing is."""
    if actor != w.alice:
        return 0
    at_session.choose(sent(w.alice), w.session, 0, w.proof("thawed"))
    return room.answered(w.alice, w.session).version


@contextmanager
def another_edition() -> Iterator[None]:
    """An edition that knows one therapy less: what was said of it is not said any more."""
    now = engine.edition_in_force()
    other = msgspec.structs.replace(now, therapies=now.therapies[1:], sha256="e" * 64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "edition_in_force", lambda: other)
        yield


def _judged_by_another(find: Any, actor: Actor) -> None:
    with another_edition():
        list(find(actor))


SERVICES = {name: service for name, service in writing_services().items() if name not in NO_SERVICE}


@contextmanager
def written() -> Iterator[list[str]]:
    """What is written meanwhile, beside the trail."""
    found: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and (
            "access_audit" not in sql
        ):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield found


def call(name: str, world: Any, actor: Actor) -> Any:
    return EXAMPLES[name][1](world, SERVICES[name], actor, Submission(actor, uuid.uuid4()))


def refused_lines() -> int:
    return AuditEntry.objects.filter(action="write", outcome="refused").count()


def lines_seen_by(auditor: User) -> int:
    """The refused writes that an auditor finds."""
    equal = {"action": "write", "outcome": "refused"}
    return trail.lines(auditor, trail.Looked(equal=equal)).count()


def faults_of(world: Any, actor: Actor, names: list[str]) -> list[str]:
    """What every service should have refused to an actor, and did not."""
    faults = []
    for name in names:
        told, seen = refused_lines(), lines_seen_by(world.auditor)
        with written() as found:
            try:
                call(name, world, actor)
            except NotAllowedError:
                if refused_lines() != told + 1:
                    faults.append(f"{name}: {refused_lines() - told} lines of the trail")
                if lines_seen_by(world.auditor) != seen + 1 and name not in AT_THE_ACTORS_SITE:
                    faults.append(f"{name}: the auditor of the house concerned does not see it")
            except (PermissionDenied, Http404):
                pass
            else:
                faults.append(f"{name}: not refused")
        faults += [f"{name}: {sql[:60]}" for sql in found]
    return faults


def test_every_service_that_writes_has_an_example() -> None:
    assert set(EXAMPLES) == set(SERVICES)
    assert set(NO_SERVICE) <= set(writing_services())


def test_who_may_write_does(world: Any) -> None:
    faults = []
    for name, (who, _) in EXAMPLES.items():
        with written() as found, transaction.atomic():
            call(name, world, getattr(world, who))
            transaction.set_rollback(True)
        if not found:
            faults.append(name)
    assert faults == []


def test_an_auditor_writes_nothing(world: Any, ada: User) -> None:
    assert (
        faults_of(world, ada, [name for name, (who, _) in EXAMPLES.items() if who != "ada"]) == []
    )


def test_a_stranger_of_another_site_writes_nothing(world: Any, chloe: User) -> None:
    for role in (Role.PRACTITIONER, Role.ADMINISTRATOR, Role.NURSE):
        put_in_role(chloe, role)
        theirs = OF_THE_ADMINISTERED_SITE if role is Role.ADMINISTRATOR else set()
        own = AT_THEIR_OWN_SITE | theirs
        assert faults_of(world, chloe, [name for name in EXAMPLES if name not in own]) == [], role


OF_THE_ADMINISTERED_SITE: Final = {
    "access.accounts.add",
    "access.accounts.invite",
    "access.accounts.change_role",
    "access.accounts.change_rpps",
    "access.accounts.leave",
    "access.accounts.come_back",
    "agenda.premises.change_details",
    "agenda.premises.change_week",
    "agenda.premises.add_room",
    "agenda.premises.add_closure",
    "agenda.privileges.grant",
    "agenda.privileges.end_all",
    "treatment.letterhead.change",
    "rights.erasure_requests.forget_drafts",
}
"""What an administrator does at their own site, whatever it is called with."""
AT_THE_ACTORS_SITE: Final = (
    AT_THEIR_OWN_SITE
    | OF_THE_ADMINISTERED_SITE
    | {
        "records.judging.verdict_changes.find",
        "diary.alerts.escalate",
        "diary.reminding.remind",
        "letters.replies.tell_of_late",
        "serum.silence.tell_of_silence",
    }
)
"""What concerns no other house than the actor's, whatever it is called with."""


def test_a_colleague_to_whom_the_record_is_closed_writes_nothing_in_it(
    world: Any, alice: User
) -> None:
    sam = colleague(alice, "Sam")
    of_the_record = [
        name
        for name, (who, _) in EXAMPLES.items()
        if name.startswith(
            ("records.facts", "records.judging", "treatment.", "rights.copy_requests")
        )
        and who == "alice"
        and name not in AT_THEIR_OWN_SITE
        and not name.startswith("treatment.sessions.")  # the reception's
        and not name.startswith("records.facts.meanings.")  # of words, and of nobody
    ]
    assert len(of_the_record) >= 14
    assert faults_of(world, sam, [*of_the_record, "records.patients.care.entrust"]) == []


def test_no_other_kind_of_actor_writes_anything(world: Any) -> None:
    """But what is its own: the worker judges again by a new edition, a patient answers by a link,
    and so does nobody else."""
    for kind in Kind:
        actor = OtherActor(kind, world.patient.public_id, "Paul", world.site)
        own = {Kind.PATIENT: "by_link"}.get(kind, kind.value)
        names = [name for name, (may, _) in EXAMPLES.items() if may != own]
        assert faults_of(world, actor, names) == [], kind


def test_the_worker_judges_again_at_its_own_site_alone(world: Any, chloe: User) -> None:
    complaint_of(chloe)
    with another_edition():
        (progress,) = verdict_changes.find(worker_at(world.site))
        assert {one.site_id for one in progress.changes} == {world.site.pk}
        assert verdict_changes.was_searched(world.site)
        assert not verdict_changes.was_searched(chloe.site)


def test_whose_account_is_closed_writes_nothing(world: Any) -> None:
    for who in ("alice", "rene", "ada"):
        user: User = getattr(world, who)
        user.is_active = False
        names = [name for name, (may, _) in EXAMPLES.items() if may == who]
        assert faults_of(world, user, names) == []


def test_a_refusal_deep_inside_leaves_one_line_and_nothing_else(
    bob: User, chloe: User, knee: Complaint
) -> None:
    patient, elsewhere = knee.patient, complaint_of(chloe)

    def write_twice() -> None:
        with writing(bob, Permission.WRITE_PATIENTS, patient.site_id):
            contacting.add(sent(bob), patient, {"kind": "self"})
            complaints.resolve(bob, elsewhere, 1, resolved=True)

    with written() as found, pytest.raises(NotAllowedError):
        write_twice()
    assert found, "something was written before the refusal"
    assert not Contact.objects.filter(patient=patient).exists()
    line = AuditEntry.objects.get(action="write", outcome="refused")
    assert (line.actor, line.patient) == (bob.public_id, elsewhere.patient.public_id)
    assert line.detail == {"permission": "write-records"}
