"""The rows of a patient's whole record as the values that ``fhir`` writes.

What was merged into the record is part of it; what was entered in error is too, and marked. The
queries are the same in number whatever the record holds, and long lists are read as they are
written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, cast

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.fhir import record_values as values
from dolenti.guideline.knowledge import Edition
from dolenti.records import engine, gate
from dolenti.records.files import arrivals
from dolenti.records.models import (
    Assessment,
    Complaint,
    Consent,
    Contact,
    Course,
    Document,
    Merge,
    Passing,
    Patient,
    Quotation,
    Referral,
    Session,
    Statement,
)
from dolenti.records.patients import people

T = TypeVar("T")
A_FEW = 50
"""Rows of assessments held at once: each carries a whole judgement in two languages."""


class Again(Generic[T]):
    """Something to be walked through, anew each time."""

    def __init__(self, begin: Callable[[], Iterator[T]]) -> None:
        self._begin = begin

    def __iter__(self) -> Iterator[T]:
        return self._begin()


def language_of(patient: Patient) -> Literal["fr", "en"]:
    """The language in which the copy speaks: the patient's, or French."""
    return "en" if patient.language == "en" else "fr"


def gather(
    user: User, patient: Patient, copy: str, made: datetime, files: Sequence[values.File] = ()
) -> values.Record:
    """The record of a patient whom ``gate.record`` gave, for the copy of that id.

    Nothing for whoever may not take records out.
    """
    if not user.may(Permission.EXPORT_RECORD) or patient.site_id != user.site_id:
        raise PermissionError("this person may not take records out")
    whose = list(gate.family(patient).select_related("site"))
    family = gate.family(patient)
    edition, language = engine.edition_in_force(), language_of(patient)
    courses = _courses(family)
    return values.Record(
        id=copy,
        made=timezone.localtime(made),
        made_by=user.public_id,
        patient=_person(patient, whose, family),
        organisation=values.Organisation(
            patient.site.public_id, patient.site.name, patient.site.address, patient.site.phone
        ),
        people=_people(user, family),
        complaints=tuple(_complaints(family)),
        statements=Again(lambda: _statements(family)),
        assessments=Again(lambda: _assessments(family, edition, language)),
        courses=tuple(_course(one, edition, language) for one in courses),
        sessions=tuple(_sessions(family)),
        consents=tuple(_consents(family)),
        referrals=tuple(_referrals(family, edition, language)),
        files=tuple(files),
        merges=tuple(_merges(family)),
    )


def _person(patient: Patient, whose: Sequence[Patient], family: QuerySet[Patient]) -> values.Person:
    number = people.number_of(patient)
    shared = number is not None and people.trust_of(patient).may_share_ins
    references = [one.reference for one in whose if one.reference]
    return values.Person(
        id=patient.public_id,
        birth_name=patient.birth_name,
        given_names=tuple(patient.given_names.split() or [patient.first_name]),
        used_name=patient.used_name,
        used_given_name=patient.used_first_name,
        sex=patient.sex,
        birth_date=patient.birth_date,
        birth_place=patient.birth_place,
        birth_place_name=patient.birth_place_name,
        ins=str(number) if shared else "",
        ins_oid=str(number.authority) if shared and number is not None else "",
        references=tuple(dict.fromkeys(references)),
        doctor=" · ".join(text for text in (patient.doctor, patient.doctor_contact) if text),
        language=language_of(patient),
        contacts=tuple(
            values.Contact(
                one.public_id,
                one.kind,
                one.name,
                one.phone,
                one.email,
                one.address,
                timezone.localtime(one.created_at),
                timezone.localtime(one.ended_at) if one.ended_at else None,
            )
            for one in Contact.objects.filter(patient__in=family)
        ),
    )


