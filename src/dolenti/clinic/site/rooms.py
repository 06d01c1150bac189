"""The administrator's pages of the rooms: added, renamed, taken out of use."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import premises
from dolenti.clinic.common.editing import Edit, typed
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.common.typed import refused
from dolenti.clinic.site.forms import RenameForm, RoomForm


@page("site/rooms/", "site-rooms", Permission.ADMINISTER, form=True)
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


@page("site/rooms/<slug:public_id>/", "site-room", Permission.ADMINISTER, form=True)
def room_rename(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another name for a room."""
    user = user_of(request)
    room = premises.room(user, public_id)
    stands = {"name": room.name, "based_on": room.version}
    edit = Edit(request, RenameForm(typed(request, stands), initial=stands))

    def rename(said: dict[str, Any]) -> None:
        premises.rename_room(user, room, said["based_on"], said["name"])

    if edit.writes(rename, beside=lambda _: "name"):
        return edit.done("site-rooms", said=_("The room is renamed."))
    context = {"form": edit.form, "conflict": edit.conflict, "room": room, "part": "rooms"}
    return render(request, "clinic/site/room.html", context, status=edit.status)


@page("site/rooms/<slug:public_id>/close/", "site-room-close", Permission.ADMINISTER, form=True)
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
