"""The addresses about patients. None says a name, a birth date, or anything of their health."""

from __future__ import annotations

from django.urls import path

from dolenti.clinic.views import (
    drafts,
    erasures,
    merging,
    pains,
    patient_facts,
    patient_links,
    patients,
    record_copies,
    registering,
)

ONE = "patients/<slug:public_id>/"
PAIN = "complaints/<slug:public_id>/"

urlpatterns = [
    path("patients/", patients.patient_list, name="patients"),
    path("patients/new/", registering.patient_new, name="patient-new"),
    path("patients/import/", registering.patient_import, name="patient-import"),
    path(ONE, patients.patient, name="patient"),
    path(f"{ONE}identity/", patients.identity, name="patient-identity"),
    path(f"{ONE}edit/", registering.patient_edit, name="patient-edit"),
    path(f"{ONE}error/", registering.patient_error, name="patient-error"),
    path(f"{ONE}care/", patient_links.care_take, name="patient-care"),
    path(f"{ONE}care/end/", patient_links.care_end, name="patient-care-end"),
    path(f"{ONE}contacts/new/", patient_links.contact_new, name="contact-new"),
    path("contacts/<slug:public_id>/", patient_links.contact_edit, name="contact-edit"),
    path("contacts/<slug:public_id>/end/", patient_links.contact_end, name="contact-end"),
    path(f"{ONE}copy/", record_copies.patient_copy, name="patient-copy"),
    path(f"{ONE}erasure/", erasures.patient_erasure, name="patient-erasure"),
    path(
        f"{ONE}erasure/propose/",
        erasures.patient_erasure_propose,
        name="patient-erasure-propose",
    ),
    path("retention/", erasures.retention_page, name="retention"),
    path("retention/drafts/", erasures.drafts_forget, name="drafts-forget"),
    path("erasures/<slug:public_id>/confirm/", erasures.erasure_confirm, name="erasure-confirm"),
    path("erasures/<slug:public_id>/drop/", erasures.erasure_drop, name="erasure-drop"),
    path(f"{ONE}merge/", merging.merge_choose, name="patient-merge"),
    path(f"{ONE}merge/<slug:other_id>/", merging.merge, name="patient-merge-with"),
    path("merges/<slug:public_id>/undo/", merging.merge_undo, name="merge-undo"),
    path(f"{ONE}facts/", patient_facts.facts, name="patient-facts"),
    path(f"{ONE}facts/<slug:fact>/", patient_facts.fact, name="patient-fact"),
    path(f"{ONE}import/", patient_facts.import_into, name="patient-import-into"),
    path(f"{ONE}complaints/new/", pains.complaint_new, name="patient-complaint-new"),
    path(f"{PAIN}edit/", pains.complaint_edit, name="complaint-edit"),
    path(f"{PAIN}resolve/", pains.complaint_resolve, name="complaint-resolve"),
    path(f"{PAIN}error/", pains.complaint_error, name="complaint-error"),
    path("documents/<slug:public_id>/", patient_facts.document, name="document"),
    path("drafts/<slug:form>/", drafts.keep, name="draft-keep"),
    path("drafts/<slug:form>/discard/", drafts.discard, name="draft-discard"),
]
