"""A link for another purpose than a question of the follow-up, sent to the patient by whoever makes
it: the way is the one that the patient agreed to, and the hours are those of every message."""

from __future__ import annotations

import uuid
from typing import Final

from django.db.models import Model
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day, to_local
from dolenti.diary import (
    alerts,
    calling_back,
    codes,
    following,
    link_life,
    links,
    reaching,
    senders,
)
from dolenti.diary.answers import ClosedError
from dolenti.diary.links import LinkRefusedError, Made
from dolenti.diary.models import Alert, Code, ConsentReply, Link, Message, Reach
from dolenti.diary.models.messages import COUNTED, UNCOUNTED
from dolenti.diary.quiet_days import closed_at
from dolenti.diary.reminding import deliver, next_hour
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking
from dolenti.records.models import Complaint, Patient
from dolenti.treatment.models import Course, Session

HISTORY: Final = "history"
APPOINTMENT: Final = "appointment"
CONSENT: Final = "to-read"
AFTERCARE: Final = "to-keep"
ANSWERED: Final = uuid.UUID("5f0d3c0a-2b7e-5c39-9d61-7f6a0f3f4a13")
"""Of the messages that an answer sends: one an answer."""


def send_history(
    actor: Actor, complaint: Complaint, appointment: Appointment, sent: uuid.UUID
) -> Message:
    """Send the link to a history. A form ``sent`` twice sends one message. Raises
    ``LinkRefusedError``, ``NotAllowedError``."""
    patient = complaint.patient
    with writing(
        actor, Permission.FOLLOW_UP, patient.site_id, patient_id=patient.public_id
    ):  # fmt: skip
        made = links.make_for_history(actor, complaint, appointment, sent)
        return _write(made, HISTORY, sent)


def send_appointment(actor: Actor, appointment: Appointment, sent: uuid.UUID) -> Message:
    """Send the link to an appointment: one a day, however many press. Raises as ``send_history``
    does."""
    patient = appointment.patient
    with writing(actor, Permission.SCHEDULE, appointment.site_id, patient_id=patient.public_id):
        there = _gone_today(patient, APPOINTMENT, link__appointment=appointment)
        if there is not None:
            return there
        made = links.make_for_appointment(actor, appointment, sent)
        return _write(made, APPOINTMENT, sent)


def send_consent(actor: Actor, course: Course, sent: uuid.UUID) -> Message:
    """Send the link to a text to be read and signed at home. Raises ``InputError`` where nobody
    could sign it, and as ``send_history`` does."""
    patient = course.patient
    with writing(actor, Permission.CONSENT, patient.site_id, patient_id=patient.public_id):
        made = links.make_for_consent(actor, course, sent)
        return _write(made, CONSENT, sent)


def send_answer(actor: Actor, reply: ConsentReply) -> Message:
    """Send the link to a text anew once a question about it was answered there, in writing: whoever
    was told to wait is told that the answer stands. Once an answer; raises as ``send_consent``
    does."""
    return send_consent(actor, reply.course, uuid.uuid5(ANSWERED, reply.public_id))


def send_aftercare(actor: Actor, session: Session, sent: uuid.UUID) -> Message:
    """Send the link to the leaflet of a session that was given. A form ``sent`` twice, and whoever
    else presses while it is on its way or went today, sends one. Raises ``InputError`` where the
    leaflet cannot be written yet, and as ``send_history`` does."""
    patient = session.course.patient
    with writing(actor, Permission.FOLLOW_UP, patient.site_id, patient_id=patient.public_id):
        there = _gone_today(patient, AFTERCARE, link__session=session)
        if there is not None:
            return there
        made = links.make_for_aftercare(actor, session, sent)
        return _write(made, AFTERCARE, sent)


def send_after_signing(actor: Actor, session: Session) -> Message | None:
    """The leaflet of a session that was just signed goes by itself, once, within the hours, where
    the patient agreed to a way and has a birth date; « J’ai un problème » opens by it for weeks.
    ``None`` where it does not. Inside the transaction of the signature, which it never holds up."""
    patient = session.course.patient
    standing = reaching.of(patient)
    channel = standing.channel if standing is not None else Reach.Channel.NONE
    if channel == Reach.Channel.NONE or not reaching.address_of(patient, channel):
        return None
    if Link.objects.filter(session=session, purpose=Link.Purpose.AFTERCARE).exists():
        return None  # it was given by hand already, or an amendment is signed
    key = uuid.uuid4()
    try:
        made = links.make_for_aftercare(actor, session, key, goes_by_itself=True)
    except InputError:  # its leaflet cannot be written yet, or nothing is asked any more
        return None
    with clock.at_site(patient.site):
        leaves = next_hour(patient.site, timezone.now())
        message = Message.objects.create(
            patient=patient, link=made.link, kind=AFTERCARE, channel=channel, key=key,
            day=local_day(leaves),
        )  # fmt: skip
    deliver.using(run_after=leaves).enqueue(message.public_id)
    return message


