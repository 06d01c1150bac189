"""Which questions a case opens with, and which wait for another answer.

A question is asked where the rules of a therapy in play still need it, or where its row asks it
for them. It waits while that hangs on another question of the page, unless the rules would need it
even if all the others were answered by a no: then it is asked at once, so that the page does not
grow after it was read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dolenti.guideline.asking.refs import SUPPOSED, Ref, calm, is_open
from dolenti.guideline.asking.sheet import Sheet, asks
from dolenti.guideline.conditions import Proof
from dolenti.guideline.facts import Case, Known, with_facts
from dolenti.guideline.judge import Assessment, Judge, never_asked
from dolenti.guideline.knowledge import AskedFact


@dataclass(frozen=True)
class Situation:
    """A case with the therapies that the clinician thinks of."""

    case: Case
    in_play: frozenset[str]


@dataclass(frozen=True)
class OpenQuestions:
    """``now`` are asked, ``waiting`` will be if another answer raises them, ``unplaced`` are
    needed by the rules and stand in no row of the page; ``of_page`` are the facts that the page
    asks of this case, those that are known already too. ``offered`` may be said after another
    answer, and nothing waits for them: what no rule asks and what counts once it is said."""

    zone: str | None
    now: tuple[Ref, ...]
    waiting: tuple[Ref, ...]
    unplaced: tuple[str, ...]
    of_page: frozenset[str]
    offered: tuple[Ref, ...] = ()


def thought_of(assessment: Assessment) -> frozenset[str]:
    """The therapies that something speaks for; all where nothing does yet."""
    found = frozenset(
        verdict.therapy.id
        for verdict in assessment.verdicts
        if any(
            one.rule.kind == "indication" and one.proof.holds is True for one in verdict.criteria
        )
    )
    return found or frozenset(verdict.therapy.id for verdict in assessment.verdicts)


def needed_by(assessment: Assessment, in_play: Collection[str]) -> frozenset[str]:
    """The facts that the verdicts on the therapies in play still wait for."""
    return frozenset(
        fact
        for verdict in assessment.verdicts
        if verdict.therapy.id in in_play
        for fact in verdict.questions
    )


def open_questions(judge: Judge, sheet: Sheet, situation: Situation) -> OpenQuestions:
    """The questions of a case, in the order of the rows."""
    case, in_play = situation.case, situation.in_play
    definitions = sheet.dictionary.definitions
    assessment = judge.assess(_unsupposed(case))
    values = assessment.values
    zone_known = values.get("zone")
    zone = str(zone_known.value) if zone_known is not None else None
    needed = needed_by(assessment, in_play)
    proofs, irrelevant = sheet.proofs(values, case.as_of)
    now: dict[Ref, None] = {}
    waiting: dict[Ref, None] = {}
    of_page: set[str] = set()
    offered: list[Ref] = []
    for row in sheet.rows:
        if not asks(row):
            continue
        for asked in row.facts:
            if asked.fact not in definitions:
                continue
            if asked.fact in irrelevant:
                if _is_offered(sheet, asked, proofs, in_play):
                    offered.append(Ref(asked.fact))
                continue
            by_row = (
                not asked.if_needed
                and (not asked.therapies or in_play & set(asked.therapies))
                and (not asked.zones or zone in asked.zones)
                and sheet.when(asked.fact, proofs)
            )
            if not (asked.fact in needed or by_row):
                continue
            of_page.add(asked.fact)
            definition = definitions[asked.fact]
            hangs = [
                fact
                for proof in sheet.waits(asked.fact, proofs)
                if proof.holds is None
                for fact in proof.open
                if fact in sheet.asked and asks(sheet.asked[fact][0])
            ]
            for ref in sheet.refs(asked, zone, in_play):
                if is_open(ref, definition, values):
                    (waiting if hangs else now)[ref] = None
    placed = {ref.fact for ref in (*now, *waiting)}
    at_once = _needed_anyway(judge, case, tuple(now), sheet, in_play)
    for ref in list(waiting):
        if ref.fact in at_once:
            del waiting[ref]
            now[ref] = None
    in_order = {fact: n for n, fact in enumerate(sheet.asked)}
    return OpenQuestions(
        zone,
        tuple(sorted(now, key=lambda ref: in_order[ref.fact])),
        tuple(waiting),
        tuple(sorted((needed | at_once) - placed - set(irrelevant))),
        frozenset(of_page),
        tuple(offered),
    )


def _is_offered(
    sheet: Sheet, asked: AskedFact, proofs: list[Proof], in_play: Collection[str]
) -> bool:
    return (
        never_asked(sheet.dictionary.definitions[asked.fact])
        and sheet.when(asked.fact, proofs, surely=True)
        and (not asked.therapies or not set(in_play).isdisjoint(asked.therapies))
    )


def core_open(sheet: Sheet, values: Mapping[str, Known], as_of: date) -> tuple[str, ...]:
    """What must be known of the patient before anything is injected, whatever hurts, and that
    nobody has said: what stands on buttons, for every therapy, and does not change by the day."""
    definitions = sheet.dictionary.definitions
    proofs, irrelevant = sheet.proofs(values, as_of)
    return tuple(
        fact
        for fact, (row, asked) in sheet.asked.items()
        if asks(row)
        and asked.tier == "button"
        and not asked.therapies
        and fact in definitions
        and definitions[fact].about == "patient"
        and fact not in irrelevant
        and sheet.when(fact, proofs)
        and is_open(Ref(fact), definitions[fact], values)
    )


def _needed_anyway(
    judge: Judge, case: Case, now: tuple[Ref, ...], sheet: Sheet, in_play: frozenset[str]
) -> frozenset[str]:
    """What the rules would still need if all that is asked now were answered by a no."""
    answers: dict[str, Known] = {}
    for ref in now:
        value = calm(ref, sheet.dictionary.definitions[ref.fact], {**case.facts, **answers})
        if value is not None:
            answers[ref.fact] = Known(value)
    assessment = judge.assess(with_facts(_unsupposed(case), answers))
    return needed_by(assessment, in_play)


def _unsupposed(case: Case) -> Case:
    """The case without what nobody stated: it is asked like the rest. Nor with the items of the
    record: each is asked once, above the rows, and not again by every fact it may concern."""
    said = {fact: known for fact, known in case.facts.items() if known.origin != SUPPOSED}
    return replace(case, facts=said, unread=tuple(one for one in case.unread if one.understood))


__all__ = ["OpenQuestions", "Situation", "core_open", "needed_by", "open_questions", "thought_of"]
