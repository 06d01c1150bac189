"""One appointment as a card of the agenda: who, what, how it stands, what can hurt.

A card says no more than the reader may know: the therapy and what can hurt the patient stand only
where the record is open to them (ADR 13).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.agenda import appointments, day
from dolenti.agenda.models import Appointment
from dolenti.calendar.day import Place, Visit, is_kept_waiting, minutes_late, minutes_waiting, place
from dolenti.calendar.moments import Span, clock, local_day, to_local
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.strip import strip
from dolenti.guideline.words import date_in_words, lower_first
from dolenti.records.models import Patient
from dolenti.records.patients import dangers as day_marks
from dolenti.records.patients import people
from dolenti.records.patients.danger import Danger
from dolenti.treatment import day as treatment_day
from dolenti.treatment.lately import Sign
from dolenti.treatment.life import OPEN
from dolenti.treatment.sessions import course_of, of
from dolenti.ui.births import birth_as_listed
from dolenti.ui.labels import ICONS, LABELS


@dataclass(frozen=True)
class Mark:
    """What can hurt (``danger``), or is to be asked (``unknown``): never silence for a no."""

    label: str
    state: Literal["danger", "unknown"]
    fact: str = ""
    words: str = ""


@dataclass(frozen=True)
class Card:
    """One appointment. ``at`` is its hour in words; ``stands`` how long it is late or waits."""

    public_id: str
    version: int
    at: str
    until: str
    start: datetime
    day: date
    name: str
    patient: str
    born: str
    is_open: bool
    what: str
    practitioner: str
    room: str
    state: str
    place: Place
    stands: str
    kept_waiting: bool
    marks: list[Mark]
    lacks_consent: bool
    may_move: bool
    may_cancel: bool
    may_arrive: bool
    may_undo: bool
    may_finish: bool
    may_miss: bool
    session: str = ""  # the page of what is given at it, where the reader may open it
    told: tuple[str, ...] = ()  # what the patient said of it by their phone
    namesake: bool = False  # somebody else has this name: the birth date stands beside it

    @property
    def dangers(self) -> list[Mark]:
        """What can hurt."""
        return [mark for mark in self.marks if mark.state == "danger"]

    @property
    def to_ask(self) -> int:
        """How much the core still needs."""
        return sum(mark.state == "unknown" for mark in self.marks)

    @property
    def unknown(self) -> str:
        """What is to be asked, in one line."""
        asked = [mark.label for mark in self.marks if mark.state == "unknown"]
        return ", ".join([*asked[:1], *map(lower_first, asked[1:])])

    @property
    def icon(self) -> str:
        """The icon of how it stands; the word beside it says the same."""
        known = {Place.LATE: "warn", Place.WAITING: "here", Place.NEXT: "clock"}
        return known.get(self.place) or ICONS["appointment-state"].get(self.state, "info")


class Cards:
    """Makes cards of appointments, for one reader at one moment."""

    def __init__(
        self,
        words: Lookup,
        dangers: Mapping[int, Danger] | None = None,
        now: datetime | None = None,
        told: Mapping[int, Iterable[str]] | None = None,
        lately: Mapping[int, Iterable[Sign]] | None = None,
    ) -> None:
        self.lately = lately or {}
        self.told = told or {}
        self.words = words
        self.dangers = dangers or {}
        self.now = now or timezone.now()

    def of(self, appointment: Appointment) -> Card:
        """One card."""
        visit = visit_of(appointment)
        where = place(visit, self.now)
        is_open: bool = appointment.is_open  # type: ignore[attr-defined]
        language = self.words.language
        course = course_of(appointment)
        under_way = course is None or course.state in OPEN
        stands = treatment_day.stands(appointment)
        ahead = treatment_day.is_ahead(appointment)
        planned = ahead and appointment.state == Appointment.State.PLANNED
        arrived = ahead and appointment.state == Appointment.State.ARRIVED
        begun = appointment.start <= self.now
        is_visit = appointment.kind in appointments.KINDS
        return Card(
            public_id=appointment.public_id,
            version=appointment.version,
            at=clock(to_local(appointment.start).time(), language),
            until=clock(to_local(appointment.end).time(), language),
            start=appointment.start,
            day=local_day(appointment.start),
            name=name_of(appointment.patient),
            patient=appointment.patient.public_id,
            born=born_of(appointment.patient),
            is_open=is_open,
            what=what_of(appointment, self.words, opened=is_open),
            practitioner=appointment.practitioner.name,
            room=appointment.room.name if appointment.room else "",
            state=stands,
            may_move=planned,
            may_cancel=ahead,
            place=where,
            stands=self._stands(visit, where),
            kept_waiting=is_kept_waiting(visit, self.now),
            marks=self.marks(appointment),
            lacks_consent=is_open and treatment_day.without_consent(appointment),
            may_arrive=under_way
            and planned
            and local_day(appointment.start) <= local_day(self.now),
            may_undo=under_way and arrived,
            may_finish=is_visit and (arrived or (planned and begun)),
            may_miss=under_way and planned and begun,
            session=self._session(appointment, opened=is_open),
            told=tuple(self.told.get(appointment.pk, ())) if planned else (),
            namesake=appointment.patient.namesake,
        )

    def _session(self, appointment: Appointment, *, opened: bool) -> str:
        session = of(appointment)
        arrived = appointment.state in (Appointment.State.ARRIVED, Appointment.State.DONE)
        return session.public_id if session is not None and opened and arrived else ""

    def of_all(self, appointments: Iterable[Appointment]) -> dict[int, Card]:
        """The cards of a day or a week by key; two people of one name are told apart on it."""
        made = {one.pk: self.of(one) for one in appointments}
        people: dict[str, set[str]] = {}
        for card in made.values():
            people.setdefault(card.name, set()).add(card.patient)
        return {
            key: replace(card, namesake=True) if len(people[card.name]) > 1 else card
            for key, card in made.items()
        }

    def _stands(self, visit: Visit[Appointment], where: Place) -> str:
        if where is Place.LATE:
            return _("Late by %(length)s") % {"length": length(minutes_late(visit, self.now))}
        if where is Place.WAITING:
            waited = minutes_waiting(visit, self.now)
            if waited is None:
                return ""
            if waited == 0:
                return _("Just arrived")
            return _("Waiting for %(length)s") % {"length": length(waited)}
        return ""

    def marks(self, appointment: Appointment) -> list[Mark]:
        """What can hurt the patient of an entry; nothing is said where the record is closed."""
        key = day.kept(appointment.patient)
        danger = self.dangers.get(key)
        if danger is None or not appointment.is_open:  # type: ignore[attr-defined]
            return []
        said = _lately(self.lately.get(key, ()), self.words.language)
        return [*said, *marks_of(danger, self.words)] if said else marks_of(danger, self.words)


def _lately(signs: Iterable[Sign], language: str) -> list[Mark]:
    """What happened since the last session, before all that was known already."""
    labels = {
        "infection": _("Infection reported"),
        "lifted": _("Alert lifted"),
        "open": _("Open alert"),
        "lost": _("Strength lost after a freeze"),
    }
    return [
        _of_a_session(one, language)
        if one.kind == "event"
        else Mark(labels[one.kind], "danger", one.kind, one.says.in_language(language))
        for one in signs
        if one.kind != "mild"
    ]


def _of_a_session(sign: Sign, language: str) -> Mark:
    """What happened at an earlier session: when, at which, how bad, what was done about it."""
    says = {"event": sign.says.in_language(language)}
    day, act = date_in_words(local_day(sign.at), language), sign.act.in_language(language)
    parts = [f"{day}, {lower_first(act)}" if act else day]
    if sign.grade is not None:
        parts.append(_("grade %(n)s") % {"n": sign.grade})
    if sign.times > 1:
        parts.append(_("%(n)s times in all") % {"n": sign.times})
    parts += [said for said in (sign.why, sign.calls_for.in_language(language)) if said]
    label = _("%(event)s, at an earlier session") % says
    return Mark(label, "danger", sign.kind, " · ".join(parts))


def visit_of(appointment: Appointment) -> Visit[Appointment]:
    """An appointment as the rules of a day look at it."""
    span = Span(appointment.start, appointment.end)
    return Visit(appointment, span, treatment_day.stands(appointment), appointment.arrived_at)


_said: OrderedDict[tuple[int, str], tuple[Danger, list[Mark]]] = OrderedDict()


def marks_of(danger: Danger, words: Lookup) -> list[Mark]:
    """Red flags first, then what can hurt, then what is to be asked; what is calm is not said.

    Put into words once for each danger that ``records.patients.dangers`` keeps.
    """
    key = (id(danger), words.language)
    known = _said.get(key)
    if known is None or known[0] is not danger:  # an id is given again when its owner is gone
        known = _said[key] = (danger, _marks_of(danger, words))
        while len(_said) > 2 * day_marks.MOST:
            with suppress(KeyError):  # by another thread
                _said.popitem(last=False)
    return known[1]


def _marks_of(danger: Danger, words: Lookup) -> list[Mark]:
    found = []
    if danger.flags:
        found.append(Mark(_("Red flag"), "danger", "red-flag"))
    items = strip(danger.case, words, danger.stale, named=danger.named)
    found += [Mark(i.label, "danger", i.fact, i.words) for i in items if i.state == "danger"]
    last = {item.fact: item.last for item in items}
    found += [Mark(words.fact(one), "unknown", one, last.get(one, "")) for one in danger.core]
    if "inr" in danger.stale and _takes_vka(danger):
        found.append(Mark(words.fact("inr"), "unknown", "inr"))
    if danger.open_flags and not danger.flags:
        found.append(Mark(_("Red flags"), "unknown", "red-flag"))
    return found


def _takes_vka(danger: Danger) -> bool:
    known = danger.case.facts.get("anticoagulant")
    return known is not None and known.value == "vka"


def name_of(patient: Patient) -> str:
    """A patient as they are called at the desk."""
    if patient.identity == Patient.Identity.NONE:
        return called(patient)
    return people.identity_of(patient).called


def born_of(patient: Patient) -> str:
    """The second trait by which people are told apart."""
    return birth_as_listed(patient.birth_date, patient.sex)


def what_of(appointment: Appointment, words: Lookup, *, opened: bool) -> str:
    """“Séance 3 · mésothérapie”; of what, only where the record is open."""
    kind = str(LABELS["visit"].get(appointment.kind, appointment.kind))
    if appointment.emergency:
        kind = _("%(kind)s, emergency while closed") % {"kind": kind}
    session = of(appointment)
    if session is None:
        return f"{kind} · {appointment.motive}" if opened and appointment.motive else kind
    kind = f"{kind} {session.number}"
    if opened:
        found = words.therapies.get(session.course.therapy)
        therapy = found.description.short.in_language(words.language) if found else ""
        return f"{kind} · {therapy or session.course.therapy}"
    return kind


def length(minutes: int) -> str:
    """``12 min``, ``1 h 05``."""
    if minutes < 60:
        return f"{minutes}\u00a0min"
    hours, rest = divmod(minutes, 60)
    if hours >= 24:
        days = hours // 24
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return f"{hours}\u00a0h\u00a0{rest:02}" if rest else f"{hours}\u00a0h"
