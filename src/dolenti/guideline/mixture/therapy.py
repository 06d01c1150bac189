"""What the therapy’s own rules say of the patient: no syringe is more permissive than they are.

What is forbidden, or to be sent elsewhere first, blocks it; what is for a written decision is one
here too; what the verdict still waits for, the syringe waits for. Where no complaint is named there
is no verdict: what is known of the patient speaks, and where that may forbid, what would settle it
is asked. What is gravest is asked all the same, whatever is treated: the facts whose no a button of
the page says (pregnancy, an anticoagulant, an infection, a fever), where the therapy's own
contraindications or a flag of the patient rest on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from dolenti.guideline.conditions import Proof
from dolenti.guideline.facts import Case, Known
from dolenti.guideline.judge import Assessment, Judged, Verdict, reassuring_value
from dolenti.guideline.knowledge import Criterion, RedFlag, Severity
from dolenti.guideline.mixture.look import Finding, Look

RULES = ("therapy-not-indicated",)

_SPEAKS: Final = frozenset(
    ("stops+", "alerts+", "absolute-contraindication+", "relative-contraindication+")
)


def look_at_therapy(look: Look, judged_as: Callable[[Case], Assessment]) -> Iterator[Finding]:
    """What the verdict on the therapy means for the syringe."""
    assessment = judged_as(look.mixture.case)
    verdict = _verdict(look, assessment)
    for judged in verdict.reasons:
        if judged.group in _SPEAKS:
            yield _finding(judged.rule, judged.proof)
    if not look.is_of_a_complaint:
        yield from _wanted_by_dangers(look, verdict.reasons, judged_as)
        yield from _gravest(look, (*verdict.criteria, *assessment.red_flags))
        return
    if verdict.status == "not-indicated":
        yield look.finding("therapy-not-indicated")
    elif verdict.status == "needs-information":
        asked = frozenset(verdict.questions)
        for judged in verdict.reasons:
            if judged.proof.holds is None:
                wanted = tuple(fact for fact in judged.proof.open if fact in asked)
                yield _finding(judged.rule, Proof(None, open=wanted))


def _wanted_by_dangers(
    look: Look, reasons: Sequence[Judged], judged_as: Callable[[Case], Assessment]
) -> Iterator[Finding]:
    """The rules that a danger which was said may make forbid: those still open, and open otherwise
    than they would be without it."""
    case = look.mixture.case
    calm = {
        fact.id: Known(value)
        for fact in look.edition.facts
        if fact.id in case.facts
        and fact.type in ("boolean", "choice")
        and (value := reassuring_value(fact)) is not None
    }
    if all(case.facts[fact].value == known.value for fact, known in calm.items()):
        return
    without = judged_as(replace(case, facts={**case.facts, **calm}))
    verdict = _verdict(look, without)
    opened = {judged.rule.id: judged.proof for judged in verdict.reasons}
    for judged in reasons:
        if judged.proof.holds is not None or _weight(judged.rule) != "block":
            continue
        if opened.get(judged.rule.id) != judged.proof:
            yield _finding(judged.rule, judged.proof)


def _gravest(look: Look, rules: Sequence[Judged]) -> Iterator[Finding]:
    """The rules that wait for what is gravest, and for that alone: the rest is of the complaint,
    which nobody named. A flag of the complaint is its assessment's."""
    gravest = frozenset(
        asked.fact for row in look.edition.asking for asked in row.facts if asked.tier == "button"
    )
    of_complaint = frozenset(fact.id for fact in look.edition.facts if fact.about == "complaint")
    for judged in rules:
        rule, proof = judged.rule, judged.proof
        if proof.holds is not None or f"{judged.group[:-1]}+" not in _SPEAKS:
            continue
        possible = gravest if isinstance(rule, Criterion) else gravest - of_complaint
        wanted = tuple(fact for fact in proof.open if fact in possible)
        if wanted:
            yield _finding(rule, Proof(None, open=wanted))


def _verdict(look: Look, assessment: Assessment) -> Verdict:
    return next(v for v in assessment.verdicts if v.therapy.id == look.therapy)


def _finding(rule: Criterion | RedFlag, proof: Proof) -> Finding:
    return Finding.of(rule, proof, _weight(rule))


def _weight(rule: Criterion | RedFlag) -> Severity:
    if isinstance(rule, Criterion):
        return "block" if rule.kind == "absolute-contraindication" else "override"
    return "block" if rule.effect == "stops" else "override"
