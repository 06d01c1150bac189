"""A course as the rules between the visits know it: its sessions, visits, alerts and ends, what is
due of it, and what its record says to an alarm. Everything is read; nothing is stored twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import CharField, DateTimeField, F, JSONField, OuterRef, QuerySet, Subquery
from django.db.models import Value as Given
from django.db.models.functions import JSONObject

from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.diary.models import Alert, AlertEvent, Answer, Link, Stop
from dolenti.diary.quiet_days import closed_at
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.facts import Value
from dolenti.guideline.diary.windows import Due
from dolenti.records import engine, gate
from dolenti.records.facts import knowing
from dolenti.records.models import Patient, Statement
from dolenti.records.places import zone_of
from dolenti.treatment import content as recorded
from dolenti.treatment.content import Happened, Preparation
from dolenti.treatment.models import Course, SessionRecord

STANDING: Final = ("planned", "arrived", "done")
BEGUN: Final = ("active", "completed", "stopped")
WAITING: Final = ("open", "due", "overdue")
"""How a window stands that waits for an answer."""
NOT_IN_A_JOINT: Final = ("mesotherapy", "cryoneurolysis")
"""Therapies that put nothing into a joint; of the others it is unknown, and counts as the worse."""
NO_MESSAGES: Final = "no-messages"
"""Among the alarms of an alert: no more messages are wanted while a question of safety is to come.
It is somebody’s to confirm, and alarms nobody."""
UNREACHED: Final = "unreached"
"""Among the alarms of an alert: a question of safety reached nobody. It alarms nobody either."""
PAIN: Final = "pain-24h"
"""The question that judges a course, the same at the beginning and after."""
CALLED: Final = (AlertEvent.Kind.RAISED, AlertEvent.Kind.ADDED)
"""What happens to an alert when an answer calls for alarms."""
HOUR: Final = timedelta(hours=1)


def content() -> guided.Content:
    """What the edition in force says of the time between the visits."""
    return guided.content(engine.edition_in_force())


def records_of(course: Course) -> list[SessionRecord]:
    """What was given in a course, as it stands, the first session first. A session that nobody
    signed yet was given all the same, and is followed."""
    return records_of_all([course])[course.pk]


def records_of_all(courses: Collection[Course]) -> dict[int, list[SessionRecord]]:
    """The same of many courses, by their row. One query."""
    found: dict[int, list[SessionRecord]] = {one.pk: [] for one in courses}
    rows = SessionRecord.objects.filter(
        session__course__among=found, amended_by=None, delivered_at__isnull=False
    )
    unread = ("pause", "injected", "points")  # the large ones
    for one in rows.select_related("session").defer(*unread).order_by("delivered_at", "pk"):
        found[one.session.course_id].append(one)
    return found


def sessions_of_all(courses: Collection[Course]) -> dict[int, list[guided.Given]]:
    """The same as the windows count from it, by the course's row. One query, and of each record
    three columns: a run of reminders asks it of everybody."""
    found: dict[int, list[guided.Given]] = {one.pk: [] for one in courses}
    zones = {one.pk: ZoneInfo(one.site.time_zone) for one in courses}
    rows = SessionRecord.objects.filter(
        session__course__among=found, amended_by=None, delivered_at__isnull=False
    ).order_by("delivered_at", "pk")
    for course, number, at in rows.values_list(
        "session__course", "session__number", "delivered_at"
    ):
        assert at is not None  # none other is asked for
        found[course].append(_at_hour(number, at, zones[course]))
    return found


def _at_hour(number: int, at: datetime, zone: ZoneInfo) -> guided.Given:
    """A session by its number and when it was given, on the day of its site."""
    return guided.Given(number, at.astimezone(zone).date(), at)


def stops_of(patient: Patient) -> dict[str, datetime]:
    """From when a patient is asked nothing any more, by why: whichever of the records that are
    merged into one it was said of."""
    found = Stop.objects.filter(patient__in=gate.family(patient)).order_by("-pk")
    return dict(found.values_list("why", "created_at"))  # the first that was said


@dataclass(frozen=True)
class Between:
    """What happened to a course between its visits, read at once."""

    answers: tuple[Answer, ...]  # the first first
    visits: tuple[guided.Visit, ...]
    alerts: tuple[guided.Raised, ...]
    stops: Mapping[str, datetime]
    controls: tuple[guided.Visit, ...] = ()
    """The control consultations of its complaint, where it was begun last of it."""
    linked: frozenset[tuple[str, str]] = frozenset()
    """The windows, with their anchors, that the patient was given a link to."""
    wrong_dates: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By the same, how many wrong birth dates were typed for the last link."""

    def is_alarm_open(self, now: datetime) -> bool:
        """Whether an alert was open at a moment; a wish to be called is no alarm."""
        return any(
            one.alarms and one.at < now and (one.closed is None or one.closed > now)
            for one in self.alerts
        )


