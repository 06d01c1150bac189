"""The gate to the chain of serum at the user's site.

As in ``records.gate``: every function takes the user first and gives only what they may see. Whose
a unit is is told of patients whose record is open to the user; to the responsible person of the
chain, also whose something is that waits for a decision: who, and that thing, and nothing more of
the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import day_bounds
from dolenti.guideline.serum.machine import THERAPY
from dolenti.records import gate
from dolenti.records.gate import of_patient
from dolenti.records.models import Patient
from dolenti.serum import opening, silence
from dolenti.serum.deadlines import OUT
from dolenti.serum.models import (
    Draw,
    Excursion,
    FreezerCount,
    Injection,
    LogWithdrawal,
    Place,
    Proposal,
    Stay,
    Step,
    TemperatureLog,
    Thing,
    Tube,
    Unit,
)
from dolenti.serum.steps import ENDED
from dolenti.treatment.models import Course, Session

T = TypeVar("T", Tube, Unit)
UNDECIDED: Final = ("held", "missing")
"""Where something stands that the responsible person of the chain decides of."""


def _may(user: Actor) -> bool:
    return user.may(Permission.PREPARE_SERUM)


def _to_decide(user: Actor, kind: str) -> Q:
    """The tubes or units that wait for the responsible person of the chain, whoever's they are:
    held, missing, or of which something was proposed."""
    asked = Proposal.objects.filter(**{kind: OuterRef("pk"), "ended_at": None})
    waits = Q(state__in=UNDECIDED) | Q(Exists(asked))
    return opening.is_responsible(user) & Q(patient__site_id=user.site_id) & waits


def _open_to(user: Actor, patient: str) -> ExpressionWrapper:
    """Whether the whole record is open, of each row: what is shown beyond the thing itself."""
    return ExpressionWrapper(gate.open_here(user, patient), output_field=BooleanField())


def draws(user: Actor) -> QuerySet[Draw]:
    """The draws of patients whose record is open to the user, the last first."""
    if not _may(user):
        return Draw.objects.none()
    found = Draw.objects.filter(gate.open_here(user, "patient"))
    return found.select_related("patient", "course").order_by("-day", "-pk")


def draw(user: Actor, public_id: str) -> Draw:
    """One draw. Raises ``Http404``, ``ClosedRecordError``."""
    rows = draws(user).select_related("patient__site", "course__practitioner", "author")
    rows = rows.select_related("course__complaint__patient__site", "course__complaint__document")
    rows = rows.select_related("checked_by").defer("course__complaint__document__original")
    found = sole(rows.filter(public_id=public_id))
    if found is None:
        raise gate.closed(user, Draw, public_id)
    gate.seen(user, "draw", public_id, found.patient.public_id)
    return found


def tubes(user: Actor) -> QuerySet[Tube]:
    """Tubes of patients whose record is open to the user."""
    if not _may(user):
        return Tube.objects.none()
    found = Tube.objects.filter(gate.open_here(user, "patient"))
    return found.select_related("patient", "draw", "incubator")


KEPT_IN: Final = Prefetch(
    "stays", Stay.objects.filter(until=None).select_related("place"), to_attr="kept_in"
)
"""Where units are kept: of all of them, one query."""


def units(user: Actor) -> QuerySet[Unit]:
    """Units of patients whose record is open to the user."""
    if not _may(user):
        return Unit.objects.none()
    found = Unit.objects.filter(gate.open_here(user, "patient"))
    return found.select_related("patient", "draw__course", "tube")


def units_to_bring(user: Actor, courses: Iterable[int]) -> QuerySet[Unit]:
    """The units of some courses that are in the cold, or out of it for a session: each out of it
    says for which (``session_of``, a public id). The next to expire first."""
    issued = Step.objects.filter(unit=OuterRef("pk"), event="issue").order_by("-id")
    found = units(user).filter(state__in=("frozen", *OUT), draw__course__in=courses)
    return found.annotate(
        session_of=Subquery(issued.values(whose=KeyTextTransform("session", "said"))[:1])
    ).order_by("expires", "draw", "position")


def _shown(user: Actor, model: type[T]) -> QuerySet[T]:
    """Tubes or units of open records, and what the user is to decide of; each says in ``is_open``
    whether its record is open."""
    rows = model._default_manager
    if not _may(user):
        return rows.none()
    kept = gate.open_here(user, "patient") | _to_decide(user, model.kind)
    return rows.filter(kept).annotate(is_open=_open_to(user, "patient"))


def tube(user: Actor, public_id: str) -> Tube:
    """One tube. Raises ``Http404``, ``ClosedRecordError``."""
    rows = _shown(user, Tube).select_related("patient__site", "device__item", "draw__course")
    rows = rows.select_related("incubator")
    found = sole(rows.filter(public_id=public_id))
    if found is None:
        raise gate.closed(user, Tube, public_id)
    gate.seen(user, "tube", public_id, found.patient.public_id)
    return found


def unit(user: Actor, public_id: str) -> Unit:
    """One unit. Raises ``Http404``, ``ClosedRecordError``."""
    rows = _shown(user, Unit).select_related("patient__site", "tube__incubator", "draw__course")
    found = sole(rows.filter(public_id=public_id))
    if found is None:
        raise gate.closed(user, Unit, public_id)
    gate.seen(user, "unit", public_id, found.patient.public_id)
    return found


def steps_of(user: Actor, thing: Thing) -> list[Step]:
    """Every step of a tube or a unit that the gate gave, oldest first."""
    if not _may(user) or thing.patient.site_id != user.site_id:
        return []
    steps: QuerySet[Step] = thing.steps.all()  # type: ignore[attr-defined]
    return list(steps.select_related("author", "second", "excursion__place", "excursion__strike"))


def stay_of(user: Actor, unit: Unit) -> Stay | None:
    """Where a unit that the gate gave is kept."""
    if not _may(user):
        return None
    return Stay.objects.filter(unit=unit, until=None).select_related("place").first()


def alive(user: Actor) -> tuple[list[Tube], list[Unit]]:
    """Every tube and unit that has not come to its end, with where units are kept: the board.

    Missing ones are on it until they are found, or the draw is over."""
    ended_tubes, ended_units = ("portioned", "discarded"), tuple(set(ENDED) - {"missing"})
    beside = ("patient", "draw__course")
    found_tubes = _shown(user, Tube).exclude(state__in=ended_tubes).order_by("draw", "position")
    found_tubes = found_tubes.select_related(*beside, "incubator")
    found_units = _shown(user, Unit).exclude(state__in=ended_units).prefetch_related(KEPT_IN)
    found_units = found_units.select_related(*beside, "tube")
    every_tube, every_unit = list(found_tubes), list(found_units.order_by("draw", "position"))
    things: list[Thing] = [*every_tube, *every_unit]
    gate.listed(user, {one.patient.pk: one.patient for one in things}.values())
    return every_tube, list[Unit](every_unit)


def beyond(user: Actor) -> int:
    """How many units are in the cold whose records are not open to the user."""
    if not _may(user):
        return 0
    here = Stay.objects.filter(place__site_id=user.site_id, until=None)
    mine = here.filter(gate.open_here(user, "unit__patient"))
    return here.exclude(pk__in=mine.values("pk")).count()


def _of_proposals(user: Actor) -> QuerySet[Proposal]:
    if not _may(user):
        return Proposal.objects.none()
    addressed = opening.is_responsible(user) & Q(draw__site_id=user.site_id)
    found = Proposal.objects.filter(gate.open_here(user, "draw__patient") | addressed)
    return found.annotate(is_open=_open_to(user, "draw__patient"))


def proposals(user: Actor) -> QuerySet[Proposal]:
    """What waits for a second person, of patients whose record is open to the user; to the
    responsible person of the chain, all of the site."""
    found = _of_proposals(user).filter(ended_at=None)
    return found.select_related("draw__patient", "tube", "unit", "author")


def proposal(user: Actor, public_id: str) -> Proposal:
    """One of them, or one that was answered. Raises ``Http404``, ``ClosedRecordError``."""
    rows = _of_proposals(user).select_related("draw__patient__site", "draw__course", "author")
    rows = rows.select_related("tube__incubator", "unit__tube__incubator")
    rows = rows.select_related("tube__draw__course", "unit__draw__course")
    found = sole(rows.filter(public_id=public_id))
    if found is None:
        raise gate.closed(user, Proposal, public_id)
    gate.seen(user, "proposal", public_id, found.draw.patient.public_id)
    return found


def may_decide(user: Actor, thing: Thing) -> bool:
    """Whether the user may propose and confirm what becomes of a thing: its record is open to
    them, or it waits for them as the responsible person."""
    if of_patient.is_open(user, thing.patient):
        return True
    rows: QuerySet[Any] = type(thing)._default_manager.filter(pk=thing.pk)
    return rows.filter(_to_decide(user, thing.kind)).exists()


def waiting(user: Actor) -> dict[str, QuerySet[Any]]:
    """What waits for somebody on their first page: what another proposed, and the freezers whose
    recorder nobody reads; for the responsible person of the chain, also what is held."""
    if not _may(user):
        return {}
    mine = opening.is_responsible(user) & Q(patient__site_id=user.site_id, state="held")
    return {
        "serum_proposals": proposals(user).exclude(author=user.account),
        "serum_tubes": Tube.objects.filter(mine),
        "serum_units": Unit.objects.filter(mine),
        "serum_silent": silence.silent(user.site_id, timezone.now()),
    }


def courses_to_draw(user: Actor) -> QuerySet[Course]:
    """Courses of serum under way, of patients whose record is open to the user; each says in
    ``is_here`` whether the patient has arrived today."""
    if not _may(user):
        return Course.objects.none()
    start, end = day_bounds(clock.today())
    arrived = Appointment.objects.filter(
        patient=OuterRef("patient"), state=Appointment.State.ARRIVED, start__gte=start,
        start__lt=end,
    )  # fmt: skip
    found = Course.objects.filter(
        gate.open_here(user, "patient"), therapy=THERAPY, state=Course.State.ACTIVE
    )
    return found.select_related("patient", "complaint").annotate(is_here=Exists(arrived))


def draws_today(user: Actor) -> QuerySet[Appointment]:
    """Who comes today to have blood drawn, of patients whose record is open to the user, in the
    order of their hour; ``course`` is the public id of their course of serum under way, if any."""
    if not _may(user):
        return Appointment.objects.none()
    start, end = day_bounds(clock.today())
    courses = Course.objects.filter(
        patient=OuterRef("patient"), therapy=THERAPY, state=Course.State.ACTIVE
    ).order_by("-pk")
    found = Appointment.objects.filter(
        gate.open_here(user, "patient"), kind=Appointment.Kind.DRAW, start__gte=start,
        start__lt=end,
        state__in=(Appointment.State.PLANNED, Appointment.State.ARRIVED),
    )  # fmt: skip
    found = found.annotate(course=Subquery(courses.values("public_id")[:1]))
    return found.select_related("patient").order_by("start")


def sessions_today(user: Actor) -> QuerySet[Session]:
    """Today's sessions of courses of serum, of patients whose record is open to the user, in the
    order of their hour."""
    if not _may(user):
        return Session.objects.none()
    start, end = day_bounds(clock.today())
    found = Session.objects.filter(
        gate.open_here(user, "course__patient"), standing=True, course__therapy=THERAPY,
        course__state=Course.State.ACTIVE, appointment__start__gte=start,
        appointment__start__lt=end,
        appointment__state__in=(Appointment.State.PLANNED, Appointment.State.ARRIVED),
    )  # fmt: skip
    return found.select_related("course__patient", "appointment").order_by("appointment__start")


def for_session(user: Actor, public_id: str) -> Session:
    """One session of a course of serum. Raises ``Http404``, ``ClosedRecordError``."""
    found = None
    if _may(user):
        rows = Session.objects.filter(
            gate.open_here(user, "course__patient"), course__therapy=THERAPY
        )
        rows = rows.select_related("course__patient__site", "course__complaint", "appointment")
        found = sole(rows.filter(public_id=public_id))
    if found is None:
        raise gate.closed(user, Session, public_id)
    gate.seen(user, "session", public_id, found.course.patient.public_id)
    return found


def units_of(user: Actor, patient: Patient) -> QuerySet[Unit]:
    """The units of one patient's own record that have not come to an end, the next to expire
    first."""
    if not user.may(Permission.READ_RECORDS) or patient.site_id != user.site_id:
        return Unit.objects.none()
    found = Unit.objects.filter(patient=patient).exclude(state__in=ENDED)
    return found.select_related("draw").order_by("expires", "draw", "position")


def given_in(user: Actor, course: Course) -> QuerySet[Injection]:
    """The injections of a course."""
    if not user.may(Permission.READ_RECORDS) or course.patient.site_id != user.site_id:
        return Injection.objects.none()
    found = Injection.objects.filter(session__course=course)
    found = found.select_related("unit", "author").prefetch_related(
        "corrections__author", "corrections__record"
    )
    return found.order_by("at")


def places(user: Actor) -> QuerySet[Place]:
    """The incubators, freezers and boxes of the site."""
    if not _may(user):
        return Place.objects.none()
    return Place.objects.filter(site_id=user.site_id)


def place(user: Actor, public_id: str) -> Place:
    """One of them. Raises ``Http404``."""
    found = sole(places(user).select_related("site").filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Place, public_id)
    return found


def logs(user: Actor) -> QuerySet[TemperatureLog]:
    """The logs of the site's places, the last first, without their readings."""
    if not _may(user):
        return TemperatureLog.objects.none()
    found = TemperatureLog.objects.filter(place__site_id=user.site_id)
    found = found.prefetch_related(
        Prefetch("withdrawals", LogWithdrawal.objects.filter(dropped_by=None)
                 .select_related("author", "confirmed_by"), to_attr="withdrawal")
    )  # fmt: skip
    return found.select_related("place", "author").defer("packed")


