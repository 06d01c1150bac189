"""What follows for the phone from the signature of a session: its leaflet goes by itself."""

from __future__ import annotations

from dolenti.diary import telling
from dolenti.ledger.lifecycle import Taking
from dolenti.treatment.given import RECORDS
from dolenti.treatment.models import Session, SessionRecord


def _leaflet_goes(taking: Taking[SessionRecord]) -> None:
    """The leaflet goes to the patient’s phone, once, where they agreed to a way."""
    found = Session.objects.select_related(
        "course__patient__site", "course__site", "course__complaint__document",
        "course__complaint__patient__site", "course__practitioner", "appointment__room",
    ).get(pk=taking.row.session_id)  # fmt: skip
    telling.send_after_signing(taking.actor, found)


RECORDS.then(_leaflet_goes, "sign-session")
