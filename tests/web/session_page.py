"""The forms of a session’s page, sent as a person sends them."""

from __future__ import annotations

import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from dolenti.treatment.models import Session, SessionRecord


def at(name: str, session: Session) -> str:
    """A page of the session."""
    return reverse(name, args=[session.public_id])


def send(browser: Client, name: str, session: Session, **fields: Any) -> Any:
    """A form of it, as it stands now."""
    record = SessionRecord.objects.filter(session=session, amended_by=None).first()
    sent = {"token": str(uuid.uuid4()), "based_on": record.version if record else 0}
    return browser.post(at(name, session), {**sent, **fields})
