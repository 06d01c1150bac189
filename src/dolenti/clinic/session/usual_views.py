"""The usual mixtures that a site offers in the room, switched on or off by its administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.forms import ReasonForm
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.guideline import session as room
from dolenti.guideline.errors import InputError
from dolenti.treatment import usual
from dolenti.ui.language import current


@page("site/mixtures/", "site-mixtures", Permission.ADMINISTER, form=True)
def site_mixtures(request: HttpRequest) -> HttpResponse:
    """Every usual mixture, what the rules say of it, and whether the site offers it."""
    user = user_of(request)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Why: the decision of the site"),
    )
    wrong = ""
    name = request.POST.get("mixture", "")
    if request.method == "POST" and form.is_valid():
        try:
            on = request.POST.get("on") == "yes"
            reason = form.cleaned_data["reason"]
            usual.switch(submission(request), user.site, name, on=on, reason=reason)
        except InputError as error:
            wrong = sentence(error)
        else:
            messages.success(request, _("The choice is saved."))
            return redirect("site-mixtures")
    elif request.method == "POST":
        wrong = _("Say why: it stays in the record.")
    context = {
        "lines": _lines(request),
        "wrong": wrong,
        "at": name,
        "token": form["token"].value(),
        "typed": request.POST.get("reason", ""),
        "rules": [
            one.says.in_language(current())
            for one in room.content(words().edition).mixtures.rules
            if one.id in ("suggestion", "off-label", "look")
        ],
    }
    status = 422 if wrong else 200
    return render(request, "clinic/session/mixtures.html", context, status=status)


def _lines(request: HttpRequest) -> list[dict[str, object]]:
    lookup, language = words(), current()
    chosen = usual.choices(user_of(request).site)
    return [
        {
            "id": one.id,
            "label": one.label.in_language(language),
            "why": one.why.in_language(language),
            "tell": one.tell.in_language(language),
            "zones": ", ".join(lookup.zones.get(zone, zone) for zone in one.zones),
            "tier": one.tier,
            "may": room.may_be_switched_on(one),
            "verified": one.mark == "R",
            "choice": chosen.get(one.id),
            "on": chosen[one.id].on if one.id in chosen else False,
        }
        for one in usual.mixtures()
    ]
