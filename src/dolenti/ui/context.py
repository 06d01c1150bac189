"""What every page knows: the edition in force and what the reader may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti import __version__
from dolenti.access import handed, second_step
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.records import gate
from dolenti.records.models import Opening
from dolenti.records.patients import opening

# The main navigation: what it is called, its address, who sees it, and the beginnings of the names
# of the addresses that belong to it. A new part of the site is a line here.
SECTIONS: tuple[tuple[Any, str, Permission, tuple[str, ...]], ...] = (
    (
        _("Today"),
        "home",
        Permission.READ_AGENDA,
        (
            *("home", "agenda", "appointment", "absence", "own-privileges", "event", "alarm"),
            *("alert", "wish", "report"),
        ),
    ),
    (
        _("Patients"),
        "patients",
        Permission.READ_PATIENTS,
        (
            *("patient", "contact", "merge", "compl", "course", "consent", "quotation", "letter"),
            *("session", "medicine", "taper", "rehabilitation", "imaging", "note-", "allergy"),
            "copy",
        ),
    ),
    (
        _("Assessments"),
        "assessments",
        Permission.READ_RECORDS,
        ("assessment", "referral", "changed"),
    ),
    (_("Serum"), "serum", Permission.PREPARE_SERUM, ("serum",)),
    (
        _("Stock"),
        "stock",
        Permission.KEEP_FORMULARY,
        ("stock", "item", "lot", "recall-letter", "kit"),
    ),
    (_("Knowledge"), "knowledge", Permission.READ_KNOWLEDGE, ("knowledge",)),
    (_("The trail"), "trail", Permission.READ_AUDIT, ("trail",)),
    (_("Openings"), "openings", Permission.READ_AUDIT, ("opening",)),
    (_("People"), "people", Permission.ADMINISTER, ("people", "person")),
    (_("Privileges"), "privileges", Permission.ADMINISTER, ("privilege",)),
    (_("Site"), "site", Permission.ADMINISTER, ("site",)),
    (
        pgettext_lazy("menu", "Keeping and erasing"),
        "retention",
        Permission.ERASE,
        ("retention", "erasure", "drafts"),
    ),
)


def _openings(user: Any) -> list[Opening]:
    if user is None or not user.may(Permission.BREAK_GLASS):
        return []
    return list(gate.openings_now(user).select_related("patient"))


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Permissions by name (``may.assess``), the navigation, the version of the program, and
    whether the site spares this person the second step of a log-in."""
    user = getattr(request, "user", None)
    held = handed.is_handed(request)
    allowed = isinstance(user, User) and not second_step.is_owed(request) and not held
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    return {
        "sections": [
            {
                "label": label,
                "address": address,
                "current": name.startswith(starts),
                "count": opening.unseen(user) if address == "openings" else 0,  # type: ignore[arg-type]
            }
            for label, address, permission, starts in SECTIONS
            if allowed and user.may(permission)  # type: ignore[union-attr]
        ],
        # Asked only by the pages of a record: those that the reader opened for a reason.
        "openings": SimpleLazyObject(lambda: _openings(user if allowed else None)),
        "inside": allowed,  # and owes no second step
        "handed": held,  # to a patient: nothing leads out of the page
        "program_version": __version__,
        "second_step_waived": isinstance(user, User) and second_step.is_waived(user),
        "may": {
            permission.name.lower(): allowed and user.may(permission)  # type: ignore[union-attr]
            for permission in Permission
        },
    }
