"""The agenda: a day of the site in one screen, a week of one person, and what waits in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.covered import cover
from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.agenda import day as agenda
from dolenti.agenda import waiting
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import day_bounds, day_in_words, local_day
from dolenti.clinic.agenda import board
from dolenti.clinic.agenda.alerts import alerts, is_to_be_asked, lacks_consent
from dolenti.clinic.agenda.cards import Cards
from dolenti.clinic.alerts.shown import urgent_lines
from dolenti.clinic.common.request import user_of, words
from dolenti.clinic.privileges.shown import therapy_groups
from dolenti.diary import gate as diary_gate
from dolenti.diary import untested
from dolenti.guideline.words import date_in_words
from dolenti.letters import gate as letter_gate
from dolenti.records.models import Complaint
from dolenti.records.patients import dangers as day_marks
from dolenti.safety import gate as safety_gate
from dolenti.safety import lost
from dolenti.serum import gate as serum_gate
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import lately
from dolenti.treatment.day import entries
from dolenti.treatment.sessions import course_of
from dolenti.ui.language import current

FARTHEST: Final = timedelta(days=3660)
"""No board farther away than ten years: such an address was mistyped."""
BY: Final = ("practitioner", "room")
LISTS: Final = (
    "consent",
    "to-ask",
    "to-move",
    "after-alert",
    "given-up",
    "unclosed",
    "unsigned",
    "untested",
    "lost",
)
WEEK: Final = timedelta(days=7)


@page("agenda/", "agenda", Permission.READ_AGENDA)
def agenda_day(request: HttpRequest) -> HttpResponse:
    """A day of the site: who is late, who waits, who comes next, and the board."""
    return day_page(request)


def day_page(request: HttpRequest) -> HttpResponse:
    """The board of the day that is asked for, today's where none is. The guard stands before."""
    user, shown = user_of(request), asked_day(request)
    by = request.GET.get("by", "")
    by = by if by in BY else BY[0]
    days = agenda.between(user, entries(user), shown, shown)
    cards = _cards(request, days.appointments)
    language = cards.words.language
    closed = days.opening.closed_because(shown, clock.today())
    people = days.people
    who = request.GET.get("who", "")
    who = who if by != "room" and who in {one.public_id for one in people} else ""
    context = {
        "board": board.of_day(days, cards, by, user.public_id, people, who),
        "people": sorted(people, key=lambda one: one.pk != user.pk),
        "who": who,
        "kept": "&by=room" if by == "room" else f"&who={who}" if who else "",
        "alerts": alerts(
            waiting.waiting(
                user,
                safety_gate.waiting(user)
                | diary_gate.waiting(user)
                | letter_gate.waiting(user, clock.today())
                | serum_gate.waiting(user)
                | {"unsigned": treatment_gate.unsigned(user)},
            ),
            days.appointments,
            cards,
            shown,
            language,
        ),
        "urgent": urgent_lines(diary_gate.urgent_alerts(user), cards.now),
        "by": by,
        "closed": closed.in_language(language) if closed else "",
        "no_hours": not days.opening.week,
        "hours": " · ".join(one.in_words(language) for one in days.opening.hours(shown)),
        **_around(shown, timedelta(days=1), language),
        **(_next_open(user, days) if closed and not days.appointments else {}),
    }
    return render(request, "clinic/agenda/day.html", context)


def _next_open(user: User, days: agenda.Days) -> dict[str, Any]:
    """The next day on which the site opens, and how many come on it."""
    found = days.opening.next_open(days.first)
    if found is None:
        return {}
    start, end = day_bounds(found)
    gone = Q(state=Appointment.State.CANCELLED)
    count = agenda.counted(user, Q(start__gte=start, start__lt=end) & ~gone).count()
    return {
        "next_open": found,
        "next_open_said": day_in_words(found, current()),
        "next_count": count,
    }


def _cards(request: HttpRequest, appointments: list[Appointment]) -> Cards:
    """Cards of these entries, with what can hurt those whose record is open to the reader."""
    user, now = user_of(request), timezone.now()
    opened = agenda.opened(appointments)
    dangers = day_marks.of_patients(user, opened, local_day(now))
    # Of whose dangers are told, what happened lately is.
    said = diary_gate.said_of_visits(user, appointments)
    return Cards(words(), dangers, now, said, lately.of_patients(dangers))


def asked_day(request: HttpRequest) -> date:
    """The day that the address names; today where it names none that may be."""
    today = local_day(timezone.now())
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if abs(day - today) <= FARTHEST else today


def _around(shown: date, step: timedelta, language: str) -> dict[str, Any]:
    today = local_day(timezone.now())
    said = day_in_words(shown, language)
    return {
        "shown": shown,
        "shown_in_words": said[:1].upper() + said[1:],
        "before": shown - step,
        "after": shown + step,
        "is_today": shown == today,
    }


