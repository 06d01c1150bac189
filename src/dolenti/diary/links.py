"""A link to a patient's phone: made by the clinic, opened by the birth date, revoked.

Where only the year or the month of birth is known, that alone opens nothing, for too many share it:
a number that the clinic and the patient have is asked beside it (the INS, or the clinic's own).

The token is 128 bits that nobody guesses, short enough for an SMS, and leaves this module in the
address alone; a wrong birth date, a strange token, an expired, blocked or revoked link are one
refusal. Who opens a link gets its form, and nothing else of the record.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dolenti.access import at_once, at_rest, audit, clock
from dolenti.access.actors import Actor, OtherActor
from dolenti.access.identifiers import new_public_id
from dolenti.access.roles import Kind, Permission
from dolenti.access.rows import sole
from dolenti.access.writing import refuse, writing
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import day_bounds, local_day
from dolenti.diary import following, link_life, networks, standing
from dolenti.diary.models import Answer, History, Link
from dolenti.guideline.birth import BirthDate, PartialDate, is_within
from dolenti.guideline.consent import digest
from dolenti.guideline.diary import Due
from dolenti.guideline.errors import InputError
from dolenti.identity.names import solid
from dolenti.ledger import locking
from dolenti.records.gate import of_patient
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Complaint, Patient
from dolenti.treatment import aftercare, consents, room
from dolenti.treatment.models import Course, Session

Purpose = Link.Purpose
CONSENT_DAYS: Final = 14
"""How long a text may be read and signed at home: nobody is hurried."""
BIRTH_DATE: Final = "birth-date"
"""What an address tries that guesses: see ``networks``."""
_BYTES: Final = 16
_BYTES_BEFORE: Final = 24
"""Of the links that were laid before an SMS had to hold them: their reminders lead there still."""


class LinkRefusedError(InputError):
    """A link cannot be made."""


class NotOpenedError(Exception):
    """The link does not open. There is one refusal, whatever the cause."""


@dataclass(frozen=True)
class Made:
    """A link that was just made, and the token that opens it: it is kept nowhere."""

    link: Link
    token: str


@contextmanager
def _lasting(actor: Actor, permission: Permission, patient: Patient) -> Iterator[None]:
    """The transaction in which a link is made: it opens to whoever holds it for days or weeks, so
    an opening for an hour makes none. Raises ``LinkRefusedError``, ``NotAllowedError``."""
    with writing_record(actor, permission, patient):
        if not of_patient.is_lasting(actor, patient):
            raise LinkRefusedError(
                "this record is open to you for an hour only, and a link opens for longer: "
                "somebody who has the patient in care makes it",
                fr="ce dossier ne vous est ouvert que pour une heure, et un lien s’ouvre plus "
                "longtemps\u00a0: une personne qui suit ce patient peut le créer",
            )
        yield


def make(
    actor: Actor, course: Course, window: str, anchor: str, sent: uuid.UUID | None = None
) -> Made:
    """A link for a window that waits for an answer. Links to the same window that were made before
    open no more. A form ``sent`` twice makes one link. Raises ``LinkRefusedError``,
    ``NotAllowedError``."""
    now = timezone.now()
    with _lasting(actor, Permission.FOLLOW_UP, course.patient):
        locking.hold(course.patient)
        due = following.window_of(course, window, anchor, now)
        if due is None or due.status not in ("open", "due", "overdue"):
            raise LinkRefusedError(
                "this question does not wait for an answer now: look at the course again",
                "window",
                fr="cette question n’attend pas de réponse en ce moment\u00a0: revoyez la cure",
            )
        _insist_birth_date(course.patient, "window")
        return lay(actor, course, due, sent or uuid.uuid4())


def make_for_history(
    actor: Actor, complaint: Complaint, appointment: Appointment, sent: uuid.UUID | None = None
) -> Made:
    """A link to what the rules of a complaint still need, before an appointment of its patient.
    Links to the same questions that were made before open no more. Raises ``LinkRefusedError``,
    ``NotAllowedError``."""
    patient = complaint.patient
    with _lasting(actor, Permission.FOLLOW_UP, patient):
        locking.hold(patient)
        complaint.refresh_from_db(fields=["state", "in_error"])
        if not link_life.is_asked_about(complaint):
            raise LinkRefusedError(
                "this complaint is closed: nothing is asked of it any more",
                fr="cette douleur est résolue\u00a0: on n’en demande plus rien",
            )
        _insist_to_come(appointment, patient)
        about = {"complaint": complaint, "appointment": appointment}
        return _lay(actor, Purpose.HISTORY, patient, about, sent or uuid.uuid4())


def make_for_appointment(
    actor: Actor, appointment: Appointment, sent: uuid.UUID | None = None
) -> Made:
    """A link to an appointment that is to come. Raises as ``make_for_history`` does."""
    patient = appointment.patient
    with writing(
        actor, Permission.SCHEDULE, appointment.site_id, patient_id=patient.public_id
    ):  # fmt: skip
        locking.hold(patient)
        _insist_to_come(appointment, patient)
        about = {"appointment": appointment}
        return _lay(actor, Purpose.APPOINTMENT, patient, about, sent or uuid.uuid4())


def make_for_consent(actor: Actor, course: Course, sent: uuid.UUID | None = None) -> Made:
    """A link to the text of a course as it stands today, to be read and signed at home. What was
    made before opens no more. Raises ``LinkRefusedError``, ``InputError`` where nobody could sign
    it, ``NotAllowedError``."""
    patient, today = course.patient, clock.today()
    with _lasting(actor, Permission.CONSENT, patient):
        locking.hold(patient)
        course.refresh_from_db(fields=["state", "version", "products", "passing"])
        said = consents.words_to_sign(actor, course, today)
        _insist_asked(patient)
        _insist_birth_date(patient)
        values = {
            "text_day": today,
            "text_sha256": digest(said, consents.language_of(course)),
            "expires_at": _until_the_session(course),
        }
        return _lay(
            actor, Purpose.CONSENT, patient, {"course": course}, sent or uuid.uuid4(), values
        )


def lay_anew(actor: Actor, link: Link, key: uuid.UUID, now: datetime) -> Made | None:
    """Another link to what one led to, which opens until this one is opened; nothing where that is
    over, or is a question of the follow-up (``lay``). Inside the transaction of whoever may make
    it, who holds the patient."""
    purpose, patient = Purpose(link.purpose), link.patient
    about: dict[str, Any] = {}
    values: dict[str, Any] = {}
    if purpose == Purpose.AFTERCARE:
        about = {"course": link.course, "session": link.session}
        values = {"expires_at": link.expires_at}
    elif purpose == Purpose.CONSENT:
        about = {"course": link.course}
        values = {"text_day": link.text_day, "text_sha256": link.text_sha256}
        values["expires_at"] = _until_the_session(link.of_course)
        if not Link.objects.filter(purpose=purpose, revoked_at=None, **about).exists():
            return None  # somebody withdrew it
    elif link.appointment is not None:
        about = {"appointment": link.appointment}
        if purpose == Purpose.HISTORY:
            about["complaint"] = link.complaint
        if link.appointment.state != Appointment.State.PLANNED:
            return None
    ends = link_life.ends_at(link) if "expires_at" not in values else values["expires_at"]
    if not about or now >= ends or not link_life.is_about_something(link):
        return None
    return _lay(actor, purpose, patient, about, key, values, beside=True)


def aftercare_lasts() -> timedelta:
    """How long the leaflet of a session opens: as long as a problem is told by it."""
    return timedelta(weeks=following.content().rules.problem_weeks)


def make_for_aftercare(
    actor: Actor, session: Session, sent: uuid.UUID | None = None, *, goes_by_itself: bool = False
) -> Made:
    """A link to the leaflet of a session that was given. What was made before opens no more. One
    that ``goes_by_itself`` is shown to nobody here: who treats in a colleague's stead, for an hour,
    signs, and the patient has the leaflet. Raises ``LinkRefusedError``, ``InputError`` where the
    leaflet cannot be written yet, ``NotAllowedError``."""
    patient = session.course.patient
    written = writing_record if goes_by_itself else _lasting
    with written(actor, Permission.FOLLOW_UP, patient):
        locking.hold(patient)
        now = room.standing(actor, session)
        if now.record is None or now.record.delivered_at is None:
            raise LinkRefusedError(
                "this session was not given yet: its leaflet goes after it",
                fr="cette séance n’est pas encore réalisée\u00a0: la feuille de suites part après",
            )
        aftercare.sheet_of(now)
        _insist_asked(patient)
        _insist_birth_date(patient)
        values = {"expires_at": now.now + aftercare_lasts()}
        about = {"course": session.course, "session": session}
        return _lay(actor, Purpose.AFTERCARE, patient, about, sent or uuid.uuid4(), values)


def _until_the_session(course: Course) -> datetime:
    """Until the evening of the first session to come, and no longer than a text may be read."""
    now, latest = timezone.now(), timezone.now() + timedelta(days=CONSENT_DAYS)
    planned = Appointment.objects.filter(
        session__course=course, state=Appointment.State.PLANNED, end__gt=now
    )
    first = planned.order_by("start").values_list("start", flat=True).first()
    return min(latest, day_bounds(local_day(first))[1]) if first is not None else latest


def revoke(actor: Actor, link: Link) -> None:
    """A link to a consent opens no more, nor any other to the same. Said twice it is once. Raises
    ``NotAllowedError``."""
    patient = link.patient
    with writing_record(actor, Permission.CONSENT, patient):
        locking.hold(patient)
        if standing.to_the_same(link).filter(consent=None).update(revoked_at=timezone.now()):
            audit.record(
                "revoke-link",
                actor=actor,
                kind="link",
                object_id=link.public_id,
                patient_id=patient.public_id,
            )


def can_open(patient: Patient) -> bool:
    """Whether a link can be opened by what is known of its patient."""
    born = patient.birth_date
    return isinstance(born, date) or (born is not None and bool(_numbers(patient)))


def _insist_birth_date(patient: Patient, where: str = "") -> None:
    if isinstance(patient.birth_date, PartialDate) and not can_open(patient):
        raise LinkRefusedError(
            "the birth date is not known whole: the link then opens with a number too, and this "
            "record has none; write the INS or a reference first",
            where,
            fr="la date de naissance n’est pas complète\u00a0: le lien demande alors aussi un "
            "numéro, absent de ce dossier\u00a0; renseignez d’abord l’INS ou une référence",
        )
    if patient.birth_date is None:
        raise LinkRefusedError(
            "a link is opened by the birth date, and this record has none: write it first",
            where,
            fr="un lien s’ouvre par la date de naissance, absente de ce dossier\u00a0: "
            "renseignez-la d’abord",
        )


def _insist_to_come(appointment: Appointment, patient: Patient) -> None:
    """The appointment is planned, ahead, of this patient, who may be asked. Raises
    ``LinkRefusedError``."""
    appointment.refresh_from_db(fields=["state", "start", "end"])
    planned = appointment.state == Appointment.State.PLANNED and appointment.end > timezone.now()
    kept = patient.absorbed_by_id or patient.pk
    if not planned or kept != (appointment.patient.absorbed_by_id or appointment.patient_id):
        raise LinkRefusedError(
            "no appointment is to come: plan one first",
            fr="aucun rendez-vous n’est à venir\u00a0: planifiez-en un d’abord",
        )
    _insist_asked(patient)
    _insist_birth_date(patient)


def _insist_asked(patient: Patient) -> None:
    if patient.in_error or patient.absorbed_by_id or following.stops_of(patient):
        raise LinkRefusedError(
            "nothing is asked of this patient any more",
            fr="on ne demande plus rien à ce patient",
        )


def lay(actor: Actor, course: Course, due: Due, key: uuid.UUID, *, beside: bool = False) -> Made:
    """The link to a window that waits, by a key: the same key lays the same link. Those that were
    laid before open no more; ``beside`` them they do until it is opened. Inside the transaction of
    whoever may make it, who holds the patient."""
    about = {"course": course, "window": due.window.id, "anchor": due.anchor}
    values = {"expires_at": due.expires}
    return _lay(actor, Purpose.ANSWER, course.patient, about, key, values, beside=beside)


@dataclass(frozen=True)
class ToLay:
    """A link to be laid, to a window of a course that waits."""

    course: Course
    due: Due
    key: uuid.UUID

    @property
    def about(self) -> tuple[int, str, str]:
        """What it leads to, of which one link stands."""
        return self.course.pk, self.due.window.id, self.due.anchor


def lay_all(actor: Actor, asked: Collection[ToLay]) -> list[int]:
    """As ``lay`` does, many at once, each by a key that laid none; their rows, in their order.
    Inside the transaction of whoever may make them, who holds the patients. Six queries."""
    abouts = {one.about for one in asked}
    before = Link.objects.filter(
        purpose=Purpose.ANSWER, revoked_at=None, course__among=[one.course.pk for one in asked]
    ).values_list("pk", "course_id", "window", "anchor")
    gone = [row[0] for row in before if row[1:] in abouts]
    Link.objects.filter(pk__in=gone).update(revoked_at=timezone.now())
    named = [(one, new_public_id()) for one in asked]
    how = {"purpose": str(Purpose.ANSWER), "author_id": actor.account and actor.account.pk}
    made = at_once.insert(Link, ({
        **how, "public_id": name, "patient_id": one.course.patient_id, "course_id": one.course.pk,
        "window": one.due.window.id, "anchor": one.due.anchor, "expires_at": one.due.expires,
        "token_sha256": _hash(token_of(one.key)),
    } for one, name in named))  # fmt: skip
    detail = {"purpose": str(Purpose.ANSWER)}
    deeds = [audit.Deed(object_id=name, patient_id=one.course.patient.public_id, detail=detail)
             for one, name in named]  # fmt: skip
    audit.record_all("make-link", actor=actor, kind="link", deeds=deeds)
    return made


def _lay(
    actor: Actor,
    purpose: Link.Purpose,
    patient: Patient,
    about: dict[str, Any],
    key: uuid.UUID,
    values: dict[str, Any] | None = None,
    *,
    beside: bool = False,
) -> Made:
    """``about`` is what it leads to, of which one link stands, or another ``beside`` it until that
    is opened; ``values`` what else it holds."""
    token = token_of(key)
    there = sole(Link.objects.filter(token_sha256=_hash(token), purpose=purpose, **about))
    if there is not None:
        return Made(there, token)
    if not beside:
        before = Link.objects.filter(purpose=purpose, revoked_at=None, **about)
        before.update(revoked_at=timezone.now())
    link = Link.objects.create(
        patient=patient,
        purpose=purpose,
        token_sha256=_hash(token),
        author=actor.account,
        **about,
        **(values or {}),
    )
    audit.record(
        "make-link",
        actor=actor,
        kind="link",
        object_id=link.public_id,
        patient_id=patient.public_id,
        detail={"purpose": str(purpose)},
    )
    return Made(link, token)


def open_(token: str, born: BirthDate | None, network: str, number: str = "") -> Link:
    """Open the form of a link by the birth date, and a number where that is not known whole, from a
    network address. Raises ``NotOpenedError``, and the trail says so; a wrong date counts against
    link and address.

    An address that has guessed too often is refused without another line of the trail: the last
    of its guesses says so.
    """
    now = timezone.now()
    if networks.is_too_often(BIRTH_DATE, network):
        raise NotOpenedError
    link = of_token(token)
    with transaction.atomic():
        if link is not None:  # of many guesses at once, each waits for the one before
            locking.hold(link.patient)
            link = Link.objects.select_related(*WITH).get(pk=link.pk)
        is_right = _is_right(link, born, number)
        if link is not None and is_right and link_life.is_live(link, now):
            if _is_sent(link):
                link.form_key, link.opened_at = uuid.uuid4(), now
                link.save(update_fields=["form_key", "opened_at"])
            standing.end_earlier(link, now)
            _tell(link, network="", outcome=audit.DONE)
            return link
        if link is not None and not is_right:
            Link.objects.filter(pk=link.pk).update(tries=F("tries") + 1)
        _tell(link, network=network, outcome=audit.REFUSED)
    raise NotOpenedError


def _is_sent(link: Link) -> bool:
    """Whether no form stands open, or it was sent: what is opened next is another."""
    if link.form_key is None or link.opened_at is None:
        return True
    if link.purpose == Purpose.CONSENT:
        return False  # it is signed once, and what was said of it before stands beside
    if link.purpose == Purpose.HISTORY:
        return History.objects.filter(link=link, is_whole=True, opened_at=link.opened_at).exists()
    return Answer.objects.filter(form_key=link.form_key).exists()


def opened(token: str, public_id: str) -> Link | None:
    """The link that a phone opened before, where its token says the same; ``None`` where it does
    not, or was revoked meanwhile."""
    link = of_token(token)
    if link is None or link.public_id != public_id or link.opened_at is None:
        return None
    return link if link.revoked_at is None and link.tries < link_life.TRIES else None


def patient_by(link: Link) -> OtherActor:
    """The patient, who acts by a link: at their own site, named by their own public id."""
    patient = link.patient
    return OtherActor(Kind.PATIENT, patient.public_id, "", patient.site)


def insist_own(actor: Actor, link: Link) -> None:
    """By a link its own patient writes, and nobody else. Raises ``NotAllowedError``."""
    patient = link.patient
    if actor.role != Kind.PATIENT or actor.public_id != patient.public_id:
        refuse(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id)


WITH: Final = (
    "patient__site", "course__site", "course__complaint", "course__patient",
    "complaint__patient__site", "complaint__document",
    "appointment__site", "appointment__practitioner", "appointment__room",
)  # fmt: skip


def of_token(token: str) -> Link | None:
    """The link of a token, whether it still opens or not."""
    return sole(Link.objects.select_related(*WITH).filter(token_sha256=_hash(token)))


def token_of(key: uuid.UUID) -> str:
    """The token of the link that a key makes: of 128 bits that only the site's key can tell."""
    return _made(key, settings.SECRET_KEY)


