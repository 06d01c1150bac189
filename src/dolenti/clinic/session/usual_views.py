"""The usual mixtures that a site offers in the room, switched on or off by its administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, typed
from dolenti.clinic.common.forms import ReasonForm, TokenForm
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.common.typed import ReasonField, TypedText, sentence
from dolenti.clinic.session.shown import drawn_lines
from dolenti.guideline import session as room
from dolenti.guideline.errors import InputError
from dolenti.guideline.numbers import unit_in_words
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import usual
from dolenti.treatment.content import Preparation, plain, read
from dolenti.treatment.room import standing
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


class UsualForm(TokenForm):
    """A syringe that becomes a usual one: what it is called, and why."""

    name = TypedText(
        label=_lazy("Name of the mixture"),
        longest=80,
        error_messages={"required": _lazy("Give the mixture a name.")},
    )
    reason = ReasonField(
        label=_lazy("Why the site should offer it"),
        longest=500,
        lines=True,
        error_messages={"required": _lazy("Say why: it stays in the record.")},
    )


@page("sessions/<slug:public_id>/usual/", "session-usual", Permission.GIVE, form=True)
def session_usual(request: HttpRequest, public_id: str) -> HttpResponse:
    """The syringe of a signed session proposed as a usual mixture of the site."""
    user = user_of(request)
    found = treatment_gate.session(user, public_id)
    record = standing(user, found).record
    if record is None:
        return redirect("session", public_id)
    form = UsualForm(typed(request, {}))
    edit = Edit(request, form)

    def keep(said: dict[str, Any]) -> Any:
        return usual.keep(submission(request), record, said["name"], said["reason"])

    if edit.writes(keep, beside=lambda error: error.where if error.where in form.fields else None):
        done = _("Kept. It is offered once the administrator of the site switches it on.")
        return edit.done("session", public_id, said=done)
    context = {
        "session": found,
        "drawn": drawn_lines(read(Preparation, record.preparation), current()),
    }
    return edit.page("clinic/session/usual.html", context, of=found.course.patient)


def _lines(request: HttpRequest) -> list[dict[str, object]]:
    lookup, language = words(), current()
    chosen = usual.choices(user_of(request).site)
    labels = {p.id: p.label.in_language(language) for p in lookup.edition.products}
    mine: list[dict[str, object]] = [
        {
            "id": one.id,
            "label": one.label.in_language(language),
            "why": " + ".join(
                f"{labels.get(part.product, part.product)} {plain(part.strength, language)} "
                f"{unit_in_words(part.unit, language)}"
                for vial in one.components
                for part in vial.ingredients
            ),
            "tell": f"{one.reason} ({one.author})",
            "zones": lookup.zones.get(one.zone, one.zone),
            "tier": "own",
            "may": True,
            "verified": True,
            "choice": chosen.get(one.id),
            "on": chosen[one.id].on if one.id in chosen else False,
        }
        for one in usual.own(user_of(request).site)
    ]
    return mine + [
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