def between(course: Course, answers: QuerySet[Answer] | None = None) -> Between:
    """What happened to a course between its visits; ``answers`` are those that may be seen, all
    where nobody asks. One query."""
    return between_all([course], answers)[course.pk]


def between_all(
    courses: Collection[Course], answers: QuerySet[Answer] | None = None
) -> dict[int, Between]:
    """The same of many courses, by their row. One query of several tables: each row is what it is,
    of which course, its id, what it holds, from when, until when, the rest of an answer. What ends
    the follow-up is of the record that the patient's is read in: a course says which that is."""
    keys = [one.pk for one in courses]
    none, nothing, plain = Given(None, DateTimeField()), Given([], JSONField()), _PLAIN
    # A session whose appointment was planned again stands aside with it.
    visits = Appointment.objects.filter(
        session__course__among=keys, session__standing=True, state__in=STANDING
    )
    # A control is of a complaint: it asks about the course that was begun last of it.
    of_complaint = Course.objects.filter(
        complaint=OuterRef("complaint"), state__in=BEGUN
    ).order_by("-pk").values("pk")[:1]  # fmt: skip
    controls = Appointment.objects.filter(
        kind=Appointment.Kind.CONTROL, complaint__among=[one.complaint_id for one in courses],
        state__in=STANDING,
    ).annotate(asked=Subquery(of_complaint))  # fmt: skip
    found = Answer.objects.all() if answers is None else answers
    known = Course.objects.filter(pk__among=keys).order_by()
    parts = [
        Alert.objects.filter(course__among=keys).annotate(
            what=Given("alert", CharField()), of=F("course_id"), holds=F("alarms"),
            at=F("created_at"), until=F("ended_at"), rest=plain,
        ),
        AlertEvent.objects.filter(alert__course__among=keys, kind__in=CALLED).annotate(
            what=Given("called", CharField()), of=F("alert__course_id"), holds=F("alarms"),
            at=F("created_at"), until=none, rest=JSONObject(alert=F("alert__public_id")),
        ),
        known.annotate(
            what=Given("read-in", CharField()), of=F("pk"), holds=nothing, at=F("created_at"),
            until=none, rest=JSONObject(patient=gate.READ_IN),
        ),
        Stop.objects.annotate(read_in=gate.READ_IN)
        .filter(read_in__in=known.values(read_in=gate.READ_IN))
        .annotate(
            what=F("why"), of=gate.READ_IN, holds=nothing, at=F("created_at"), until=none,
            rest=plain,
        ),
        visits.annotate(
            what=Given("visit", CharField()), of=F("session__course_id"), holds=nothing,
            at=F("start"), until=F("end"), rest=plain,
        ),
        controls.annotate(
            what=Given("control", CharField()), of=F("asked"), holds=nothing,
            at=F("start"), until=F("end"), rest=plain,
        ).filter(of__isnull=False),
        found.filter(course__among=keys).annotate(
            what=Given("answer", CharField()), of=F("course_id"), holds=F("answers"),
            at=F("received_at"), until=none,
            rest=JSONObject(**{name: F(name) for name in _REST}),
        ),
        Link.objects.filter(course__among=keys).annotate(
            what=Given("link", CharField()), of=F("course_id"), holds=nothing, at=F("created_at"),
            until=none, rest=JSONObject(window=F("window"), anchor=F("anchor"), tries=F("tries")),
        ),
    ]  # fmt: skip
    first, *others = (part.order_by().values_list(*_Row._fields) for part in parts)
    rows = sorted(
        (_Row(*row) for row in first.union(*others, all=True)),
        key=lambda row: (row.at, row.public_id),
    )
    by_what: dict[tuple[str, int], list[_Row]] = {}
    for row in rows:
        by_what.setdefault((row.what, row.of), []).append(row)
    return {one.pk: _between(one, by_what) for one in courses}