def _people(user: User, family: QuerySet[Patient]) -> tuple[values.Practitioner, ...]:
    """Whoever is named anywhere in the record, and who makes the copy."""
    of_patient = {"patient__in": family}
    about = {"complaint__patient__in": family}
    consents = Consent.objects.filter(course__patient__in=family)
    named: list[QuerySet[Any, Any]] = [
        Statement.objects.filter(**of_patient).values("author"),
        Complaint.objects.filter(**of_patient).values("author"),
        Document.objects.filter(**of_patient).values("author"),
        Assessment.objects.filter(**about).values("author"),
        Passing.objects.filter(assessment__complaint__patient__in=family).values("author"),
        Course.objects.filter(**of_patient).values("author"),
        Course.objects.filter(**of_patient).values("practitioner"),
        Session.objects.filter(**of_patient).values("practitioner"),
        Quotation.objects.filter(**of_patient).values("author"),
        Merge.objects.filter(kept__in=family).values("author"),
        consents.values("author"),
    ]
    wanted = Q(pk=user.pk)
    for one in named:
        wanted |= Q(pk__in=one)
    found = User.objects.filter(wanted).order_by("pk")
    return tuple(values.Practitioner(one.public_id, one.name, one.rpps) for one in found)


def _complaints(family: QuerySet[Patient]) -> Iterator[values.Complaint]:
    found = Complaint.objects.filter(patient__in=family).select_related("author").order_by("pk")
    for one in found:
        yield values.Complaint(
            id=one.public_id,
            author=one.author.public_id,
            recorded=timezone.localtime(one.created_at),
            condition=one.condition,
            zone=one.zone,
            side=one.side,
            since=one.since,
            note=one.note,
            points=tuple(one.points),
            map_edition=one.map_edition,
            resolved=one.state == Complaint.State.RESOLVED,
            in_error=one.in_error,
        )


def _statements(family: QuerySet[Patient]) -> Iterator[values.Statement]:
    found = Statement.objects.filter(patient__in=family).order_by(
        "fact", "complaint_id", "at", "pk"
    )
    rows = found.values_list(
        "fact", "value", "at", "author__public_id", "created_at", "said_by", "origin",
        "complaint__public_id", "document__public_id",
    )  # fmt: skip
    for fact, value, at, author, written, said_by, origin, complaint, document in rows.iterator():
        yield values.Statement(
            fact,
            value,
            at,
            author,
            timezone.localtime(written),
            cast("Any", said_by),
            cast("Any", origin),
            complaint or "",
            document or "",
        )


def _assessments(
    family: QuerySet[Patient], edition: Edition, language: str
) -> Iterator[values.Assessment]:
    found = (
        Assessment.objects.filter(complaint__patient__in=family)
        .select_related("author", "complaint", "edition")
        .defer("inputs", "edition__packed")
        .prefetch_related(Prefetch("passings", Passing.objects.select_related("author")))
        .order_by("pk")
    )
    for one in found.iterator(chunk_size=A_FEW):
        passed = {passing.therapy: passing for passing in one.passings.all()}
        said = one.results.get(language) or next(iter(one.results.values()))
        yield values.Assessment(
            id=one.public_id,
            complaint=one.complaint.public_id,
            author=one.author.public_id,
            at=timezone.localtime(one.created_at),
            as_of=one.as_of,
            edition=one.edition.version,
            edition_sha256=one.edition.sha256,
            engine=one.engine,
            verdicts=tuple(
                _verdict(verdict, passed.get(verdict["therapy"]), edition, language)
                for verdict in said["verdicts"]
            ),
        )


def _verdict(
    verdict: dict[str, Any], passing: Passing | None, edition: Edition, language: str
) -> values.Verdict:
    therapy = verdict["therapy"]
    return values.Verdict(
        therapy,
        therapy_label(therapy, edition, language),
        verdict["status"],
        tuple(reason["because"] for reason in verdict.get("reasons", ()) if reason.get("because")),
        passing.author.public_id if passing else "",
        passing.reason if passing else "",
    )


def therapy_label(therapy: str, edition: Edition, language: str) -> str:
    """A therapy's name in this edition; its id where it is of another one."""
    found = (t.description.label for t in edition.therapies if t.id == therapy)
    label = next(found, None)
    return label.in_language(language) if label else therapy


