"""The written price of a course (devis): made, kept as a document, handed over."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.consents import QuotationForm
from dolenti.clinic.forms.typed import refused
from dolenti.clinic.present.courses import quotation_lines, therapy_name, typed
from dolenti.clinic.present.documents import quotation_pdf
from dolenti.clinic.views.common import strip_of, submission, today, user_of, words
from dolenti.clinic.views.consents import exported
from dolenti.guideline.errors import InputError
from dolenti.records import gate_courses, gate_patients
from dolenti.records.models import Course
from dolenti.records.treatment import quotations


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.QUOTE)
def quotation_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """The price of a course, from the site's fees; its quotations so far."""
    course = gate_courses.course_to_quote(user_of(request), public_id)
    if request.method != "POST":
        return _page(request, course, QuotationForm(initial=_initial(course)))
    form = QuotationForm(request.POST)
    if form.is_valid():
        try:
            lines = [quotations.Line(*line) for line in form.lines()]

            def document(number: str, day: date, until: date) -> bytes:
                return quotation_pdf(course, lines, number, until)

            quotations.quote(submission(request), course, lines, document)
        except InputError as error:
            form.add_error(None, refused(error))
        else:
            messages.success(request, _("The quotation is made."))
            return redirect("quotation-new", public_id)
    return _page(request, course, form, status=422)


def _initial(course: Course) -> dict[str, object]:
    initial: dict[str, object] = {}
    usual = quotations.usual_lines(course)[: QuotationForm.LINES]
    for number, line in enumerate(usual, 1):
        initial |= {
            f"label_{number}": line.label,
            f"count_{number}": line.count,
            f"price_{number}": typed(line.cents),
        }
    return initial


def _page(
    request: HttpRequest, course: Course, form: QuotationForm, *, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    opened = gate_patients.is_open(user, course.patient)
    found = gate_courses.quotations_of(user, course)
    context = {
        "course": course,
        "therapy": therapy_name(course.therapy, words()),
        "strip": strip_of(request, course.patient, opened=opened),
        "opened": opened,
        "form": form,
        "quotations": quotation_lines(found, today()),
    }
    return render(request, "clinic/quotations/new.html", context, status=status)


@require_safe
@needs(Permission.QUOTE)
def quotation_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """A quotation, the very document that was handed over."""
    user = user_of(request)
    quotation = gate_courses.quotation(user, public_id)
    return exported(user, "quotation", quotation, bytes(quotation.pdf), "devis")
