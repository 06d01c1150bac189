"""What the record says to the way back to work and sport. Everything is read, nothing is stored.

What the record does not say stays unknown: a block of which nobody said anything is to be settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from dolenti.diary import following, reading
from dolenti.diary.models import Alert, Answer
from dolenti.followup.models import RehabilitationPlan
from dolenti.guideline import session as session_content
from dolenti.guideline.diary import Act, Known, washout
from dolenti.guideline.diary.facts import Value, truth
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.records import engine, gate
from dolenti.records.facts import knowing, naming
from dolenti.records.models import Complaint, Medicine, Statement
from dolenti.records.patients.medicating import is_taken
from dolenti.records.places import zone_of
from dolenti.treatment import content as recorded
from dolenti.treatment.content import Injected, Preparation
from dolenti.treatment.models import SessionRecord

RUPTURE: Final = "tendon-rupture"
SNAP: Final = "snap"
FACTS: Final = (RUPTURE, "motor-deficit", "athlete-tested")
NEXT_COMPETITION: Final = "next-competition"
TENDON: Final = "tendon"
BESIDE: Final = ("sheath", "enthesis")
"""What lies along a tendon, or is the end of one."""
TRAMADOL: Final = "TRAMADOL"


def known(
    complaint: Complaint,
    plan: RehabilitationPlan | None,
    now: datetime,
    stated: Sequence[Statement] | None = None,
) -> Known:
    """What is known of a complaint at a moment, and of a plan of it; ``stated`` is what was stated
    of the patient, where somebody read it already. Five queries at most.

    Whoever calls this has the complaint from a gate, or from the link of its patient.
    """
    zone = ZoneInfo(complaint.patient.site.time_zone)
    moment, acts = now.astimezone(zone), acts_of(complaint, zone)
    found = Known(
        now=moment,
        begins=moment.date(),
        acts=acts,
        facts=_facts(complaint, acts, moment.date(), stated),
        onset=_onset(complaint),
    )
    return found if plan is None else of_plan(found, plan)


def of_plan(known: Known, plan: RehabilitationPlan) -> Known:
    """The same with what a plan of the complaint says: its first day, what was settled since the
    last act, how far the patient came. No query."""
    since = plan.sport_since
    return replace(
        known,
        begins=plan.begins,
        settled=settled_by(plan, known.acts),
        flare=plan.flare_on,
        reached=(plan.sport_stage, since) if plan.sport_stage and since else None,
    )


def settled_by(plan: RehabilitationPlan, acts: Sequence[Act]) -> dict[str, bool]:
    """What was said of the blocks of sport in a plan, by their ids, if it still counts."""
    return dict(plan.settled) if plan.settled_on and _is_since(plan.settled_on, acts) else {}


def _is_since(day: date, acts: Sequence[Act]) -> bool:
    """What was said of a block holds until the next act: after it, it is asked again."""
    return not acts or max(act.day for act in acts) <= day


def _onset(complaint: Complaint) -> date | None:
    since = complaint.onset
    return since.day if since is not None and since.precision == "day" else None


def acts_of(complaint: Complaint, zone: ZoneInfo) -> tuple[Act, ...]:
    """What was given for a complaint in all its courses, the first first. One query."""
    rows = (
        SessionRecord.objects.filter(
            session__course__complaint=complaint, amended_by=None, delivered_at__isnull=False
        )
        .select_related("session__course")
        .only("preparation", "injected", "delivered_at", "session__course__therapy")
        .order_by("delivered_at", "pk")
    )
    edition = engine.edition_in_force()
    where = zone_of(complaint)
    return tuple(_act(edition, one, zone, where) for one in rows)


def _act(edition: Edition, record: SessionRecord, zone: ZoneInfo, where: str) -> Act:
    assert record.delivered_at is not None
    at = record.delivered_at.astimezone(zone)
    drawn = recorded.read(Preparation, record.preparation).drawn
    injected = recorded.read(Injected, record.injected)
    products = {one.id: one for one in edition.products}
    parts = [part for one in drawn for part in one.ingredients]
    given = [products[one.product] for one in parts if one.product in products]
    # Of a session without a syringe, or with a product that no edition knows, nothing is supposed.
    is_whole = bool(drawn) and len(given) == len(parts)

    def holds(name: str) -> bool | None:
        return True if any(name in one.classes for one in given) else (False if is_whole else None)

    steroids = [one for one in given if "corticosteroid" in one.classes]
    return Act(
        therapy=record.session.course.therapy,
        at=at,
        day=at.date(),
        corticosteroid=holds("corticosteroid"),
        anaesthetic=holds("local-anaesthetic"),
        beside_tendon=_beside_tendon(edition, injected.target),
        washout=washout(steroids, where),
    )


def _beside_tendon(edition: Edition, target: str) -> bool | None:
    found = {one.id: one for one in session_content.content(edition).targets}.get(target)
    if found is None:
        return None
    return found.structure in BESIDE or TENDON in found.watch


def _facts(
    complaint: Complaint, acts: Sequence[Act], today: date, stated: Sequence[Statement] | None
) -> dict[str, Value]:
    if stated is None:
        stated = list(Statement.objects.filter(patient__in=gate.family(complaint.patient)))
    mine = [one for one in stated if one.complaint_id in (None, complaint.pk)]
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    told = knowing.told_by(mine, dictionary, today).facts
    where: dict[str, Value] = {"condition": complaint.condition, "zone": zone_of(complaint)}
    where = {name: value for name, value in where.items() if value}
    found: dict[str, Value] = {}
    for name in FACTS:
        relevant = dictionary.definition(name).relevant
        if name in told and isinstance(told[name].value, bool):
            found[name] = bool(told[name].value)
        elif relevant is not None and truth(relevant, where) is False:
            found[name] = False  # as the judge takes it: it is not asked there
    tramadol = _takes_tramadol(complaint, today)
    if tramadol is not None:
        found["takes-tramadol"] = tramadol
    found["alarm-open"] = (
        Alert.objects.filter(course__complaint=complaint, ended_at=None).exclude(alarms=[]).exists()
    )
    excluded = _excluded(mine, acts) if found.get(RUPTURE) is False else None
    signs = _signs(
        complaint, max(filter(None, (excluded, acts[-1].at if acts else None)), default=None)
    )
    if excluded is not None or (found.get(RUPTURE) is False and RUPTURE not in told):
        signs.setdefault(SNAP, False)
    if signs:
        found["signs"] = signs
    return found


def _excluded(stated: Iterable[Statement], acts: Sequence[Act]) -> datetime | None:
    """When a rupture was last said to be excluded, where that is since the last act: a snap that
    the patient told before is answered by it."""
    said = [one for one in knowing.standing(stated) if one.fact == RUPTURE]
    last = max(said, key=lambda one: (one.at, one.pk), default=None)
    if last is None or (acts and last.at < acts[-1].day):
        return None
    return last.created_at


def competition(complaint: Complaint, stated: Iterable[Statement], today: date) -> date | None:
    """The day of the next competition, where it was said and lies ahead."""
    mine = [one for one in stated if one.complaint_id in (None, complaint.pk)]
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    told = knowing.told_by(mine, dictionary, today).facts.get(NEXT_COMPETITION)
    day: Any = told.value if told else None
    return day if isinstance(day, date) and day >= today else None


def _takes_tramadol(complaint: Complaint, today: date) -> bool | None:
    """Whether a medicine on the list has tramadol in it. A list says nothing of what is not on it,
    so without one nobody knows."""
    for one in Medicine.objects.filter(patient__in=gate.family(complaint.patient)):
        if not is_taken(one, today):
            continue
        speciality = naming.speciality(one.cis) if one.cis else None
        names = [part.name for part in speciality.composition] if speciality else [one.name]
        if any(TRAMADOL in name.upper() for name in names):
            return True
    return None


def _signs(complaint: Complaint, since: datetime | None) -> dict[str, bool]:
    """The signs told from the phone since a moment: one that was ticked stands, one is known to
    be absent where it was offered and not ticked."""
    answers = Answer.objects.filter(course__complaint=complaint)
    if since is not None:
        answers = answers.filter(received_at__gt=since)
    content, found = following.content(), dict[str, bool]()
    rows = list(answers.select_related("course").order_by("received_at", "pk"))
    amended = {one.amends_id for one in rows}
    for one in rows:
        if one.pk in amended:
            continue
        try:
            said = reading.as_facts(
                content, one.window, {"therapy": one.course.therapy}, one.answers
            ).get("signs")
        except (InputError, StopIteration):
            continue  # a window of another edition
        if isinstance(said, dict):
            found = {name: found.get(name, False) or there for name, there in said.items()} | {
                name: there for name, there in found.items() if name not in said
            }
    return found
