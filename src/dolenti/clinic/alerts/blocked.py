"""The links to phones that wrong birth dates blocked, and where to make each anew."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.request import user_of
from dolenti.diary import blocked
from dolenti.diary.models import Link


@dataclass(frozen=True)
class Line:
    """A link that opens no more: whose, for what, where another one is made."""

    link: Link
    who: str
    address: str


@page("links/blocked/", "blocked-links", Permission.READ_AGENDA)
def blocked_links(request: HttpRequest) -> HttpResponse:
    """Those that the reader can make anew, the first first."""
    found = blocked.waiting(user_of(request))
    lines = [Line(one, called(one.patient), address_of(one)) for one in found]
    return render(request, "clinic/alerts/blocked.html", {"lines": lines})


def address_of(link: Link) -> str:
    """The page that makes another link for the same."""
    name, row = {
        Link.Purpose.ANSWER: ("course-phone", link.course),
        Link.Purpose.HISTORY: ("complaint-before", link.complaint),
        Link.Purpose.APPOINTMENT: ("appointment-phone", link.appointment),
        Link.Purpose.CONSENT: ("course-consent-home", link.course),
        Link.Purpose.AFTERCARE: ("session-aftercare", link.session),
    }[Link.Purpose(link.purpose)]
    assert row is not None  # a link is for one purpose: the database says so
    return reverse(name, args=[row.public_id])
