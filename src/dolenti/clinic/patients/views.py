"""Patients: the list and the search, the page of one, who they are and who cares for them."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission, Scope, scope
from dolenti.agenda import gate as agenda_gate
from dolenti.clinic.alerts.shown import told_lines
from dolenti.clinic.assess import in_play
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.listing import assessment_lines
from dolenti.clinic.common.request import today, user_of, words
from dolenti.clinic.common.strip import of_patient
from dolenti.clinic.courses.shown import therapy_name
from dolenti.clinic.patients.booked import Booked, booked
from dolenti.clinic.patients.overview import on_the_body, overview
from dolenti.clinic.patients.shown import identity_card, likely_lines, patient_lines
from dolenti.diary import told
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Patient
from dolenti.records.patients import (
    care,
    contacting,
    danger,
    merge_proposals,
    merging,
    people,
    registering,
    searching,
)
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import holds

SEARCHES, MOST_SEARCHES, LONGEST_SEARCH = "searches", 8, 120
FOUND_AS_TYPED = 8
"""So many stand under the field while somebody types: what more there is, the list has."""
FEWEST_LETTERS = 2
LATEST = 5


@page("patients/", "patients", Permission.READ_PATIENTS, form=True)
def patient_list(request: HttpRequest) -> HttpResponse:
    """The patients of the site by name, or those looked for.

    What is typed is kept in the session and the address carries a random word for it: a name or a
    birth date never stands in an address.
    """
    if request.method == "POST":
        return redirect(f"{reverse('patients')}?s={remember(request)}")
    user = user_of(request)
    text = remembered(request)
    show = request.GET.get("show", "")
    if show not in searching.SHOWS:
        show = "all" if text or not _own_patients(user) else "mine"
    looked = searching.look(text, today(), show)
    found = searching.find(user, looked, request.GET.get("after", ""))
    context = {
        "patients": patient_lines(
            found.patients,
            words(),
            today(),
            agenda_gate.around(user, found.patients, timezone.now()),
        ),
        "last": found.patients[-1].public_id if found.more and not found.near else "",
        "near": found.near,
        "looked": looked,
        "searched": request.GET.get("s", "") if text else "",
        "shows": [name for name in searching.SHOWS if name != "mine" or _own_patients(user)],
        "merges_wait": merge_proposals.waiting_count(user),
    }
    return render(request, "clinic/patients/list.html", context)


@page("patients/find/", "patient-find", Permission.READ_PATIENTS, form=True)
def patient_find(request: HttpRequest) -> HttpResponse:
    """Who is meant by what stands in the bar so far; without script, the list says it."""
    if request.method != "POST" or not request.htmx:  # type: ignore[attr-defined]
        return redirect("patients")
    text = " ".join(request.POST.get("q", "").split())[:LONGEST_SEARCH]
    looked, found = searching.look(text, today()), None
    if len(text) >= FEWEST_LETTERS:
        found = searching.find(user_of(request), looked, most=FOUND_AS_TYPED)
    context = {
        "text": text,
        "found": found,
        "patients": patient_lines(found.patients, words(), today()) if found else [],
    }
    return render(request, "clinic/patients/found.html", context)


def _own_patients(user: User) -> bool:
    return user.may(Permission.READ_RECORDS) and scope(user.role) is Scope.CARE_TEAM


def remembered(request: HttpRequest) -> str:
    """What was typed under the word in the address; nothing where it was of another session."""
    found: str = request.session.get(SEARCHES, {}).get(request.GET.get("s", ""), "")
    return found


def remember(request: HttpRequest) -> str:
    """Keep what was typed for this session only; the word that stands for it."""
    word = secrets.token_urlsafe(6)
    kept = dict(request.session.get(SEARCHES, {}))
    typed = " ".join(request.POST.get("q", "").split())
    kept[word] = typed[:LONGEST_SEARCH]
    request.session[SEARCHES] = dict(list(kept.items())[-MOST_SEARCHES:])
    return word


@page("patients/<slug:public_id>/", "patient", Permission.READ_PATIENTS)
def patient(request: HttpRequest, public_id: str) -> HttpResponse:
    """The Patient page; who may read no records sees who the patient is."""
    user = user_of(request)
    if not user.may(Permission.READ_RECORDS):
        return _identity_page(request, gate.identity(user, public_id))
    patient = gate.record(user, public_id)
    pains = patient_gate.complaints(user, patient).prefetch_related("imaging")
    complaints = list(in_play.with_privileges(user, pains))
    statements = list(patient_gate.statements(user, patient))
    found = danger.seen(patient, complaints, statements, today())
    alerts = told_lines(told.of_patient(user, patient))
    appointments = booked(user, patient)
    context = {
        "patient": patient,
        "open_alerts": [one for one in alerts if one.is_open],
        "ended_alerts": [one for one in alerts if not one.is_open],
        "strip": of_patient(patient, found, words(), today()),
        "overview": overview(
            complaints,
            statements,
            assessment_lines(patient_gate.assessments(user, patient)[:LATEST], words(), today()),
            list(patient_gate.referrals(user, patient)),
            list(treatment_gate.courses_of(user, patient)[:LATEST]),
            appointments.lines,
            words(),
        ),
        "more_appointments": appointments.more,
        "notes": list(patient_gate.notes(user, patient)),
        "figure": on_the_body(complaints, words()),
        "ways": in_play.ways(user, complaints, words()),
        "part": "record",
        "held": holds.of(patient),
    }
    return render(request, "clinic/patients/page.html", context)


@page("patients/<slug:public_id>/identity/", "patient-identity", Permission.READ_PATIENTS)
def identity(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who a patient is, how to reach them, in whose care they are, what was merged."""
    user = user_of(request)
    return _identity_page(request, gate.identity(user, public_id))


def _appointments(user: User, patient: Patient) -> Booked:
    """The appointments for whoever keeps the agenda and reads no record, where they stand
    beside the courses."""
    if user.may(Permission.READ_RECORDS) or not user.may(Permission.READ_AGENDA):
        return Booked([], more=False)
    return booked(user, patient)


def _identity_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    user = user_of(request)
    who = people.identity_of(patient)
    likely = () if patient.in_error else registering.likely(user, who, patient)
    team = list(care.team(patient))
    # The team is read for the page anyway: who is in it needs no second question.
    in_team = user.may(Permission.READ_RECORDS) and user.pk in {one.user_id for one in team}
    patient.in_team = in_team
    opened = in_team or patient_gate.is_open(user, patient)
    contacts = list(contacting.of(patient))
    context = {
        "patient": patient,
        "card": identity_card(patient, words()),
        "contacts": [one for one in contacts if one.ended_at is None],
        "ended": [one for one in contacts if one.ended_at is not None],
        "team": team,
        "carers": [c for c in care.carers(user) if c.pk not in {r.user_id for r in team}],
        "may_entrust": care.may_entrust(user, patient),
        "merges": list(merging.merges(patient)),
        "likely": likely_lines(likely, who, words()),
        "appointments": _appointments(user, patient),
        "to_quote": [
            (one.public_id, therapy_name(one.therapy, words()))
            for one in treatment_gate.courses_to_quote(user, patient)
        ],
        "token": TokenForm(),
        "opened": opened,
        "part": "identity",
    }
    return patient_page(
        request, "clinic/patients/identity.html", context, of=patient, opened=opened
    )