@page("agenda/week/", "agenda-week", Permission.READ_AGENDA)
def agenda_week(request: HttpRequest) -> HttpResponse:
    """The week of one practitioner, a column for each day."""
    user, shown = user_of(request), asked_day(request)
    first = shown - timedelta(days=shown.weekday())
    last = first + timedelta(days=6)
    whose = request.GET.get("who", "") or user.public_id
    days = agenda.between(user, entries(user), first, last, whose)
    person = days.person
    cards = _cards(request, days.appointments)
    # A Saturday or a Sunday has its column where the site opens or somebody comes.
    booked = {local_day(one.start) for one in days.appointments}
    week = [first + timedelta(days=n) for n in range(7)]
    kept = [d for d in week if d.weekday() < 5 or d in booked or d.weekday() in days.opening.week]
    context = {
        "board": board.of_week(days, cards, kept, person.public_id if person else ""),
        "people": days.people,
        "person": person,
        "first_in_words": date_in_words(first, cards.words.language),
        **_around(shown, WEEK, cards.words.language),
    }
    return render(request, "clinic/agenda/week.html", context)


@page("agenda/lists/<slug:what>/", "agenda-list", Permission.READ_AGENDA)
def agenda_list(request: HttpRequest, what: str) -> HttpResponse:
    """The entries behind one line of what waits."""
    user, shown = user_of(request), asked_day(request)
    health = what in ("consent", "to-ask")
    if what not in LISTS or (health and not user.may(Permission.READ_RECORDS)):
        raise Http404
    if what == "unsigned" and not user.may(Permission.GIVE):
        raise Http404
    if what == "untested" and not user.may(Permission.PREPARE):
        raise Http404
    if what == "lost" and not user.may(Permission.WRITE_RECORDS):
        raise Http404
    if what == "after-alert" and not user.may(Permission.FOLLOW_UP):
        raise Http404
    if health:
        rows = entries(user).select_related("complaint", "session__course__complaint")
        appointments = agenda.between(user, rows, shown, shown).appointments
        cards = _cards(request, appointments)
        if what == "consent":
            appointments = [one for one in appointments if lacks_consent(one)]
        else:
            appointments = [one for one in appointments if is_to_be_asked(one, cards)]
    else:
        condition = _condition(user, what)
        order = "-start" if what == "unclosed" else "start"
        rows = entries(user).filter(condition).order_by(order, "pk")
        appointments = agenda.listed(user, rows)
        cards = Cards(words())
    context = {
        "what": what,
        "cards": [cards.of(one) for one in appointments],
        "courses": {
            one.public_id: course.public_id for one in appointments if (course := course_of(one))
        },
        "asks": {one.public_id: _asks(one) for one in appointments} if what == "to-ask" else {},
        **_around(shown, timedelta(days=1), cards.words.language),
    }
    return render(request, "clinic/agenda/list.html", context)


def _asks(appointment: Appointment) -> str:
    """Where the questions of a visit are: of the pain that it is for, and of the treatment that is
    given; else all that is known of the patient."""
    course = course_of(appointment)
    pain = course.complaint if course else appointment.complaint
    if pain is None or pain.in_error or pain.state != Complaint.State.ACTIVE:
        return reverse("patient-facts", args=[appointment.patient.public_id])
    therapy = f"?for={cover(course.therapy)}" if course else ""
    return f"{reverse('complaint', args=[pain.public_id])}{therapy}#questions"


def _condition(user: User, what: str) -> Q:
    """Which entries of the agenda stand in a list that is not of one day."""
    if what == "unsigned":
        return Q(pk__in=treatment_gate.unsigned(user).values("session__appointment"))
    if what == "untested":
        return Q(pk__in=untested.on(user, clock.today()).values("session__appointment"))
    if what == "lost":
        return Q(pk__in=lost.waiting(user).values("session__appointment"))
    if what == "after-alert":
        return Q(pk__in=diary_gate.visits_after_alerts(user).values("pk"))
    if what == "given-up":
        return Q(pk__in=diary_gate.cancelled_by_patients(user).values("pk"))
    return agenda.unclosed() if what == "unclosed" else agenda.to_move()


@page("agenda/privileges/", "own-privileges", Permission.PLAN)
def own_privileges(request: HttpRequest) -> HttpResponse:
    """What the reader may perform at this site, and until when."""
    held = waiting.own_privileges(user_of(request))
    groups, _soon = therapy_groups(held, words(), local_day(timezone.now()))
    return render(request, "clinic/privileges/own.html", {"groups": groups})
