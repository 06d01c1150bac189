"""The emergency kits: of the site, of one room, counted, opened; which serves which room."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.readiness.forms import CheckForm, OpenedForm, PlaceForm
from dolenti.clinic.readiness.shown import item_lines, shown
from dolenti.guideline.errors import InputError
from dolenti.readiness import kits
from dolenti.readiness.kits import RoomKit
from dolenti.ui.language import current
from dolenti.ui.paging import page_of


@page("kits/", "kits", Permission.PREPARE)
def kit_list(request: HttpRequest) -> HttpResponse:
    """The kit of each room, the gravest first."""
    lines = [shown(one) for one in kits.of(user_of(request), today())]
    order = ("all", "anaesthetic", "warn", "fine")
    lines.sort(key=lambda one: (order.index(one.level), one.kit.room.name))
    rules = [one.says.in_language(current()) for one in kits.kit_in_force().rules]
    return render(request, "clinic/readiness/list.html", {"lines": lines, "rules": rules})


def _kit(request: HttpRequest, public_id: str) -> RoomKit:
    """The kit that serves a room of the site."""
    (found,) = kits.standing([kits.room(user_of(request), public_id)], today())
    return found


@page("kits/<slug:public_id>/", "kit", Permission.PREPARE)
def kit(request: HttpRequest, public_id: str) -> HttpResponse:
    """One kit: what is wrong, each item, who looked and when."""
    return _page(request, _kit(request, public_id), OpenedForm())


def _page(request: HttpRequest, found: RoomKit, form: OpenedForm) -> HttpResponse:
    context = {
        "line": shown(found),
        "items": item_lines(found),
        "edition": kits.cards_edition(),
        "history": page_of(request, kits.history(user_of(request), found.lies_in)),
        "form": form,
    }
    return render(request, "clinic/readiness/kit.html", context, status=422 if form.errors else 200)


@page("kits/<slug:public_id>/check/", "kit-check", Permission.PREPARE, form=True)
def kit_check(request: HttpRequest, public_id: str) -> HttpResponse:
    """A kit counted item by item."""
    found = _kit(request, public_id)
    form = CheckForm(
        request.POST if request.method == "POST" else None,
        items=kits.kit_in_force().items,
        before=kits.found_in(found.checked) if found.checked else {},
        edition=kits.cards_edition(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            kits.check(submission(request), found.lies_in, form.counted())
        except InputError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The check is saved."))
            return redirect("kit", public_id)
    context = {"form": form, "line": shown(found)}
    return render(
        request, "clinic/readiness/check.html", context, status=422 if form.errors else 200
    )


@page("kits/<slug:public_id>/opened/", "kit-opened", Permission.PREPARE, form=True)
def kit_opened(request: HttpRequest, public_id: str) -> HttpResponse:
    """A kit was opened for an emergency."""
    found = _kit(request, public_id)
    if request.method != "POST":
        return redirect("kit", public_id)
    form = OpenedForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    kits.open_up(submission(request), found.lies_in, form.cleaned_data["note"])
    messages.success(
        request, _("Nothing is injected where this kit serves until it is counted again.")
    )
    return redirect("kit", public_id)


@page("site/kits/", "site-kits", Permission.ADMINISTER, form=True)
def site_kits(request: HttpRequest) -> HttpResponse:
    """Which kit serves which room: its own, or that of a room less than a minute away."""
    user = user_of(request)
    sent = request.method == "POST"
    rooms = list(kits.rooms(user))
    form = PlaceForm(request.POST if sent else None, rooms=rooms)
    if sent and form.is_valid():
        served, lies_in = (form.known[form.cleaned_data[name]] for name in ("room", "served_by"))
        try:
            kits.serve(submission(request), served, lies_in)
        except InputError as error:
            form.add_error("served_by", sentence(error))
        else:
            messages.success(request, _("The place of the kit is saved."))
            return redirect("site-kits")
    context = {
        "form": form,
        "at": request.POST.get("room", ""),
        "lines": [shown(one) for one in kits.standing(rooms, today())],
        "rooms": rooms,
        "part": "kits",
    }
    return render(
        request, "clinic/readiness/places.html", context, status=422 if form.errors else 200
    )