def send_code(actor: Actor, link: Link, use: Code.Use) -> None:
    """Send a code at once, whatever the hour: its patient asked for it. Where none may go, nothing
    does, and nobody is told: the page says the same. Raises ``ClosedError``, ``NotAllowedError``.
    """
    patient = link.patient
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        locking.hold(patient)
        link.refresh_from_db(fields=["revoked_at", "tries", "consent", "opened_at"])
        now = timezone.now()
        if link.opened_at is None or not link_life.is_live(link, now):
            raise ClosedError
        made = codes.lay(actor, link, use)
        if made is None:
            return
        with clock.at_site(patient.site):
            message = Message.objects.create(
                patient=patient, link=link, kind=codes.KIND, channel=made.channel, key=made.key,
                day=local_day(now),
            )  # fmt: skip
        deliver.enqueue(message.public_id)


def _gone_today(patient: Patient, kind: str, **about: Model) -> Message | None:
    """The message of a kind about something that is on its way, or went today and still opens; the
    patient's record is held meanwhile, so that two who press see each other."""
    locking.hold(patient)
    with clock.at_site(patient.site):
        today = local_day(timezone.now())
    on_its_way = (Message.State.WAITING, Message.State.SENDING, Message.State.SENT)
    gone = Message.objects.filter(
        patient=patient, kind=kind, day=today, state__in=on_its_way, link__revoked_at=None, **about
    )
    return gone.order_by("-pk").first()


def _write(made: Made, kind: str, key: uuid.UUID) -> Message:
    """Write the message down with the job that sends it, inside the transaction that laid its
    link."""
    link = made.link
    there = Message.objects.filter(link=link, key=key).first()
    if there is not None:
        return there
    patient, now = link.patient, timezone.now()
    standing = reaching.of(patient)
    channel = standing.channel if standing is not None else Reach.Channel.NONE
    channel = reaching.way_of(patient, channel) or channel
    if channel in reaching.doubted(patient):
        why, pourquoi = reaching.why_held(patient, channel)
        raise LinkRefusedError(why, fr=pourquoi)
    if channel != Reach.Channel.NONE and not senders.is_there(channel):
        why, pourquoi = reaching.NO_SENDER[Reach.Channel(channel)]
        raise LinkRefusedError(why, fr=pourquoi)
    if channel == Reach.Channel.NONE or not reaching.address_of(patient, channel):
        raise LinkRefusedError(
            "no way to this patient is chosen: make the link and hand it over",
            fr="aucun moyen de joindre ce patient n’est choisi\u00a0: créez le lien et remettez-le",
        )
    with clock.at_site(patient.site):
        sending = following.content().rules.sending
        if not sending.is_open_at(to_local(now)):
            raise LinkRefusedError(
                f"messages leave between {sending.from_hour} and {sending.until_hour} o’clock: "
                "make the link and hand it over, or send it then",
                fr=f"les messages partent entre {sending.from_hour}\u00a0h et "
                f"{sending.until_hour}\u00a0h\u00a0: créez le lien et remettez-le, ou envoyez-le à "
                "ce moment",
            )
        if closed_at(patient.site)(local_day(now)):
            raise LinkRefusedError(
                "on a Sunday or a holiday only the questions of safety leave: make the link and "
                "hand it over, or send it on a working day",
                fr="les dimanches et jours fériés, seules partent les questions de sécurité\u00a0: "
                "créez le lien et remettez-le, ou envoyez-le un jour ouvré",
            )
        locking.hold(patient)  # against a run of reminders, which holds them too
        went = Message.objects.filter(COUNTED, patient=patient, day=local_day(now))
        if kind not in UNCOUNTED and went.exists():
            raise LinkRefusedError(
                "a message went to this patient today already: make the link and hand it over",
                fr="un message est déjà parti aujourd’hui pour ce patient\u00a0: créez le lien et "
                "remettez-le",
            )
        message = Message.objects.create(
            patient=patient, link=link, kind=kind, channel=channel, key=key, day=local_day(now)
        )
    deliver.enqueue(message.public_id)
    return message


def ask_to_call(alert: Alert) -> bool:
    """Write to the patient of an alert whom nobody reached by telephone, once a day; whether a
    message goes. Inside the transaction that notes the call, which holds the patient. Nothing says
    in it which alert it is of."""
    patient = alert.patient
    channel = calling_back.way(patient) if calling_back.is_due(alert) else ""
    link = Link.objects.filter(patient=patient).order_by("-pk").first()
    if not channel or link is None:
        return False
    with clock.at_site(patient.site):
        today = local_day(timezone.now())
        on_its_way = (Message.State.WAITING, Message.State.SENDING, Message.State.SENT)
        gone = Message.objects.filter(patient=patient, kind=calling_back.KIND, day=today)
        if gone.filter(state__in=on_its_way).exists():
            return False
        message = Message.objects.create(
            patient=patient, link=link, kind=calling_back.KIND, channel=channel, key=uuid.uuid4(),
            day=today,
        )  # fmt: skip
    deliver.enqueue(message.public_id)
    return True


alerts.UNANSWERED.append(ask_to_call)
