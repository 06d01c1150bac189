"""When a message that waits leaves."""

from __future__ import annotations

from datetime import datetime

from django import template

from dolenti.diary import telling
from dolenti.diary.models import Message

register = template.Library()


@register.filter
def leaves_at(message: Message) -> datetime | None:
    """When a message that waits for the next hour leaves; nothing of any other."""
    return telling.leaves_at(message)