def _courses(family: QuerySet[Patient]) -> list[Course]:
    found = Course.objects.filter(patient__in=family)
    found = found.select_related("complaint", "author", "practitioner").order_by("pk")
    planned = Session.objects.order_by("start", "pk").only("public_id", "course_id")
    return list(found.prefetch_related(Prefetch("sessions", planned)))


def _course(one: Course, edition: Edition, language: str) -> values.Course:
    return values.Course(
        id=one.public_id,
        complaint=one.complaint.public_id,
        therapy=one.therapy,
        label=therapy_label(one.therapy, edition, language),
        state=one.state,
        author=one.author.public_id,
        practitioner=one.practitioner.public_id,
        at=timezone.localtime(one.created_at),
        products=tuple(one.products),
        stop_reason=one.stop_reason,
        sessions=tuple(session.public_id for session in one.sessions.all()),
    )


def _sessions(family: QuerySet[Patient]) -> Iterator[values.Session]:
    found = Session.objects.filter(patient__in=family).order_by("start", "pk")
    for one in found.select_related("practitioner", "complaint", "room"):
        yield values.Session(
            id=one.public_id,
            kind=one.kind,
            state=one.state,
            practitioner=one.practitioner.public_id,
            start=timezone.localtime(one.start),
            end=timezone.localtime(one.end),
            complaint=one.complaint.public_id if one.complaint else "",
            room=one.room.name if one.room else "",
            reason=one.reason,
        )


def _consents(family: QuerySet[Patient]) -> Iterator[values.Consent]:
    found = Consent.objects.filter(course__patient__in=family).order_by("pk")
    found = found.select_related("course", "author", "withdrawal")
    for one in found.defer("pdf", "packed", "signature"):
        withdrawal = getattr(one, "withdrawal", None)
        yield values.Consent(
            id=one.public_id,
            course=one.course.public_id,
            therapy=one.course.therapy,
            signed_by=one.signed_by,
            signed_at=timezone.localtime(one.signed_at),
            author=one.author.public_id,
            document=f"file-{one.public_id}",
            text_sha256=one.text_sha256,
            withdrawn_at=timezone.localtime(withdrawal.created_at) if withdrawal else None,
            withdrawn_by=withdrawal.said_by if withdrawal else "",
        )


def _referrals(
    family: QuerySet[Patient], edition: Edition, language: str
) -> Iterator[values.Referral]:
    reasons = {flag.id: flag.because.in_language(language) for flag in edition.red_flags}
    found = Referral.objects.filter(complaint__patient__in=family).select_related("complaint")
    for one in found:
        yield values.Referral(
            id=one.public_id,
            complaint=one.complaint.public_id,
            at=timezone.localtime(one.created_at),
            urgency=one.urgency,
            to=str(one.to.get(language, "")),
            reasons=tuple(reasons.get(flag, flag) for flag in one.flags),
            outcome=one.outcome,
            closed=one.closed_at is not None,
        )


def _merges(family: QuerySet[Patient]) -> Iterator[values.Merge]:
    found = Merge.objects.filter(kept__in=family, undone_at=None).order_by("pk")
    for one in found.select_related("absorbed", "author"):
        yield values.Merge(
            one.public_id,
            one.absorbed.public_id,
            one.author.public_id,
            timezone.localtime(one.created_at),
            one.reason,
        )


def files_of(patient: Patient) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Every file of a record: its kind, and the rows with their contents (see ``contents``)."""
    family = gate.family(patient)
    documents = Document.objects.filter(patient__in=family).select_related("author")
    yield "received", documents.defer("reading").order_by("pk")
    consents = Consent.objects.filter(course__patient__in=family).select_related("author")
    yield "consent", consents.defer("packed", "signature").order_by("pk")
    quotations = Quotation.objects.filter(patient__in=family).select_related("author")
    yield "quotation", quotations.order_by("pk")


def contents(row: Document | Consent | Quotation) -> bytes:
    """A file as it came in, or as it was handed over."""
    return arrivals.original(row) if isinstance(row, Document) else bytes(row.pdf)
