"""Whether an appointment may be at a moment: the site open, the practitioner and the room free.

The rules are ``calendar``'s, pure; here they get the site's hours, closures, absences and
appointments. ``insist`` is to be called inside the transaction that writes: it first waits for
whoever else is writing to the day of the same patient, person or room (``ledger.locking``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from django.db.models import (
    BigIntegerField,
    DateField,
    IntegerField,
    Q,
    QuerySet,
    TimeField,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from dolenti.access.clock import today
from dolenti.access.models import Site, User
from dolenti.agenda import privileges
from dolenti.agenda.life import WAITING
from dolenti.agenda.models import Absence, Appointment, OpeningHours, Room
from dolenti.agenda.models import Closure as StoredClosure
from dolenti.calendar.moments import Span, clock, day_bounds, to_local
from dolenti.calendar.opening import LONGEST_CLOSURE, Closure, Hours, Opening, Region
from dolenti.calendar.slots import Diary
from dolenti.calendar.slots import Room as FreeRoom
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.records import gate
from dolenti.records.models import Patient

TAKING: Final = WAITING
"""The states in which an appointment takes its time: one that is cancelled or missed gives it
back, and one that is done what is left of it."""
FARTHEST: Final = timedelta(days=2 * 365)
"""No appointment is planned farther ahead: a later one is a mistyped year."""


@dataclass(frozen=True)
class Slot:
    """A stretch of time with whom and where. ``field`` names the form's field, for the sentence
    that refuses it; ``appointment`` is the one that is being moved, which is not in its own way."""

    practitioner: User
    room: Room | None
    span: Span
    field: str = ""
    appointment: Appointment | None = None
    emergency: bool = False  # the site need not be open


class SlotRefusedError(InputError):
    """An appointment cannot be there; ``field`` says which of the form's slots."""

    def __init__(self, why: Text, field: str) -> None:
        super().__init__(why.en, fr=why.fr)
        self.field = field


def opening_of(site: Site, since: date | None = None) -> Opening:
    """When a site is open, as ``calendar`` wants it; ``since`` for days that are past."""
    week: dict[int, list[Hours]] = {}
    shut: list[tuple[date, date, str]] = []
    no_hour, no_day = Cast(Value(None), TimeField()), Cast(Value(None), DateField())
    no_weekday = Cast(Value(None), IntegerField())
    hours = OpeningHours.objects.filter(site=site).order_by()
    closures = StoredClosure.objects.filter(site=site, last__gte=since or today()).order_by()
    # One question for both: what a page may ask is counted.
    rows = hours.values_list("weekday", "opens", "closes", no_day, no_day, Value("")).union(
        closures.values_list(no_weekday, no_hour, no_hour, "first", "last", "why"), all=True
    )
    for on, opens, closes, first, last, why in rows:
        if on is None:
            shut.append((first, last, why))
        else:
            week.setdefault(on, []).append(Hours(opens, closes))
    return Opening(
        {day: tuple(sorted(stretches, key=_begins)) for day, stretches in sorted(week.items())},
        tuple(part for one in sorted(shut) for part in _closures(*one)),
        Region.of_zone(site.time_zone),
        frozenset(map(date.fromisoformat, site.worked)),
    )


def _begins(hours: Hours) -> time:
    return hours.start


def is_open_now(site: Site) -> bool:
    """Whether a site is open at this moment."""
    return opening_of(site).is_open(timezone.now(), timedelta(minutes=1)).open


def _closures(first: date, end: date, said: str) -> Iterable[Closure]:
    why = Text(
        fr=f"fermé ({said})" if said else "fermé ce jour-là",
        en=f"closed ({said})" if said else "closed on that day",
    )
    while first <= end:  # one that lasts years is several
        last = min(end, first + timedelta(days=LONGEST_CLOSURE))
        yield Closure(first, last, why)
        first = last + timedelta(days=1)


def rooms(site: Site) -> QuerySet[Room]:
    """The rooms in use."""
    return Room.objects.filter(site=site, closed=False)


def diary(
    site: Site,
    practitioner: User,
    candidates: Sequence[Room],
    first: date,
    last: date,
    but: Appointment | None = None,
    therapy: str = "",
) -> Diary:
    """What decides which slots of a site are free for a person between two days.

    ``candidates`` are the rooms to choose from, the preferred one first; none where any place
    will do. ``but`` is an appointment that is to be moved: its time is free to it. With the
    ``therapy`` of a session, the days on which the person may not perform it are none.
    """
    booked = _appointments(first, last).filter(
        Q(practitioner=practitioner) | Q(room__in=candidates)
    )
    if but is not None:
        booked = booked.exclude(pk=but.pk)
    absences = Absence.objects.filter(
        user=practitioner, start__lt=day_bounds(last)[1], end__gt=day_bounds(first)[0]
    )
    nowhere = Cast(Value(None), BigIntegerField())
    away: list[Span] = []
    of_person: list[Span] = []
    of_rooms: dict[int, list[Span]] = {room.pk: [] for room in candidates}
    # One question for both: what a page may ask is counted.
    taken = booked.order_by().values_list("start", "end", "practitioner_id", "room_id", Value(0))
    gone = absences.order_by().values_list("start", "end", "user_id", nowhere, Value(1))
    for start, end, person, room_id, is_absence in taken.union(gone, all=True):
        span = Span(start, end)
        if is_absence:
            away.append(span)
            continue
        if person == practitioner.pk:
            of_person.append(span)
        if room_id in of_rooms:
            of_rooms[room_id].append(span)
    return Diary(
        opening_of(site),
        tuple(away),
        tuple(of_person),
        tuple(FreeRoom(room.public_id, tuple(of_rooms[room.pk])) for room in candidates),
        timezone.now(),
        tuple(privileges.barred(practitioner, site, therapy, first, last)) if therapy else (),
    )