class _Row(NamedTuple):
    what: str
    of: int
    public_id: str
    holds: Any
    at: datetime
    until: datetime | None
    rest: dict[str, Any]


_PLAIN: Final = Given({}, JSONField())
_REST: Final = (
    "pk", "window", "anchor", "unscheduled", "late", "amends_id", "answered_by", "author_id",
)  # fmt: skip


def _between(course: Course, rows: Mapping[tuple[str, int], list[_Row]]) -> Between:
    def of(what: str) -> list[_Row]:
        return rows.get((what, course.pk), [])

    (read_in,) = (int(row.rest["patient"]) for row in of("read-in"))
    called = [
        (row.rest["alert"], guided.Called(row.public_id, _alarms(row.holds), row.at))
        for row in of("called")
    ]
    return Between(
        tuple(_answer(course, row) for row in of("answer")),
        _visits(of("visit")),
        tuple(
            guided.Raised(
                row.public_id,
                _alarms(row.holds),
                row.at,
                row.until,
                tuple(one for alert, one in called if alert == row.public_id),
            )
            for row in of("alert")
        ),
        {why: row.at for why in Stop.Why for row in reversed(rows.get((str(why), read_in), []))},
        _visits(of("control")),
        frozenset((row.rest["window"], row.rest["anchor"]) for row in of("link")),
        {(row.rest["window"], row.rest["anchor"]): row.rest["tries"] for row in of("link")},
    )


def _visits(rows: Iterable[_Row]) -> tuple[guided.Visit, ...]:
    return tuple(guided.Visit(row.public_id, row.at, row.until or row.at) for row in rows)


def _alarms(named: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in named if one not in (NO_MESSAGES, UNREACHED))


def _answer(course: Course, row: _Row) -> Answer:
    flags = {one: bool(row.rest[one]) for one in ("unscheduled", "late")}  # 0 or 1 in SQLite
    return Answer(
        **{**row.rest, **flags}, course=course, public_id=row.public_id, answers=row.holds,
        received_at=row.at,
    )  # fmt: skip


def timeline(course: Course, given: Sequence[SessionRecord], happened: Between) -> guided.Course:
    """A course as a value, of what was given and of what happened between the visits."""
    zone = ZoneInfo(course.site.time_zone)
    sessions = [
        _at_hour(one.session.number, one.delivered_at, zone)
        for one in given
        if one.delivered_at is not None
    ]
    return timeline_of(course, sessions, happened)


def timeline_of(course: Course, given: Sequence[guided.Given], happened: Between) -> guided.Course:
    """The same of its sessions as values, the first first."""
    first = given[0].ended if given else None
    return guided.Course(
        therapy=course.therapy,
        zone=ZoneInfo(course.site.time_zone),
        first=first or (happened.visits[0].starts if happened.visits else None),
        sessions=tuple(given),
        visits=(*happened.visits, *happened.controls),
        alerts=happened.alerts,
        withdrawn=happened.stops.get(Stop.Why.WITHDRAWN),
        died=happened.stops.get(Stop.Why.DIED),
        in_error=bool(course.complaint.in_error or course.patient.in_error),
    )


def answered_of(answers: Iterable[Answer]) -> list[guided.Answered]:
    """The answers that fill a window of their course, the first of each."""
    filling = [one for one in answers if not one.unscheduled and one.amends_id is None]
    return [
        guided.Answered(one.window, one.anchor, one.received_at)
        for one in sorted(filling, key=lambda one: (one.received_at, one.pk))
    ]


def due_of(course: Course, now: datetime, happened: Between | None = None) -> tuple[Due, ...]:
    """Every window of a course at a moment; ``happened`` is what happened between its visits, where
    somebody read it already. Two queries at most."""
    happened = between(course) if happened is None else happened
    found = timeline(course, records_of(course), happened)
    return guided.due(content(), found, answered_of(happened.answers), now)


def next_asked(
    course: Course, now: datetime, happened: Between, windows: Iterable[Due]
) -> date | None:
    """The day on which the pain that judges a course is asked next, of its windows at a moment: one
    to come, on which the message goes; ``None`` where nothing is planned any more."""
    planned = [one for one in happened.visits if one.ends > now]
    found = timeline_of(course, (), happened)
    return guided.next_judged(
        content(), found, windows, planned, after=local_day(now), closed=closed_at(course.site)
    )


