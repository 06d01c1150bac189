"""Every rule of every protocol that is shipped, each with one readable example.

A course starts on Monday 2 March 2026. Answers are written ``(day after the start, NRS, PGIC)``;
the first is the baseline. What is expected is read from the YAML of the therapies by the same
reader as everywhere; a rule, a limit or a phase without an example here fails the last tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import pytest
from msgspec import structs

from dolenti.guideline.checking import check
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.loading import load_folder
from dolenti.guideline.plan import Plan, Response, limits_reached, plan

START = date(2026, 3, 2)
MESOTHERAPY = "mesotherapy"
SERUM = "autologous-conditioned-serum"
CRYONEUROLYSIS = "cryoneurolysis"
INFILTRATION = "infiltration"
THERAPIES = (MESOTHERAPY, SERUM, CRYONEUROLYSIS, INFILTRATION)


EDITION = load_folder()
PROTOCOLS = {therapy.id: therapy.protocol for therapy in EDITION.therapies}


def day(number: int) -> date:
    return START + timedelta(days=number)


def course(therapy: str, answers=(), sessions=None, as_of=None, **options) -> Plan:
    """The plan after these answers; ``sessions`` are the days of the sessions given."""
    rows = {number: (nrs, pgic) for number, nrs, pgic in answers}
    days = sorted({*rows, *(sessions or ())})
    responses = [
        Response(
            day(n), *rows.get(n, (None, None)), session=None if sessions is None else n in sessions
        )
        for n in days
    ]
    today = as_of if as_of is not None else max(days, default=0)
    return plan(PROTOCOLS[therapy], START, responses, day(today), **options)


@dataclass(frozen=True)
class Case:
    """Answers given, and the rule that must speak, with the day it proposes (after the start)."""

    rule: str
    says: str
    answers: tuple[tuple[int, float | None, int | None], ...]
    on: int | None = None
    sessions: tuple[int, ...] | None = None
    as_of: int | None = None
    classes: tuple[str, ...] = ()


# --- Phases ----------------------------------------------------------------------------------


def usual_days(therapy: str, phase: str) -> list[tuple[int, int, bool]]:
    """Earliest and latest day (after the start) of each session of a phase, and if optional."""
    return [
        ((session.earliest - START).days, (session.latest - START).days, session.optional)
        for session in course(therapy, as_of=0).sessions
        if session.phase == phase
    ]


PHASES = {
    # Three sessions a week apart, a fourth where needed (M65, M66).
    "mesotherapy-initial": (
        MESOTHERAPY, [(0, 0, False), (7, 7, False), (14, 14, False), (21, 21, True)],
    ),
    # Then one every two to four weeks, if any (M65).
    "mesotherapy-maintenance": (
        MESOTHERAPY, [(28, 42, True), (42, 56, True), (56, 70, True)],
    ),
    # Four injections a week apart, up to six (O14).
    "acs-weekly": (SERUM, [(7 * week, 7 * week, week >= 4) for week in range(6)]),
    # One session; a further one belongs to a new assessment (C8, T22).
    "cryoneurolysis-single": (CRYONEUROLYSIS, [(0, 0, False)]),
    "infiltration-single": (INFILTRATION, [(0, 0, False)]),
}  # fmt: skip


@pytest.mark.parametrize("phase", PHASES)
def test_phase(phase):
    therapy, windows = PHASES[phase]
    assert usual_days(therapy, phase) == windows


# --- Limits ----------------------------------------------------------------------------------


def dated(therapy: str, limit: str, sessions=(), as_of=None, **options):
    return dated_of(course(therapy, sessions=sessions, as_of=as_of, **options), limit)


def dated_of(made: Plan, limit: str):
    return next(dated for dated in made.limits if dated.limit.id == limit)


def acs_duration():
    """Nothing after eight weeks from the first injection (O15)."""
    limit = dated(SERUM, "acs-duration", sessions=(0, 21, 56))
    assert (limit.last_day, limit.kept) == (date(2026, 4, 27), True)
    assert dated(SERUM, "acs-duration", sessions=(0, 21, 57)).kept is False
    late = course(SERUM, ((0, 8, None), (50, 7, None)), sessions=(0,), as_of=57)
    assert (late.next_step.step, late.next_step.date) == ("stop-and-reassess", None), "week nine"


def acs_sessions():
    """Six injections at most (O14)."""
    limit = dated(SERUM, "acs-sessions", sessions=(0, 7, 14, 21, 28, 35))
    assert (limit.most, limit.counted, limit.kept) == (6, 6, True)
    assert dated(SERUM, "acs-sessions", sessions=(0, 7, 14, 21, 28, 35, 42)).kept is False


def cryoneurolysis_sessions():
    """One session in a course."""
    assert len(course(CRYONEUROLYSIS).sessions) == 1
    assert dated(CRYONEUROLYSIS, "cryoneurolysis-sessions", sessions=(0, 120)).kept is False


def cryoneurolysis_interval():
    """The nerve is not frozen again before three months (C8, T22)."""
    limit = dated(CRYONEUROLYSIS, "cryoneurolysis-interval", sessions=(0,))
    assert limit.not_before == date(2026, 6, 2)
    for fact in ("last-cryoneurolysis", "last-cryoneurolysis-on-record"):
        made = course(CRYONEUROLYSIS, previous={fact: day(-14)})
        assert made.sessions[0].usual == date(2026, 5, 16), "three months after the last"
        assert dated_of(made, "cryoneurolysis-interval").kept is False


def cryoneurolysis_three_per_year():
    """Three in twelve months on record: no fourth before the diagnosis is reviewed."""
    for count, is_reached in ((2.0, False), (3.0, True)):
        stated = {"cryoneurolysis-sessions-on-record-12-months": Known(count)}
        reached = limits_reached(PROTOCOLS[CRYONEUROLYSIS], Dictionary(EDITION), stated, START)
        made = course(CRYONEUROLYSIS, reached=reached)
        assert dated_of(made, "cryoneurolysis-three-per-year").reached is is_reached
        assert bool(made.sessions) is not is_reached


def infiltration_interval():
    """The same joint waits for three months, counted from an earlier infiltration too (2L)."""
    earlier = {"last-corticosteroid-infiltration": date(2026, 1, 15)}
    made = course(INFILTRATION, previous=earlier)
    assert made.sessions[0].usual == date(2026, 4, 15)
    assert made.limits[0].kept is False, "2 March is too early"
    after = dated(INFILTRATION, "infiltration-interval", sessions=(0,))
    assert after.not_before == date(2026, 6, 2)


def infiltration_three_per_year():
    """Three in any twelve months: the fourth a year after the first (2L)."""
    limit = dated(INFILTRATION, "infiltration-three-per-year", sessions=(0, 100, 200))
    assert (limit.counted, limit.kept, limit.not_before) == (3, True, date(2027, 3, 2))
    broken = dated(INFILTRATION, "infiltration-three-per-year", sessions=(0, 100, 200, 300))
    assert broken.kept is False
    for stated in (
        {"three-corticosteroid-infiltrations-in-12-months": Known(value=True)},
        {"corticosteroid-infiltrations-12-months": Known(3.0)},  # other joints, other clinics
    ):
        reached = limits_reached(PROTOCOLS[INFILTRATION], Dictionary(EDITION), stated, START)
        made = course(INFILTRATION, reached=reached)
        assert (made.limits[1].kept, made.sessions, made.next_step.date) == (False, (), None)
    two = {"corticosteroid-infiltrations-12-months": Known(2.0)}
    assert not limits_reached(PROTOCOLS[INFILTRATION], Dictionary(EDITION), two, START)
    assert not limits_reached(PROTOCOLS[INFILTRATION], Dictionary(EDITION), {}, START), "unknown"


LIMITS = {
    "acs-duration": acs_duration,
    "acs-sessions": acs_sessions,
    "cryoneurolysis-sessions": cryoneurolysis_sessions,
    "cryoneurolysis-interval": cryoneurolysis_interval,
    "cryoneurolysis-three-per-year": cryoneurolysis_three_per_year,
    "infiltration-interval": infiltration_interval,
    "infiltration-three-per-year": infiltration_three_per_year,
}


@pytest.mark.parametrize("limit", LIMITS)
def test_limit(limit):
    LIMITS[limit]()


# --- Next steps ------------------------------------------------------------------------------

NEXT_STEPS = (
    Case(
        "mesotherapy-relapse",
        "better by half after three sessions, and back where it was two months later",
        answers=((0, 8, None), (21, 4, None), (80, 8, None)), sessions=(0, 7, 14),
    ),
    Case(
        "mesotherapy-no-pain-after-three",
        "three sessions, and pain fell from 8 to 1: the course can end",
        answers=((0, 8, None), (21, 1, None)), sessions=(0, 7, 14),
    ),
    Case(
        "mesotherapy-no-pain",
        "one session, and pain is at 1: four weeks until the next",
        answers=((0, 4, None), (7, 1, None)), sessions=(0,), on=28,
    ),
    Case(
        "mesotherapy-large-relief",
        "one session, and pain fell from 10 to 2: exactly 80 %",
        answers=((0, 10, None), (7, 2, None)), sessions=(0,), on=28,
    ),
    Case(
        "mesotherapy-collect-response",
        "a first session was given and nothing was answered since: ask today",
        answers=((0, 8, None),), sessions=(0,), as_of=5, on=5,
    ),
    Case(
        "mesotherapy-worse",
        "one session, and pain rose from 6 to 8: one point would be noise",
        answers=((0, 6, None), (7, 8, None)),
    ),
    Case(
        "mesotherapy-much-worse-impression",
        "one session, the same pain, and the patient feels much worse",
        answers=((0, 6, None), (7, 6, 6)),
    ),
    Case(
        "mesotherapy-substantial-relief",
        "three sessions, and pain fell from 8 to 4: exactly half",
        answers=((0, 8, None), (7, 7, None), (14, 6, None), (21, 4, None)),
    ),
    Case(
        "mesotherapy-much-improved",
        "three sessions, little on the scale, but the patient feels much better: space out",
        answers=((0, 8, None), (7, 7, 3), (14, 7, 3), (21, 7, 2)), on=14 + 28,
    ),
    Case(
        "mesotherapy-moderate-relief",
        "three sessions, and pain fell from 10 to 7: exactly 30 %",
        answers=((0, 10, None), (7, 9, None), (14, 8, None), (21, 7, None)), on=14 + 28,
    ),
    Case(
        "mesotherapy-maintenance-done",
        "six sessions, three of them maintenance, and pain fell from 10 to 7",
        answers=((0, 10, None), (85, 7, None)), sessions=(0, 7, 14, 42, 56, 70),
    ),
    Case(
        "mesotherapy-insufficient-relief",
        "three sessions, and pain fell from 10 to 7.01: 29.9 %",
        answers=((0, 10, None), (7, 9, None), (14, 8, None), (21, 7.01, None)),
    ),
    Case(
        "mesotherapy-not-improved-impression",
        "three sessions, no pain scale, and the patient feels a little better",
        answers=((21, None, 3),),
        sessions=(0, 7, 14),
    ),
    Case(
        "mesotherapy-continue",
        "one session and not much yet: the second a week after the first",
        answers=((0, 8, None), (7, 7, None)), on=7,
    ),
    # Autologous conditioned serum: one injection a week, four to six.
    Case(
        "acs-collect-response",
        "two injections and no answer yet: ask today",
        answers=((0, 8, None),), sessions=(0, 7), as_of=9, on=9,
    ),
    Case("acs-worse", "pain rose from 6 to 8", answers=((0, 6, None), (7, 8, None))),
    Case(
        "acs-much-worse-impression",
        "the same pain, but the patient feels very much worse",
        answers=((0, 6, None), (7, 6, 7)),
    ),
    Case(
        "acs-substantial-relief",
        "four injections, and pain fell from 8 to 4: exactly half",
        answers=((0, 8, None), (7, 7, None), (14, 6, None), (21, 5, None), (28, 4, None)),
    ),
    Case(
        "acs-insufficient-relief",
        "four injections, and pain fell from 10 to 7.01: 29.9 %",
        answers=((0, 10, None), (7, 9, None), (14, 9, None), (21, 8, None), (28, 7.01, None)),
    ),
    Case(
        "acs-course-finished",
        "six injections, and pain fell by 40 %",
        answers=((0, 10, None), (42, 6, None)), sessions=(0, 7, 14, 21, 28, 35),
    ),
    Case(
        "acs-much-improved",
        "four injections, 40 % less pain, and the patient feels much better",
        answers=((0, 10, None), (28, 6, 2)), sessions=(0, 7, 14, 21),
    ),
    Case(
        "acs-moderate-relief",
        "four injections, and pain fell by exactly 30 %: the fifth a week after the fourth",
        answers=((0, 10, None), (28, 7, 3)),
        sessions=(0, 7, 14, 21),
        on=28,
    ),
    Case(
        "acs-not-improved-impression",
        "four injections, no pain scale, and the patient feels a little better",
        answers=((28, None, 3),),
        sessions=(0, 7, 14, 21),
    ),
    Case(
        "acs-continue",
        "two injections and not much yet: the third a week after the second",
        answers=((0, 8, None), (14, 7, None)),
        sessions=(0, 7),
        on=14,
    ),
    Case(
        "acs-relapse",
        "two thirds better after four injections, and as bad as before eight weeks later",
        answers=((0, 9, None), (28, 3, None), (80, 9, None)), sessions=(0, 7, 14, 21),
    ),
    Case(
        "acs-ended-relieved",
        "two injections in eight weeks, and pain fell by exactly 30 %: the course is over",
        answers=((0, 10, None), (20, 7, None)), sessions=(0, 14), as_of=57,
    ),
    Case(
        "acs-ended-improved",
        "eight weeks are over, no pain scale, and the patient feels much better",
        answers=((30, None, 2),), sessions=(0,), as_of=57,
    ),
    Case(
        "acs-ended",
        "eight weeks are over after one injection, and nobody answered",
        answers=((0, 8, None),), sessions=(0,), as_of=57,
    ),
    Case(
        "acs-no-pain",
        "two injections, and pain is at 1",
        answers=((0, 3, None), (14, 1, None)), sessions=(0, 7),
    ),
    Case(
        "acs-large-relief",
        "two injections, and pain fell from 10 to 2: exactly 80 %",
        answers=((0, 10, None), (14, 2, None)), sessions=(0, 7),
    ),
    # Cryoneurolysis: one session.
    Case(
        "cryoneurolysis-relapse",
        "half the pain for two months, and all of it back with the nerve",
        answers=((0, 8, None), (30, 4, None), (120, 8, None)), sessions=(0,),
    ),
    Case("cryoneurolysis-no-pain", "pain fell from 7 to 1", answers=((0, 7, None), (30, 1, None))),
    Case(
        "cryoneurolysis-collect-response",
        "done, and nothing was answered since: ask today",
        answers=((0, 8, None),), sessions=(0,), as_of=30, on=30,
    ),
    Case("cryoneurolysis-worse", "pain rose from 6 to 8", answers=((0, 6, None), (30, 8, None))),
    Case(
        "cryoneurolysis-much-worse-impression",
        "a little less pain, but the patient feels much worse (a numb or burning skin)",
        answers=((0, 6, None), (30, 5, 6)),
    ),
    Case(
        "cryoneurolysis-substantial-relief",
        "pain fell from 8 to 4: exactly half",
        answers=((0, 8, None), (30, 4, None)),
    ),
    Case(
        "cryoneurolysis-moderate-relief",
        "pain fell from 10 to 7: exactly 30 %",
        answers=((0, 10, None), (30, 7, None)),
    ),
    Case(
        "cryoneurolysis-much-improved",
        "29.9 % on the scale, but the patient feels much better",
        answers=((0, 10, None), (30, 7.01, 2)),
    ),
    Case(
        "cryoneurolysis-insufficient-relief",
        "29.9 %, and the patient feels a little better",
        answers=((0, 10, None), (30, 7.01, 3)),
    ),
    Case(
        "cryoneurolysis-not-improved-impression",
        "no pain scale, and the patient feels a little better",
        answers=((30, None, 3),),
        sessions=(0,),
    ),
    Case(
        "cryoneurolysis-continue",
        "an answer before the day, and the session still to be done",
        answers=((-3, 8, None),), sessions=(), as_of=2, on=2,
    ),
    # Infiltration: one, within its limits.
    Case(
        "infiltration-relapse",
        "better by half at two weeks, and back where it was at three months",
        answers=((0, 8, None), (14, 4, None), (90, 8, None)), sessions=(0,),
    ),
    Case("infiltration-no-pain", "no pain is left", answers=((0, 7, None), (14, 0, None))),
    Case(
        "infiltration-collect-response",
        "done, and nothing was answered since: ask today",
        answers=((0, 8, None),), sessions=(0,), as_of=14, on=14,
    ),
    Case("infiltration-worse", "pain rose from 6 to 8", answers=((0, 6, None), (14, 8, None))),
    Case(
        "infiltration-much-worse-impression",
        "the same pain, but the patient feels much worse",
        answers=((0, 6, None), (14, 6, 6)),
    ),
    Case(
        "infiltration-substantial-relief",
        "pain fell from 8 to 4: exactly half",
        answers=((0, 8, None), (14, 4, None)),
    ),
    Case(
        "infiltration-moderate-relief",
        "pain fell from 10 to 7: exactly 30 %",
        answers=((0, 10, None), (14, 7, None)),
    ),
    Case(
        "infiltration-much-improved",
        "29.9 % on the scale, but the patient feels much better",
        answers=((0, 10, None), (14, 7.01, 2)),
    ),
    Case(
        "infiltration-insufficient-relief",
        "29.9 %, and the patient feels a little better",
        answers=((0, 10, None), (14, 7.01, 3)),
    ),
    Case(
        "infiltration-not-improved-impression",
        "no pain scale, and the patient feels a little better",
        answers=((30, None, 3),),
        sessions=(0,),
    ),
    Case(
        "infiltration-continue",
        "an answer before the day, and the infiltration still to be done",
        answers=((-3, 8, None),), sessions=(), as_of=2, on=2,
    ),
    # What every therapy says alike.
    Case(
        "mesotherapy-discordant-relieved",
        "40 % less on the scale, and the patient feels no change",
        answers=((0, 10, None), (7, 6, 4)),
    ),
    Case(
        "mesotherapy-discordant-unrelieved",
        "the same pain, and the patient feels much better",
        answers=((0, 8, None), (7, 8, 2)),
    ),
    Case(
        "acs-discordant-relieved",
        "40 % less on the scale, and the patient feels a little worse",
        answers=((0, 10, None), (14, 6, 5)), sessions=(0, 7),
    ),
    Case(
        "acs-discordant-unrelieved",
        "the same pain, and the patient feels very much better",
        answers=((0, 8, None), (14, 8, 1)), sessions=(0, 7),
    ),
    Case(
        "cryoneurolysis-discordant-relieved",
        "half the pain, and the patient feels no change",
        answers=((0, 8, None), (30, 4, 4)),
    ),
    Case(
        "cryoneurolysis-discordant-unrelieved",
        "the same pain, and the patient feels much better",
        answers=((0, 8, None), (30, 8, 2)),
    ),
    Case(
        "infiltration-discordant-relieved",
        "half the pain, and the patient feels no change",
        answers=((0, 8, None), (30, 4, 4)),
    ),
    Case(
        "infiltration-discordant-unrelieved",
        "the same pain, and the patient feels much better",
        answers=((0, 8, None), (30, 8, 2)),
    ),
    Case(
        "mesotherapy-no-change-after-two",
        "two sessions, the same pain, no change: talk; the third remains possible",
        answers=((0, 8, None), (14, 8, 4)), sessions=(0, 7),
    ),
    Case(
        "mesotherapy-large-relief-after-three",
        "three sessions, and pain fell from 10 to 2: exactly 80 %",
        answers=((0, 10, None), (21, 2, None)), sessions=(0, 7, 14),
    ),
    Case(
        "cryoneurolysis-large-relief",
        "pain fell from 10 to 2: exactly 80 %",
        answers=((0, 10, None), (30, 2, None)),
    ),
    Case(
        "infiltration-large-relief",
        "pain fell from 10 to 2 within two weeks",
        answers=((0, 10, None), (14, 2, None)),
    ),
    # Too young to be judged, and too old.
    Case(
        "cryoneurolysis-too-early",
        "no pain after a week: ask again at four",
        answers=((0, 8, None), (7, 0, None)), on=28,
    ),
    Case(
        "infiltration-too-early",
        "the same pain after eight days: ask again at two weeks",
        answers=((0, 8, None), (8, 8, None)), on=14,
    ),
    Case(
        "infiltration-too-early-viscosupplement",
        "hyaluronate, and the same pain after three weeks: ask again at four",
        answers=((0, 8, None), (21, 8, None)), on=28, classes=("viscosupplement",),
    ),
    Case(
        "mesotherapy-window-past",
        "never relieved, and first asked sixteen weeks after the third session",
        answers=((0, 8, None), (14 + 112, 7, None)), sessions=(0, 7, 14),
    ),
    Case(
        "cryoneurolysis-window-past",
        "never relieved, and first asked after half a year",
        answers=((0, 8, None), (180, 7, None)),
    ),
    Case(
        "infiltration-window-past",
        "never relieved, and first asked after half a year",
        answers=((0, 8, None), (180, 7, None)),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", NEXT_STEPS, ids=lambda case: case.rule)
def test_next_step(case):
    therapy = next(name for name, rule in every("next_steps") if rule == case.rule)
    made = course(therapy, case.answers, case.sessions, case.as_of, classes=case.classes)
    assert made.next_step is not None, case.says
    assert made.next_step.rule == case.rule, case.says
    expected = None if case.on is None else day(case.on)
    assert made.next_step.date == expected, case.says


# --- What holds for all ----------------------------------------------------------------------


def every(part: str) -> list[tuple[str, str]]:
    return [
        (therapy, entry.id)
        for therapy, protocol in PROTOCOLS.items()
        for entry in getattr(protocol, part)
    ]


def test_every_phase_has_its_example():
    assert {phase for _, phase in every("phases")} == set(PHASES)


def test_every_limit_has_its_example():
    assert {limit for _, limit in every("limits")} == set(LIMITS)


def test_every_next_step_has_its_example():
    shipped = sorted(rule for _, rule in every("next_steps"))
    assert shipped == sorted(case.rule for case in NEXT_STEPS)


@pytest.mark.parametrize("therapy", THERAPIES)
def test_whatever_was_answered_some_rule_says_what_to_do(therapy):
    possible = product((None, 8), (None, 0, 2, 4, 6, 7, 8, 10), (None, 1, 3, 4, 7), (1, 3, 6, 26))
    for baseline, nrs, pgic, weeks in possible:
        days = [7 * week for week in range(1, weeks + 1)]
        answers = [(number, nrs, pgic) for number in days if nrs is not None or pgic is not None]
        if baseline is not None:
            answers.insert(0, (0, baseline, None))
        sessions = [s.usual for s in course(therapy).sessions if (s.usual - START).days < days[-1]]
        given = tuple((session - START).days for session in sessions)
        step = course(therapy, answers, given, as_of=days[-1]).next_step
        assert step is not None, (baseline, nrs, pgic, weeks)
        if step.rule is None:  # a score that is compared with nothing judges nothing: it is asked
            assert (step.step, baseline, pgic) == ("collect-response", None, None), (nrs, weeks)


def test_every_limit_between_acts_counts_the_acts_before_the_course():
    printed = [one for made in PROTOCOLS.values() for one in made.limits]
    between = [o for o in printed if o.kind in ("interval-same-site", "sessions-per-year")]
    assert between
    assert [one.id for one in between if not one.counts_from] == []
    found = structs.replace(
        EDITION,
        therapies=tuple(
            structs.replace(therapy, protocol=structs.replace(
                therapy.protocol,
                limits=tuple(structs.replace(o, counts_from=()) for o in therapy.protocol.limits),
            ))
            for therapy in EDITION.therapies
        ),
    )  # fmt: skip
    assert {one.id for one in between} <= {
        one.entry for one in check(found) if "counts from no earlier act" in one.what
    }
