"""A link to a patient's phone: made by the clinic, opened by the birth date, revoked.

The token is 192 bits that nobody guesses and leaves this module in the address alone; a wrong birth
date, a strange token, an expired, blocked or revoked link are one refusal. Who opens a link gets
its form, and nothing else of the record.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dolenti.access import audit
from dolenti.access.actors import Actor, OtherActor
from dolenti.access.roles import Kind, Permission
from dolenti.access.writing import refuse
from dolenti.diary import following
from dolenti.diary.models import Answer, Link
from dolenti.guideline.diary import Due
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking
from dolenti.records.gate.writing import writing_record
from dolenti.treatment.models import Course

TRIES: Final = 5
"""Wrong birth dates before a link is blocked."""
FROM_AN_ADDRESS: Final = 20
"""Wrong birth dates from one network address in an hour."""
_HOUR: Final = 3600
_BYTES: Final = 24


class LinkRefusedError(InputError):
    """A link cannot be made."""


class NotOpenedError(Exception):
    """The link does not open. There is one refusal, whatever the cause."""


@dataclass(frozen=True)
class Made:
    """A link that was just made, and the token that opens it: it is kept nowhere."""

    link: Link
    token: str


def make(
    actor: Actor, course: Course, window: str, anchor: str, sent: uuid.UUID | None = None
) -> Made:
    """A link for a window that waits for an answer. Links to the same window that were made before
    open no more. A form ``sent`` twice makes one link. Raises ``LinkRefusedError``,
    ``NotAllowedError``."""
    now = timezone.now()
    with writing_record(actor, Permission.FOLLOW_UP, course.patient):
        locking.hold(course.patient)
        due = following.window_of(course, window, anchor, now)
        if due is None or due.status not in ("open", "due", "overdue"):
            raise LinkRefusedError(
                "this question does not wait for an answer now: look at the course again",
                "window",
                fr="cette question n’attend pas de réponse en ce moment\u00a0: revoyez la cure",
            )
        if course.patient.birth_date is None:
            raise LinkRefusedError(
                "a link is opened by the birth date, and this record has none: write it first",
                "window",
                fr="un lien s’ouvre par la date de naissance, absente de ce dossier\u00a0: "
                "renseignez-la d’abord",
            )
        return lay(actor, course, due, sent or uuid.uuid4())


def lay(actor: Actor, course: Course, due: Due, key: uuid.UUID) -> Made:
    """The link to a window that waits, by a key: the same key lays the same link. Inside the
    transaction of whoever may make it, who holds the patient."""
    token = token_of(key)
    there = Link.objects.filter(token_sha256=_hash(token), course=course).first()
    if there is not None:
        return Made(there, token)
    Link.objects.filter(
        course=course, window=due.window.id, anchor=due.anchor, revoked_at=None
    ).update(revoked_at=timezone.now())  # fmt: skip
    link = Link.objects.create(
        patient=course.patient,
        course=course,
        token_sha256=_hash(token),
        window=due.window.id,
        anchor=due.anchor,
        expires_at=due.expires,
        author=actor.account,
    )
    audit.record(
        "make-link",
        actor=actor,
        kind="link",
        object_id=link.public_id,
        patient_id=course.patient.public_id,
    )
    return Made(link, token)


def open_(token: str, born: date | None, network: str) -> Link:
    """Open the form of a link by the birth date, from a network address. Raises
    ``NotOpenedError``, and the trail says so; a wrong date counts against link and address.

    An address that has guessed too often is refused without another line of the trail: the last
    of its guesses says so.
    """
    now = timezone.now()
    if len(_guesses_from(network)) >= FROM_AN_ADDRESS:
        raise NotOpenedError
    link = of_token(token)
    with transaction.atomic():
        if link is not None:  # of many guesses at once, each waits for the one before
            locking.hold(link.patient)
            link = Link.objects.select_related(*_WITH).get(pk=link.pk)
        is_right = _is_birth_date(link, born)
        if link is not None and is_right and is_live(link, now):
            if link.form_key is None or Answer.objects.filter(form_key=link.form_key).exists():
                link.form_key, link.opened_at = uuid.uuid4(), now
                link.save(update_fields=["form_key", "opened_at"])
            _tell(link, network="", outcome=audit.DONE)
            return link
        if link is not None and not is_right:
            Link.objects.filter(pk=link.pk).update(tries=F("tries") + 1)
        _tell(link, network=network, outcome=audit.REFUSED)
    raise NotOpenedError


def opened(token: str, public_id: str) -> Link | None:
    """The link that a phone opened before, where its token says the same; ``None`` where it does
    not, or was revoked meanwhile."""
    link = of_token(token)
    if link is None or link.public_id != public_id or link.opened_at is None:
        return None
    return link if link.revoked_at is None and link.tries < TRIES else None


def patient_by(link: Link) -> OtherActor:
    """The patient, who acts by a link: at their own site, named by their own public id."""
    patient = link.patient
    return OtherActor(Kind.PATIENT, patient.public_id, "", patient.site)


def insist_own(actor: Actor, link: Link) -> None:
    """By a link its own patient writes, and nobody else. Raises ``NotAllowedError``."""
    patient = link.patient
    if actor.role != Kind.PATIENT or actor.public_id != patient.public_id:
        refuse(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id)


def is_live(link: Link, now: datetime) -> bool:
    """Whether a link opens at this moment by the right birth date."""
    return (
        link.revoked_at is None
        and link.tries < TRIES
        and now < link.expires_at
        and not link.patient.in_error
        and not following.stops_of(link.patient)
    )


def closes_at(link: Link) -> datetime:
    """Until when an answer of a form that was opened in time is still taken."""
    return link.expires_at + timedelta(hours=following.content().rules.grace_hours)


_WITH: Final = ("patient__site", "course__site", "course__complaint", "course__patient")


def of_token(token: str) -> Link | None:
    """The link of a token, whether it still opens or not."""
    return Link.objects.select_related(*_WITH).filter(token_sha256=_hash(token)).first()


def token_of(key: uuid.UUID) -> str:
    """The token of the link that a key makes: of 192 bits that only the site's key can tell."""
    made = salted_hmac("dolenti.diary.links", key.bytes, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made[:_BYTES]).decode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_birth_date(link: Link | None, born: date | None) -> bool:
    known = link.patient.birth_date if link else None
    said = born.isoformat() if born else "-"
    return hmac.compare_digest(said, known.isoformat() if known else "none")


def _tell(link: Link | None, network: str, outcome: str) -> None:
    """Say in the trail that a link was opened or refused; a refusal counts against its address."""
    audit.record(
        "open-link",
        actor=None if link is None else patient_by(link),
        outcome=outcome,
        kind="link",
        object_id=link.public_id if link else "",
        patient_id=link.patient.public_id if link else "",
    )
    if outcome == audit.REFUSED:
        guesses = [*_guesses_from(network), timezone.now().timestamp()]
        cache.set(_key(network), guesses, _HOUR)


def _key(network: str) -> str:
    return f"diary-birth-date-{hashlib.sha256(network.encode()).hexdigest()}"


def _guesses_from(network: str) -> list[float]:
    """When somebody guessed wrong from an address in the last hour, in seconds."""
    since = timezone.now().timestamp() - _HOUR
    return [at for at in cache.get(_key(network), []) if at > since]