def waiting(windows: Iterable[Due]) -> list[Due]:
    """Those of the windows of a course that wait for an answer, the most pressing first."""
    found = [one for one in windows if one.status in WAITING]
    return sorted(found, key=lambda one: (one.due, one.window.id))


def window_of(course: Course, window: str, anchor: str, now: datetime) -> Due | None:
    """One window of a course; ``None`` where it has none such any more."""
    found: Sequence[Due] = due_of(course, now)
    return next((o for o in found if o.window.id == window and o.anchor == anchor), None)


@dataclass(frozen=True)
class Told:
    """What the record of a course says to the rules of an alarm, read once for every moment."""

    course: Course
    given: Sequence[SessionRecord]
    stated: Sequence[Statement]
    happened: Between

    def at(self, now: datetime) -> dict[str, Value]:
        """The facts at a moment. What is not known is absent."""
        found: dict[str, Value] = {"therapy": self.course.therapy}
        if zone := zone_of(self.course.complaint):
            found["zone"] = zone
        given = [one for one in self.given if one.delivered_at and one.delivered_at <= now]
        if given and given[-1].delivered_at is not None:
            last = given[-1].delivered_at
            found["hours-since-session"] = (now - last) / HOUR
            found["days-since-session"] = float((local_day(now) - local_day(last)).days)
            found |= _given(given[-1])
        if self.course.therapy in NOT_IN_A_JOINT:
            found["joint-injected"] = False
        found |= _stated(self.stated, local_day(now))
        pains = [
            one.answers[PAIN]
            for one in self.happened.answers
            if one.received_at < now and _is_before(one, self.given)
            if one.answers.get(PAIN) is not None
        ]
        if given and (asked := recorded.read(Happened, given[0].happened).pain_24h) is not None:
            pains.append(asked)  # just before the act: later than any of the phone
        found["baseline-known"] = bool(pains)
        if pains:
            found["baseline-nrs"] = float(pains[-1])
        found["alarm-open"] = self.happened.is_alarm_open(now)
        return found


def _is_before(answer: Answer, given: Sequence[SessionRecord]) -> bool:
    """Whether an answer says how it was before anything was given: by the question of the baseline,
    or by whichever other came first."""
    if answer.window == "baseline":
        return True
    first = given[0].delivered_at if given else None
    return first is None or answer.received_at < first


def told_of(course: Course) -> Told:
    """Read what the rules of an alarm ask of a course. Three queries."""
    stated = Statement.objects.filter(
        patient=course.patient, fact__in=("diabetes", "anticoagulant")
    )
    return Told(course, records_of(course), list(stated), between(course))


def facts_of(course: Course, now: datetime) -> dict[str, Value]:
    """What the record says to the rules of an alarm at a moment; absent what it does not know."""
    return told_of(course).at(now)


def with_pain(facts: dict[str, Value]) -> dict[str, Value]:
    """The same with how far the pain now told stands above the one at the beginning."""
    pain, before = facts.get(PAIN, facts.get("pain-now")), facts.get("baseline-nrs")
    if isinstance(pain, float) and isinstance(before, float):
        return {**facts, "pain-above-baseline": pain - before}
    return facts


def _given(record: SessionRecord) -> dict[str, Value]:
    """What classes were given. Where nothing was written of it, or a product that the edition no
    longer knows, what is not seen is unknown: its rule takes it for the worse."""
    drawn = recorded.read(Preparation, record.preparation).drawn
    products = {one.id: one for one in engine.edition_in_force().products}
    classes = {name for one in drawn if one.product in products
               for name in products[one.product].classes}  # fmt: skip
    all_known = bool(drawn) and all(one.product in products for one in drawn)
    asked = {"corticosteroid-given": "corticosteroid", "nsaid-given": "nsaid"}
    return {fact: name in classes for fact, name in asked.items() if name in classes or all_known}


def _stated(rows: Sequence[Statement], today: date) -> dict[str, Value]:
    """What may be, unless the record says that it is not."""
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    facts = knowing.told_by(rows, dictionary, today).facts

    def possible(fact: str) -> bool:
        return fact not in facts or facts[fact].value != "none"

    return {
        "diabetes-possible": possible("diabetes"),
        "anticoagulant-possible": possible("anticoagulant"),
    }
