"""The one gate: every query takes the user, and gives only what they may see.

No other module of the screens touches a model's manager; a test reads the code to make sure.
Whoever may not see a record gets the same answer as if there were none; only someone of the same
site who may break glass is told that a record is closed to them. Opening a record writes a line of
the trail, and so does being refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, TypeVar

from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import User
from dolenti.access.roles import Permission, Scope, scope
from dolenti.access.rows import sole
from dolenti.calendar.moments import local_day
from dolenti.records.gate.opened import IsOpen
from dolenti.records.gate.refusing import ClosedRecordError as ClosedRecordError
from dolenti.records.gate.refusing import MergedAwayError as MergedAwayError
from dolenti.records.gate.refusing import closed as closed
from dolenti.records.gate.refusing import refused as refused
from dolenti.records.models import (
    Assessment,
    Attestation,
    CareRelation,
    Complaint,
    Document,
    Medicine,
    Opening,
    Passing,
    Patient,
    Reconciliation,
    Statement,
)

M = TypeVar("M", bound=Model)

FEW: Final = 500
"""Patients in care, up to whom a list is sought among them."""


def patients(user: Actor) -> QuerySet[Patient]:
    """Who is treated at the user's site: identity and how to reach them, no health."""
    if not (user.may(Permission.READ_PATIENTS) or user.may(Permission.READ_RECORDS)):
        return Patient.objects.none()
    return Patient.objects.filter(site_id=user.site_id)


def identity(user: Actor, public_id: str) -> Patient:
    """The patient whom an address names, as the reception knows them. Raises ``Http404``,
    ``MergedAwayError``."""
    return insist_standing(even_merged(user, public_id))


def insist_standing(patient: Patient) -> Patient:
    """The patient, whose record stands for itself: what was merged into another one is read and
    written there, or it would be parted again with the two. Raises ``MergedAwayError``."""
    if patient.absorbed_by is not None:
        raise MergedAwayError(patient)
    return patient


def even_merged(user: Actor, public_id: str) -> Patient:
    """The same, of a record that was merged into another one too. Raises ``Http404``."""
    found = sole(patients(user).select_related("site", "absorbed_by").filter(public_id=public_id))
    if found is None:
        raise refused(user, Patient, public_id)
    seen(user, "patient", public_id, public_id)
    return found


def in_care(user: Actor) -> QuerySet[Patient]:
    """The patients whose record is open to the user: in their care, or opened for a reason."""
    if not user.may(Permission.READ_RECORDS):
        return Patient.objects.none()
    return Patient.objects.filter(is_open(user, "pk"), site_id=user.site_id)


def cared_for(user: Actor) -> QuerySet[CareRelation]:
    """The user's care of patients, as it stands at this moment."""
    return CareRelation.objects.filter(user=user.account, ended_at=None)


def team_of(user: Actor, patient: str) -> QuerySet[CareRelation]:
    """The user's care of the very patient that ``patient`` leads to from the row outside."""
    return cared_for(user).filter(patient=OuterRef(patient))


def openings_now(user: Actor) -> QuerySet[Opening]:
    """The records that the user holds open for a reason at this moment: each ends by itself, and a
    clock that is set back opens none for longer."""
    return _lent_now().filter(user=user.account)


def _lent_now() -> QuerySet[Opening]:
    now = timezone.now()
    return Opening.objects.filter(opened_at__lte=now, ends_at__gt=now, ended=None)


def is_open(user: Actor, patient: str) -> Q:
    """The same as a condition of rows of the user's site: whether the record of the patient that
    ``patient`` leads to is open to the user. Each row is looked up by itself, so that it costs the
    same however many patients the user has in care. ``pk`` where the rows are the patients.
    """
    if not user.may(Permission.READ_RECORDS):
        return Q(pk__in=[])
    if scope(user.role) is Scope.SITE:
        return Q()
    return Q(IsOpen(user.account, timezone.now(), patient))


def _merged() -> QuerySet[Patient]:
    """The merged records only, by a range, as ``IsOpen`` has it."""
    return Patient.objects.filter(absorbed_by__gt=0)


def open_to(people: Iterable[User], patient: Patient) -> list[User]:
    """Those of some people of a patient's site to whom the record is open now, as ``is_open`` has
    it. One query, however many they are."""
    asked = [one for one in people if one.may(Permission.READ_RECORDS)]
    tied = Patient.objects.filter(
        Q(pk__in=[patient.pk, patient.absorbed_by_id or patient.pk]) | Q(absorbed_by=patient.pk)
    ).values("pk")
    caring = CareRelation.objects.order_by().filter(patient__in=tied, ended_at=None)
    lent = _lent_now().order_by().filter(patient=patient)
    known = set(caring.values_list("user_id").union(lent.values_list("user_id"), all=True))
    return [one for one in asked if scope(one.role) is Scope.SITE or (one.pk,) in known]


