"""A link to a patient's phone, handed over: its address is shown once, and kept nowhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from dolenti.access import clock
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.clinic.common.editing import patient_page
from dolenti.diary import telling
from dolenti.diary.links import Made
from dolenti.diary.models import Message
from dolenti.guideline.words import date_in_words
from dolenti.records.models import Patient
from dolenti.scanning import symbols
from dolenti.ui.language import current


def address_of(made: Made) -> str:
    """Where a link that was just made leads, as the patient types it."""
    return f"{settings.ADDRESS}{reverse('phone', args=[made.token])}"


def on_its_way(message: Message) -> str:
    """What is said of a message that was just sent: it leaves at once, or at the next hour at which
    messages leave."""
    at = telling.leaves_at(message)
    if at is None:
        return _("The message is on its way.")
    hour = hour_in_words(at.time(), current())
    if at.date() == clock.today():
        said = _("The message will leave today at %(hour)s, unless something stops it.")
        return said % {"hour": hour}
    said = _("The message will leave on %(day)s at %(hour)s, unless something stops it.")
    return said % {"day": date_in_words(at.date(), current()), "hour": hour}


def handing_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, of: Patient, wrong: bool
) -> HttpResponse:
    """A page about a patient on which such an address may stand: no browser keeps it. ``wrong``:
    what was sent is refused."""
    if context.get("address"):
        context["code"] = mark_safe(symbols.svg(context["address"]))  # noqa: S308 # numbers and squares of ours
    answer = patient_page(request, template, context, of=of, status=422 if wrong else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer
