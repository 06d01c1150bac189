"""The door of every view: logged in, and in a role that may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from dolenti.access.models import User
from dolenti.access.roles import Permission

View: TypeAlias = Callable[..., HttpResponse]


class AuthenticatedRequest(HttpRequest):
    """A request behind the guard: its user is one of ours."""

    user: User


def needs(permission: Permission) -> Callable[[View], View]:
    """Let only those pass whose role holds the permission. Strangers are sent to log in."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            assert isinstance(request.user, User)
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard
