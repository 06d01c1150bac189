"""Usual mixtures: which a clinic may switch on, and which it is offered for a zone.

All are off at first. What is withheld or not offered cannot be switched on by anybody, and what is
offered is judged again, for its patient, each time it is drawn up: nothing here allows a syringe.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final

from dolenti.guideline.knowledge import Edition
from dolenti.guideline.mixture import MixtureJudge, MixtureResult, read_mixture
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.shapes.mixtures import UsualMixture

MAY_BE_ON: Final = ("offer", "decision")
"""The tiers that a clinic may switch on."""

THERAPY: Final = "mesotherapy"

# Everything that says what a mixture does to a man in good health; the day is that of the content.
_HEALTHY: Final[dict[str, Any]] = {
    "patient": {"birth-date": "1981-07-14", "sex": "male"},
    "jurisdiction": "FR",
    "given-today": [],
    "given-before": [],
}
# What has no reassuring answer, as such a man gives it.
_STATED: Final[dict[str, Any]] = {"weight": 70, "contraception": True}


def may_be_switched_on(mixture: UsualMixture) -> bool:
    """Whether a clinic may switch a mixture on."""
    return mixture.tier in MAY_BE_ON


def offered(content: Content, switched_on: Collection[str], zone: str) -> tuple[UsualMixture, ...]:
    """The mixtures that a clinic has switched on and that are usual in a zone.

    One that was switched on and may no longer be is left out.
    """
    return tuple(
        one
        for one in content.usual_mixtures
        if one.id in switched_on and may_be_switched_on(one) and zone in one.zones
    )


def as_file(mixture: UsualMixture) -> dict[str, Any]:
    """The preparation as a mixture file writes it (contract 3)."""
    vehicle: dict[str, Any] = {"fluid": mixture.vehicle.fluid}
    if mixture.vehicle.fluid != "none":
        vehicle["volume"] = mixture.vehicle.volume
    return {
        "therapy": THERAPY,
        "technique": mixture.technique,
        "preparation": {
            "vehicle": vehicle,
            "components": [
                {"product": one.product, "strength": one.strength, "volume": one.volume}
                for one in mixture.components
            ],
        },
    }


def judged(
    edition: Edition, judge: MixtureJudge, mixture: UsualMixture, day: date
) -> MixtureResult:
    """What today's rules say of a mixture for a healthy man of 70 kg in France."""
    file = {**as_file(mixture), **_HEALTHY, "facts": _calm_facts(edition)}
    return judge.judge(read_mixture(file, edition, day))


def disagreements(
    edition: Edition, judge: MixtureJudge, mixture: UsualMixture, day: date
) -> Iterator[str]:
    """Where the rules say something else of a mixture than the content says they do."""
    result = judged(edition, judge, mixture, day)
    if result.verdict != mixture.judged.verdict:
        yield f"should be {mixture.judged.verdict} and is {result.verdict}"
    speak = sorted({f.rule for f in result.findings if f.severity != "info"})
    if speak != sorted(mixture.judged.rules):
        yield f"the rules that speak are {speak}, not {sorted(mixture.judged.rules)}"
    notes = sorted({f.rule for f in result.findings if f.severity == "info"})
    if notes != sorted(mixture.judged.notes):
        yield f"the notes are {notes}, not {sorted(mixture.judged.notes)}"
    if mixture.tier == "offer" and result.verdict != "allowed":
        yield f"is offered, and the rules say {result.verdict}"
    if mixture.tier == "decision" and result.verdict not in ("allowed", "override"):
        yield f"is for a written decision, and the rules say {result.verdict}"


def _calm_facts(edition: Edition) -> dict[str, Any]:
    """Every reassuring answer, as a file writes it."""
    calm = dict(_STATED)
    for fact in edition.facts:
        if fact.from_header or fact.reassuring is None:
            continue
        value = fact.reassuring
        calm[fact.id] = list(value) if isinstance(value, tuple) else value
    return calm
