"""The gate to links, answers and alerts. As in ``records.gate``: every function takes the user
first and gives only what they may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.actors import Actor
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.agenda.models import Appointment
from dolenti.diary import blocked, following, unanswered, untested, visiting, wishing
from dolenti.diary.following import Between
from dolenti.diary.models import (
    Alert,
    AlertEvent,
    Answer,
    ConsentReply,
    History,
    Link,
    Message,
    Reach,
    Wish,
)
from dolenti.records import gate
from dolenti.records.models import Complaint, Patient
from dolenti.treatment.models import Course, Session

GIVEN_UP: Final = timedelta(days=30)
"""So long after its hour a visit that was given up is still told of."""


def alerts(user: Actor) -> QuerySet[Alert]:
    """The alerts of patients whose record is open to the user, the most urgent first; of one
    urgency the next to be taken."""
    if not user.may(Permission.FOLLOW_UP):
        return Alert.objects.none()
    found = Alert.objects.filter(gate.open_here(user, "patient"))
    return found.select_related("patient", "owner", "ended_by", "course__complaint", "complaint",
                                "wish__appointment__complaint").order_by(
        "urgency", "due_at", "pk"
    )  # fmt: skip


def open_alerts(user: Actor) -> QuerySet[Alert]:
    """Those that nobody has ended."""
    return alerts(user).filter(state=Alert.State.RAISED)


def urgent_alerts(user: Actor) -> QuerySet[Alert]:
    """Those that wait for the same day or sooner, and those whose time is past, whoever has them;
    the most urgent first."""
    found, now = open_alerts(user).select_related(None), timezone.now()
    past = Q(due_at__lt=now) | Q(call_again_at__lt=now)
    return found.filter(~Q(urgency=Alert.Urgency.SOON) | past).select_related("patient", "owner")


def alert(user: Actor, public_id: str) -> Alert:
    """One alert. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(alerts(user).select_related("patient__site").filter(public_id=public_id))
    if found is None:
        raise gate.closed(user, Alert, public_id)
    gate.seen(user, "alert", public_id, found.patient.public_id)
    return found


def events_of(user: Actor, alert: Alert) -> list[AlertEvent]:
    """What happened to an alert, the first first."""
    if not user.may(Permission.FOLLOW_UP):
        return []
    return list(
        alert.events.select_related("person", "to", "answer__author", "history").order_by("pk")
    )


def is_alerted(user: Actor, complaint: Complaint) -> bool:
    """Whether what was told at home of a complaint raised an alert that is open."""
    found = Alert.objects.filter(complaint=complaint, state=Alert.State.RAISED)
    return user.may(Permission.READ_RECORDS) and found.exists()


def kinds_of(user: Actor, found: Iterable[Alert]) -> dict[int, set[str]]:
    """What kinds of things happened to each of these alerts, by its row. One query."""
    kinds: dict[int, set[str]] = {}
    if user.may(Permission.FOLLOW_UP):
        events = AlertEvent.objects.filter(alert__in=list(found)).order_by()
        for alert, kind in events.values_list("alert", "kind").distinct():
            kinds.setdefault(alert, set()).add(kind)
    return kinds


def between(user: Actor, course: Course) -> Between:
    """What happened to a course between its visits, of the answers what the user may see."""
    found = Answer.objects.filter(gate.open_here(user, "patient"), course=course)
    if not user.may(Permission.READ_RECORDS):
        found = found.none()
    return following.between(course, found)


def histories(user: Actor, complaint: Complaint) -> list[History]:
    """What was told at home of the patient of a complaint, of this complaint or of another, the
    first first: nothing of it is known before a clinician confirms it."""
    if not user.may(Permission.READ_RECORDS):
        return []
    patients = gate.family(complaint.patient)
    found = History.objects.filter(gate.open_here(user, "patient"), patient__in=patients)
    return list(found.order_by("received_at", "pk"))


def messages_of_complaint(user: Actor, complaint: Complaint) -> QuerySet[Message]:
    """The messages that led to the questions of a complaint, the last first."""
    if not user.may(Permission.FOLLOW_UP):
        return Message.objects.none()
    found = Message.objects.filter(gate.open_here(user, "patient"), link__complaint=complaint)
    return found.order_by("-pk")


def colleagues(user: Actor, alert: Alert) -> list[User]:
    """Whom an alert may be handed over to: those of the site who follow alerts and may open this
    patient's record."""
    found = User.objects.filter(site_id=user.site_id, is_active=True).order_by("name")
    return gate.open_to([one for one in found if one.may(Permission.FOLLOW_UP)], alert.patient)


