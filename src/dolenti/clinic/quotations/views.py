"""The written price of a course (devis): made, kept as a document, handed over."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.documents import exported, quotation_pdf
from dolenti.clinic.common.editing import patient_page
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused
from dolenti.clinic.courses.shown import quotation_lines, therapy_name, typed
from dolenti.clinic.quotations.forms import QuotationForm
from dolenti.guideline.errors import InputError
from dolenti.records.gate import of_patient as patient_gate
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import quotations
from dolenti.treatment.models import Course


@page("courses/<slug:public_id>/quotation/", "quotation-new", Permission.QUOTE, form=True)
def quotation_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """The price of a course, from the site's fees; its quotations so far."""
    course = treatment_gate.course_to_quote(user_of(request), public_id)
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
            reads = user_of(request).may(Permission.READ_RECORDS)
            return redirect("course" if reads else "quotation-new", public_id)
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
    opened = patient_gate.is_open(user, course.patient)
    lines = quotation_lines(treatment_gate.quotations_of(user, course), today())
    listed = quotations.fees_listed(course)
    old = None if listed is None or listed.is_of(today()) else listed.sentence(today())
    context = {
        "course": course,
        "therapy": therapy_name(course.therapy, words()),
        "opened": opened,
        "form": form,
        "quotations": lines,
        "old_fees": old.in_language(words().language) if old else "",
        "holds": any(not line.over for line in lines),
    }
    return patient_page(
        request,
        "clinic/quotations/new.html",
        context,
        of=course.patient,
        opened=opened,
        status=status,
    )


@page("quotations/<slug:public_id>/document/", "quotation-document", Permission.QUOTE)
def quotation_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """A quotation, the very document that was handed over."""
    user = user_of(request)
    quotation = treatment_gate.quotation(user, public_id)
    return exported(user, "quotation", quotation, bytes(quotation.pdf), "devis")
