"""When somebody takes no patients: a list, a new absence, its end, and who is to be moved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import absences
from dolenti.agenda import day as agenda
from dolenti.agenda.absences import AbsenceRefusedError
from dolenti.clinic.absences.forms import AbsenceForm
from dolenti.clinic.agenda.cards import Cards
from dolenti.clinic.appointments.shown import absence_lines
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused
from dolenti.treatment.day import entries


@page("absences/", "absences", Permission.SCHEDULE, form=True)
def absence_list(request: HttpRequest) -> HttpResponse:
    """The absences running and to come; a new one."""
    user = user_of(request)
    people = agenda.practitioners(user)
    own = user.public_id if user in people else ""
    form = AbsenceForm(
        request.POST if request.method == "POST" else None,
        people=people,
        initial={"person": own, "first": today(), "last": today()},
    )
    if request.method == "POST" and form.is_valid():
        span = form.span()
        try:
            if span is not None:
                made = absences.add(submission(request), form.who, span)
                messages.success(request, _("The absence is recorded. Nobody was moved."))
                return redirect("absence", made.public_id)
        except AbsenceRefusedError as error:
            form.add_error(error.where, refused(error))
    found = list(absences.of_site(user)[: absences.SHOWN])
    context = {"form": form, "absences": absence_lines(found, words().language)}
    status = 422 if form.errors else 200
    return render(request, "clinic/absences/list.html", context, status=status)


@page("absences/<slug:public_id>/", "absence", Permission.SCHEDULE)
def absence(request: HttpRequest, public_id: str) -> HttpResponse:
    """One absence, and the appointments that fall into it: each is to be moved by somebody."""
    user = user_of(request)
    found = absences.one(user, public_id)
    cards = Cards(words())
    met = absences.met_by(entries(user), found)
    context = {
        "absence": absence_lines([found], words().language)[0],
        "cards": [cards.of(one) for one in met],
    }
    return render(request, "clinic/absences/page.html", context)


@page("absences/<slug:public_id>/end/", "absence-end", Permission.SCHEDULE, form=True)
def absence_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """An absence ended now, or taken back before it began."""
    user = user_of(request)
    if request.method != "POST":
        return redirect("absence", absences.one(user, public_id).public_id)
    absences.end(user, absences.one(user, public_id))
    messages.success(request, _("The absence is over."))
    return redirect("absences")
