"""The door of every view: logged in, by a second step where one is required, in a role that may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeAlias

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from dolenti.access import audit, second_step
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.sessions import to_login

LOGGED_IN: Final = "logged-in"  # what a view needs that is for whoever has an account
View: TypeAlias = Callable[..., HttpResponseBase]


class AuthenticatedRequest(HttpRequest):
    """A request behind the guard: its user is one of ours."""

    user: User


def refused(request: HttpRequest, permission: Permission) -> None:
    """A line of the trail: this person's role does not open this page."""
    assert isinstance(request.user, User)
    view = request.resolver_match.view_name if request.resolver_match else ""
    audit.record(
        "enter",
        actor=request.user,
        outcome=audit.REFUSED,
        kind="page",
        detail={"page": view, "permission": permission.value},
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
