"""The administrator's pages of what the site asks for its acts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.common.typed import refused
from dolenti.clinic.courses.shown import typed
from dolenti.clinic.site.forms import FeeForm
from dolenti.clinic.site.shown import fee_lines
from dolenti.records import engine
from dolenti.treatment import fees

LATEST = 20


@page("site/fees/", "site-fees", Permission.ADMINISTER, form=True)
def fee_list(request: HttpRequest) -> HttpResponse:
    """The fees in force and those that ended, and a new one."""
    user = user_of(request)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        price = form.price()
        if price is not None:
            fees.add(submission(request), price)
            messages.success(request, _("The fee is recorded."))
            return redirect("site-fees")
    context = {
        "form": form,
        "fees": fee_lines(fees.in_force(user)[:200], words()),
        "ended": fee_lines(fees.ended(user)[:LATEST], words()),
        "part": "fees",
    }
    status = 422 if form.errors else 200
    return render(request, "clinic/site/fees.html", context, status=status)


@page("site/fees/<slug:public_id>/", "site-fee", Permission.ADMINISTER, form=True)
def fee_change(request: HttpRequest, public_id: str) -> HttpResponse:
    """A fee changed: a new one takes its place, and quotations already made keep theirs."""
    user = user_of(request)
    fee = fees.fee(user, public_id)
    initial = {"therapy": fee.therapy, "label": fee.label, "cents": typed(fee.cents)}
    form = _form(request, initial)
    status = 200
    if request.method == "POST":
        status = 422
        price = form.price() if form.is_valid() else None
        if price is not None:
            try:
                fees.add(submission(request), price, fee)
            except fees.EndedFeeError as error:
                status = 409
                form.add_error(None, refused(error))
            else:
                messages.success(request, _("The fee is changed. Quotations made keep theirs."))
                return redirect("site-fees")
    context = {"form": form, "fee": fee, "part": "fees"}
    return render(request, "clinic/site/fee.html", context, status=status)


def _form(request: HttpRequest, initial: dict[str, str] | None = None) -> FeeForm:
    return FeeForm(
        request.POST if request.method == "POST" else None,
        therapies=engine.edition_in_force().therapies,
        initial=initial or {},
    )


@page("site/fees/<slug:public_id>/end/", "site-fee-end", Permission.ADMINISTER, form=True)
def fee_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """A fee is no longer asked."""
    user = user_of(request)
    fee = fees.fee(user, public_id)
    if request.method == "POST":
        fees.end(user, fee)
        messages.success(request, _("The fee is withdrawn."))
    return redirect("site-fees")
