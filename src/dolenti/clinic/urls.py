"""The addresses of the practitioner's screens. No address says anything of a patient."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from dolenti.clinic.views import assess, assessments, choices, complaints, home, knowledge

urlpatterns = [
    path("", home.home, name="home"),
    path("language/", set_language, name="language"),
    path("complaints/", complaints.complaint_list, name="complaints"),
    path("complaints/new/", complaints.complaint_new, name="complaint-new"),
    path("complaints/import/", complaints.complaint_import, name="complaint-import"),
    path("complaints/<slug:public_id>/", assess.complaint, name="complaint"),
    path("complaints/<slug:public_id>/facts/", complaints.complaint_facts, name="complaint-facts"),
    path("complaints/<slug:public_id>/answer/", assess.answer, name="complaint-answer"),
    path(
        "complaints/<slug:public_id>/nothing-else/",
        assess.nothing_else,
        name="complaint-nothing-else",
    ),
    path("complaints/<slug:public_id>/store/", assess.store, name="complaint-store"),
    path("", include("dolenti.clinic.patient_urls")),
    path("", include("dolenti.clinic.urls_courses")),
    path("", include("dolenti.clinic.urls_access")),
    path("", include("dolenti.clinic.urls_agenda")),
    path("", include("dolenti.clinic.urls_site")),
    path("assessments/", assessments.assessment_list, name="assessments"),
    path("assessments/<slug:public_id>/", assessments.assessment, name="assessment"),
    path("knowledge/", knowledge.overview, name="knowledge"),
    path("knowledge/alerts/", knowledge.red_flags, name="knowledge-red-flags"),
    path("knowledge/therapies/<slug:therapy>/", knowledge.therapy, name="knowledge-therapy"),
    path(
        "knowledge/therapies/<slug:therapy>/<slug:part>/",
        knowledge.therapy_part,
        name="knowledge-therapy-part",
    ),
    path("knowledge/products/", knowledge.products, name="knowledge-products"),
    path("knowledge/products/<slug:product>/", knowledge.product, name="knowledge-product"),
    path("knowledge/mixtures/", knowledge.mixtures, name="knowledge-mixtures"),
    path("knowledge/measures/", knowledge.measures, name="knowledge-measures"),
    path("knowledge/facts/", knowledge.facts, name="knowledge-facts"),
    path("knowledge/contradictions/", knowledge.contradictions, name="knowledge-contradictions"),
    path("knowledge/choices/", choices.choices, name="knowledge-choices"),
    path("knowledge/choices/<slug:notice>/attest/", choices.attest, name="knowledge-attest"),
    path("knowledge/sources/", knowledge.sources, name="knowledge-sources"),
    path("knowledge/coverage/", knowledge.coverage, name="knowledge-coverage"),
]
