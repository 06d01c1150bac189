"""A course as its page shows it: how far it came, what it waits for, its sessions in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dolenti.agenda.life import GONE
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import to_local
from dolenti.clinic.common.against import AgainstLine, lines
from dolenti.clinic.common.lookup import Lookup
from dolenti.guideline.words import date_in_words
from dolenti.records.judging.passings import PASSABLE, refusal
from dolenti.records.models import Assessment, Passing
from dolenti.treatment import against as known_against
from dolenti.treatment.alongside import Beside
from dolenti.treatment.day import is_ahead, stands
from dolenti.treatment.models import Course, Quotation
from dolenti.treatment.spacing import Close
from dolenti.ui.language import current

STEPS: Final = ("proposed", "consented", "active", "completed")


@dataclass(frozen=True)
class StepLine:
    """One step of the life cycle: done, here, or ahead."""

    state: str
    place: str


@dataclass(frozen=True)
class SessionLine:
    """A session, with what can be done with it now."""

    public_id: str
    session: str
    may_open: bool
    number: int | None
    label: str
    start: datetime
    end: datetime
    practitioner: str
    room: str
    state: str
    reason: str
    may_move: bool
    may_cancel: bool
    may_miss: bool
    may_plan_again: bool
    is_next: bool = False


@dataclass(frozen=True)
class Decision:
    """What can be done with one verdict of a stored assessment.

    ``refusal`` is why nobody goes past it, and what to do instead.
    """

    passing: Passing | None
    passable: bool
    choosable: bool
    refusal: str


def steps(course: Course) -> list[StepLine]:
    """The four steps of a course; one that was stopped has come as far as it had."""
    if course.state == Course.State.STOPPED:
        return []
    here = STEPS.index(course.state)
    return [
        StepLine(state, "done" if n < here else "here" if n == here else "ahead")
        for n, state in enumerate(STEPS)
    ]


def session_lines(course: Course, appointments: Sequence[Appointment]) -> list[SessionLine]:
    """The sessions of a course, each as it stands; a cancelled one that was planned again says
    so by offering nothing."""
    now = timezone.now()
    under_way = course.state in (Course.State.PROPOSED, *STEPS[1:3])
    labels = {one["number"]: one["label"] for one in course.protocol.get("sessions", [])}
    coming = (one.pk for one in appointments if course.state == "active" and is_ahead(one))
    following = next(coming, None)
    return [
        SessionLine(
            one.public_id,
            one.session.public_id,
            one.session.standing and one.state not in GONE and course.state != "proposed",
            one.session.number,
            labels.get(one.session.number, {}).get(current(), ""),
            one.start,
            one.end,
            one.practitioner.name,
            one.room.name if one.room else "",
            stands(one),
            one.reason,
            may_move=under_way and stands(one) == Appointment.State.PLANNED,
            may_cancel=under_way and is_ahead(one),
            may_miss=under_way and stands(one) == Appointment.State.PLANNED and one.start <= now,
            may_plan_again=under_way and one.state in GONE and one.session.standing,
            is_next=one.pk == following,
        )
        for one in appointments
    ]


def therapy_name(therapy: str, words: Lookup) -> str:
    """A therapy in words; its id where today's edition no longer has it."""
    found = words.therapies.get(therapy)
    return found.description.label.in_language(words.language) if found else therapy


def product_names(course: Course, words: Lookup) -> list[str]:
    """The products planned, by their names."""
    names = {p.id: p.label.in_language(words.language) for p in words.edition.products}
    return [names.get(one, one) for one in course.products]


def departure_lines(course: Course) -> list[tuple[date, str]]:
    """The days that leave the protocol, and what it says of them."""
    return [
        (date.fromisoformat(one["day"]), one["why"][current()])
        for one in course.protocol.get("departures", [])
    ]


def decisions(stored: Assessment, found: dict[str, Passing], *, last: bool) -> dict[str, Decision]:
    """What can be done with each verdict; with one that is not the complaint's last, nothing."""
    made = {}
    for therapy, status in stored.statuses.items():
        passing = found.get(therapy)
        stopped = status not in ("possible", *PASSABLE)
        why = refusal(status) if stopped else None
        made[therapy] = Decision(
            passing,
            passable=last and status in PASSABLE and passing is None,
            choosable=last and (status == "possible" or passing is not None),
            refusal=why.sentence(current()) if why else "",
        )
    return made


@dataclass(frozen=True)
class QuotationLine:
    """A quotation in a list."""

    public_id: str
    number: str
    euros: str
    created_at: datetime
    valid_until: date
    over: bool
    author: str


def quotation_lines(quotations: Iterable[Quotation], today: date) -> list[QuotationLine]:
    """Quotations, as listed."""
    return [
        QuotationLine(
            one.public_id,
            one.number,
            euros(one.cents),
            one.created_at,
            one.valid_until,
            one.valid_until < today,
            one.author.name,
        )
        for one in quotations
    ]


def euros(cents: int) -> str:
    """``1 250,00 €``, ``€1,250.00``."""
    whole, part = divmod(cents, 100)
    if current() == "fr":
        return f"{whole:,}".replace(",", "\u202f") + f",{part:02}\u00a0€"
    return f"€{whole:,}.{part:02}"


def typed(cents: int) -> str:
    """An amount as a person types it."""
    return f"{cents // 100},{cents % 100:02}" if current() == "fr" else f"{cents / 100:.2f}"


def slot_initial(appointment: Appointment, people: Iterable[Any]) -> dict[str, Any]:
    """An appointment as the form that moves it writes it."""
    start = to_local(appointment.start)
    known = {one.public_id for one in people}
    who = appointment.practitioner.public_id
    return {
        "day": start.date(),
        "at": start.time().replace(second=0, microsecond=0),
        "minutes": int((appointment.end - appointment.start).total_seconds() // 60),
        "practitioner": who if who in known else "",
        "room": appointment.room.public_id if appointment.room else "",
        "based_on": appointment.version,
    }


def against_patient(course: Course, products: Iterable[str]) -> list[AgainstLine]:
    """What the rules of these products hold against the patient of a course."""
    return lines(
        known_against.by_assessment(course.complaint, course.assessment, course.therapy, products)
    )


def beside_in_words(one: Beside, words: Lookup) -> str:
    """Another course at the same place, in one sentence."""
    said = {"therapy": therapy_name(one.course.therapy, words)}
    if one.on is None:
        return _("Another course is under way at this place: %(therapy)s.") % said
    said["day"] = date_in_words(one.on, current())
    if one.under_way:
        return (
            _("Another course is under way at this place: %(therapy)s, last given on %(day)s.")
            % said
        )
    return _("Given at this place on %(day)s: %(therapy)s.") % said


def close_in_words(close: Close) -> str:
    """A session that comes too soon after the one before, in one sentence."""
    said = {
        "day": date_in_words(close.day, current()),
        "before": date_in_words(close.before, current()),
        "gap": _days(close.gap),
        "least": _days(close.least),
    }
    return (
        _(
            "The session of %(day)s is %(gap)s after that of %(before)s: the protocol says "
            "%(least)s at least."
        )
        % said
    )


def _days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}
