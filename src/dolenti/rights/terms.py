"""Which records have reached their term, asked of the database a page at a time.

A record's last contact is the latest of its sessions (those cancelled or missed do not count), of
what was stated, assessed, planned or received, of the steps of its serum to the last unit's end,
and of its registration. A record that was registered less than twenty years ago cannot have reached
its term: that alone, which an index answers, leaves few to look at.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import day_bounds, local_day
from dolenti.guideline.birth import PartialDate
from dolenti.ledger.models import Draft
from dolenti.records import gate
from dolenti.records.models import Assessment, Complaint, Document, Patient, Statement
from dolenti.rights import retention
from dolenti.serum.models import Step
from dolenti.treatment.models import Course

AWAY = (Appointment.State.CANCELLED, Appointment.State.MISSED)


def dated(patients: QuerySet[Patient]) -> QuerySet[Any]:
    """Patients with ``last_contact``, a moment, and ``has_serum``, over all that was merged."""
    # By their keys, which every table is looked up by: asked of each row whether its patient was
    # merged into this one, the database walks through the rows of everybody.
    this = OuterRef(OuterRef("pk"))
    whose = Patient.objects.filter(Q(pk=this) | Q(absorbed_by=this)).order_by().values("pk")
    family = Q(patient__in=whose)
    through = Q(complaint__patient__in=whose)
    of_serum = Q(draw__patient__in=whose)
    own = Coalesce(
        _latest(Patient.objects.filter(absorbed_by=OuterRef("pk")), "created_at"), F("created_at")
    )
    serum = Course.objects.filter(family, therapy__in=retention.serum_therapies())
    return patients.annotate(
        last_contact=Greatest(
            F("created_at"),
            own,
            *(
                Coalesce(_latest(rows, field), F("created_at"))
                for rows, field in (
                    (Appointment.objects.filter(family).exclude(state__in=AWAY), "start"),
                    (Statement.objects.filter(family), "created_at"),
                    (Complaint.objects.filter(family), "created_at"),
                    (Document.objects.filter(family), "created_at"),
                    (Course.objects.filter(family), "created_at"),
                    (Assessment.objects.filter(through), "created_at"),
                    (Step.objects.filter(of_serum), "at"),
                )
            ),
            output_field=DateTimeField(),
        ),
        has_serum=ExpressionWrapper(Exists(serum), output_field=BooleanField()),
    )


def _latest(rows: QuerySet[Any], field: str) -> Subquery:
    latest = rows.order_by(f"-{field}").values(field)[:1]
    return Subquery(latest, output_field=DateTimeField())


def at_term(user: User, today: date) -> QuerySet[Patient]:
    """The records of the user's site that may go today, the oldest first; those merged into another
    are part of it. Nothing for whoever may not erase."""
    if not user.may(Permission.ERASE):
        return Patient.objects.none()
    cut = retention.cuts(today)
    contact, serum, birth = (_end_of(day) for day in (cut.contact, cut.serum, cut.birth))
    found = Patient.objects.filter(site_id=user.site_id, absorbed_by=None, created_at__lt=contact)
    found = dated(found).filter(
        Q(has_serum=False) | Q(last_contact__lt=serum),
        _born_by(cut.birth) | Q(birth_date=None, last_contact__lt=birth),
        last_contact__lt=contact,
    )
    return found.order_by("created_at", "pk")


def _born_by(day: date) -> Q:
    """Certainly born by a day: of a year or a month, its last day counts."""
    said = day.isoformat()
    still_open = [part.isoformat() for part in _around(day) if part.last > day]
    return Q(birth_date__lte=said) & ~Q(birth_date__in=still_open)


def _around(day: date) -> tuple[PartialDate, PartialDate]:
    return PartialDate(day.year), PartialDate(day.year, day.month)


def _end_of(day: date) -> datetime:
    return day_bounds(day)[1]


def with_term(patient: Patient) -> Any:
    """A patient with what ``term_of`` needs; the record that it was merged into, if it was."""
    return dated(Patient.objects.all()).get(pk=patient.absorbed_by_id or patient.pk)


def term_of(patient: Any) -> retention.Term:
    """Until when a patient's record is kept. One query, unless ``dated`` gave the patient."""
    if not hasattr(patient, "last_contact"):
        patient = with_term(patient)
    last: datetime = patient.last_contact
    serum: bool = patient.has_serum
    return retention.term(local_day(last), patient.birth_date, serum=serum)


def soonest(patient: Patient) -> date:
    """The earliest day on which a record could go, from the day it was registered alone."""
    day = local_day(patient.created_at)
    return retention.term(day, patient.birth_date, serum=False).until


def forgotten_drafts(user: User) -> QuerySet[Draft]:
    """Drafts of the people of the user's site that nobody touched for as long as the table says."""
    if not user.may(Permission.ERASE):
        return Draft.objects.none()
    since = timezone.now() - timedelta(days=retention.forgotten_days())
    return Draft.objects.filter(owner__site_id=user.site_id, updated_at__lt=since)


def oldest(user: User) -> Patient | None:
    """The record of the user's site that was registered first: none reaches its term before."""
    return gate.patients(user).filter(absorbed_by=None).order_by("created_at", "pk").first()
