"""The consent of a course: read, signed, kept as a document, taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dolenti.access import handed
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.documents import exported
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.common.typed import refused, sentence
from dolenti.clinic.consents.forms import ConsentForm, WithdrawalForm
from dolenti.guideline import consent as text
from dolenti.guideline.errors import InputError
from dolenti.ledger.once import was_written
from dolenti.records.judging.assessing import ChangedMeanwhileError
from dolenti.treatment import consents
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.models import Course
from dolenti.ui.consents import told
from dolenti.ui.documents import consent_details_pdf, consent_pdf


@page("courses/<slug:public_id>/consent/", "course-consent", Permission.CONSENT, form=True)
def course_consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """The text made for this patient, in their language, and the place to sign."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    if request.method == "POST" and was_written(submission(request)):
        return redirect("course", public_id)
    try:
        said = consents.words_to_sign(user, course, today())
    except InputError as error:
        return _nothing_to_sign(request, course, sentence(error))
    if handed.is_handed(request) and consents.standing(user, course).state == "valid":
        return _nothing_to_sign(request, course, "", signed=True)
    if request.method == "POST" and "hand" in request.POST:
        handed.hand(request)
        return redirect("course-consent", public_id)
    seen = text.digest(said, consents.language_of(course))
    if request.method != "POST":
        form = ConsentForm(initial={"seen": seen})
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
        "told": shown,
        "language": language,
        "seen": text.digest(said, language),
        "form": form,
        "changed": changed,
        "box": consents.BOX,
        **_back(request),
    }
    return patient_page(
        request, "clinic/consents/sign.html", context, of=course.patient, status=status
    )


def _back(request: HttpRequest) -> dict[str, str]:
    """The way out of the page, where the patient holds the screen."""
    return {"way_back": handed.way_back(request)} if handed.is_handed(request) else {}


def _nothing_to_sign(
    request: HttpRequest, course: Course, why: str, *, signed: bool = False
) -> HttpResponse:
    context = {"course": course, "why": why, "signed": signed, **_back(request)}
    status = 200 if signed else 409
    return patient_page(
        request, "clinic/consents/nothing.html", context, of=course.patient, status=status
    )


def _of_today(
    request: HttpRequest,
    public_id: str,
    kind: str,
    made: Callable[[Course, text.Consent], bytes],
    name: str,
) -> HttpResponse:
    """A document of the text of today; where there is none to sign, why."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    try:
        said = consents.words_to_sign(user, course, today())
    except InputError as error:
        return _nothing_to_sign(request, course, sentence(error))
    return exported(user, kind, course, made(course, said), name)


@page("courses/<slug:public_id>/consent/document/", "course-consent-document", Permission.CONSENT)
def course_consent_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The text of today as a document, with room to sign by hand."""

    def made(course: Course, said: text.Consent) -> bytes:
        return consent_pdf(course, said, None)

    return _of_today(request, public_id, "consent-text", made, "consent")


@page("courses/<slug:public_id>/consent/details/", "course-consent-details", Permission.CONSENT)
def course_consent_details(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sources and details of the text of today."""

    def made(course: Course, said: text.Consent) -> bytes:
        return consent_details_pdf(course.site, said, consents.language_of(course))

    return _of_today(request, public_id, "consent-details", made, "consent-details")


@page("consents/<slug:public_id>/details/", "consent-details", Permission.READ_RECORDS)
def consent_details(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sources and details of a text that was signed."""
    user = user_of(request)
    consent = treatment_gate.consent(user, public_id)
    pdf = consent_details_pdf(
        consent.course.site, text.from_json(consent.content), consent.language, consent.signed_at
    )
    return exported(user, "consent-details", consent, pdf, "consent-details")


@page("consents/<slug:public_id>/document/", "consent-document", Permission.READ_RECORDS)
def consent_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """A signed consent, the very document that was kept."""
    user = user_of(request)
    consent = treatment_gate.consent(user, public_id)
    return exported(user, "consent", consent, bytes(consent.pdf), "consent")


@page("consents/<slug:public_id>/withdraw/", "consent-withdraw", Permission.CONSENT, form=True)
def consent_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient takes a consent back: the course stops."""
    consent = treatment_gate.consent(user_of(request), public_id)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        consents.withdraw(submission(request), consent, cleaned["said_by"], cleaned["note"])
        messages.success(
            request, _("The consent is withdrawn, and the coming sessions are cancelled.")
        )
        return redirect("course", consent.course.public_id)
    context = {
        "consent": consent,
        "course": consent.course,
        "form": form,
    }
    status = 422 if form.errors else 200
    return patient_page(
        request, "clinic/consents/withdraw.html", context, of=consent.course.patient, status=status
    )
