"""Courses, consents and quotations as they stand in the copy of a whole record (see
``records.copying``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from django.db.models import Prefetch, QuerySet
from django.db.models.fields.json import KT

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.guideline.session.findings import rule_in_words
from dolenti.records import engine
from dolenti.records.copying import (
    Copier,
    Copying,
    Filing,
    pdf_contents,
    pdf_form,
    therapy_label,
)
from dolenti.records.models import Patient
from dolenti.treatment import content
from dolenti.treatment.models import (
    Consent,
    Course,
    Quotation,
    Session,
    SessionPhoto,
    SessionRecord,
)

_AMISS: Final = {"fr": "Écart au prévu\u00a0: ", "en": "Not as planned: "}


def _courses(copying: Copying) -> Iterator[values.Course]:
    found = Course.objects.filter(patient__in=copying.family)
    found = found.select_related("complaint", "author", "practitioner").order_by("pk")
    planned = Session.objects.select_related("appointment").order_by("appointment__start", "pk")
    for one in found.prefetch_related(Prefetch("sessions", planned)):
        yield _course(one, copying)


def _course(one: Course, copying: Copying) -> values.Course:
    return values.Course(
        id=one.public_id,
        complaint=one.complaint.public_id,
        therapy=one.therapy,
        label=therapy_label(one.therapy, copying),
        state=one.state,
        author=one.author.public_id,
        practitioner=one.practitioner.public_id,
        at=to_local(one.created_at),
        products=tuple(one.products),
        stop_reason=one.stop_reason,
        appointments=tuple(session.appointment.public_id for session in one.sessions.all()),
    )


def _given(copying: Copying) -> Iterator[values.Given]:
    found = SessionRecord.objects.filter(session__course__patient__in=copying.family).order_by("pk")
    found = found.prefetch_related("maps_later__author")
    people_of = ("author", "delivered_by", "signed_by")
    for one in found.select_related("session__course", "amends", *people_of):
        course = one.session.course
        yield values.Given(
            id=one.public_id,
            course=course.public_id,
            therapy=course.therapy,
            label=therapy_label(course.therapy, copying),
            number=one.session.number,
            state=one.state,
            author=one.author.public_id,
            at=to_local(one.created_at),
            delivered_by=one.delivered_by.public_id if one.delivered_by else "",
            delivered_at=to_local(one.delivered_at) if one.delivered_at else None,
            signed_by=one.signed_by.public_id if one.signed_by else "",
            signed_at=to_local(one.signed_at) if one.signed_at else None,
            amends=one.amends.public_id if one.amends else "",
            reason=one.reason,
            content=_content(one),
            seal=one.seal,
            not_as_planned=tuple(_not_as_planned(one, copying.language)),
        )


def _not_as_planned(one: SessionRecord, language: str) -> Iterator[str]:
    """What was done against a rule that would have refused it, with the reason that was written."""
    injected = content.read(content.Injected, one.injected)
    blocked = {said.rule for said in injected.said if said.severity == "block"}
    for past in injected.overrides:
        if past.rule in blocked:
            says = rule_in_words(engine.edition_in_force(), past.rule, language)
            yield f"{_AMISS[language]}{says} {past.reason} ({past.name})"


def _content(one: SessionRecord) -> str:
    """All that a record says, as it is kept; nothing where nothing was written yet."""
    said = {name: getattr(one, name) for name in ("treated", *content.PARTS, "points")}
    said["felt_later"] = [
        {
            "moment": later.moment,
            "day": later.day.isoformat(),
            "felt": later.felt,
            "moves": later.moves,
            "note": later.note,
            "author": later.author.public_id,
        }
        for later in one.maps_later.all()
    ]
    written = {name: value for name, value in said.items() if value}
    return json.dumps(written, ensure_ascii=False, sort_keys=True) if written else ""


def _consents(copying: Copying) -> Iterator[values.Consent]:
    found = Consent.objects.filter(course__patient__in=copying.family).order_by("pk")
    found = found.select_related("course", "author", "withdrawal").annotate(
        how=KT("signature__how"), channel=KT("signature__channel"),
        quality=KT("signature__quality"),
    )  # fmt: skip
    for one in found.defer("pdf", "packed", "signature"):
        withdrawal = getattr(one, "withdrawal", None)
        yield values.Consent(
            id=one.public_id,
            course=one.course.public_id,
            therapy=one.course.therapy,
            signed_by=", ".join(part for part in (one.signed_by, one.quality) if part),
            signed_at=to_local(one.signed_at),
            author=one.author.public_id,
            document=f"file-{one.public_id}",
            text_sha256=one.text_sha256,
            how="-".join(part for part in (one.how, one.channel) if part),
            withdrawn_at=to_local(withdrawal.created_at) if withdrawal else None,
            withdrawn_by=withdrawal.said_by if withdrawal else "",
        )


def _consent_files(family: QuerySet[Patient]) -> QuerySet[Consent]:
    found = Consent.objects.filter(course__patient__in=family).select_related("author")
    return found.defer("packed", "signature").order_by("pk")


def _quotation_files(family: QuerySet[Patient]) -> QuerySet[Quotation]:
    return Quotation.objects.filter(patient__in=family).select_related("author").order_by("pk")


def _photo_files(family: QuerySet[Patient]) -> QuerySet[SessionPhoto]:
    found = SessionPhoto.objects.filter(record__session__course__patient__in=family, dropped="")
    return found.defer(None).select_related("author", "record__session").order_by("pk")


def _photo_form(_: SessionPhoto) -> tuple[str, str]:
    return "jpg", "image/jpeg"


courses: Final = Copier(values.Course, _courses)
given: Final = Copier(values.Given, _given)
consents: Final = Copier(values.Consent, _consents)
consent_files: Final = Filing(
    "consent",
    {"fr": "consentements/consentement", "en": "consents/consent"},
    _consent_files,
    pdf_form,
    pdf_contents,
)
quotation_files: Final = Filing(
    "quotation",
    {"fr": "devis/devis", "en": "quotations/quotation"},
    _quotation_files,
    pdf_form,
    pdf_contents,
)
photo_files: Final = Filing(
    "photo",
    {"fr": "photos/photo", "en": "photos/photo"},
    _photo_files,
    _photo_form,
    SessionPhoto.unsealed,
)
