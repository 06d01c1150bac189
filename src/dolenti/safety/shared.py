"""What the session of an event held: its lots, room, device and operator, and what it says by
itself of the circumstances. It is read from the record of the session, and never written twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import F

from dolenti.guideline import session as guided
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.session.shapes.events import Shared
from dolenti.identity.names import key
from dolenti.records import engine
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import content
from dolenti.treatment.content import Injected, Preparation
from dolenti.treatment.models import SessionRecord

CLASSES = {"local-anaesthetic": "anaesthetic", "corticosteroid": "corticosteroid"}
"""The circumstance that a class of products answers."""
ONE_DEVICE: Final = ("device_serial", "consumable_lot")
"""What the map asks of a device that names this one and no other."""
THERAPIES = {"cryoneurolysis": "cryoneurolysis", "autologous-conditioned-serum": "serum"}


@dataclass(frozen=True)
class Act:
    """The session of an event: its record as it stands now, where there is one."""

    event: AdverseEvent
    record: SessionRecord | None
    settings: Mapping[str, str] = field(default_factory=dict)  # of the device, as the map has them

    @property
    def preparation(self) -> Preparation:
        """What was drawn up."""
        return content.read(Preparation, self.record.preparation if self.record else {})

    @property
    def injected(self) -> Injected:
        """What went in."""
        return content.read(Injected, self.record.injected if self.record else {})

    @property
    def lots(self) -> frozenset[str]:
        """The public ids of the lots that were used: of products, needles, kits and probes."""
        return frozenset(self.preparation.pieces_of_lots)

    @property
    def device(self) -> str:
        """The device, as it was written of the event, else of the session."""
        freezing = self.injected.freezing
        return self.event.device or (freezing.device if freezing else self.injected.device)

    @property
    def devices(self) -> frozenset[str]:
        """What names one device, or one consumable, and no other: a serial number, a lot, what
        somebody wrote. How it was done (“by hand”) is a kind, and nothing that two share."""
        kinds = {one.id for one in guided.content(engine.edition_in_force()).devices}
        named = [self.settings.get(name, "") for name in ONE_DEVICE]
        if self.device not in kinds:
            named.append(self.device)
        return frozenset(filter(None, map(key, named)))

    @property
    def shared(self) -> dict[Shared, frozenset[str]]:
        """What another event may have in common with this one."""
        session = self.event.session
        room = self.event.room or (session.appointment.room if session else None)
        operator = self.record.delivered_by if self.record else None
        return {
            "lot": self.lots,
            "room": frozenset({room.public_id} if room else ()),
            "device": self.devices,
            "operator": frozenset({operator.public_id} if operator else ()),
        }

    def known(self, edition: Edition) -> dict[str, bool]:
        """The circumstances that the record of the session answers by itself. Where there is no
        record, none: nobody said."""
        session = self.event.session
        if session is None or self.record is None or self.record.delivered_at is None:
            return {}
        given = set(content.products(self.preparation))
        classes = edition.classes_of(given)
        therapy = session.course.therapy
        return {
            **{answers: name in classes for name, answers in CLASSES.items()},
            **{answers: name == therapy for name, answers in THERAPIES.items()},
        }


def acts(events: Iterable[AdverseEvent]) -> list[Act]:
    """The session of each event. One query; the events come with their session and its room."""
    there = list(events)
    records = SessionRecord.objects.filter(
        session__in={one.session_id for one in there if one.session_id}, amended_by=None
    ).annotate(settings=F("points__settings"))
    by_session = {
        one.session_id: one
        for one in records.select_related("delivered_by").defer("pause", "points")
    }
    found = []
    for one in there:
        record = by_session.get(one.session_id) if one.session_id else None
        settings = record.settings if record is not None else None
        found.append(Act(one, record, settings or {}))
    return found