def among_few(user: Actor, patient: str) -> Q:
    """A condition that narrows a list to the few patients that are open to the user, where they
    are few; where they are many, none. It says nothing that ``is_open`` does not say as well, to
    which it is added: row by row, the database would walk through everybody of the site to find
    that none of them is in the care of somebody who has just come. One query.
    """
    if not user.may(Permission.READ_RECORDS) or scope(user.role) is Scope.SITE:
        return Q()
    cared, merged = cared_for(user).order_by(), _merged().order_by()
    found = cared.values_list("patient_id", flat=True).union(
        openings_now(user).order_by().values_list("patient_id", flat=True),
        merged.filter(absorbed_by__in=cared.values("patient")).values_list("pk", flat=True),
        merged.filter(Exists(team_of(user, "pk"))).values_list("absorbed_by_id", flat=True),
        all=True,
    )
    few = list(found[: FEW + 1])
    return Q() if len(few) > FEW else Q(**{f"{patient}__in": few})


def open_here(user: Actor, patient: str) -> Q:
    """The same for rows of any site: the patient is of the user's, and their record is open."""
    return of_site(f"{patient}__site_id", user.site_id) & is_open(user, patient)


def of_site(column: str, site: int) -> Q:
    """The rows of a site. To SQLite the site is compared with nothing added to it, which is no way
    into the rows: it would first collect everything of a large site, and then look for the few rows
    of a page. PostgreSQL knows better by itself, and would be misled.
    """
    if connection.vendor == "sqlite":
        return Q(Exact(F(column) + Value(0), site))
    return Q(**{column: site})


def record(user: Actor, public_id: str) -> Patient:
    """The patient whom an address names, whose record is opened. Raises ``Http404``,
    ``ClosedRecordError``, ``MergedAwayError``."""
    return insist_standing(record_of_row(user, public_id))


def record_of_row(user: Actor, public_id: str) -> Patient:
    """The same for the patient to whom a row leads, which stays where it was written when its
    record is merged. Raises ``Http404``, ``ClosedRecordError``."""
    known = in_care(user).select_related("site", "absorbed_by")
    known = known.annotate(cared=Exists(team_of(user, "pk")))
    found = sole(known.filter(public_id=public_id))
    if found is None:
        raise closed(user, Patient, public_id)
    found.in_team = found.cared
    seen(user, "record", public_id, public_id)
    return found


READ_IN: Final = Coalesce("patient__absorbed_by_id", "patient_id")
"""For a query over rows of patients: the record that a row is read in, the same for a family."""


def family_of(patient: str) -> QuerySet[Patient]:
    """For a subquery over rows of patients: ``patient__in`` of those that are read as the patient
    to whom ``patient`` leads from the row outside. By their keys, as ``families`` has it."""
    kept = Coalesce(
        OuterRef(OuterRef(f"{patient}__absorbed_by_id")), OuterRef(OuterRef(f"{patient}_id"))
    )
    return Patient.objects.filter(Q(pk=kept) | Q(absorbed_by=kept)).order_by().only("pk")


def with_reviews(rows: QuerySet[M], patient: str = "patient") -> QuerySet[M]:
    """Rows, each with whether its patient takes a medicine (``takes``), and the day on which the
    list was gone through last (``reviewed_on``); ``patient`` is the way to them. No query more."""
    whose, today = family_of(patient), local_day(timezone.now())
    taken = Medicine.objects.filter(Q(stopped_on=None) | Q(stopped_on__gt=today), patient__in=whose)
    reviews = Reconciliation.objects.filter(patient__in=whose)
    last = reviews.order_by("-on", "-pk").values("on")[:1]
    found: QuerySet[M] = rows.annotate(takes=Exists(taken), reviewed_on=Subquery(last))  # type: ignore[assignment] # the stubs lose the model
    return found


def family(patient: Patient) -> QuerySet[Patient]:
    """The records that are read as this patient's: its own, and those merged into it."""
    kept = patient.absorbed_by_id or patient.pk
    return Patient.objects.filter(Q(pk=kept) | Q(absorbed_by_id=kept))


def families(keys: Collection[int]) -> QuerySet[Patient]:
    """The records that are read as those of these patients, by their keys: ``patient__in`` of what
    is theirs. Every table is looked up by its patient; asked of each row whether its patient was
    merged into one of these, the database walks through the rows of everybody."""
    return Patient.objects.filter(Q(pk__in=keys) | Q(absorbed_by__in=keys)).order_by().only("pk")


def complaints(user: Actor) -> QuerySet[Complaint]:
    """The complaints of patients whose record is open to the user."""
    return Complaint.objects.filter(open_here(user, "patient"))


