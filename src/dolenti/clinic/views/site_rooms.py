"""The administrator's pages of the rooms: added, renamed, taken out of use."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.site import RoomForm
from dolenti.clinic.forms.typed import refused
from dolenti.clinic.views.common import submission, user_of
from dolenti.records.days import premises


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def room_list(request: HttpRequest) -> HttpResponse:
    """The rooms, and a new one."""
    user = user_of(request)
    form = RoomForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            premises.add_room(submission(request), form.cleaned_data["name"])
        except premises.NameTakenError as error:
            form.add_error("name", refused(error))
        else:
            messages.success(request, _("The room is added."))
            return redirect("site-rooms")
    context = {"form": form, "rooms": premises.rooms(user), "part": "rooms"}
    status = 422 if form.errors else 200
    return render(request, "clinic/site/rooms.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def room_rename(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another name for a room."""
    user = user_of(request)
    room = premises.room(user, public_id)
    initial = {"name": room.name, "based_on": premises.stamp(room.name)}
    form = RoomForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    context: dict[str, object] = {"form": form, "room": room, "part": "rooms"}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                premises.rename_room(user, room, said["based_on"], said["name"])
            except premises.NameTakenError as error:
                form.add_error("name", refused(error))
            except premises.ChangedMeanwhileError as error:
                status = 409
                form.anew(error.stamp)
                context["stands"] = [(form["name"].label, error.now)]
            else:
                messages.success(request, _("The room is renamed."))
                return redirect("site-rooms")
    return render(request, "clinic/site/room.html", context, status=status)


@needs(Permission.ADMINISTER)
def room_close(request: HttpRequest, public_id: str) -> HttpResponse:
    """A room taken out of use, or into use again."""
    user = user_of(request)
    room = premises.room(user, public_id)
    if request.method == "POST":
        closing = request.POST.get("closed") == "yes"
        premises.close_room(user, room, closed=closing)
        said = _("The room is closed.") if closing else _("The room is in use again.")
        messages.success(request, said)
    return redirect("site-rooms")
