"""When a practitioner takes no patients. An absence moves nobody: it tells who is to be moved."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import refuse, writing
from dolenti.agenda import day, privileges, timetable
from dolenti.agenda.models import Absence, Appointment
from dolenti.calendar.moments import Span
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking
from dolenti.ledger.belonging import kind_of
from dolenti.ledger.models import Revision
from dolenti.ledger.once import Submission, once
from dolenti.ledger.versions import as_json
from dolenti.records import gate

SHOWN = 100


class AbsenceRefusedError(InputError):
    """The absence cannot be; ``where`` names the form's field."""


def of_site(user: User) -> QuerySet[Absence]:
    """The absences running or to come of those who practise at the user's site, the next first;
    each with ``to_move``, how many appointments fall into it."""
    if not user.may(Permission.SCHEDULE):
        return Absence.objects.none()
    now = timezone.now()
    met = Appointment.objects.filter(
        site_id=user.site_id, practitioner=OuterRef("user"), state=Appointment.State.PLANNED,
        start__gte=now, start__lt=OuterRef("end"), end__gt=OuterRef("start"),
    ).order_by()  # fmt: skip
    counted = met.values(one=Value(1)).annotate(n=Count("pk")).values("n")
    people = privileges.practitioners_of(user.site).values("pk")
    return (
        Absence.objects.filter(user__in=people, end__gt=now)
        .select_related("user")
        .annotate(to_move=Coalesce(Subquery(counted), 0))
        .order_by("start", "user__name", "pk")
    )


def one(user: User, public_id: str) -> Absence:
    """An absence running or to come at the user's site. Raises ``Http404``."""
    found = sole(of_site(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Absence, public_id)
    return found


def met_by(rows: QuerySet[Appointment], absence: Absence) -> list[Appointment]:
    """Of these entries of the agenda those to come that fall into an absence, the next first."""
    found = rows.filter(
        practitioner=absence.user, state=Appointment.State.PLANNED, start__gte=timezone.now(),
        start__lt=absence.end, end__gt=absence.start,
    )  # fmt: skip
    return list(found.order_by("start", "pk")[: day.SHOWN])


def add(submission: Submission, person: User, span: Span) -> Absence:
    """Write that someone takes no patients for a time; a form sent twice writes it once.

    Raises ``AbsenceRefusedError`` for one that is over, that lasts too long, or that meets another
    one of the same person, and ``Http404`` for somebody who does not practise at the user's site.
    """
    actor = submission.actor

    def make() -> Absence:
        if not _practises(actor, person):
            raise Http404
        locking.hold(person)  # whoever books at this moment sees it, or is seen by it
        _insist(person, span)
        made = Absence.objects.create(user=person, start=span.start, end=span.end)
        _tell(actor, made, "add-absence")
        return made

    with writing(actor, Permission.SCHEDULE, actor.site_id, person=person):
        return once(submission, Absence, make)


def _practises(actor: Actor, person: User) -> bool:
    """Whether somebody practises at the actor's site: an absence is of a person, not of a site."""
    return privileges.practitioners_of(actor.site).filter(pk=person.pk).exists()


def _insist(person: User, span: Span) -> None:
    if span.end <= timezone.now():
        raise AbsenceRefusedError(
            "this absence is already over; check both days",
            "until",
            fr="cette absence est déjà terminée\u00a0; vérifiez les deux dates",
        )
    if span.length > timetable.FARTHEST:
        raise AbsenceRefusedError(
            "this absence lasts more than two years; check the year",
            "until",
            fr="cette absence dure plus de deux ans\u00a0; vérifiez l’année",
        )
    meeting = Absence.objects.filter(user=person, start__lt=span.end, end__gt=span.start)
    if meeting.exists():
        raise AbsenceRefusedError(
            f"{person.name} is already away for a part of this time; end that absence first",
            "start",
            fr=f"{person.name} a déjà une absence sur cette période\u00a0; mettez-y d’abord fin",
        )


def end(actor: Actor, absence: Absence) -> None:
    """End an absence now; one that has not begun is taken back. Pressed twice it is one.

    What stood is kept as a revision: nothing says later that nobody was ever away.
    """
    now = timezone.now()
    with writing(actor, Permission.SCHEDULE, actor.site_id, person=absence.user):
        if not _practises(actor, absence.user):
            refuse(actor, Permission.SCHEDULE, actor.site_id, person=absence.user)
        row = Absence.objects.select_for_update().filter(pk=absence.pk).first()
        if row is None or row.end <= now:
            return
        before = {name: as_json(getattr(row, name)) for name in ("start", "end")}
        after = {} if row.start >= now else {"end": as_json(now)}
        version = Revision.objects.filter(kind=kind_of(Absence), row=row.pk).count() + 2
        Revision.objects.create(
            kind=kind_of(Absence),
            row=row.pk,
            version=version,
            before=before,
            after=after,
            author=author_of(actor),
        )
        _tell(actor, row, "end-absence")
        if after:
            row.end = now
            row.save(update_fields=["end"])
        else:
            row.delete()


def _tell(actor: Actor, absence: Absence, action: str) -> None:
    audit.record(
        action,
        actor=actor,
        kind="absence",
        object_id=absence.public_id,
        detail={"person": absence.user.public_id},
    )
