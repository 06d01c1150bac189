"""A copy of a patient's whole record, made and handed over at once."""

from __future__ import annotations

from typing import Literal

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.rights import CopyForm
from dolenti.clinic.present.record_document import record_pdf
from dolenti.clinic.views.common import strip_of, submission, user_of
from dolenti.fhir import record_values
from dolenti.records import access_counts, gate
from dolenti.records.models import Patient
from dolenti.records.rights import copying
from dolenti.ui.labels import LABELS


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EXPORT_RECORD)
def patient_copy(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """For whom; then the copy itself. The copies that were made stand below."""
    patient = gate.record(user_of(request), public_id)
    if patient.absorbed_by is not None:
        return redirect("patient-copy", patient.absorbed_by.public_id)
    form = CopyForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _handed_over(request, patient, form)
            except copying.ChangedRecordError:
                status = 409
                form.add_error(
                    None,
                    _(
                        "The record has changed since this copy was made. Open the page again to "
                        "make another copy."
                    ),
                )
    context = {
        "patient": patient,
        "strip": strip_of(request, patient),
        "form": form,
        "copies": copying.copies(patient),
        "part": "copy",
    }
    return render(request, "clinic/patients/copy.html", context, status=status)


def _handed_over(request: HttpRequest, patient: Patient, form: CopyForm) -> HttpResponseBase:
    user, said = user_of(request), form.cleaned_data
    whom = copying.For(said["reason"], said["recipient"], said["note"])
    reason = LABELS["copy-reason"][whom.reason]

    def pdf(record: record_values.Record, language: Literal["fr", "en"]) -> bytes:
        opened = access_counts.of(user, patient, record.made)
        return record_pdf(record, patient, opened, (whom.recipient, reason), language)

    made = copying.copy_record(submission(request), patient, whom, pdf)
    return FileResponse(
        made.file, as_attachment=True, filename=made.name, content_type="application/zip"
    )
