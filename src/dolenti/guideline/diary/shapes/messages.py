"""What is sent to a patient and shown on the phone. No message says a word of health."""

from __future__ import annotations

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Sourced


class Message(Entry, frozen=True, kw_only=True):
    """One message, as an SMS and as a mail, with ``{fields}``."""

    id: str
    sms: Text
    subject: Text
    mail: Text


class Screen(Entry, frozen=True, kw_only=True):
    """A sentence of the phone, with ``{fields}``; health words may stand in it."""

    id: str
    says: Text


class Forbidden(Entry, frozen=True, kw_only=True):
    """Words that no message holds, in each language."""

    fr: tuple[str, ...]
    en: tuple[str, ...]


class MessageRules(Sourced, frozen=True, kw_only=True):
    """How long the fields of a message may be once filled, so that an SMS is one."""

    sms_length: int
    longest: dict[str, int]
    forbidden: Forbidden
    tone: Text
