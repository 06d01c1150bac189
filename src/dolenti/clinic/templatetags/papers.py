"""What whoever hands a paper over is told of it before."""

from __future__ import annotations

from django import template

from dolenti.guideline import diary, session
from dolenti.guideline.knowledge import Text
from dolenti.records import engine

register = template.Library()


@register.simple_tag
def unread(part: str, name: str = "") -> Text | None:
    """That nobody has signed what a paper of the patient is made of (``session/aftercare``,
    ``patient/leaflets`` and its ``name``); ``None`` where somebody has."""
    edition, place = engine.edition_in_force(), f"{part}/{name}" if name else part
    signed = session.signed if part.startswith("session") else diary.patient_signed
    return signed(edition, place).notice
