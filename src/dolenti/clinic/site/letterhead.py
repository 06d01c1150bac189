"""The administrator's page of what stands at the head of the site's papers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda.premises import StaleFormError
from dolenti.clinic.common.request import user_of
from dolenti.clinic.site.forms import LetterheadForm
from dolenti.treatment import letterhead


@page("site/letterhead/", "site-letterhead", Permission.ADMINISTER, form=True)
def site_letterhead(request: HttpRequest) -> HttpResponse:
    """FINESS, SIRET and logo: checked, kept, printed from now on."""
    user = user_of(request)
    now = letterhead.of(user.site)
    initial = {"finess": now.finess, "siret": now.siret, "based_on": now.stamp}
    form, status = LetterheadForm(initial=initial), 200
    context: dict[str, object] = {"part": "letterhead", "logo": now.logo is not None}
    if request.method == "POST":
        files = request.FILES  # reading them is what finds out whether one is too large
        too_large = "logo" in getattr(request, "files_too_large", ())
        form = LetterheadForm(request.POST, files, initial=initial, too_large=too_large)
        status = 422
        head = form.head(now) if form.is_valid() else None
        if head is not None:
            try:
                letterhead.change(user, form.cleaned_data["based_on"], head)
            except StaleFormError as error:
                status = 409
                form.anew(error.stamp)
                context["stands"] = [
                    (form[name].label, text)
                    for name, text in (
                        ("finess", error.now.finess),
                        ("siret", error.now.siret),
                        ("logo", _("there is one") if error.now.logo else _("there is none")),
                    )
                ]
            else:
                messages.success(request, _("The head of the papers is saved."))
                return redirect("site-letterhead")
    context["form"] = form
    return render(request, "clinic/site/letterhead.html", context, status=status)


@page("site/letterhead/logo/", "site-logo", Permission.ADMINISTER)
def site_logo(request: HttpRequest) -> HttpResponse:
    """The logo as it is kept; where there is none, the page that takes one."""
    logo = letterhead.of(user_of(request).site).logo
    if logo is None:
        return redirect("site-letterhead")
    return HttpResponse(
        logo.png,
        content_type="image/png",
        headers={"Content-Security-Policy": "default-src 'none'; sandbox"},
    )
