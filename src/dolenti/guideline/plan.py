"""A course as dated sessions, its limits, and the next step that the responses call for.

Which sessions were delivered is what the caller says: the rows with ``session: true``. Only where
no row says anything about sessions are they inferred, and the plan says so: session 1 on the
start, once an answer follows it; then one on each answered day that lies in the window of the next
required session, except the last answered day, whose session is still to come. A session of an
optional phase is never inferred.

The baseline is the last NRS answered on or before the start. Without one, or where it is 0, the
relief is not evaluable and no rule that bounds the relief applies; the same holds for a PGIC not
yet answered. Nothing is guessed. All functions are pure: no clock, no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Citation, Protocol, Text
from dolenti.guideline.next_step import NextStep, Numbers, Verified, next_step
from dolenti.guideline.responses import Response, in_order, read_responses
from dolenti.guideline.schedule import DatedLimit, LeftOut, Session, lay
from dolenti.guideline.scoring.exact import as_written, one_decimal
from dolenti.guideline.scoring.pain import change

__all__ = ["NextStep", "Numbers", "Plan", "Response", "plan", "plan_as_json", "read_responses"]

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
INFERRED = Text(
    fr="Les séances faites sont déduites des dates des réponses\u00a0; précisez-les pour en être "
    "sûr.",
    en="The sessions given are inferred from the dates of the responses; state them to be sure.",
)
NO_RULE = Text(
    fr="Aucune règle du protocole ne répond à ces chiffres\u00a0: la décision revient au "
    "clinicien.",
    en="No rule of the protocol answers these figures: the decision is the clinician’s.",
)
FORBIDDEN = Text(
    fr="L’évaluation du jour interdit ce traitement\u00a0: aucune séance n’est proposée.",
    en="The day’s assessment forbids this therapy: no session is proposed.",
)
NO_DATE = Text(
    fr="Le protocole et ses limites ne permettent plus de séance.",
    en="The protocol and its limits allow no further session.",
)


@dataclass(frozen=True)
class Ignored:
    """A response that was not used."""

    date: date
    why: Literal["after-as-of", "before-baseline"]


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


def plan(
    protocol: Protocol,
    start: date,
    responses: Sequence[Response],
    as_of: date,
    *,
    previous: Mapping[str, date] | None = None,
    verified: Verified = lambda citations: False,
    forbidden: bool = False,
) -> Plan:
    """Lay ``protocol`` from ``start`` and say what the ``responses`` up to ``as_of`` call for.

    ``previous`` are dates of earlier acts by fact id (``last-corticosteroid-infiltration``), for
    the limits that count from them. ``verified`` says whether one of the citations was really
    read (``Edition.verified``); without it nothing is called verified. Where the assessment has
    ``forbidden`` the therapy (redirect or contraindicated), no session is proposed.

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
    schedule = lay(protocol, start, given, as_of, previous)
    numbers = _numbers(start, used, given)
    step = next_step(protocol, schedule, numbers, start, as_of, verified)
    if forbidden:
        step = NextStep(None, "stop-and-reassess", FORBIDDEN, numbers, None)
    return Plan(
        start=start,
        as_of=as_of,
        sessions=schedule.sessions,
        sessions_known="stated" if stated else "inferred",
        limits=schedule.limits,
        limits_verified=tuple(verified(dated.limit.sources) for dated in schedule.limits),
        left_out=schedule.left_out,
        numbers=numbers,
        next_step=step,
        remarks=tuple(_remarks(numbers, step, inferred=not stated and start < as_of)),
        ignored=_ignored(ordered, start, as_of),
    )


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


def _numbers(start: date, used: Sequence[Response], given: Sequence[date]) -> Numbers:
    after = [response for response in used if response.date > start]
    answers = [response for response in after if response.nrs is not None]
    impressions = [response.pgic for response in after if response.pgic is not None]
    answered = [
        response.date for response in after if response.nrs is not None or response.pgic is not None
    ]
    sessions = sum(day < answered[-1] for day in given) if answered else len(given)
    pgic = impressions[-1] if impressions else None
    baseline = _baseline(used, start)
    before = None if baseline is None or baseline.nrs is None else as_written(baseline.nrs)
    last = answers[-1].nrs if answers else None
    if before is None or last is None:
        return Numbers(sessions, before, None if last is None else as_written(last), None, pgic)
    relief = change(before, last).relief_percent
    return Numbers(sessions, before, as_written(last), relief, pgic)


def _remarks(numbers: Numbers, step: NextStep | None, *, inferred: bool) -> list[Text]:
    remarks = []
    if numbers.baseline_nrs is None:
        remarks.append(NO_BASELINE)
    elif numbers.baseline_nrs == 0:
        remarks.append(BASELINE_ZERO)
    if inferred:
        remarks.append(INFERRED)
    if step is None:
        remarks.append(NO_RULE)
    elif step.step in ("continue", "lengthen-interval") and step.date is None:
        remarks.append(NO_DATE)
    return remarks


def _ignored(ordered: Sequence[Response], start: date, as_of: date) -> tuple[Ignored, ...]:
    baseline = _baseline([response for response in ordered if response.date <= as_of], start)
    return tuple(
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
                fr=f"le {day.isoformat()} n’est pas plausible\u00a0; vérifiez l’année",
            )
    for name, day in previous.items():
        if day > as_of:
            raise InputError(
                f"{day.isoformat()} lies after {as_of.isoformat()}",
                name,
                fr=f"le {day.isoformat()} vient après le {as_of.isoformat()}\u00a0; vérifiez les "
                "deux dates",
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
    }


def _sources_as_json(citations: Sequence[Citation]) -> list[dict[str, str | None]]:
    return [{"id": citation.id, "at": citation.at} for citation in citations]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
