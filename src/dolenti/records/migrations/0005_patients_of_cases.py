"""Each case that was stored gets a patient without identity, its document and its statements."""

from __future__ import annotations

import zlib
from typing import Any

from django.db import migrations
from django.utils import timezone

from dolenti.guideline.errors import InputError


def give_patients(apps: Any, schema_editor: Any) -> None:
    # Whichever database is migrated: a restore brings one up to date that is not the site's own.
    there = schema_editor.connection.alias
    models = {
        name: apps.get_model("records", name)._default_manager.db_manager(there)
        for name in ("Patient", "CareRelation", "Document", "Statement", "Complaint")
    }
    for complaint in models["Complaint"].filter(patient=None).order_by("id").iterator():
        _give_patient(models, complaint)


def _give_patient(models: dict[str, Any], complaint: Any) -> None:
    from dolenti.records import engine
    from dolenti.records.files import intake, unpacking

    day = timezone.localdate(complaint.created_at)
    try:
        read = intake.read(
            zlib.decompress(bytes(complaint.original)), "", engine.edition_in_force(), day
        )
    except InputError:  # kept as it is, for a person to look at
        read = None
    case = (
        next((c for c in read.cases if c.complaint.id == complaint.called), None) if read else None
    )
    patient = models["Patient"].create(
        site_id=complaint.site_id,
        identity="none",
        reference=complaint.reference,
        invented=complaint.invented,
        sex=(case.sex or "") if case else "",
        birth_date=case.birth_date if case else None,
        author_id=complaint.author_id,
    )
    models["Patient"].filter(pk=patient.pk).update(created_at=complaint.created_at)
    models["CareRelation"].create(
        patient=patient, user_id=complaint.author_id, author_id=complaint.author_id
    )
    document = models["Document"].create(
        patient=patient,
        kind=complaint.kind,
        about=complaint.about,
        original=complaint.original,
        reading=unpacking.reading(case, read.policies) if read and case else {},
        author_id=complaint.author_id,
    )
    complaint.patient, complaint.document = patient, document
    if case:
        complaint.since = case.complaint.since
    complaint.save(update_fields=["patient", "document", "since"])
    for answer in models["Statement"].filter(complaint=complaint, patient=None):
        models["Statement"].filter(pk=answer.pk).update(patient=patient)
    if case:
        models["Statement"].bulk_create(
            models["Statement"].model(
                patient=patient,
                complaint=complaint if one.of_complaint else None,
                document=document,
                fact=one.fact,
                value=one.value,
                at=one.at,
                origin="document",
                place=one.place,
                said_by="record",
                author_id=complaint.author_id,
                submission=complaint.submission,
            )
            for one in unpacking.statements(case, engine.edition_in_force(), day)
        )


class Migration(migrations.Migration):
    dependencies = [("records", "0004_records")]
    operations = [migrations.RunPython(give_patients, migrations.RunPython.noop)]