def _appointments(first: date, last: date) -> QuerySet[Appointment]:
    return taking(Span(day_bounds(first)[0], day_bounds(last)[1]))


def taking(span: Span) -> QuerySet[Appointment]:
    """The appointments that take some of this time. None lasts more than a day, since it lies
    within the hours of one; said so, the database need not look at all that ever was."""
    return Appointment.objects.filter(
        state__in=TAKING, start__gt=span.start - timedelta(days=1), start__lt=span.end,
        end__gt=span.start,
    )  # fmt: skip


def insist(site: Site, patient: Patient, slots: Sequence[Slot]) -> None:
    """Raises ``SlotRefusedError`` for the first slot that cannot be. Call it in a transaction,
    before anything is written."""
    people = [slot.practitioner for slot in slots]
    locking.hold(patient, patient.absorbed_by, *people, *(slot.room for slot in slots))
    opening = opening_of(site)
    for slot in slots:
        _insist_on_day(opening, slot)
        _insist_free(patient, slot)
    for number, slot in enumerate(slots):
        for other in slots[:number]:
            if slot.span.meets(other.span):
                raise SlotRefusedError(_TWICE, slot.field)


def insist_free(patient: Patient, slot: Slot) -> None:
    """Raises ``SlotRefusedError`` where somebody else has the person or the room then, whether its
    hour has come or not."""
    locking.hold(patient, patient.absorbed_by, slot.practitioner, slot.room)
    _insist_free(patient, slot)


def _insist_on_day(opening: Opening, slot: Slot) -> None:
    now = timezone.now()
    if slot.span.start < now:
        raise SlotRefusedError(_PAST, slot.field)
    if slot.span.start > now + FARTHEST:
        raise SlotRefusedError(_FAR, slot.field)
    why = None if slot.emergency else why_closed(opening, slot.span)
    if why is not None:
        raise SlotRefusedError(why, slot.field)


def why_closed(opening: Opening, span: Span) -> Text | None:
    """Why the site is not open all of that time; ``None`` where it is."""
    answer = opening.is_open(span.start, span.length)
    if answer.open or answer.why is None:
        return None
    return Text(
        fr=f"pas de rendez-vous à cet horaire\u00a0: {answer.why.fr}\u00a0; choisissez un autre "
        "horaire",
        en=f"the site is not open: {answer.why.en}; choose another time",
    )


def _insist_free(patient: Patient, slot: Slot) -> None:
    why = in_the_way(patient, slot)
    if why is not None:
        raise SlotRefusedError(why, slot.field)


def in_the_way(patient: Patient, slot: Slot) -> Text | None:
    """Who has the patient, the person or the room then, or that the person is away; ``None`` where
    nothing is in the way. It only looks: ``insist`` looks again, once nobody else writes."""
    meeting = taking(slot.span)
    if slot.appointment is not None:
        meeting = meeting.exclude(pk=slot.appointment.pk)
    who = Q(practitioner=slot.practitioner) | Q(patient__in=gate.family(patient))
    if slot.room is not None:
        who |= Q(room=slot.room)
    other = meeting.filter(who).first()
    if other is not None:
        return _taken_by(other, patient, slot)
    away = Absence.objects.filter(
        user=slot.practitioner, start__lt=slot.span.end, end__gt=slot.span.start
    ).exists()
    if not away:
        return None
    name = slot.practitioner.name
    return Text(
        fr=f"{name} a une absence à cet horaire\u00a0; choisissez un autre horaire ou "
        "une autre personne",
        en=f"{name} is away at that time; choose another time, or someone else",
    )


def _taken_by(other: Appointment, patient: Patient, slot: Slot) -> Text:
    french, english = _hours(other, "fr"), _hours(other, "en")
    if other.patient_id in (one.pk for one in gate.family(patient)):
        return Text(
            fr=f"le patient a déjà un rendez-vous {french}\u00a0; choisissez un autre horaire",
            en=f"the patient already comes {english}; choose another time",
        )
    if other.practitioner_id == slot.practitioner.pk:
        name = slot.practitioner.name
        return Text(
            fr=f"{name} a déjà un patient {french}\u00a0; choisissez un autre horaire",
            en=f"{name} already has a patient {english}; choose another time",
        )
    room = slot.room.name if slot.room else ""
    return Text(
        fr=f"la salle {room} est déjà prise {french}\u00a0; choisissez un autre horaire ou une "
        "autre salle",
        en=f"room {room} is already taken {english}; choose another time or another room",
    )


def _hours(appointment: Appointment, language: str) -> str:
    start, end = (clock(to_local(m).time(), language) for m in (appointment.start, appointment.end))
    return f"de {start} à {end}" if language == "fr" else f"from {start} to {end}"


_PAST = Text(
    fr="cet horaire est déjà passé\u00a0; choisissez un horaire à venir",
    en="this time is already past; choose one to come",
)
_FAR = Text(
    fr="cet horaire est à plus de deux ans\u00a0; vérifiez l’année",
    en="this time is more than two years ahead; check the year",
)
_TWICE = Text(
    fr="cette séance en chevauche une autre de la même cure\u00a0; changez l’un des deux horaires",
    en="this session overlaps another one of the course; move them apart",
)