def token_into(link: Link, key: uuid.UUID) -> str:
    """The token that a key made of a link that stands, by whichever key of the site it was."""
    return next(tokens_of(link, key, at_rest.site_keys()), token_of(key))


def tokens_of(link: Link, key: uuid.UUID, secrets: Sequence[str]) -> Iterator[str]:
    """Those of a link that stands which these keys of a site make; one, or none."""
    made = (_made(key, secret, size) for secret in secrets for size in (_BYTES, _BYTES_BEFORE))
    return (one for one in made if _hash(one) == link.token_sha256)


def _made(key: uuid.UUID, secret: str, size: int = _BYTES) -> str:
    made = salted_hmac("dolenti.diary.links", key.bytes, secret=secret, algorithm="sha256")
    return base64.urlsafe_b64encode(made.digest()[:size]).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_right(link: Link | None, born: BirthDate | None, number: str) -> bool:
    known = link.patient.birth_date if link else None
    if link is not None and isinstance(known, PartialDate):
        agrees = born is not None and is_within(born, known)
        return agrees and solid(number) in _numbers(link.patient)
    said = born.isoformat() if born else "-"
    return hmac.compare_digest(said, known.isoformat() if known else "none")


def _numbers(patient: Patient) -> frozenset[str]:
    """What may be typed beside a year of birth: the INS with its key or without, the reference."""
    told = (patient.ins, patient.ins[:13], patient.reference)
    return frozenset(plain for one in told if (plain := solid(one)))


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
        networks.count(BIRTH_DATE, network)
