"""The reports of an event that are due by what is known of it: which, by when, and once somebody
sent one, by whom, when and under which reference. Dolenti sends nothing; until somebody says that
it was sent, a report stands where whoever has to send it looks first.

What is due follows from the event (``guideline.session.reporting``) and is written again after
each telling of it. A report that was sent stays, whatever is known later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dolenti.access import clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import Proposed
from dolenti.guideline.session.shapes.events import Deadline
from dolenti.ledger import locking, versions
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.safety import shared
from dolenti.safety.models import AdverseEvent, Alarm, AlarmCase, Report
from dolenti.safety.shared import Act


class ReportRefusedError(InputError):
    """It cannot be said so of a report."""


@dataclass(frozen=True)
class Sent:
    """How a report was sent: the day, by whom, and the reference that came back, where one did."""

    day: date
    by: str
    reference: str = ""


def known_of(event: AdverseEvent) -> tuple[Act, dict[str, bool]]:
    """The session of an event, and the circumstances that are known: as somebody said, else as the
    record and the alarms of the site say by themselves."""
    (act,) = shared.acts([event])
    known = act.known(engine.edition_in_force())
    if is_linked(event):
        known["linked-cases"] = True
    return act, known | event.circumstances


def is_linked(event: AdverseEvent) -> bool:
    """Whether an alarm of the site found something that this event shares with another."""
    shared_with = AlarmCase.objects.filter(event=event).exclude(alarm__shares=Alarm.Shares.ALONE)
    return shared_with.exists()


def proposed(event: AdverseEvent, known: Mapping[str, bool]) -> tuple[Proposed, ...]:
    """To whom an event is reported, by when; those that are due first."""
    content = guided.content(engine.edition_in_force())
    definition = next((one for one in content.events if one.id == event.event), None)
    if definition is None:
        return ()
    return guided.proposed(
        content, definition, event.grade, dict(known), event.noticed_at, serious=event.serious
    )


def deadline_of(report: Report) -> Deadline | None:
    """What the edition in force says of a report; ``None`` where it no longer knows it."""
    routes = guided.content(engine.edition_in_force()).routes
    mine = next((one.deadlines for one in routes if one.id == report.route), ())
    by_law = (one for one in mine if one.part == report.part and not one.own)
    return next(by_law, None)


def follow(event: AdverseEvent) -> None:
    """What is due of an event, and of those that an alarm found beside it, written as it is known
    now. Inside the transaction of whoever tells the event; a route that is not certain, and a limit
    that no text gives, is none."""
    beside = AdverseEvent.objects.filter(alarms__alarm__cases__event=event).exclude(pk=event.pk)
    for one in (event, *beside.distinct()):
        _follow(one)


def _follow(event: AdverseEvent) -> None:
    due = {} if event.in_error else dict(_due(event))
    standing = {(one.route, one.part): one for one in Report.objects.filter(event=event)}
    for key, (by, at_once) in due.items():
        known = standing.pop(key, None)
        if known is None:
            Report.objects.create(
                event=event, route=key[0], part=key[1], due_at=by, at_once=at_once
            )
        elif not known.stands or known.due_at != by:
            Report.objects.filter(pk=known.pk).update(stands=True, due_at=by, at_once=at_once)
    gone = [one.pk for one in standing.values() if one.stands]
    if gone:
        Report.objects.filter(pk__in=gone).update(stands=False)


def _due(event: AdverseEvent) -> Iterator[tuple[tuple[str, str], tuple[datetime, bool]]]:
    """By route and part, until when, and whether at once."""
    _act, known = known_of(event)
    for one in proposed(event, known):
        for due in one.due if one.certain else ():
            if not due.own:
                yield (one.route.id, due.part), (due.by, due.at_once)


def send(actor: Actor, report: Report, based_on: int, sent: Sent, reason: str = "") -> Report:
    """A report was sent: by whom, when, under which reference. Said again it is another version,
    with its reason. Raises ``ReportRefusedError``, ``StaleEditError``."""
    event = report.event
    if not sent.by.strip():
        raise ReportRefusedError("say who sent it", "by", fr="indiquez qui l’a transmise")
    if sent.day > clock.today():
        raise ReportRefusedError(
            "this day is to come: give the day on which it was sent",
            "day",
            fr="ce jour est à venir\u00a0: indiquez le jour de la transmission",
        )
    if sent.day < event.began:
        raise ReportRefusedError(
            "the event began after this day: give the day on which it was sent",
            "day",
            fr="l’événement a débuté après ce jour\u00a0: indiquez le jour de la transmission",
        )
    with writing_record(actor, Permission.WRITE_RECORDS, event.patient):
        locking.hold(event.patient)
        now = Report.objects.get(pk=report.pk)
        values = {
            "sent_on": sent.day,
            "sent_by": sent.by.strip(),
            "reference": sent.reference.strip(),
        }
        changes = any(getattr(now, name) != value for name, value in values.items())
        if now.sent_on is not None and changes and not reason:
            raise ReportRefusedError(
                "say why it is corrected: both versions stay",
                "reason",
                fr="indiquez le motif de la correction\u00a0: les deux versions sont conservées",
            )
        return versions.change(
            actor, now, based_on, {**values, "author": author_of(actor)},
            patient_id=event.patient.public_id, action="send-report", reason=reason,
        )  # fmt: skip
