"""Patients: the list and the search, the page of one, who they are and who cares for them."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access.guard import needs
from dolenti.access.models import User
from dolenti.access.roles import Permission, Scope, scope
from dolenti.clinic.forms.complaints import TokenForm
from dolenti.clinic.forms.typed import read_day
from dolenti.clinic.present.overview import on_the_body, overview
from dolenti.clinic.present.patients import identity_card, likely_lines, patient_lines
from dolenti.clinic.present.strip import of_patient
from dolenti.clinic.views.common import strip_of, today, user_of, words
from dolenti.records import gate, gate_patients
from dolenti.records.models import Patient
from dolenti.records.patients import (
    care,
    contacting,
    danger,
    merging,
    people,
    registering,
    searching,
)
from dolenti.records.patients.searching import Looked

SEARCHES, MOST_SEARCHES, LONGEST_SEARCH = "searches", 8, 120
LATEST = 5


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.READ_PATIENTS)
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
    looked = Looked(text, read_day(text, today()), show)
    found = searching.find(user, looked, request.GET.get("after", ""))
    context = {
        "patients": patient_lines(found.patients, words(), today()),
        "last": found.patients[-1].public_id if found.more else "",
        "looked": looked,
        "searched": request.GET.get("s", "") if text else "",
        "shows": [name for name in searching.SHOWS if name != "mine" or _own_patients(user)],
    }
    return render(request, "clinic/patients/list.html", context)


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
    typed = " ".join(request.POST.get("q", "").replace("\0", "").split())
    kept[word] = typed[:LONGEST_SEARCH]
    request.session[SEARCHES] = dict(list(kept.items())[-MOST_SEARCHES:])
    return word


@require_safe
@needs(Permission.READ_PATIENTS)
def patient(request: HttpRequest, public_id: str) -> HttpResponse:
    """The Patient page; who may read no records sees who the patient is."""
    user = user_of(request)
    if not user.may(Permission.READ_RECORDS):
        return _identity_page(request, gate.identity(user, public_id))
    patient = gate.record(user, public_id)
    if patient.absorbed_by is not None:
        return redirect("patient", patient.absorbed_by.public_id)
    complaints = list(gate_patients.complaints(user, patient))
    statements = list(gate_patients.statements(user, patient))
    found = danger.seen(patient, complaints, statements, today())
    context = {
        "patient": patient,
        "strip": of_patient(patient, found, words(), today()),
        "overview": overview(
            complaints,
            statements,
            list(gate_patients.assessments(user, patient)[:LATEST]),
            list(gate_patients.referrals(user, patient)),
            list(gate_patients.courses(user, patient)[:LATEST]),
            list(gate_patients.sessions(user, patient)[:LATEST]),
            words(),
        ),
        "figure": on_the_body(complaints, words()),
        "part": "record",
    }
    return render(request, "clinic/patients/page.html", context)


@require_safe
@needs(Permission.READ_PATIENTS)
def identity(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who a patient is, how to reach them, in whose care they are, what was merged."""
    user = user_of(request)
    patient = gate.identity(user, public_id)
    if patient.absorbed_by is not None:
        return redirect("patient-identity", patient.absorbed_by.public_id)
    return _identity_page(request, patient)


def _identity_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    user = user_of(request)
    who = people.identity_of(patient)
    likely = () if patient.in_error else registering.likely(user, who, patient)
    team = list(care.team(patient))
    # The team is read for the page anyway: who is in it needs no second question.
    in_team = user.may(Permission.READ_RECORDS) and user.pk in {one.user_id for one in team}
    patient.in_team = in_team
    opened = in_team or gate_patients.is_open(user, patient)
    contacts = list(contacting.of(patient))
    context = {
        "patient": patient,
        "strip": strip_of(request, patient, opened=opened),
        "card": identity_card(patient, words()),
        "contacts": [one for one in contacts if one.ended_at is None],
        "ended": [one for one in contacts if one.ended_at is not None],
        "team": team,
        "carers": [c for c in care.carers(user) if c.pk not in {r.user_id for r in team}],
        "may_entrust": care.may_entrust(user, opened=opened),
        "merges": list(merging.merges(patient)),
        "likely": likely_lines(likely, who, words()),
        "token": TokenForm(),
        "opened": opened,
        "part": "identity",
    }
    return render(request, "clinic/patients/identity.html", context)
