"""The door of every view: logged in, by a second step where one is required, in a role that may."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeAlias

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from dolenti.access import audit, second_step
from dolenti.access.identifiers import is_public_id
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.sessions import to_login

LOGGED_IN: Final = "logged-in"  # what a view needs that is for whoever has an account
View: TypeAlias = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Named:
    """A thing that an address names, by its public id: whose it is, and where. All public ids."""

    object_id: str
    patients: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


Finder: TypeAlias = Callable[[Collection[str]], Iterable[Named]]
_finders: list[Finder] = []
MOST_NAMED: Final = 4
"""So many things of one address are looked for."""


def finds_named(finder: Finder) -> None:
    """Have this find what an address names: the rooms above know what there is."""
    _finders.append(finder)


def refused(request: HttpRequest, permission: Permission) -> None:
    """A line of the trail: this person's role does not open this page. What its address names is
    looked up for it, so that the auditor of the house concerned finds the line."""
    assert isinstance(request.user, User)
    match = request.resolver_match
    said = [*match.kwargs.values(), *request.GET.values()] if match else []
    ids = [one for one in dict.fromkeys(said) if is_public_id(one)][:MOST_NAMED]
    named = [one for find in _finders for one in find(ids)] if ids else []
    patients = sorted({patient for one in named for patient in one.patients})
    audit.refuse(
        request.user,
        action="enter",
        sites=[site for one in named for site in one.sites],
        kind="page",
        object_id=named[0].object_id if len(named) == 1 else "",
        patient_id=patients[0] if len(patients) == 1 else "",
        patients=patients if len(patients) > 1 else (),
        detail={
            "page": match.view_name if match else "",
            "permission": permission.value,
        },
    )


def needs(permission: Permission) -> Callable[[View], View]:
    """Let only those pass whose role holds the permission. Strangers are sent to log in, and
    whoever owes a second step to set one up."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            assert isinstance(request.user, User)
            if second_step.is_owed(request):
                return redirect("mfa_index")
            if not request.user.may(permission):
                refused(request, permission)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def logged_in(view: View, *, before_second_step: bool = False) -> View:
    """Let whoever has an account pass; ``before_second_step``, even one who still owes it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request)
        if not before_second_step and second_step.is_owed(request):
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    guarded.permission = LOGGED_IN  # type: ignore[attr-defined]
    return guarded