def reach(user: Actor, patient: Patient) -> Reach | None:
    """By which way a patient is asked, as it was said last."""
    if not user.may(Permission.FOLLOW_UP):
        return None
    found = Reach.objects.filter(gate.open_here(user, "patient"), patient=patient)
    return found.select_related("author").order_by("-pk").first()


def doubt(user: Actor, patient: Patient) -> Alert | None:
    """The open alert that says that an address of a patient may be another's."""
    about = {"patient__in": gate.family(patient), "link__isnull": False}
    return open_alerts(user).select_related(None).filter(**about).first()


def messages(user: Actor, course: Course) -> QuerySet[Message]:
    """The messages to a patient of a course, the last first."""
    if not user.may(Permission.FOLLOW_UP):
        return Message.objects.none()
    return Message.objects.filter(gate.open_here(user, "patient"), course=course).order_by("-pk")


def visits_after_alerts(user: Actor) -> QuerySet[Appointment]:
    """The visits of which the end of an alert said that they are to be moved or cancelled, and that
    stand as they stood."""
    if not user.may(Permission.FOLLOW_UP):
        return Appointment.objects.none()
    said = Alert.objects.filter(
        gate.open_here(user, "patient"),
        after__in=(Alert.After.TO_MOVE, Alert.After.TO_CANCEL),
        after_visit__state=Appointment.State.PLANNED,
        after_start=F("after_visit__start"),
    )
    return Appointment.objects.filter(pk__in=said.values("after_visit"), start__gt=timezone.now())


def cancelled_by_patients(user: Actor) -> QuerySet[Appointment]:
    """The visits that patients gave up on their phone, lately or to come, of whoever has no other
    ahead: somebody may have to call them."""
    if not user.may(Permission.READ_AGENDA):
        return Appointment.objects.none()
    now = timezone.now()
    ahead = Appointment.objects.filter(
        patient=OuterRef("patient"), state=Appointment.State.PLANNED, start__gt=now
    )
    return Appointment.objects.filter(
        ~Exists(ahead), site_id=user.site_id, state=Appointment.State.CANCELLED,
        reason=visiting.REASON, start__gt=now - GIVEN_UP, patient__in_error="",
    )  # fmt: skip


def waiting(user: Actor) -> dict[str, QuerySet[Any]]:
    """What waits for somebody on their first page: the alerts that nobody ended, the wishes that
    nobody settled."""
    found: dict[str, QuerySet[Any]] = {}
    if user.may(Permission.FOLLOW_UP):
        found["silent"] = unanswered.after_sessions(user, timezone.now())
        found["after_alerts"] = visits_after_alerts(user).order_by()
        found["patient_alerts"] = open_alerts(user).select_related(None).order_by()
    if user.may(Permission.PREPARE):
        found["untested"] = untested.on(user, clock.today())
    if user.may(Permission.READ_AGENDA):
        found["given_up"] = cancelled_by_patients(user).order_by()
    if user.may(Permission.SCHEDULE):
        found["wishes"] = wishes(user).select_related(None).order_by()
    if user.may(Permission.CONSENT):
        found["replies"] = open_replies(user).select_related(None).order_by()
    if any(map(user.may, blocked.RIGHTS.values())):
        found["blocked"] = blocked.waiting(user).select_related(None).order_by()
    return found


def consent_links(user: Actor, course: Course) -> list[Link]:
    """The links by which a course's consent was given to read, the last first."""
    if not user.may(Permission.CONSENT):
        return []
    found = Link.objects.filter(
        gate.open_here(user, "patient"), course=course, purpose=Link.Purpose.CONSENT
    )
    return list(found.select_related("author", "patient__site", "course__site").order_by("-pk"))


def consent_link(user: Actor, course: Course, public_id: str) -> Link | None:
    """One of them."""
    return next(
        (one for one in consent_links(user, course) if one.public_id == public_id), None
    )  # fmt: skip


def messages_of_consent(user: Actor, course: Course) -> list[Message]:
    """The messages that led to a course's consent, the last first; without those of codes."""
    if not user.may(Permission.CONSENT):
        return []
    found = Message.objects.filter(
        gate.open_here(user, "patient"), link__course=course, link__purpose=Link.Purpose.CONSENT
    )
    return list(found.exclude(kind="code").order_by("-pk")[:10])