def log(user: Actor, public_id: str) -> TemperatureLog:
    """One log; its ``withdrawal`` is a list of none or of the one that is proposed or done. Raises
    ``Http404``."""
    found = sole(logs(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, TemperatureLog, public_id)
    return found


def withdrawals(user: Actor) -> QuerySet[LogWithdrawal]:
    """The withdrawals of logs of the site that wait for a second person."""
    if not _may(user):
        return LogWithdrawal.objects.none()
    found = LogWithdrawal.objects.filter(log__place__site_id=user.site_id, ended_at=None)
    return found.select_related("log__place", "author")


def excursions(user: Actor) -> QuerySet[Excursion]:
    """The excursions of the site's incubators and freezers, the last first."""
    if not _may(user):
        return Excursion.objects.none()
    found = Excursion.objects.filter(place__site_id=user.site_id)
    return found.select_related("place", "log", "strike__withdrawal")


def excursion(user: Actor, public_id: str) -> Excursion:
    """One excursion. Raises ``Http404``."""
    found = sole(excursions(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Excursion, public_id)
    return found


def touched(user: Actor, excursion: Excursion) -> list[Step]:
    """What an excursion did to the tubes and units whose records are open to the user."""
    found = Step.objects.filter(gate.open_here(user, "draw__patient"), excursion=excursion)
    steps = list(found.select_related("unit__patient", "tube__patient", "draw__patient"))
    gate.listed(user, {one.draw.patient.pk: one.draw.patient for one in steps}.values())
    return steps


def counts(user: Actor) -> QuerySet[FreezerCount]:
    """The physical counts of the site's freezers, the last first."""
    if not _may(user):
        return FreezerCount.objects.none()
    found = FreezerCount.objects.filter(place__site_id=user.site_id)
    return found.select_related("place", "author", "confirmed_by")


def count(user: Actor, public_id: str) -> FreezerCount:
    """One count. Raises ``Http404``."""
    found = sole(counts(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, FreezerCount, public_id)
    return found


def runs_of(user: Actor, draw: Draw) -> dict[int, str]:
    """Under which run of the centrifuge each tube of a draw that the gate gave was spun, by its
    key."""
    if not _may(user) or draw.patient.site_id != user.site_id:
        return {}
    spun = Step.objects.filter(draw=draw, event="spin").order_by("pk")
    return {one.tube_id: str(one.said.get("run", "")) for one in spun if one.tube_id is not None}
