"""Who enters and who looks: openings, the trail, the people of a site, one's own sites."""

from __future__ import annotations

from django.urls import path

from dolenti.clinic.views import openings, people, places, trail

PERSON = "people/<slug:public_id>"

urlpatterns = [
    path("patients/<slug:public_id>/open/", openings.patient_open, name="patient-open"),
    path("openings/", openings.opening_list, name="openings"),
    path("openings/<slug:public_id>/end/", openings.opening_end, name="opening-end"),
    path("openings/<slug:public_id>/review/", openings.opening_review, name="opening-review"),
    path("trail/", trail.trail, name="trail"),
    path("trail/export/", trail.trail_export, name="trail-export"),
    path("trail/patient/", trail.trail_find, name="trail-find"),
    path("people/", people.people, name="people"),
    path(f"{PERSON}/", people.person, name="person"),
    path(f"{PERSON}/role/", people.person_role, name="person-role"),
    path(f"{PERSON}/leave/", people.person_leave, name="person-leave"),
    path(f"{PERSON}/back/", people.person_back, name="person-back"),
    path(f"{PERSON}/invite/", people.person_invite, name="person-invite"),
    path(f"{PERSON}/second-step/", people.person_second_step, name="person-second-step"),
    path("places/", places.places, name="places"),
]
