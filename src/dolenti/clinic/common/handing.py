"""A link to a patient's phone, handed over: its address is shown once, and kept nowhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from dolenti.clinic.common.editing import patient_page
from dolenti.diary.links import Made
from dolenti.records.models import Patient
from dolenti.scanning import symbols


def address_of(made: Made) -> str:
    """Where a link that was just made leads, as the patient types it."""
    return f"{settings.ADDRESS}{reverse('phone', args=[made.token])}"


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
