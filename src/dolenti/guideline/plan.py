"""A course as dated sessions, its limits, and the next step that the responses call for.

Which sessions were delivered is what the caller says: the rows with ``session: true``. Only where
no row says anything about sessions are they inferred, and the plan says so: session 1 on the
start, once an answer follows it; then one on each answered day that lies in the window of the next
required session, except the last answered day, whose session is still to come. A session of an
optional phase is never inferred.

The baseline is the last NRS answered on or before the start, in the month before it. Without one,
where it is 0 or too low, or where the fall is within noise, the relief is not evaluable and no rule
that bounds the relief applies; the same holds for a PGIC not yet answered. A score and an
impression of different times are no pair: the later one counts (``guideline.comparable``). An
answer of the 72 hours after a session judges nothing. Nothing is guessed. No date is proposed while
the day's assessment does not allow the therapy. All functions are pure: no clock, no file; closed
days are what the caller says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from dolenti.guideline import comparable
from dolenti.guideline.comparable import Why
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.judge import proofs
from dolenti.guideline.knowledge import Citation, Protocol, Text
from dolenti.guideline.next_step import (
    COMES_TO_A_SESSION,
    EARLY,
    NextStep,
    Numbers,
    Verified,
    next_step,
    with_reliefs,
)
from dolenti.guideline.responses import Response, in_order, read_responses
from dolenti.guideline.schedule import Closed, DatedLimit, LeftOut, Session, lay
from dolenti.guideline.scoring.exact import as_written, one_decimal
from dolenti.guideline.words import date_in_words

__all__ = [
    "NextStep", "Numbers", "Plan", "Response", "limits_reached", "plan", "plan_as_json",
    "read_responses",
]  # fmt: skip

YEARS = (1900, 2200)
"""Dates outside are mistyped."""

NO_BASELINE = Text(
    fr="La douleur n’a pas été notée avant la première séance\u00a0: le soulagement ne peut pas "
    "être calculé.",
    en="Pain was not recorded before the first session: relief cannot be computed.",
)
BASELINE_ZERO = Text(
    fr="La douleur était à 0 avant la première séance\u00a0: le soulagement en pourcentage n’a "
    "pas de sens.",
    en="Pain was 0 before the first session: a percentage of relief has no meaning.",
)
NOT_JUDGED: Final[Mapping[Why, Text]] = {
    "old-baseline": Text(
        fr="La douleur de départ date de plus d’un mois avant la première séance\u00a0: le "
        "soulagement ne peut pas être calculé.",
        en="The baseline pain is from more than a month before the first session: relief cannot be "
        "computed.",
    ),
    "low-baseline": Text(
        fr="Douleur de départ inférieure à 3\u00a0: un point de moins fait un gros "
        "pourcentage\u00a0; jugez sur l’activité et l’impression.",
        en="Baseline pain under 3: one point is a large percentage; judge by activity and "
        "impression.",
    ),
    "within-noise": Text(
        fr="Un point d’écart n’est pas un changement, quel que soit le pourcentage\u00a0: le "
        "soulagement n’est pas jugé.",
        en="One point of difference is no change, whatever the percentage: relief is not judged.",
    ),
    "answers-apart": Text(
        fr="La douleur et l’impression de changement n’ont pas été données au même moment\u00a0: "
        "seule la plus récente compte. Redemandez les deux ensemble.",
        en="Pain and impression of change were not given at the same time: only the later one "
        "counts. Ask for both together.",
    ),
}
INFERRED = Text(
    fr="Les séances faites sont déduites des dates des réponses\u00a0; précisez-les pour en être "
    "sûr.",
    en="The sessions given are inferred from the dates of the responses; state them to be sure.",
)
NO_RULE = Text(
    fr="Aucune règle du protocole ne correspond à ces valeurs\u00a0: la décision revient au "
    "clinicien.",
    en="No rule of the protocol answers these figures: the decision is the clinician’s.",
)
FORBIDDEN = Text(
    fr="L’évaluation du jour interdit ce traitement\u00a0: aucune séance n’est proposée.",
    en="The day’s assessment forbids this therapy: no session is proposed.",
)
UNANSWERED = Text(
    fr="Des questions de l’évaluation restent sans réponse\u00a0: aucune séance n’est proposée "
    "avant.",
    en="Questions of the assessment are still open: no session is proposed before the answers.",
)
EARLY_ANSWER = Text(
    fr="Une réponse des 72\u00a0heures qui suivent une séance ne juge pas son effet. Mais une "
    "fièvre, "
    "une rougeur qui s’étend, un écoulement, un déficit ou un essoufflement se montrent au médecin "
    "le jour même.",
    en="An answer of the 72 hours after a session does not judge its effect. But fever, spreading "
    "redness, discharge, a deficit or breathlessness are shown to a physician the same day.",
)
NO_DATE = Text(
    fr="Le protocole et ses limites ne permettent plus de séance.",
    en="The protocol and its limits allow no further session.",
)


@dataclass(frozen=True)
class Ignored:
    """A response that was not used."""

    date: date
    why: Literal["after-as-of", "before-baseline", "too-early"]


@dataclass(frozen=True)
class Plan:
    """The whole answer. ``next_step`` is ``None`` where no rule of the protocol applies."""

    start: date
    as_of: date
    sessions: tuple[Session, ...]
    sessions_known: Literal["stated", "inferred"]
    limits: tuple[DatedLimit, ...]
    limits_verified: tuple[bool, ...]
    left_out: tuple[LeftOut, ...]
    numbers: Numbers
    next_step: NextStep | None
    remarks: tuple[Text, ...]
    ignored: tuple[Ignored, ...]


def plan(  # noqa: PLR0913 - what a plan depends on, each by its name
    protocol: Protocol,
    start: date,
    responses: Sequence[Response],
    as_of: date,
    *,
    previous: Mapping[str, date] | None = None,
    verified: Verified = lambda citations: False,
    forbidden: bool = False,
    unanswered: bool = False,
    closed: Closed | None = None,
    reached: Collection[str] = (),
    classes: Collection[str] = (),
) -> Plan:
    """Lay ``protocol`` from ``start`` and say what the ``responses`` up to ``as_of`` call for.

    ``previous`` are dates of earlier acts by fact id (``last-corticosteroid-infiltration``), for
    the limits that count from them. ``verified`` says whether one of the citations was really
    read (``Edition.verified``); without it nothing is called verified. Where the assessment has
    ``forbidden`` the therapy (redirect or contraindicated), or leaves it ``unanswered``
    (needs-information), no session is proposed: only those delivered are shown. ``closed`` says on
    which days no session can be; ``reached`` are the limits that the facts say are reached.

    Raises ``InputError`` for two responses of one day, a session before the start, or a date that
    can only be mistyped. Responses after ``as_of``, and those before the baseline, are listed in
    ``ignored``.
    """
    previous = previous or {}
    _check_dates(start, as_of, previous)
    ordered = in_order(responses)
    used = [response for response in ordered if response.date <= as_of]
    stated = any(response.session is not None for response in ordered)
    given = _stated(used) if stated else _inferred(protocol, start, used, previous)
    schedule = lay(protocol, start, given, as_of, previous, closed=closed, reached=reached)
    early = _early(start, used, given)
    numbers = _numbers(protocol, start, used, given, early)
    step = next_step(protocol, schedule, numbers, start, as_of, verified, classes)
    held = forbidden or unanswered
    if forbidden:
        step = NextStep(None, "stop-and-reassess", FORBIDDEN, numbers, None)
    elif unanswered:
        step = _held(step, numbers, begun=bool(given))
    shown = schedule.delivered() if held else schedule.sessions
    return Plan(
        start=start,
        as_of=as_of,
        sessions=shown,
        sessions_known="stated" if stated else "inferred",
        limits=schedule.limits,
        limits_verified=tuple(verified(dated.limit.sources) for dated in schedule.limits),
        left_out=schedule.left_out,
        numbers=numbers,
        next_step=step,
        remarks=(
            *_remarks(numbers, step, inferred=not stated and start < as_of),
            *([UNANSWERED] if unanswered and step and step.because is not UNANSWERED else []),
            *(dated.limit.because for dated in schedule.limits if dated.reached),
            *([EARLY_ANSWER] if early else []),
            *_moved(shown),
        ),
        ignored=_ignored(ordered, start, as_of, early),
    )


def limits_reached(
    protocol: Protocol, dictionary: Dictionary, values: Mapping[str, Known], as_of: date
) -> frozenset[str]:
    """The limits of ``protocol`` that the patient's facts say are reached. Unknown reaches none:
    the assessment asks."""
    known = [limit for limit in protocol.limits if limit.reached_when is not None]
    conditions = [limit.reached_when for limit in known if limit.reached_when is not None]
    found, _ = proofs(dictionary, conditions, values, as_of)
    return frozenset(
        limit.id for limit, proof in zip(known, found, strict=True) if proof.holds is True
    )


def _held(step: NextStep | None, numbers: Numbers, *, begun: bool) -> NextStep:
    """The step while questions are open: of a course that has begun what the responses call for,
    without a date; before the first session, the answers themselves."""
    if step is None or not begun:
        return NextStep(None, "answer-questions", UNANSWERED, numbers, None)
    return replace(step, date=None)


def _moved(sessions: Sequence[Session]) -> list[Text]:
    return [
        Text(
            fr=f"Le {date_in_words(session.moved_from, 'fr')} est un jour fermé\u00a0: la séance "
            f"{session.number} passe au {date_in_words(session.usual, 'fr')}.",
            en=f"{date_in_words(session.moved_from, 'en')} is a closed day: session "
            f"{session.number} moves to {date_in_words(session.usual, 'en')}.",
        )
        for session in sessions
        if session.moved_from
    ]


def _stated(used: Sequence[Response]) -> list[date]:
    return [response.date for response in used if response.session]


def _inferred(
    protocol: Protocol, start: date, used: Sequence[Response], previous: Mapping[str, date]
) -> list[date]:
    answered = [response.date for response in used if response.date > start]
    if not answered:
        return []
    optional = {phase.id for phase in protocol.phases if phase.optional}
    given = [start]
    for day in answered[:-1]:
        pending = lay(protocol, start, given, day, previous).pending()
        if not pending or pending[0].phase in optional:
            break
        if day >= pending[0].earliest:
            given.append(day)
    return given


def _baseline(ordered: Sequence[Response], start: date) -> Response | None:
    before = [
        response for response in ordered if response.date <= start and response.nrs is not None
    ]
    return before[-1] if before else None


def _early(start: date, used: Sequence[Response], given: Sequence[date]) -> set[date]:
    """The days of the answers that came too close after a session to judge it."""
    return {
        response.date
        for response in used
        if (response.nrs is not None or response.pgic is not None)
        and response.date > start
        and any(0 < (response.date - session).days <= EARLY for session in given)
    }


def _numbers(
    protocol: Protocol,
    start: date,
    used: Sequence[Response],
    given: Sequence[date],
    early: Collection[date],
) -> Numbers:
    after = [response for response in used if response.date > start and response.date not in early]
    scores = {one.date: as_written(one.nrs) for one in after if one.nrs is not None}
    impressions = {one.date: one.pgic for one in after if one.pgic is not None}
    scored, felt = max(scores, default=None), max(impressions, default=None)
    outdated = comparable.outdated(scored, felt, given)
    answered = max((day for day in (scored, felt) if day is not None), default=None)
    before_answer = [day for day in given if answered is None or day < answered]
    baseline = _baseline(used, start)
    is_old = baseline is not None and not comparable.is_recent(baseline.date, start)
    before = None if baseline is None or baseline.nrs is None or is_old else baseline.nrs
    numbers = Numbers(
        len(before_answer),
        None if before is None else as_written(before),
        None if scored is None or scored == outdated else scores[scored],
        pgic=None if felt is None or felt == outdated else impressions[felt],
        last_session=max(before_answer, default=None),
        answered=answered,
        early=bool(early),
    )
    return with_reliefs(protocol, numbers, scores, start, _unjudged(is_old, outdated))


def _unjudged(is_old: bool, outdated: date | None) -> tuple[Why, ...]:
    old: tuple[Why, ...] = ("old-baseline",) if is_old else ()
    return old if outdated is None else (*old, "answers-apart")


def _remarks(numbers: Numbers, step: NextStep | None, *, inferred: bool) -> list[Text]:
    remarks = []
    if numbers.baseline_nrs is None and "old-baseline" not in numbers.not_judged:
        remarks.append(NO_BASELINE)
    elif numbers.baseline_nrs == 0:
        remarks.append(BASELINE_ZERO)
    remarks += [NOT_JUDGED[why] for why in numbers.not_judged]
    if inferred:
        remarks.append(INFERRED)
    if step is None:
        remarks.append(NO_RULE)
    elif step.step in COMES_TO_A_SESSION and step.date is None:
        remarks.append(NO_DATE)
    return remarks


def _ignored(
    ordered: Sequence[Response], start: date, as_of: date, early: Collection[date]
) -> tuple[Ignored, ...]:
    baseline = _baseline([response for response in ordered if response.date <= as_of], start)
    too_early = tuple(Ignored(day, "too-early") for day in sorted(early))
    return too_early + tuple(
        Ignored(response.date, "after-as-of" if response.date > as_of else "before-baseline")
        for response in ordered
        if response.date > as_of
        or (baseline is not None and response.date < baseline.date)
        or (baseline is None and response.date < start)
    )


def _check_dates(start: date, as_of: date, previous: Mapping[str, date]) -> None:
    for name, day in (("start", start), ("as-of", as_of), *previous.items()):
        if not YEARS[0] <= day.year <= YEARS[1]:
            raise InputError(
                f"{day.isoformat()} cannot be meant; check the year",
                name,
                fr=f"le {date_in_words(day, 'fr')} n’est pas plausible\u00a0; vérifiez l’année",
            )
    for name, day in previous.items():
        if day > as_of:
            raise InputError(
                f"{day.isoformat()} lies after {as_of.isoformat()}",
                name,
                fr=f"le {date_in_words(day, 'fr')} est postérieur au "
                f"{date_in_words(as_of, 'fr')}\u00a0; vérifiez les deux dates",
            )


def plan_as_json(made: Plan, language: str) -> dict[str, Any]:
    """The plan as plain JSON values; texts in ``language`` (fr or en), dates in ISO form.

    ``relief_percent`` is cut after one decimal, so that 29.96 is never shown as 30.
    """
    return {
        "start": made.start.isoformat(),
        "as_of": made.as_of.isoformat(),
        "sessions_known": made.sessions_known,
        "sessions": [_session_as_json(session, language) for session in made.sessions],
        "limits": [
            _limit_as_json(dated, is_verified, language)
            for dated, is_verified in zip(made.limits, made.limits_verified, strict=True)
        ],
        "left_out": [
            {"number": left.number, "phase": left.phase, "limit": left.limit}
            for left in made.left_out
        ],
        "next_step": None if made.next_step is None else _step_as_json(made.next_step, language),
        "numbers": _numbers_as_json(made.numbers),
        "remarks": [remark.in_language(language) for remark in made.remarks],
        "ignored": [{"date": row.date.isoformat(), "why": row.why} for row in made.ignored],
    }


def _session_as_json(session: Session, language: str) -> dict[str, Any]:
    return {
        "number": session.number,
        "phase": session.phase,
        "label": session.label.in_language(language),
        "earliest": session.earliest.isoformat(),
        "usual": session.usual.isoformat(),
        "latest": session.latest.isoformat(),
        "optional": session.optional,
        "state": session.state,
        "delivered": _iso(session.delivered),
        "moved_from": _iso(session.moved_from),
    }


def _limit_as_json(dated: DatedLimit, is_verified: bool, language: str) -> dict[str, Any]:
    limit = dated.limit
    return {
        "limit": limit.id,
        "kind": limit.kind,
        "value": limit.value,
        "kept": dated.kept,
        "not_before": _iso(dated.not_before),
        "last_day": _iso(dated.last_day),
        "most": dated.most,
        "counted": dated.counted,
        "reached": dated.reached,
        "because": limit.because.in_language(language),
        "sources": _sources_as_json(limit.sources),
        "basis": limit.basis,
        "verified": is_verified,
    }


def _step_as_json(step: NextStep, language: str) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "step": step.step,
        "because": step.because.in_language(language),
        "date": _iso(step.date),
        "numbers": _numbers_as_json(step.numbers),
        "sources": _sources_as_json(step.sources),
        "basis": step.basis,
        "verified": step.verified,
    }


def _numbers_as_json(numbers: Numbers) -> dict[str, Any]:
    return {
        "sessions": numbers.sessions,
        "baseline_nrs": None if numbers.baseline_nrs is None else float(numbers.baseline_nrs),
        "last_nrs": None if numbers.last_nrs is None else float(numbers.last_nrs),
        "relief_percent": one_decimal(numbers.relief_percent),
        "pgic": numbers.pgic,
        "best_relief_percent": one_decimal(numbers.best_relief_percent),
    }


def _sources_as_json(citations: Sequence[Citation]) -> list[dict[str, str | None]]:
    return [{"id": citation.id, "at": citation.at} for citation in citations]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