def messages_of_aftercare(user: Actor, session: Session) -> list[Message]:
    """The messages that led to the leaflet of a session, the last first."""
    if not user.may(Permission.READ_RECORDS):
        return []
    found = Message.objects.filter(gate.open_here(user, "patient"), link__session=session)
    return list(found.order_by("-pk")[:10])


def replies_to(user: Actor, course: Course) -> list[ConsentReply]:
    """What a patient said from home of a course's consent, the first first."""
    if not user.may(Permission.READ_RECORDS):
        return []
    found = ConsentReply.objects.filter(gate.open_here(user, "patient"), course=course)
    return list(found.select_related("settled_by").order_by("pk"))


def open_replies(user: Actor) -> QuerySet[ConsentReply]:
    """The questions about a consent that nobody answered, and the refusals that nobody spoke about,
    of the patients whose record is open to the user, the first first."""
    if not user.may(Permission.CONSENT):
        return ConsentReply.objects.none()
    found = ConsentReply.objects.filter(
        gate.open_here(user, "patient"), settled_at=None, patient__in_error=""
    ).exclude(kind=ConsentReply.Kind.AT_VISIT)
    return found.select_related("patient", "course__complaint").order_by("created_at", "pk")


def reply(user: Actor, public_id: str) -> ConsentReply:
    """One of them, settled or not. Raises ``Http404``, ``ClosedRecordError``."""
    found = None
    if user.may(Permission.CONSENT):
        mine = ConsentReply.objects.filter(gate.open_here(user, "patient"), public_id=public_id)
        found = mine.select_related("patient__site", "course").first()
    if found is None:
        raise gate.closed(user, ConsentReply, public_id)
    gate.seen(user, "consentreply", public_id, found.patient.public_id)
    return found


def wishes(user: Actor) -> QuerySet[Wish]:
    """What patients of the site wish of the reception and nobody settled, the first first."""
    if not user.may(Permission.SCHEDULE):
        return Wish.objects.none()
    found = Wish.objects.filter(_at_site(user), Wish.WAITS)
    found = found.exclude(kind=Wish.Kind.COMES).filter(patient__in_error="")
    of = ("patient", "appointment__practitioner", "course__practitioner", "course__complaint")
    return found.select_related(*of).order_by("created_at", "pk")


def _at_site(user: Actor) -> Q:
    """Wishes of the appointments of a site; those for a first one, of its patients."""
    of_patient = Q(appointment=None, patient__site_id=user.site_id)
    return Q(appointment__site_id=user.site_id) | of_patient


def wish(user: Actor, public_id: str) -> Wish:
    """One of them, settled or not. Raises ``Http404``."""
    found = None
    if user.may(Permission.SCHEDULE):
        of_site = Wish.objects.filter(_at_site(user), public_id=public_id)
        found = of_site.select_related(
            "patient__site", "patient__absorbed_by", "appointment"
        ).first()
    if found is None:
        raise gate.refused(user, Wish, public_id)
    gate.seen(user, "wish", public_id, found.patient.public_id)
    return found


def wishes_of(user: Actor, patient: Patient) -> QuerySet[Wish]:
    """What a patient wishes of the reception and nobody settled, the first first."""
    return wishes(user).filter(patient__in=gate.family(patient))


def wishes_behind(user: Actor, appointment: Appointment) -> list[Wish]:
    """What its patient asked for when an appointment was booked for it: when they can come holds as
    well of another time for it. One query."""
    if not user.may(Permission.READ_AGENDA):
        return []
    return list(Wish.objects.filter(booked=appointment).order_by("-pk")[:1])


def said_of_visits(user: Actor, visits: Iterable[Appointment]) -> dict[int, list[str]]:
    """Of each of these appointments, by its row, what its patient said of it and stands: that they
    come, that they wish another time. One query."""
    said: dict[int, list[str]] = {}
    if user.may(Permission.READ_AGENDA):
        found = Wish.objects.filter(
            Q(kind=Wish.Kind.COMES) | Q(Wish.WAITS, kind=Wish.Kind.MOVE),
            appointment__in=[one.pk for one in visits],
            start=F("appointment__start"),
        )
        for visit, kind in found.order_by("pk").values_list("appointment", "kind"):
            if kind not in said.setdefault(visit, []):
                said[visit].append(kind)
    return said


def comes(user: Actor, appointment: Appointment) -> Wish | None:
    """When a patient said that they come to an appointment; nothing where it moved since."""
    if not user.may(Permission.READ_AGENDA):
        return None
    return wishing.comes(appointment)
