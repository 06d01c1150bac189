"""What every page knows: the edition in force and what the reader may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from dolenti import __version__
from dolenti.access import second_step
from dolenti.access.models import User
from dolenti.access.roles import Permission


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Permissions by name (``may.assess``), the section, the version of the program, and
    whether the site spares this person the second step of a log-in."""
    user = getattr(request, "user", None)
    allowed = isinstance(user, User) and not second_step.is_owed(request)
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    sections = {"complaint": "complaints", "assessment": "assessments", "knowledge": "knowledge"}
    return {
        "section": next((s for start, s in sections.items() if name.startswith(start)), ""),
        "version": __version__,
        "second_step_waived": isinstance(user, User) and second_step.is_waived(user),
        "may": {
            permission.name.lower(): allowed and user.may(permission)  # type: ignore[union-attr]
            for permission in Permission
        },
    }
