"""The administrator's pages of the people of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access import accounts
from dolenti.access.messages import SET_PASSWORD, tell
from dolenti.access.models import Invitation, User
from dolenti.access.pages import page
from dolenti.access.roles import Permission, Role
from dolenti.clinic.common.request import user_of
from dolenti.clinic.people.forms import LostSecondStepForm, PersonForm, RoleForm, RppsForm


def _refusal(error: accounts.AccountRefusedError) -> str:
    return {
        "last-administrator": _(
            "This is the last administrator of the site: give somebody else that role first."
        ),
        "e-mail-taken": _(
            "This address belongs to an account of another organisation; ask for another address."
        ),
        "invited-already": _("This person has already been invited, and has not answered yet."),
        "closed-elsewhere": _(
            "This person’s account is closed: the site where they worked last opens it again."
        ),
        "own-role": _("Nobody can change their own role: ask another administrator."),
        "account-of-another-site": _(
            "Another site answers for this person’s account: ask its administrator."
        ),
        "gone-already": _("This person no longer works at the site: nothing was done."),
        "member-already": _("This person already works at the site: change their role instead."),
    }[error.why]


@page("people/", "people", Permission.ADMINISTER, form=True)
def people(request: HttpRequest) -> HttpResponse:
    """Who works at the site, who did; a new account."""
    admin = user_of(request)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = accounts.add(
                admin, said["email"], said["name"], Role(said["role"]), said["rpps"]
            )
        except accounts.AccountRefusedError as error:
            form.add_error("email", _refusal(error))
        else:
            if isinstance(made, Invitation):
                _say_asked(request, made)
                return redirect("people")
            tell(made, SET_PASSWORD)
            messages.success(
                request, _link_went(_("The account is created, and the link is sent."))
            )
            return redirect("person", made.public_id)
    here = list(accounts.memberships(admin))
    working = [one for one in here if one.ended_at is None]
    now = {one.user_id for one in working}
    gone = {one.user_id: one for one in reversed(here) if one.user_id not in now}
    context = {
        "form": form,
        "working": working,
        "invited": accounts.invited(admin),
        "gone": list(gone.values()),
    }
    return render(request, "clinic/people/list.html", context, status=422 if form.errors else 200)


def _link_went(said: str) -> str:
    """What is said of a link that was sent, or lies in a file until somebody hands it over."""
    if settings.MAIL is not None:
        return said
    return _(
        "No mail server is set up: the link is written to the “mail” folder of Dolenti’s "
        "data; hand it over within the hour."
    )


def _say_asked(request: HttpRequest, invitation: Invitation) -> None:
    # The address, which was typed, and no name: whose account it is, is for its holder to say.
    asked = _(
        "%(address)s already has an account: an invitation is sent, and they can work "
        "here once they accept."
    )
    messages.success(request, asked % {"address": invitation.user.email})


@page(
    "people/invitations/<slug:public_id>/withdraw/",
    "invitation-withdraw",
    Permission.ADMINISTER,
    form=True,
)
def invitation_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back an invitation that nobody has answered."""
    found = accounts.invitation(user_of(request), public_id)
    if request.method == "POST":
        accounts.withdraw(user_of(request), found)
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("people")


@page("people/<slug:public_id>/", "person", Permission.ADMINISTER)
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
        "answers_for": accounts.answers_for(admin, standing.user),
        "roles": list(roles.order_by("-pk")),
        "role_form": forms.get("role_form") or RoleForm(initial={"role": standing.role}),
        "rpps_form": forms.get("rpps_form") or RppsForm(initial={"rpps": standing.user.rpps}),
        "lost_form": forms.get("lost_form") or LostSecondStepForm(),
    }
    return render(request, "clinic/people/page.html", context, status=status)


def _person(request: HttpRequest, public_id: str) -> User:
    return accounts.membership(user_of(request), public_id).user


def _changed(
    request: HttpRequest,
    public_id: str,
    name: str,
    kind: type[Form],
    field: str,
    change: Callable[[User, User, str], object],
    said: str,
) -> HttpResponse:
    """What a form of one field on a person's page changes; a refusal stands beside the field."""
    who = _person(request, public_id)
    if request.method != "POST":
        return redirect("person", public_id)
    form = kind(request.POST)
    if form.is_valid():
        try:
            change(user_of(request), who, form.cleaned_data[field])
        except accounts.AccountRefusedError as error:
            form.add_error(field, _refusal(error))
        else:
            messages.success(request, said)
            return redirect("person", public_id)
    return _page(request, public_id, 422, **{name: form})


def _change_role(admin: User, who: User, role: str) -> None:
    accounts.change_role(admin, who, Role(role))


@page("people/<slug:public_id>/role/", "person-role", Permission.ADMINISTER, form=True)
def person_role(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another role, from now on."""
    said = _("The role is changed, from now on.")
    return _changed(request, public_id, "role_form", RoleForm, "role", _change_role, said)


@page("people/<slug:public_id>/rpps/", "person-rpps", Permission.ADMINISTER, form=True)
def person_rpps(request: HttpRequest, public_id: str) -> HttpResponse:
    """The number that stands on their papers from now on."""
    said = _("The number is saved: it will appear on their next papers.")
    return _changed(request, public_id, "rpps_form", RppsForm, "rpps", accounts.change_rpps, said)


@page("people/<slug:public_id>/leave/", "person-leave", Permission.ADMINISTER, form=True)
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


@page("people/<slug:public_id>/back/", "person-back", Permission.ADMINISTER, form=True)
def person_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Someone works here again."""
    who = _person(request, public_id)
    if request.method == "POST":
        try:
            asked = accounts.come_back(user_of(request), who)
        except accounts.AccountRefusedError as error:
            messages.error(request, _refusal(error))
        else:
            if asked is not None:
                _say_asked(request, asked)
            else:
                messages.success(request, _("Their access to this site is open again."))
    return redirect("person", public_id)


@page("people/<slug:public_id>/invite/", "person-invite", Permission.ADMINISTER, form=True)
def person_invite(request: HttpRequest, public_id: str) -> HttpResponse:
    """The link to set a password, sent once more."""
    who = _person(request, public_id)
    if request.method == "POST":
        try:
            accounts.send_link(user_of(request), who)
        except accounts.AccountRefusedError as error:
            messages.error(request, _refusal(error))
        else:
            messages.success(
                request, _link_went(_("The link is sent: it works once, within the hour."))
            )
    return redirect("person", public_id)


@page(
    "people/<slug:public_id>/second-step/",
    "person-second-step",
    Permission.ADMINISTER,
    form=True,
)
def person_second_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """A lost telephone: a new second step at the next log-in."""
    said = _("They set up a new second step at their next log-in.")
    return _changed(
        request,
        public_id,
        "lost_form",
        LostSecondStepForm,
        "reason",
        accounts.forget_second_step,
        said,
    )
