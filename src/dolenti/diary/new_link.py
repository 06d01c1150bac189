"""« Recevoir un nouveau lien »: whoever has a link that no longer opens, or none, asks for another.

It goes to the address that the record holds, by the way that the patient chose, within the hours of
messages, and is shown to nobody here. Whoever asks is told the same whatever the cause: that the
link was never one, that nothing waits, that the follow-up ended. A stranger can at most have a
patient sent two links a day, each of which opens by the birth date.

What five wrong dates blocked, and what somebody said not to be theirs, is for the clinic to renew:
until then nothing goes to that patient by itself, whoever asks, with whatever link or number.

What is asked for ends nothing: the link that a patient has opens until the other one is opened.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from dolenti.access import clock
from dolenti.access.actors import Actor, worker_at
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.calendar.moments import local_day
from dolenti.diary import beside, following, link_life, links, reaching
from dolenti.diary.hours import next_hour
from dolenti.diary.links import Made
from dolenti.diary.models import Alert, AlertEvent, Link, Message
from dolenti.diary.reminding import deliver
from dolenti.identity.phone import plain
from dolenti.ledger import locking
from dolenti.records import gate
from dolenti.records.models import Contact, Patient

ASK: Final = "new-link"
"""What an address asks for too often (``networks``); and the kind of its message, by its id in the
knowledge."""
A_DAY: Final = 2
"""Links that one patient is sent so in a day."""
SHARED_BY: Final = 3
"""Patients of whom one number may be: a couple, a child. More are a desk's or a mistake."""
_DAY: Final = timedelta(days=1)


def ask(token: str) -> None:
    """Whoever holds a link, that opens or not, asks for another."""
    link = links.of_token(token)
    if link is not None:
        with clock.at_site(link.patient.site):
            send(worker_at(link.patient.site), link.patient, link)


def ask_by(contact: str) -> None:
    """Whoever has no link gives their telephone number or e-mail address."""
    found = _of_contact(contact)
    for patient in found if len(found) <= SHARED_BY else ():
        with clock.at_site(patient.site):
            send(worker_at(patient.site), patient, None)


def _of_contact(contact: str) -> list[Patient]:
    own = Contact.objects.filter(kind=Contact.Kind.SELF, ended_at=None, patient__in_error="")
    own = own.select_related("patient__site").order_by("pk")
    number, said = plain(contact), contact.strip()
    rows: Iterable[Contact] = ()
    if "@" in said:
        rows = own.filter(email__iexact=said)
    elif len(number) > 2:
        # As it was typed, whatever its spaces: its last two digits stand together.
        rows = (o for o in own.filter(phone__endswith=number[-2:]) if plain(o.phone) == number)
    return list({one.patient_id: one.patient for one in rows}.values())


def send(actor: Actor, patient: Patient, link: Link | None) -> Message | None:
    """Send a patient another link to what theirs led to, or to what waits for them; nothing where
    nothing waits, or none may go. Raises ``NotAllowedError``."""
    now = timezone.now()
    with writing(actor, Permission.REMIND, patient.site_id, patient_id=patient.public_id):
        locking.hold(patient)
        standing = reaching.of(patient)
        channel = reaching.way_of(patient, standing.channel) if standing is not None else ""
        if not channel or patient.in_error or following.stops_of(patient) or _went(patient, now):
            return None
        if _is_for_the_clinic(patient, link, now):
            return None
        key = uuid.uuid4()
        made = links.lay_anew(actor, link, key, now) if link is not None else None
        made = made or _waiting(actor, patient, key, now)
        if made is None:
            return None
        message = Message.objects.create(
            patient=made.link.patient, link=made.link, kind=ASK, channel=channel, key=key,
            day=local_day(now),
        )  # fmt: skip
    deliver.using(run_after=next_hour(patient.site, now)).enqueue(message.public_id)
    return message


def _went(patient: Patient, now: datetime) -> bool:
    """Whether as many went lately as may go."""
    lately = Message.objects.filter(
        patient__in=gate.family(patient), kind=ASK, created_at__gt=now - _DAY
    )
    return lately.exclude(state=Message.State.NOT_NEEDED).count() >= A_DAY


def _is_for_the_clinic(patient: Patient, link: Link | None, now: datetime) -> bool:
    """Whether the last word is the clinic's: of this very link; or of the patient's address, while
    a link of theirs is blocked that nobody replaced, or somebody said that it reached the wrong
    person and nobody looked since."""
    pressed = AlertEvent.objects.filter(kind=AlertEvent.Kind.NOT_ME)
    if link is not None and (link.tries >= link_life.TRIES or pressed.filter(link=link).exists()):
        return True
    family = gate.family(patient)
    if pressed.filter(alert__state=Alert.State.RAISED, alert__patient__in=family).exists():
        return True
    blocked = Link.objects.select_related(*links.WITH).filter(
        patient__in=family, tries__gte=link_life.TRIES, revoked_at=None
    )
    return any(
        now < link_life.ends_at(one) and link_life.is_about_something(one) for one in blocked
    )


def _waiting(actor: Actor, patient: Patient, key: uuid.UUID, now: datetime) -> Made | None:
    """The form that waits, what concerns safety first; else the leaflet of the last session, by
    which a problem is told."""
    found = beside.waiting(patient, now)
    if found:
        return links.lay(actor, found[0].course, found[0].due, key, beside=True)
    leaflets = Link.objects.select_related(*links.WITH, "session").filter(
        patient__in=gate.family(patient), purpose=Link.Purpose.AFTERCARE
    )
    last = leaflets.order_by("-pk").first()
    return None if last is None else links.lay_anew(actor, last, key, now)
