"""What became of a message, in the trail."""

from __future__ import annotations

from typing import Any

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.diary.models import Message


def note(actor: Actor, message: Message, outcome: str = audit.DONE, **detail: Any) -> None:
    """Write the line of a message: ``detail`` says in codes what became of it, and by which way."""
    audit.record(
        "send-message",
        actor=actor,
        outcome=outcome,
        kind="message",
        object_id=message.public_id,
        patient_id=message.patient.public_id,
        detail=detail,
    )
