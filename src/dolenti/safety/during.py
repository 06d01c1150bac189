"""What happened to patients during their earlier sessions, or just after: a faint, a bleeding, an
allergic reaction, the anaesthetic. Whoever does the next one is told when, at which act, and what
was done about it; of each kind of event once, the last time it happened.

An event of a session that was given and not signed yet is no less told: it stands in its record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.db.models.functions import Coalesce

from dolenti.guideline.knowledge import Text
from dolenti.guideline.session.shapes.events import Event
from dolenti.records import engine, gate
from dolenti.safety import events
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import content, lately
from dolenti.treatment.content import Happened
from dolenti.treatment.lately import Sign
from dolenti.treatment.models import SessionRecord

MILD: Final = 1
"""What is usual and of this grade, or of none, and nothing was done about it, is mild."""
NO_TEXT: Final = Text(fr="", en="")


@dataclass(frozen=True)
class _One:
    """One event, of whatever table: ``key`` is of the patient, ``session`` of its session."""

    key: int
    event: str
    at: datetime
    about: str = ""
    session: int | None = None
    therapy: str = ""
    number: int | None = None
    treated: str = ""
    note: str = ""
    grade: int | None = None


def signs(keys: Collection[int]) -> dict[int, list[Sign]]:
    """The events of the earlier sessions of these patients, those that count first, then the last
    first. Two queries."""
    told = list(_told(keys))
    known = {(one.key, one.session, one.event) for one in told}
    unsigned = [one for one in _unsigned(keys) if (one.key, one.session, one.event) not in known]
    kinds = {one.id: one for one in events.content().events if one.about == "patient"}
    found: dict[int, dict[str, Sign]] = {}
    for one in sorted([*told, *unsigned], key=lambda each: each.at, reverse=True):
        last = found.setdefault(one.key, {})
        before = last.get(one.event)
        if before is None:
            last[one.event] = _sign(one, kinds.get(one.event))
        else:
            kind = "event" if _counts(one, kinds.get(one.event)) else before.kind
            last[one.event] = replace(before, kind=kind, times=before.times + 1)
    return {
        key: sorted(each.values(), key=lambda sign: sign.kind != "event")
        for key, each in found.items()
    }


def _told(keys: Collection[int]) -> Iterator[_One]:
    """As they stand among the adverse events: those noted at a session, and those that were told
    later of what begins at once."""
    at_once = [one.id for one in events.content().events if one.when == "immediate"]
    rows = (
        AdverseEvent.objects.filter(
            Q(from_record=True) | Q(event__in=at_once),
            patient__in=gate.families(keys),
            in_error=False,
        )
        .annotate(kept=Coalesce("patient__absorbed_by_id", "patient_id"))
        .select_related("session__course")
        .order_by("-noticed_at", "-pk")
    )
    for one in rows:
        session = one.session
        yield _One(
            one.kept, one.event, one.noticed_at, one.public_id, one.session_id,
            session.course.therapy if session else "", session.number if session else None,
            one.treated, one.note, one.grade,
        )  # fmt: skip


def _unsigned(keys: Collection[int]) -> Iterator[_One]:
    """As they stand in records that were given and that nobody signed yet."""
    whose = "session__course__patient"
    rows = (
        SessionRecord.objects.filter(
            **{f"{whose}__in": gate.families(keys)},
            state=SessionRecord.State.DELIVERED,
            amended_by=None,
        )
        .annotate(kept=Coalesce(f"{whose}__absorbed_by_id", f"{whose}_id"))
        .order_by("-delivered_at", "-pk")
        .values_list(
            "kept", "happened", "delivered_at", "session", "session__course__therapy",
            "session__number",
        )
    )  # fmt: skip
    for key, happened, at, session, therapy, number in rows:
        assert at is not None
        for one in content.read(Happened, happened).events or ():
            yield _One(
                key, one.event, at, "", session, therapy, number, one.treated, one.note, one.grade
            )  # fmt: skip


def _counts(one: _One, kind: Event | None) -> bool:
    """Whether the next session has to know of it at a glance: what is usual, slight and passed by
    itself has not."""
    usual = kind is not None and kind.expected == "usual"
    return not usual or (one.grade or MILD) > MILD or bool(one.treated or one.note)


def _sign(one: _One, kind: Event | None) -> Sign:
    return Sign(
        "event" if _counts(one, kind) else "mild",
        one.about,
        one.at,
        kind.label if kind is not None else Text(fr=one.event, en=one.event),
        one.treated,
        event=one.event,
        act=_act(one),
        note=one.note,
        grade=one.grade,
        calls_for=(kind.next_session if kind is not None else None) or NO_TEXT,
    )


def _act(one: _One) -> Text:
    """“Cryoneurolyse, séance 1”."""
    if one.number is None:
        return NO_TEXT
    therapies = {each.id: each.description.label for each in engine.edition_in_force().therapies}
    label = therapies.get(one.therapy, Text(fr=one.therapy, en=one.therapy))
    return Text(fr=f"{label.fr}, séance {one.number}", en=f"{label.en}, session {one.number}")


lately.EARLIER.append(signs)
