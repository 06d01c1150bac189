"""Choices and law: what a clinic may choose, what the law leaves open, and what it attests."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.request import user_of, words
from dolenti.clinic.knowledge import library
from dolenti.records.judging import attestations
from dolenti.serum.chain import NOTICE


@page("knowledge/choices/", "knowledge-choices", Permission.READ_KNOWLEDGE)
def choices(request: HttpRequest) -> HttpResponse:
    """What a clinic may choose, what the law leaves open, and where this clinic stands."""
    return _page(request)


@page("knowledge/choices/<slug:notice>/attest/", "knowledge-attest", Permission.ATTEST, form=True)
def attest(request: HttpRequest, notice: str) -> HttpResponse:
    """Attest the sentence of a notice for the clinic or, with ``withdraw``, take it back."""
    try:
        text = attestations.text_of(notice)
    except attestations.UnknownNoticeError:
        raise Http404 from None
    here = reverse("knowledge-choices") + f"#{notice}"
    if request.method != "POST":
        return redirect(here)
    if "withdraw" in request.POST:
        attestations.attest(user_of(request), notice, withdraw=True)
        messages.success(request, _("The attestation is withdrawn."))
        return redirect(here)
    if request.POST.get("text") != attestations.fingerprint(text):
        error = _("The sentence changed since this page was shown. Read it again, then attest.")
        return _page(request, wrong=notice, error=error, status=409)
    if "sure" not in request.POST:
        return _page(request, wrong=notice, error=_("Tick the sentence to attest it."), status=422)
    attestations.attest(user_of(request), notice)
    messages.success(request, _("The attestation is recorded."))
    return redirect(here)


def _page(
    request: HttpRequest, *, wrong: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    lookup = words()
    edition = lookup.edition
    context = {
        "edition": edition,
        "therapies": edition.therapies,
        "here": "choices",
        "policies": [(one, lookup.cited(one.sources)) for one in edition.policies],
        "notices": library.notices(attestations.standings(user_of(request), edition), lookup),
        "names": library.therapy_names(lookup),
        "serum_notice": NOTICE,
        "wrong": wrong,
        "error": error,
    }
    return render(request, "clinic/knowledge/choices.html", context, status=status)
