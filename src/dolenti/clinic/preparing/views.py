"""What is to be prepared on a day, session by session, and the lots to bring out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import day as agenda
from dolenti.agenda.life import WAITING
from dolenti.agenda.models import Appointment, Room
from dolenti.calendar.moments import day_bounds, day_in_words, local_day
from dolenti.clinic.agenda.cards import Card, Cards
from dolenti.clinic.agenda.views import asked_day
from dolenti.clinic.common.against import AgainstLine, together
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.request import user_of, words
from dolenti.clinic.preparing import planning
from dolenti.clinic.preparing.planning import Tray
from dolenti.clinic.readiness.shown import KitShown, shown
from dolenti.guideline import session as guided
from dolenti.guideline.knowledge import Text
from dolenti.readiness import kits
from dolenti.records.patients import dangers as day_marks
from dolenti.records.patients.danger import Danger
from dolenti.serum import chain
from dolenti.serum import gate as serum_gate
from dolenti.serum.models import Unit
from dolenti.stock import gate as stock_gate
from dolenti.stock.models import Item, Lot
from dolenti.stock.words import said_of
from dolenti.treatment import content, lately, room, stops
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.content import Pause
from dolenti.treatment.day import entries
from dolenti.treatment.models import Course, Session
from dolenti.treatment.room import INJECTED_STEP, SERUM
from dolenti.treatment.sessions import GIVEN
from dolenti.treatment.treated import Stop
from dolenti.ui.language import current


@dataclass(frozen=True)
class UnitToBring:
    """A unit of serum of a session: in the cold, or out of it, for this session alone."""

    unit: Unit
    state: Text


@dataclass(frozen=True)
class ToPrepare:
    """A session of the day. ``facts`` are to be asked of the patient by name, ``questions`` are
    what the pause asks; ``checked`` how many of its lines somebody has answered."""

    card: Card
    session: str
    complaint: str
    tray: Tray
    probes: tuple[Lot, ...]
    is_serum: bool
    units: tuple[UnitToBring, ...]
    has_arrived: bool
    facts: tuple[str, ...]
    questions: tuple[str, ...]
    checked: int
    drawn: bool
    kit: KitShown | None
    together: list[AgainstLine]
    course: Course
    stops: Sequence[Stop]


@page("agenda/prepare/", "agenda-prepare", Permission.PREPARE)
def prepare_list(request: HttpRequest) -> HttpResponse:
    """The sessions of a day at which nothing was given yet, in the order in which they come."""
    user, day = user_of(request), asked_day(request)
    start, end = day_bounds(day)
    rows = (
        entries(user)
        .defer(None)
        .filter(start__gte=start, start__lt=end, session__standing=True, state__in=WAITING)
        .exclude(session__records__state__in=GIVEN)
    )
    rows = rows.select_related(
        "session__course__complaint__document", "session__course__complaint__patient__site"
    ).defer("session__course__complaint__document__original")
    every = agenda.listed(user, rows.order_by("start", "pk"), day)
    mine = [one for one in every if one.is_open]  # type: ignore[attr-defined]
    lister = _Lister(request, mine, day)
    lines = [lister.line(one) for one in mine]
    said = day_in_words(day, current())
    context = {
        "lines": lines,
        "closed": len(every) - len(mine),
        "out": planning.to_bring_out(one.tray for one in lines),
        "kits": [one for one in lister.kits.values() if one.level != "fine"],
        "shown": day,
        "shown_in_words": said,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "is_today": day == local_day(timezone.now()),
    }
    return render(request, "clinic/preparing/list.html", context)


class _Lister:
    """All that the sessions of a day rest on, read once for all of them."""

    def __init__(self, request: HttpRequest, found: list[Appointment], day: date) -> None:
        user = user_of(request)
        self.words: Lookup = words()
        self.now = timezone.now()
        self.dangers = day_marks.of_patients(user, agenda.opened(found), day)
        self.cards = Cards(
            self.words,
            self.dangers,
            self.now,
            lately=lately.of_patients(self.dangers, sessions=True),
        )
        courses = {one.session.course_id for one in found}
        self.stops = stops.of_keys(courses)
        self.mine, self.given = planning.by_session(treatment_gate.given_in(user, courses))
        there = [(one, said_of(one, day)) for one in stock_gate.there(user)]
        self.lots = [one for one, says in there if says is None]
        self.held = [(one, says) for one, says in there if says is not None]
        self.probes = tuple(one for one in self.lots if one.item.kind == Item.Kind.PROBE)
        self.labels = {
            one.id: one.label.in_language(current()) for one in self.words.edition.products
        }
        self.devices = {
            one.id: one.label.in_language(current())
            for one in guided.places(self.words.edition).content.devices
        }
        of_serum = {one.session.course_id for one in found if _therapy(one) == SERUM}
        self.units: dict[int, list[Unit]] = {}
        if of_serum:
            for unit in serum_gate.units_to_bring(user, of_serum):
                self.units.setdefault(unit.draw.course_id, []).append(unit)
        rooms: dict[int, Room] = {one.room.pk: one.room for one in found if one.room is not None}
        self.kits = {
            one.room.pk: shown(one) for one in kits.standing(rooms.values(), day)
        } if rooms else {}  # fmt: skip

    def line(self, appointment: Appointment) -> ToPrepare:
        """One session."""
        session: Session = appointment.session
        record = self.mine.get(session.pk)
        last = next(
            (
                one
                for one in reversed(self.given.get(session.course_id, []))
                if one.session.number < session.number
            ),
            None,
        )
        therapy = session.course.therapy
        pause = content.read(Pause, record.pause if record else {})
        freezes = therapy == "cryoneurolysis" and pause.act != "block"
        wanted = planning.tray(record, last, session.course.products, self.lots, self.held)
        has_probe = any(one.kind == Item.Kind.PROBE for one in wanted.supplies)
        danger = self.dangers.get(agenda.kept(appointment.patient))
        facts, questions = self._to_ask(appointment, danger, wanted, last is not None)
        return ToPrepare(
            card=self.cards.of(appointment),
            session=session.public_id,
            complaint=session.course.complaint.public_id,
            tray=self._named(wanted),
            probes=self.probes[:3] if freezes and not has_probe else (),
            is_serum=therapy == SERUM,
            units=self._units(session),
            has_arrived=appointment.state == Appointment.State.ARRIVED,
            facts=facts,
            questions=questions,
            checked=len(pause.answers),
            drawn=wanted.since == "drawn",
            kit=self.kits.get(appointment.room_id or 0),
            together=together(
                session.course.complaint, therapy, [one.product for one in wanted.needed]
            ),
            course=session.course,
            stops=self.stops[session.course_id],
        )

    def _units(self, session: Session) -> tuple[UnitToBring, ...]:
        """What is out of the cold for this session; only where nothing is, the next to thaw."""
        there = self.units.get(session.course_id, [])
        out = [one for one in there if one.session_of == session.public_id]  # type: ignore[attr-defined] # by the gate
        frozen = [one for one in there if one.state == "frozen"]
        return tuple(
            UnitToBring(one, chain.in_force().unit.states[one.state]) for one in out or frozen[:1]
        )

    def _named(self, wanted: Tray) -> Tray:
        """Products that the site has not are called as the knowledge calls them, and so is what
        a map was drawn with; what froze is called as the site calls it."""
        needed = (replace(one, item=self.labels.get(one.item, one.item)) for one in wanted.needed)
        device = self.devices.get(wanted.device, wanted.device)
        return replace(wanted, needed=tuple(needed), device=device)

    def _to_ask(
        self, appointment: Appointment, danger: Danger | None, wanted: Tray, later: bool
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Facts that are stale or missing, and the questions of the pause, before anybody has
        answered one."""
        if danger is None:
            return (), ()
        session: Session = appointment.session
        therapy = session.course.therapy
        given = {one.product for one in wanted.needed}
        classes = self.words.edition.classes_of(given)
        act = guided.PlannedAct(
            therapy,
            step=INJECTED_STEP if therapy == SERUM else None,
            classes=classes if given else None,
            later_session=later,
        )
        looked = room.pauses().judge(act, danger.case, {}, self.now)
        facts = dict.fromkeys((*danger.core, *danger.stale, *looked.to_ask))
        asked = [one for one in looked.lines if not one.then and one.status != "safe"]
        return (
            tuple(self.words.fact(one) for one in facts),
            tuple(one.line.ask.in_language(current()) for one in asked),
        )


def _therapy(appointment: Appointment) -> str:
    therapy: str = appointment.session.course.therapy
    return therapy
