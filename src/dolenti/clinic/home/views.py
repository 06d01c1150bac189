"""The first page after logging in: the day for whoever keeps the agenda, else what one may open."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from dolenti.access.guard import LOGGED_IN
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.agenda.views import day_page
from dolenti.clinic.common.request import user_of
from dolenti.clinic.safety.shown import alarm_lines
from dolenti.safety import gate as safety_gate

# What each permission opens, for those without an agenda: its address, its name, what for.
DOORS: Final[tuple[tuple[Permission, str, Any, Any], ...]] = (
    (
        Permission.READ_PATIENTS,
        "patients",
        _("Patients"),
        _("Who they are and how to reach them; two records of one person merged."),
    ),
    (
        Permission.READ_AUDIT,
        "trail",
        _("The trail"),
        _("Who read, wrote, was refused, exported or logged in; and whether the trail is intact."),
    ),
    (
        Permission.READ_AUDIT,
        "openings",
        _("Openings"),
        _("Records opened from outside their care team, each for a written reason."),
    ),
    (
        Permission.FOLLOW_ALARMS,
        "alarms",
        _("Alarms of the site"),
        _("Events that have a lot, a room or a device in common; who looks into them."),
    ),
    (
        Permission.ADMINISTER,
        "site-checklist",
        _("What is ready"),
        _("What this site still needs before its patients come, each with its way."),
    ),
    (
        Permission.ADMINISTER,
        "people",
        _("People"),
        _("Who works at the site, in which role; their access."),
    ),
    (
        Permission.ADMINISTER,
        "privileges",
        _("Privileges"),
        _("Who may perform which therapy, on what proof, until when."),
    ),
    (
        Permission.ADMINISTER,
        "site",
        _("Site"),
        _("Its hours, rooms, closures and prices."),
    ),
    (
        Permission.KEEP_FORMULARY,
        "stock",
        _("Stock"),
        _("The products that are kept here, their lots and dates; the emergency kits."),
    ),
    (
        Permission.ERASE,
        "retention",
        _("Keeping and erasing"),
        _("How long records are kept, and what two people may erase."),
    ),
    (
        Permission.READ_STATISTICS,
        "verdict-counts",
        _("Verdicts in numbers"),
        _("How often each therapy was possible for the pains assessed here. No record is shown."),
    ),
    (
        Permission.READ_KNOWLEDGE,
        "knowledge",
        _("Knowledge"),
        _("Every rule, its sources, and what is shown of what is claimed."),
    ),
)


@page("", "home", LOGGED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Today, or a list of what one’s permissions open."""
    user = user_of(request)
    if user.may(Permission.READ_AGENDA):
        return day_page(request)
    doors = [door for permission, *door in DOORS if user.may(permission)]
    raised = alarm_lines(user, safety_gate.raised_at(user))
    return render(request, "clinic/home/page.html", {"doors": doors, "raised": raised})
