"""The tables of this room as they stand in the copy of a whole record (see ``records.copying``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.records.copying import Copier, Copying, Filing, therapy_label
from dolenti.records.files import arrivals
from dolenti.records.models import (
    Assessment,
    Complaint,
    Contact,
    Document,
    Imaging,
    Medicine,
    Merge,
    Passing,
    Patient,
    ReconciledMedicine,
    Reconciliation,
    Referral,
    Statement,
    VisitNote,
)
from dolenti.records.patients import people

A_FEW: Final = 50
"""Rows of assessments held at once: each carries a whole judgement in two languages."""
_TYPES: Final = {
    Document.Kind.FHIR: ("json", "application/fhir+json"),
    Document.Kind.FORM: ("json", "application/json"),
    Document.Kind.PLAIN: ("yaml", "application/yaml"),
}


def _person(copying: Copying) -> Iterator[values.Person]:
    patient, whose = copying.patient, list(copying.family)
    number = people.number_of(patient)
    shared = number is not None and people.trust_of(patient).may_share_ins
    references = [one.reference for one in whose if one.reference]
    yield values.Person(
        id=patient.public_id,
        birth_name=patient.birth_name,
        given_names=tuple(patient.given_names.split() or [patient.first_name]),
        used_name=patient.used_name,
        used_given_name=patient.used_first_name,
        sex=patient.sex,
        birth_date=patient.birth_date,
        conventional_birth_date=patient.conventional_birth_date,
        birth_place=patient.birth_place,
        birth_place_name=patient.birth_place_name,
        ins=str(number) if shared else "",
        ins_oid=str(number.authority) if shared and number is not None else "",
        references=tuple(dict.fromkeys(references)),
        doctor=" · ".join(text for text in (patient.doctor, patient.doctor_contact) if text),
        language=copying.language,
        contacts=tuple(
            values.Contact(
                one.public_id,
                one.kind,
                one.name,
                one.phone,
                one.email,
                one.address,
                to_local(one.created_at),
                to_local(one.ended_at) if one.ended_at else None,
            )
            for one in Contact.objects.filter(patient__in=copying.family)
        ),
    )


def _complaints(copying: Copying) -> Iterator[values.Complaint]:
    found = (
        Complaint.objects.filter(patient__in=copying.family).select_related("author").order_by("pk")
    )
    for one in found:
        yield values.Complaint(
            id=one.public_id,
            author=one.author.public_id,
            recorded=to_local(one.created_at),
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


def _statements(copying: Copying) -> Iterator[values.Statement]:
    of_family = Statement.objects.filter(patient__in=copying.family)
    undoing = of_family.filter(undoes=OuterRef("submission"), fact=OuterRef("fact"))
    found = of_family.annotate(undone=Exists(undoing)).order_by("fact", "complaint_id", "at", "pk")
    rows = found.values_list(
        "fact", "value", "at", "author__public_id", "created_at", "said_by", "origin",
        "complaint__public_id", "document__public_id", "undone", "undoes",
    )  # fmt: skip
    for (
        fact, value, at, author, written, said_by, origin, complaint, document, undone, undoes,
    ) in rows.iterator():  # fmt: skip
        yield values.Statement(
            fact,
            value,
            at,
            author,
            to_local(written),
            cast("Any", said_by),
            cast("Any", origin),
            complaint or "",
            document or "",
            undone=undone or undoes is not None,
        )


def _assessments(copying: Copying) -> Iterator[values.Assessment]:
    found = (
        Assessment.objects.filter(complaint__patient__in=copying.family)
        .select_related("author", "complaint", "edition")
        .defer("inputs", "edition__packed")
        .prefetch_related(Prefetch("passings", Passing.objects.select_related("author")))
        .order_by("pk")
    )
    for one in found.iterator(chunk_size=A_FEW):
        passed = {passing.therapy: passing for passing in one.passings.all()}
        said = one.results.get(copying.language) or next(iter(one.results.values()))
        yield values.Assessment(
            id=one.public_id,
            complaint=one.complaint.public_id,
            author=one.author.public_id,
            at=to_local(one.created_at),
            as_of=one.as_of,
            edition=one.edition.version,
            edition_sha256=one.edition.sha256,
            engine=one.engine,
            verdicts=tuple(
                _verdict(verdict, passed.get(verdict["therapy"]), copying)
                for verdict in said["verdicts"]
            ),
        )


def _verdict(verdict: dict[str, Any], passing: Passing | None, copying: Copying) -> values.Verdict:
    therapy = verdict["therapy"]
    return values.Verdict(
        therapy,
        therapy_label(therapy, copying),
        verdict["status"],
        tuple(reason["because"] for reason in verdict.get("reasons", ()) if reason.get("because")),
        passing.author.public_id if passing else "",
        passing.reason if passing else "",
    )


def _referrals(copying: Copying) -> Iterator[values.Referral]:
    reasons = {
        flag.id: flag.because.in_language(copying.language) for flag in copying.edition.red_flags
    }
    found = Referral.objects.filter(complaint__patient__in=copying.family).select_related(
        "complaint"
    )
    for one in found:
        yield values.Referral(
            id=one.public_id,
            complaint=one.complaint.public_id,
            at=to_local(one.created_at),
            urgency=one.urgency,
            to=str(one.to.get(copying.language, "")),
            reasons=tuple(reasons.get(flag, flag) for flag in one.flags),
            outcome=one.outcome,
            closed=one.closed_at is not None,
        )


def _medicines(copying: Copying) -> Iterator[values.Piece]:
    found = Medicine.objects.filter(patient__in=copying.family).select_related("author")
    for one in found.order_by("pk"):
        period = {
            key: day.isoformat()
            for key, day in (("start", one.started_on), ("end", one.stopped_on))
            if day is not None
        }
        resource: dict[str, Any] = {
            "resourceType": "MedicationStatement",
            "id": one.public_id,
            "status": "active" if one.stopped_on is None else "stopped",
            "medicationCodeableConcept": {"text": one.name},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "dateAsserted": to_local(one.created_at).isoformat(),
            "informationSource": {"reference": f"Practitioner/{one.author.public_id}"},
        }
        if period:
            resource["effectivePeriod"] = period
        if one.dose:
            resource["dosage"] = [{"text": one.dose}]
        if one.prescriber:
            said = f"{_PRESCRIBED[copying.language]} {one.prescriber}"
            resource["note"] = [{"text": said}]
        told = (one.name, one.dose, *period.values(), one.prescriber)
        says = " · ".join(text for text in told if text)
        kind = "Medicine" if copying.language == "en" else "Médicament"
        yield values.Piece(resource, kind, to_local(one.created_at), says)


_IMAGED: Final = {
    "fr": {
        "radiograph": "Radiographie", "ultrasound": "Échographie", "mri": "IRM", "ct": "Scanner",
        "nuclear": "Scintigraphie ou TEP", "other": "Autre imagerie",
    },
    "en": {
        "radiograph": "X-ray", "ultrasound": "Ultrasound", "mri": "MRI", "ct": "CT",
        "nuclear": "Bone scan or PET", "other": "Other imaging",
    },
}  # fmt: skip
# Of HL7's diagnostic services (table 0074).
_SERVICES: Final = {
    "radiograph": "RAD", "ultrasound": "RUS", "mri": "NMR", "ct": "CT", "nuclear": "NMS",
    "other": "RAD",
}  # fmt: skip
_SAID: Final = {
    "fr": {
        "grade": "stade de Kellgren-Lawrence", "none": "fracture écartée",
        "withdrawn": "retirée", "imaging": "Imagerie",
    },
    "en": {
        "grade": "Kellgren-Lawrence grade", "none": "fracture ruled out",
        "withdrawn": "withdrawn", "imaging": "Imaging",
    },
}  # fmt: skip


def _imaging(copying: Copying) -> Iterator[values.Piece]:
    found = Imaging.objects.filter(complaint__patient__in=copying.family)
    words, sides = _SAID[copying.language], _sides(copying)
    for one in found.select_related("author", "complaint").order_by("pk"):
        title = ", ".join(
            text
            for text in (
                _IMAGED[copying.language][one.kind],
                _place(one.complaint, copying),
                sides.get(one.side, one.side),
            )
            if text
        )
        concludes = " · ".join(
            text
            for text in (
                one.finding,
                f"{words['grade']} {one.grade}" if one.grade is not None else "",
                words["none"] if one.no_fracture else "",
            )
            if text
        )
        status = "corrected" if one.version > 1 else "final"
        resource: dict[str, Any] = {
            "resourceType": "DiagnosticReport",
            "id": one.public_id,
            "status": "entered-in-error" if one.withdrawn else status,
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/v2-0074",
                            "code": _SERVICES[one.kind],
                        }
                    ]
                }
            ],
            "code": {
                "coding": [
                    {
                        "system": "http://loinc.org",
                        "code": "18748-4",
                        "display": "Diagnostic imaging study",
                    }
                ],
                "text": title,
            },
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "effectiveDateTime": one.done,
            "issued": to_local(one.created_at).isoformat(),
            "conclusion": concludes,
        }
        if one.source:
            resource["performer"] = [{"display": one.source}]
        if one.read_by:
            resource["resultsInterpreter"] = [{"display": one.read_by}]
        told = (
            title, one.done, concludes, one.read_by, one.source,
            f"{words['withdrawn']}: {one.withdrawn}" if one.withdrawn else "",
        )  # fmt: skip
        says = " · ".join(text for text in told if text)
        yield values.Piece(resource, words["imaging"], to_local(one.created_at), says)


def _place(complaint: Complaint, copying: Copying) -> str:
    """What hurts, in words: the condition, or the zone."""
    language, edition = copying.language, copying.edition
    zones = {one.id: one.label.in_language(language) for one in edition.zones}
    conditions = {one.id: one.label.in_language(language) for one in edition.conditions}
    return conditions.get(complaint.condition) or zones.get(complaint.zone) or ""


def _sides(copying: Copying) -> dict[str, str]:
    options = next((one.options for one in copying.edition.facts if one.id == "side"), ())
    return {one.id: one.label.in_language(copying.language).lower() for one in options}


_PRESCRIBED: Final = {"fr": "Prescrit par", "en": "Prescribed by"}
_GONE_THROUGH: Final = {"fr": "Revue des médicaments", "en": "Medicines reviewed"}
_FOUND: Final = {
    "fr": {"taken": "pris", "changed": "modifié", "stopped": "arrêté", "unknown": "non connu"},
    "en": {"taken": "taken", "changed": "changed", "stopped": "stopped", "unknown": "not known"},
}


def _reconciliations(copying: Copying) -> Iterator[values.Piece]:
    found = Reconciliation.objects.filter(patient__in=copying.family).select_related("author")
    lines = ReconciledMedicine.objects.select_related("medicine").order_by("pk")
    rows = found.order_by("pk").prefetch_related(Prefetch("lines", lines))
    for one in rows:
        said = [
            " · ".join(
                text
                for text in (
                    line.medicine.name,
                    _FOUND[copying.language][line.found],
                    line.dose,
                    line.stopped_on.isoformat() if line.stopped_on else "",
                )
                if text
            )
            for line in one.lines.all()
        ]
        resource: dict[str, Any] = {
            "resourceType": "List",
            "id": one.public_id,
            "status": "current",
            "mode": "snapshot",
            "title": _GONE_THROUGH[copying.language],
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "date": one.on.isoformat(),
            "source": {"reference": f"Practitioner/{one.author.public_id}"},
            "note": [{"text": line} for line in said],
        }
        kind = _GONE_THROUGH[copying.language]
        yield values.Piece(resource, kind, to_local(one.created_at), "; ".join(said))


_NOTED: Final = {"fr": ("Note de visite", "retirée"), "en": ("Note of a visit", "withdrawn")}


def _notes(copying: Copying) -> Iterator[values.Piece]:
    found = VisitNote.objects.filter(patient__in=copying.family).select_related("author")
    kind, gone = _NOTED[copying.language]
    for one in found.order_by("day", "pk"):
        written = to_local(one.created_at)
        resource: dict[str, Any] = {
            "resourceType": "ClinicalImpression",
            "id": one.public_id,
            "status": "entered-in-error" if one.withdrawn else "completed",
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "effectiveDateTime": one.day.isoformat(),
            "date": written.isoformat(),
            "assessor": {"reference": f"Practitioner/{one.author.public_id}"},
            "summary": one.note,
        }
        told = (one.day.isoformat(), one.note, f"{gone}: {one.withdrawn}" if one.withdrawn else "")
        yield values.Piece(resource, kind, written, " · ".join(text for text in told if text))


def _merges(copying: Copying) -> Iterator[values.Merge]:
    found = Merge.objects.filter(kept__in=copying.family, undone_at=None).order_by("pk")
    for one in found.select_related("absorbed", "author", "proposed_by"):
        yield values.Merge(
            one.public_id,
            one.absorbed.public_id,
            one.author.public_id,
            to_local(one.created_at),
            one.reason,
            one.proposed_by.public_id if one.proposed_by else None,
        )


def _documents(family: QuerySet[Patient]) -> QuerySet[Document]:
    found = Document.objects.filter(patient__in=family).select_related("author")
    return found.defer("reading").order_by("pk")


def _form(row: Any) -> tuple[str, str]:
    return _TYPES.get(Document.Kind(row.kind), ("bin", "application/octet-stream"))


person: Final = Copier(values.Person, _person)
complaints: Final = Copier(values.Complaint, _complaints)
statements: Final = Copier(values.Statement, _statements)
assessments: Final = Copier(values.Assessment, _assessments)
referrals: Final = Copier(values.Referral, _referrals)
merges: Final = Copier(values.Merge, _merges)
medicines: Final = Copier(values.Piece, _medicines)
imaging: Final = Copier(values.Piece, _imaging)
notes: Final = Copier(values.Piece, _notes)
reconciliations: Final = Copier(values.Piece, _reconciliations)
received: Final = Filing(
    "received",
    {"fr": "documents/document", "en": "documents/document"},
    _documents,
    _form,
    arrivals.original,
)
