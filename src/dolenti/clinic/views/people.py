"""The administrator's pages of the people of the site."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dolenti.access import accounts
from dolenti.access.forms import reset_path
from dolenti.access.guard import needs
from dolenti.access.models import User
from dolenti.access.roles import Permission, Role
from dolenti.access.signals import send
from dolenti.clinic.forms.access import LostSecondStepForm, PersonForm, RoleForm
from dolenti.clinic.views.common import user_of


def _refusal(error: accounts.AccountRefusedError) -> str:
    return {
        "last-administrator": _(
            "This is the last administrator of the site: give somebody else that role first."
        ),
        "e-mail-taken": _(
            "This address belongs to an account of another house; ask for another address."
        ),
        "member-already": _("This person already works at the site: change their role instead."),
    }[error.why]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def people(request: HttpRequest) -> HttpResponse:
    """Who works at the site, who did; a new account."""
    admin = user_of(request)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            person = accounts.add(
                admin, said["email"], said["name"], Role(said["role"]), said["rpps"]
            )
        except accounts.AccountRefusedError as error:
            form.add_error("email", _refusal(error))
        else:
            _invite(request, person)
            messages.success(request, _("The account is made, and the link is sent."))
            return redirect("person", person.public_id)
    here = list(accounts.memberships(admin))
    working = [one for one in here if one.ended_at is None]
    now = {one.user_id for one in working}
    gone = {one.user_id: one for one in reversed(here) if one.user_id not in now}
    context = {"form": form, "working": working, "gone": list(gone.values())}
    return render(request, "clinic/people/list.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.ADMINISTER)
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """One person: their roles over time, and what may be done."""
    return _page(request, public_id)


def _page(request: HttpRequest, public_id: str, status: int = 200, **forms: Any) -> HttpResponse:
    admin = user_of(request)
    standing = accounts.membership(admin, public_id)
    roles = accounts.memberships(admin).filter(user=standing.user)
    context = {
        "person": standing.user,
        "standing": standing if standing.ended_at is None else None,
        "roles": list(roles.order_by("-pk")),
        "role_form": forms.get("role_form") or RoleForm(initial={"role": standing.role}),
        "lost_form": forms.get("lost_form") or LostSecondStepForm(),
    }
    return render(request, "clinic/people/page.html", context, status=status)


def _person(request: HttpRequest, public_id: str) -> User:
    return accounts.membership(user_of(request), public_id).user


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def person_role(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another role, from now on."""
    who = _person(request, public_id)
    if request.method != "POST":
        return redirect("person", public_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            accounts.change_role(user_of(request), who, Role(form.cleaned_data["role"]))
        except accounts.AccountRefusedError as error:
            form.add_error("role", _refusal(error))
        else:
            messages.success(request, _("The role is changed, from now on."))
            return redirect("person", public_id)
    return _page(request, public_id, 422, role_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def person_leave(request: HttpRequest, public_id: str) -> HttpResponse:
    """Someone works here no longer: their sessions end at once."""
    who = _person(request, public_id)
    if request.method == "POST":
        try:
            accounts.leave(user_of(request), who)
        except accounts.AccountRefusedError as error:
            messages.error(request, _refusal(error))
        else:
            messages.success(request, _("Their access to this site is closed."))
    return redirect("person", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def person_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Someone works here again."""
    who = _person(request, public_id)
    if request.method == "POST":
        accounts.come_back(user_of(request), who)
        messages.success(request, _("Their access to this site is open again."))
    return redirect("person", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def person_invite(request: HttpRequest, public_id: str) -> HttpResponse:
    """The link to set a password, sent once more."""
    who = _person(request, public_id)
    if request.method == "POST" and who.is_active:
        _invite(request, who)
        messages.success(request, _("The link is sent: it works once, within the hour."))
    return redirect("person", public_id)


def _invite(request: HttpRequest, person: User) -> None:
    link = request.build_absolute_uri(reset_path(person))
    send(person, "account/email/password_reset", {"link": link})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def person_second_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lost telephone: a new second step at the next log-in."""
    who = _person(request, public_id)
    if request.method != "POST":
        return redirect("person", public_id)
    form = LostSecondStepForm(request.POST)
    if form.is_valid():
        accounts.forget_second_step(user_of(request), who, form.cleaned_data["reason"])
        messages.success(request, _("They set up a new second step at their next log-in."))
        return redirect("person", public_id)
    return _page(request, public_id, 422, lost_form=form)
