"""A protocol on the clinic's calendar: the nearest slots, and a sentence for each shift."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti import guideline
from dolenti.calendar.moments import Span, to_local
from dolenti.calendar.opening import Closure, Opening
from dolenti.calendar.propose import Wishes, check_days, propose
from dolenti.calendar.slots import Diary, Room, free_slots, free_slots_between, is_free, nearest
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Citation, Limit, Phase, Protocol, Text
from dolenti.guideline.schedule import lay
from tests.unit.calendar.clinic import NORTH, at, hours_from

HALF = timedelta(minutes=30)
OPEN = Diary(NORTH)
WORDS = Text(fr="-", en="-")


@pytest.fixture(scope="module")
def protocols() -> dict[str, Protocol]:
    edition = guideline.load_folder()
    return {therapy.id: therapy.protocol for therapy in edition.therapies}


def days(proposal) -> list[date]:
    return [proposed.slot.day for proposed in proposal.sessions if proposed.slot]


def french(proposed) -> str:
    return " | ".join(text.fr for text in proposed.reasons)


def test_a_course_without_obstacles_is_weekly_at_the_first_hour(protocols):
    proposal = propose(protocols["mesotherapy"], date(2026, 11, 24), OPEN)
    assert days(proposal) == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]
    assert {to_local(p.slot.span.start).time() for p in proposal.sessions} == {time(9)}
    assert proposal.complete
    assert proposal.kept
    assert all(proposed.reasons == () for proposed in proposal.sessions)


def test_easter_monday_moves_a_session_to_tuesday_and_the_next_ones_count_from_it(protocols):
    proposal = propose(protocols["mesotherapy"], date(2026, 3, 30), OPEN)
    assert days(proposal) == [date(2026, 3, 30), date(2026, 4, 7), date(2026, 4, 14)]
    second = proposal.sessions[1]
    assert not second.kept
    assert "lundi 6 avril 2026\u00a0: jour férié (Lundi de Pâques)" in french(second)
    assert "1 jour de retard" in french(second)
    assert proposal.sessions[2].kept


def test_the_first_of_may_as_a_start_begins_the_course_on_the_next_open_day(protocols):
    proposal = propose(protocols["mesotherapy"], date(2026, 5, 1), OPEN)
    assert days(proposal)[0] == date(2026, 5, 2)  # Saturday morning
    assert proposal.sessions[0].kept  # nothing comes before it
    assert "Fête du Travail" in french(proposal.sessions[0])


def test_the_ascension_bridge_is_said_as_one_stretch(protocols):
    bridge = Closure(date(2026, 5, 15), date(2026, 5, 17), Text(fr="pont", en="bridge"))
    diary = Diary(replace(NORTH, closures=(bridge,)))
    proposal = propose(protocols["mesotherapy"], date(2026, 5, 7), diary)
    assert days(proposal)[1] == date(2026, 5, 18)
    said = french(proposal.sessions[1])
    assert "jeudi 14 mai 2026\u00a0: jour férié (Ascension)" in said
    assert "du vendredi 15 mai 2026 au dimanche 17 mai 2026\u00a0: pont" in said
    assert "4 jours de retard" in said


def test_the_29th_of_february_is_a_day_like_others(protocols):
    proposal = propose(protocols["mesotherapy"], date(2028, 2, 22), OPEN)
    assert days(proposal)[1] == date(2028, 2, 29)


def test_sessions_keep_their_hour_across_the_change_of_clock(protocols):
    wishes = Wishes(preferred=time(16, 30))
    for start in (date(2026, 10, 20), date(2027, 3, 23)):
        proposal = propose(protocols["mesotherapy"], start, OPEN, wishes)
        assert {to_local(p.slot.span.start).time() for p in proposal.sessions} == {time(16, 30)}
        assert proposal.kept


def test_a_taken_hour_gives_the_nearest_and_says_so(protocols):
    taken = (hours_from(at(2026, 12, 1, 10), 0.5),)
    proposal = propose(
        protocols["mesotherapy"],
        date(2026, 11, 24),
        replace(OPEN, taken=taken),
        Wishes(preferred=time(10), duration=HALF),
    )
    second = proposal.sessions[1]
    assert to_local(second.slot.span.start).time() == time(9, 30)
    assert "10\u00a0h n’est pas libre ce jour-là" in french(second)
    assert second.kept


def test_an_absence_shifts_the_session(protocols):
    away = (Span(at(2026, 11, 30, 0), at(2026, 12, 3, 0)),)
    proposal = propose(protocols["mesotherapy"], date(2026, 11, 24), replace(OPEN, absences=away))
    assert days(proposal)[1] == date(2026, 12, 3)
    assert "praticien absent" in french(proposal.sessions[1])


def test_the_preferred_room_is_kept_where_it_is_free_and_another_where_not(protocols):
    morning = Span(at(2026, 12, 1, 9), at(2026, 12, 1, 12, 30))
    rooms = (Room("blue", (morning,)), Room("green"))
    proposal = propose(protocols["mesotherapy"], date(2026, 11, 24), replace(OPEN, rooms=rooms))
    assert [proposed.slot.room for proposed in proposal.sessions] == ["blue", "green", "blue"]


def test_a_limit_that_no_longer_allows_a_session_stops_the_course(protocols):
    closed = Closure(date(2026, 12, 1), date(2027, 1, 17), Text(fr="travaux", en="works"))
    diary = Diary(replace(NORTH, closures=(closed,)))
    proposal = propose(protocols["autologous-conditioned-serum"], date(2026, 11, 23), diary)
    assert not proposal.complete
    placed = days(proposal)
    assert placed == [date(2026, 11, 23), date(2026, 11, 30), date(2027, 1, 18)]  # the 8th week
    assert proposal.left_out[0].limit == "acs-duration"


def test_a_session_whose_only_free_days_lie_past_the_limit_has_no_slot(protocols):
    closed = Closure(date(2026, 12, 1), date(2027, 2, 1), Text(fr="travaux", en="works"))
    diary = Diary(replace(NORTH, closures=(closed,)))
    proposal = propose(protocols["autologous-conditioned-serum"], date(2026, 11, 23), diary)
    assert proposal.sessions[-1].slot is None
    assert "huit semaines" in french(proposal.sessions[-1])
    assert not proposal.complete
    assert not proposal.kept


def test_an_earlier_infiltration_of_the_joint_delays_the_first(protocols):
    proposal = propose(
        protocols["infiltration"],
        date(2026, 11, 24),
        OPEN,
        previous={"last-corticosteroid-infiltration": date(2026, 10, 1)},
    )
    assert days(proposal) == [date(2027, 1, 2)]  # 1 January is a holiday
    assert "pas avant le vendredi 1er janvier 2027" in french(proposal.sessions[0])
    assert "Jour de l’an" in french(proposal.sessions[0])


def test_optional_sessions_are_laid_out_when_wished(protocols):
    wished = propose(protocols["mesotherapy"], date(2026, 11, 24), OPEN, Wishes(optional=True))
    assert len(wished.sessions) > 3
    assert wished.sessions[-1].session.optional


def test_what_was_delivered_is_counted_and_the_rest_follows_it(protocols):
    proposal = propose(
        protocols["mesotherapy"], date(2026, 11, 24), OPEN, delivered=[date(2026, 11, 24)]
    )
    assert [proposed.session.number for proposed in proposal.sessions] == [2, 3]
    assert days(proposal) == [date(2026, 12, 1), date(2026, 12, 8)]


def test_nothing_is_proposed_in_the_past(protocols):
    diary = replace(OPEN, from_now=at(2026, 11, 24, 15, 10))
    proposal = propose(protocols["cryoneurolysis"], date(2026, 11, 20), diary)
    assert to_local(proposal.sessions[0].slot.span.start).time() == time(15, 15)
    assert "déjà passé" in french(proposal.sessions[0])


def test_a_clinic_that_never_opens_says_that_nothing_is_free(protocols):
    proposal = propose(protocols["cryoneurolysis"], date(2026, 11, 20), Diary(Opening({})))
    assert proposal.sessions[0].slot is None
    assert "aucun créneau libre" in french(proposal.sessions[0])


def test_moving_a_session_is_checked_against_the_protocol(protocols):
    protocol = protocols["mesotherapy"]
    weekly = [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]
    assert check_days(protocol, weekly) == ()
    broken = check_days(protocol, [weekly[0], date(2026, 12, 4), weekly[2]])
    assert [day for day, _ in broken] == [date(2026, 12, 4), date(2026, 12, 8)]
    assert "hors de l’intervalle" in broken[0][1].fr
    assert "trop tôt\u00a0: pas avant le vendredi 11 décembre 2026" in broken[1][1].fr


def test_a_session_too_many_is_said(protocols):
    broken = check_days(protocols["cryoneurolysis"], [date(2026, 11, 24), date(2027, 11, 24)])
    assert [text.fr for _, text in broken] == ["le protocole ne permet plus de séance"]


def test_free_slots_of_a_day_leave_what_is_taken():
    taken = hours_from(at(2026, 4, 7, 9), 3)
    found = list(free_slots(replace(OPEN, taken=(taken,)), date(2026, 4, 7), HALF))
    assert [slot.at("en") for slot in found[:3]] == ["12:00", "14:00", "14:15"]
    assert found[-1].at("en") == "17:30"


def test_free_slots_between_two_days_pass_over_the_closed_ones():
    found = free_slots_between(OPEN, date(2026, 4, 4), date(2026, 4, 7), HALF)
    assert sorted({slot.day for slot in found}) == [date(2026, 4, 4), date(2026, 4, 7)]


@pytest.mark.parametrize(
    "diary,why",
    [
        (replace(OPEN, taken=(hours_from(at(2026, 4, 7, 9, 15), 1),)), "déjà un rendez-vous"),
        (replace(OPEN, absences=(hours_from(at(2026, 4, 7, 8), 8),)), "absent"),
        (replace(OPEN, rooms=(Room("a", (hours_from(at(2026, 4, 7, 9), 1),)),)), "salle"),
        (replace(OPEN, from_now=at(2026, 4, 7, 9, 1)), "passé"),
        (Diary(Opening({})), "fermé le mardi"),
    ],
)
def test_a_slot_that_cannot_be_had_says_why(diary, why):
    answer = is_free(diary, at(2026, 4, 7, 9), HALF)
    assert isinstance(answer, Text)
    assert why in answer.fr
    assert not isinstance(is_free(OPEN, at(2026, 4, 7, 9), HALF), Text)


@pytest.mark.parametrize("minutes", [0, -5, 481])
def test_an_implausible_duration_is_refused(minutes):
    with pytest.raises(InputError, match="eight hours"):
        list(free_slots(OPEN, date(2026, 4, 7), timedelta(minutes=minutes)))


def test_without_slots_nothing_is_nearest():
    assert nearest([], time(9)) is None


SOURCES = (Citation(id="some-article"),)
SPACINGS = st.sampled_from([("1 week", "1 week"), ("1 week", "10 days"), ("2 weeks", "1 month")])
PHASES = st.builds(
    lambda few, more, spacing: Phase(
        id="only", label=WORDS, sessions=(few, few + more), usual=few, spacing=spacing,
        sources=SOURCES,
    ),
    st.integers(1, 4), st.integers(0, 2), SPACINGS,
)  # fmt: skip
LIMITS = st.lists(
    st.sampled_from([("duration", "3 weeks"), ("sessions", "3"), ("interval-same-site", "9 days")]),
    unique_by=lambda limit: limit[0],
).map(
    lambda chosen: tuple(
        Limit(id=kind, kind=kind, value=value, because=WORDS, basis="claim", sources=SOURCES)
        for kind, value in chosen
    )
)  # fmt: skip
BUSY = st.lists(
    st.builds(
        lambda hours, length: hours_from(at(2026, 3, 20, 8) + timedelta(hours=hours), length),
        st.integers(0, 24 * 60),
        st.integers(1, 100),
    ),
    max_size=6,
).map(tuple)


@given(PHASES, LIMITS, BUSY, BUSY, st.dates(date(2026, 3, 20), date(2026, 4, 20)))
def test_every_slot_is_free_and_permitted_whatever_the_calendar(phase, limits, away, taken, start):
    protocol = Protocol(phases=(phase,), limits=limits, next_steps=(), sources=SOURCES)
    diary = Diary(NORTH, absences=away, taken=taken)
    proposal = propose(protocol, start, diary)
    placed: list[date] = []
    for proposed in proposal.sessions:
        if proposed.slot is None:
            assert proposed is proposal.sessions[-1]
            assert proposed.reasons
            continue
        span = proposed.slot.span
        assert span.length == timedelta(minutes=30)
        assert NORTH.is_open(span.start, span.length).open
        assert not any(busy.meets(span) for busy in (*away, *taken))
        day = proposed.slot.day
        if placed:
            schedule = lay(protocol, placed[0], placed, day, {})
            window = schedule.pending()[0]
            assert day >= window.earliest
            assert proposed.kept is (day <= window.latest)
            assert schedule.allowed(day) == day
        assert day == proposed.session.usual or proposed.reasons
        placed.append(day)
    if proposal.kept:
        assert check_days(protocol, placed) == ()
        assert len(placed) == phase.sessions[0]


def test_a_day_without_a_privilege_is_none_and_says_why(protocols):
    """What would be refused when it is booked is not proposed."""
    barred = tuple(
        Span(at(2026, 12, day, 0, 0), at(2026, 12, day + 1, 0, 0)) for day in range(1, 8)
    )
    diary = replace(OPEN, unable=barred)
    assert list(free_slots(diary, date(2026, 12, 1), HALF)) == []
    assert "sans habilitation" in is_free(diary, at(2026, 12, 1, 9, 0), HALF).fr
    second = propose(protocols["mesotherapy"], date(2026, 11, 24), diary).sessions[1]
    assert second.slot.day == date(2026, 12, 8)
    assert "sans habilitation" in french(second)
