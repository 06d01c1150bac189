"""The administrator's pages of what the site asks for its acts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.site import FeeForm
from dolenti.clinic.forms.typed import refused
from dolenti.clinic.present.courses import typed
from dolenti.clinic.present.site import fee_lines
from dolenti.clinic.views.common import submission, user_of, words
from dolenti.records import engine
from dolenti.records.treatment import fees

LATEST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
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


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
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


@needs(Permission.ADMINISTER)
def fee_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """A fee is no longer asked."""
    user = user_of(request)
    fee = fees.fee(user, public_id)
    if request.method == "POST":
        fees.end(user, fee)
        messages.success(request, _("The fee is no longer asked."))
    return redirect("site-fees")
