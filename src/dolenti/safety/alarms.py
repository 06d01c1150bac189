"""The alarms of a site: raised by the rules, owned by somebody, ended for a reason and by nobody
else than a person.

Whoever writes an event has its events looked at before the transaction ends, once a line of the
trail was written: its lock lets one writer through at a time, so of two who tell an event at the
same moment the second one sees the first one's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.guideline.session import Alarm as Found
from dolenti.guideline.session import Case
from dolenti.ledger import versions
from dolenti.ledger.lifecycle import LifeCycle, Step, Voice
from dolenti.records import engine
from dolenti.safety import shared
from dolenti.safety.models import AdverseEvent, Alarm, AlarmCase

State = Alarm.State
HOURS_TO_LOOK: Final = 24
"""By when somebody has looked into an alarm: a limit of the house, that no text gives. Reports
have their own, shown beside each event."""


class AlarmRefusedError(InputError):
    """The alarm cannot take this step."""


ALARMS: Final = LifeCycle(
    "alarm",
    Alarm,
    patient="",
    refusal=AlarmRefusedError,
    voices={
        "alarm": Voice(
            Text(fr="cette alerte", en="this alarm"),
            {
                State.RAISED: Text(fr="est en cours", en="is raised"),
                State.ENDED: Text(fr="est levée", en="is ended"),
            },
            Text(fr="cette étape n’est pas possible", en="this step is not possible"),
        )
    },
    voice=lambda _alarm: "alarm",
)
ALARMS.add(Step("end-alarm", (State.RAISED,), State.ENDED, Permission.FOLLOW_ALARMS))


def end(user: Actor, alarm: Alarm, based_on: int, reason: str) -> Alarm:
    """End an alarm, by name and with the reason. Events that come later raise another one. Raises
    ``AlarmRefusedError``, ``StaleEditError``."""
    if not reason.strip():
        raise AlarmRefusedError(
            "no alarm ends without a reason: write what was found",
            "reason",
            fr="aucune alerte n’est levée sans motif\u00a0: écrivez ce qui a été constaté",
        )
    insist(user, Permission.FOLLOW_ALARMS, alarm.site_id)  # before there is an author
    values = {"reason": reason, "ended_by": author_of(user), "ended_at": timezone.now()}
    return ALARMS.take(user, alarm, based_on, "end-alarm", values=values, reason=reason)


def take_over(user: Actor, alarm: Alarm, based_on: int) -> Alarm:
    """From now on it is this person who looks into it. Raises ``AlarmRefusedError``,
    ``StaleEditError``."""
    with writing(user, Permission.FOLLOW_ALARMS, alarm.site_id):
        now = Alarm.objects.select_for_update(no_key=True).get(pk=alarm.pk)
        if now.state != State.RAISED:
            raise ALARMS.refused(now)
        return versions.change(user, now, based_on, {"owner": author_of(user)}, action="take-alarm")


def watch(actor: Actor, site: Site) -> list[Alarm]:
    """Look at the events of a site together; the alarms that this raised. Inside the transaction of
    whoever wrote an event, after its line of the trail."""
    content = guided.content(engine.edition_in_force())
    grouped = {name for rule in content.clusters for name in (*rule.events, *rule.one_is_enough)}
    scales = {rule.scale for rule in content.clusters if rule.scale}
    watched = grouped | {one.id for one in content.events if one.grades in scales}
    rows = AdverseEvent.objects.filter(
        patient__site=site, event__in=watched, in_error=False
    ).select_related(
        "room", "author", "session__appointment__room", "session__course__practitioner"
    )
    acts = {one.event.public_id: one for one in shared.acts(rows)}
    found = guided.clusters(content, (_case(one) for one in acts.values()))
    raised = [_raised(actor, site, one, acts) for one in found]
    return [one for one in raised if one is not None]


def _case(act: shared.Act) -> Case:
    event = act.event
    return Case(
        id=event.public_id,
        event=event.event,
        act=event.session.public_id if event.session else event.public_id,
        on=event.began,
        grade=event.grade,
        shared=act.shared,
    )


def _raised(actor: Actor, site: Site, found: Found, acts: dict[str, shared.Act]) -> Alarm | None:
    """The alarm of these cases, where it is a new one."""
    events = [acts[case.id].event for case in found.cases]
    what = {
        "site": site,
        "rule": found.rule.id,
        "shares": found.kind or Alarm.Shares.ALONE,
        "name": found.name or events[0].public_id,
    }
    standing = Alarm.objects.filter(**what, state=State.RAISED).first()
    if standing is not None:
        _add(actor, standing, events)
        return None
    looked_at = AlarmCase.objects.filter(
        alarm__in=Alarm.objects.filter(**what, state=State.ENDED), event__in=events
    )
    if {one.pk for one in events} <= set(looked_at.values_list("event", flat=True)):
        return None  # somebody looked into these very events, and said why it was ended
    made = Alarm.objects.create(
        **what,
        owner=_owner(actor, events),
        due_at=timezone.now() + timedelta(hours=HOURS_TO_LOOK),
    )
    audit.record(
        "raise-alarm",
        actor=actor,
        kind="alarm",
        object_id=made.public_id,
        detail={"rule": made.rule, "shares": made.shares},
    )
    _add(actor, made, events)
    return made


def _add(actor: Actor, alarm: Alarm, events: Iterable[AdverseEvent]) -> None:
    there = set(AlarmCase.objects.filter(alarm=alarm).values_list("event", flat=True))
    for event in events:
        if event.pk in there:
            continue
        AlarmCase.objects.create(alarm=alarm, event=event)
        audit.record(
            "add-to-alarm",
            actor=actor,
            kind="alarm",
            object_id=alarm.public_id,
            patient_id=event.patient.public_id,
        )


def _owner(actor: Actor, events: list[AdverseEvent]) -> User:
    """The practitioner of the last session among them, else whoever told the last event."""
    last = events[-1]
    return last.session.course.practitioner if last.session else author_of(actor)
