"""The administrator's pages of the days on which the site is closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import premises
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.site.forms import ClosureForm
from dolenti.clinic.site.shown import closure_lines, moving_lines
from dolenti.ui.paging import counted_page_of


@page("site/closures/", "site-closures", Permission.ADMINISTER, form=True)
def closure_list(request: HttpRequest) -> HttpResponse:
    """The closures to come, each with how many sessions fall into it, and a new one."""
    user = user_of(request)
    form = ClosureForm(request.POST if request.method == "POST" else None, today=today())
    if request.method == "POST" and form.is_valid():
        shut = form.shut()
        if shut is not None:
            made = premises.add_closure(submission(request), shut)
            messages.success(request, _("The closure is recorded."))
            return redirect("site-closure", made.public_id)
    page = counted_page_of(request, premises.closures(user, today()))
    closures = list(page.object_list)
    context = {
        "form": form,
        "page": page,
        "closures": closure_lines(closures, premises.in_closures(user, closures)),
        "part": "closures",
    }
    status = 422 if form.errors else 200
    return render(request, "clinic/site/closures.html", context, status=status)


@page("site/closures/<slug:public_id>/", "site-closure", Permission.ADMINISTER)
def closure(request: HttpRequest, public_id: str) -> HttpResponse:
    """One closure, and the sessions that fall into it: none of them was moved."""
    user = user_of(request)
    found = premises.closure(user, public_id)
    page = counted_page_of(request, premises.sessions_in(user, found))
    context = {
        "closure": found,
        "page": page,
        "sessions": moving_lines(page.object_list),
        "part": "closures",
    }
    return render(request, "clinic/site/closure.html", context)


@page(
    "site/closures/<slug:public_id>/take-back/",
    "site-closure-take-back",
    Permission.ADMINISTER,
    form=True,
)
def closure_take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """The site opens on those days after all."""
    user = user_of(request)
    found = premises.closure(user, public_id)
    if request.method == "POST":
        premises.take_back_closure(user, found)
        messages.success(request, _("The closure is cancelled."))
    return redirect("site-closures")
