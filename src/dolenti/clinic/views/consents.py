"""The consent of a course: read, signed, kept as a document, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access import audit
from dolenti.access.guard import needs
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.clinic.forms.consents import ConsentForm, WithdrawalForm
from dolenti.clinic.forms.typed import refused, sentence
from dolenti.clinic.present.consents import told
from dolenti.clinic.present.documents import consent_pdf
from dolenti.clinic.views.common import strip_of, submission, today, user_of
from dolenti.guideline import consent as text
from dolenti.guideline.errors import InputError
from dolenti.records import gate_courses
from dolenti.records.judging.assessing import ChangedMeanwhileError
from dolenti.records.models import Course
from dolenti.records.once import was_written
from dolenti.records.treatment import consents, courses


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONSENT)
def course_consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """The text made for this patient, in their language, and the place to sign."""
    user = user_of(request)
    course = gate_courses.course(user, public_id)
    if request.method == "POST" and was_written(submission(request)):
        return redirect("course", public_id)
    try:
        said = consents.words_for(course, today())
    except InputError as error:
        return _nothing_to_sign(request, course, sentence(error))
    if course.state not in courses.OPEN:
        return _nothing_to_sign(request, course, sentence(courses.not_from(course)))
    seen = text.digest(said, consents.language_of(course))
    if request.method != "POST":
        name = f"{course.patient.used_first_name or course.patient.first_name} " + (
            course.patient.used_name or course.patient.birth_name
        )
        form = ConsentForm(initial={"seen": seen, "signed_by": name.strip()})
        return _page(request, course, said, form)
    form = ConsentForm(request.POST)
    if form.is_valid():
        signed = form.signed(timezone.now())
        if signed is not None:
            try:
                consents.sign(
                    submission(request), course, form.cleaned_data["seen"], signed,
                    lambda told, by: consent_pdf(course, told, by),
                )  # fmt: skip
            except ChangedMeanwhileError:
                fresh = ConsentForm({**request.POST.dict(), "seen": seen, "strokes": ""})
                return _page(request, course, said, fresh, changed=True, status=409)
            except InputError as error:
                form.add_error(None, refused(error))
            else:
                messages.success(request, _("The consent is signed and kept."))
                return redirect("course", public_id)
    return _page(request, course, said, form, status=422)


def _page(
    request: HttpRequest,
    course: Course,
    said: text.Consent,
    form: ConsentForm,
    *,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    language = consents.language_of(course)
    with translation.override(language):
        shown = told(said, language)
    context = {
        "course": course,
        "strip": strip_of(request, course.patient),
        "told": shown,
        "language": language,
        "seen": text.digest(said, language),
        "form": form,
        "changed": changed,
        "box": consents.BOX,
    }
    return render(request, "clinic/consents/sign.html", context, status=status)


def _nothing_to_sign(request: HttpRequest, course: Course, why: str) -> HttpResponse:
    context = {"course": course, "strip": strip_of(request, course.patient), "why": why}
    return render(request, "clinic/consents/nothing.html", context, status=409)


@require_safe
@needs(Permission.CONSENT)
def course_consent_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The text of today as a document, with room to sign by hand."""
    user = user_of(request)
    course = gate_courses.course(user, public_id)
    try:
        said = consents.words_for(course, today())
    except InputError as error:
        return _nothing_to_sign(request, course, sentence(error))
    return exported(user, "consent-text", course, consent_pdf(course, said, None), "consent")


@require_safe
@needs(Permission.READ_RECORDS)
def consent_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """A signed consent, the very document that was kept."""
    user = user_of(request)
    consent = gate_courses.consent(user, public_id)
    return exported(user, "consent", consent, bytes(consent.pdf), "consent")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONSENT)
def consent_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient takes a consent back: the course stops."""
    consent = gate_courses.consent(user_of(request), public_id)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        consents.withdraw(submission(request), consent, cleaned["said_by"], cleaned["note"])
        messages.success(
            request, _("The consent is taken back, and the coming sessions are cancelled.")
        )
        return redirect("course", consent.course.public_id)
    context = {
        "consent": consent,
        "course": consent.course,
        "strip": strip_of(request, consent.course.patient),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "clinic/consents/withdraw.html", context, status=status)


def exported(user: User, kind: str, about: Any, pdf: bytes, name: str) -> HttpResponse:
    """A document that leaves the site: a line of the trail, and a name that says nothing."""
    patient = about.patient if hasattr(about, "patient") else about.course.patient
    audit.record(
        "export", actor=user, kind=kind, object_id=about.public_id, patient_id=patient.public_id
    )
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}-{about.public_id}.pdf"'},
    )