def complaint(user: Actor, public_id: str) -> Complaint:
    """One complaint. Raises ``Http404``, ``ClosedRecordError``."""
    found = sole(
        with_reviews(complaints(user))
        .annotate(cared=Exists(team_of(user, "patient")))
        .select_related("author", "patient", "patient__site", "document")
        .defer("document__original")
        .filter(public_id=public_id)
    )
    if found is None:
        raise closed(user, Complaint, public_id)
    found.patient.in_team = found.cared
    seen(user, "complaint", public_id, found.patient.public_id)
    return found


def first_of(document: Document) -> Complaint:
    """The first complaint that a document brought."""
    return Complaint.objects.filter(document=document).order_by("pk")[0]


def statements(user: Actor, complaint: Complaint) -> QuerySet[Statement]:
    """What was stated of a complaint and of its patient, oldest first."""
    if not user.may(Permission.READ_RECORDS):
        return Statement.objects.none()
    # Said so, what is of no complaint in particular is looked for among this patient's own, and
    # not among everybody's.
    found = Statement.objects.alias(about=Coalesce("complaint_id", Value(complaint.pk)))
    return found.filter(about=complaint.pk, patient__in=family(complaint.patient))


def readings(user: Actor, complaint: Complaint) -> QuerySet[Document]:
    """What the reading of every document of a complaint's patient left aside, without the files."""
    if not user.may(Permission.READ_RECORDS):
        return Document.objects.none()
    return Document.objects.filter(patient__in=family(complaint.patient)).only("reading")


def assessments(user: Actor) -> QuerySet[Assessment]:
    """The stored assessments open to the user, without their bulky contents, each with who went
    past which of its verdicts."""
    return with_what_followed(
        Assessment.objects.filter(open_here(user, "complaint__patient"))
        .select_related("author", "complaint", "complaint__patient", "edition")
        .defer("packed", "inputs", "edition__packed")
        .prefetch_related(Prefetch("passings", Passing.objects.select_related("author")))
    )


def with_what_followed(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Assessments, each with whether a later one of its complaint was saved (``was_followed``) and
    whether something was said since that it could rest on (``was_outrun``): asked in the query
    that finds them."""
    since = Statement.objects.filter(created_at__gt=OuterRef("created_at"))
    of_patient = since.filter(complaint=None, patient=OuterRef("complaint__patient"))
    return assessments.annotate(
        was_followed=Exists(
            Assessment.objects.filter(complaint=OuterRef("complaint"), pk__gt=OuterRef("pk"))
        ),
        was_outrun=Exists(of_patient) | Exists(since.filter(complaint=OuterRef("complaint"))),
    )


def assessment(user: Actor, public_id: str) -> Assessment:
    """One stored assessment, whole. Raises ``Http404``, ``ClosedRecordError``."""
    later = Assessment.objects.filter(complaint=OuterRef("complaint"), pk__gt=OuterRef("pk"))
    found = sole(
        Assessment.objects.filter(open_here(user, "complaint__patient"), public_id=public_id)
        .select_related("author", "complaint", "complaint__document", "edition")
        .select_related("complaint__patient__site")
        .defer("complaint__document__original")
        .annotate(later=Exists(later))
    )
    if found is None:
        raise closed(user, Assessment, public_id)
    found.followed = found.later
    seen(user, "assessment", public_id, found.complaint.patient.public_id)
    return found


def attestations(user: Actor) -> dict[str, Attestation]:
    """The last word of the user's site on each notice, by the notice's id."""
    if not user.may(Permission.READ_KNOWLEDGE):
        return {}
    found = Attestation.objects.filter(site_id=user.site_id).select_related("author")
    return {one.notice: one for one in found}  # oldest first: the last one stays


def seen(user: Actor, kind: str, object_id: str, patient_id: str) -> None:
    """A line of the trail: this person read this record."""
    audit.seen(user, [audit.Read(kind, object_id, patient_id)])


def listed(user: Actor, patients: Iterable[Patient]) -> None:
    """A line of the trail: these patients stood in a list that this person read."""
    seen_all(user, "listed", ((one.public_id, one) for one in patients))


def seen_all(user: Actor, kind: str, rows: Iterable[tuple[str, Patient]]) -> None:
    """A line of the trail: these rows, each of its patient, were read in one list."""
    audit.seen(user, [audit.Read(kind, row, patient.public_id) for row, patient in rows])


def of_the_administered(user: Actor, model: type[M], public_id: str) -> M:
    """One row of the site that the user administers. Raises ``Http404``."""
    found = None
    if user.may(Permission.ADMINISTER):
        rows = model._default_manager
        found = sole(rows.filter(site_id=user.site_id, public_id=public_id))
    if found is None:
        raise refused(user, model, public_id)
    return found
