"""Whether the needles that were written are those that were taken, and as long as their target
asks: of a lot only its name is known, and a name that says no gauge and no length is held against
nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session.content import Content, content, found, verified
from dolenti.guideline.session.findings import Finding
from dolenti.guideline.session.shapes.infiltration import Target
from dolenti.guideline.session.shapes.places import Needle

LENGTH: Final = "needle-outside-range"
"""The rule that speaks of a needle that is not as long as its target asks."""
GAUGE = re.compile(r"(?<![\d.,])(\d{2})\s*G\b", re.IGNORECASE)
"""A gauge in a name."""
_LENGTH = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*mm\b", re.IGNORECASE)


def length_of(name: str) -> float | None:
    """How long a needle is (mm), as its name says; ``None`` of a name that does not say it."""
    length = _LENGTH.search(name)
    return None if length is None else float(length[1].replace(",", "."))


def suits(name: str, target: Target) -> bool:
    """Whether a needle, as its name says, is of the lengths that a target asks."""
    mm = length_of(name)
    shortest, longest = target.needle.length_mm
    return mm is not None and shortest <= mm <= longest


def usual_of(target: Target, language: str) -> str:
    """The needle that a target asks, in words: “21 G, 50 to 80 mm”."""
    shortest, longest = target.needle.length_mm
    length = number_in_words(longest, "mm", language)
    if shortest != longest:
        span = " à " if language == "fr" else " to "
        length = f"{number_in_words(shortest, None, language)}{span}{length}"
    return f"{target.needle.gauge}, {length}"


def of_targets(targets: Iterable[Target], language: str) -> str:
    """The needle of each target by its name: “Knee: 21 G, 50 mm; Hip: …”."""
    colon, semicolon = ("\u00a0: ", "\u00a0; ") if language == "fr" else (": ", "; ")
    return semicolon.join(
        f"{one.label.in_language(language)}{colon}{usual_of(one, language)}" for one in targets
    )


def judge_lengths(
    edition: Edition, targets: Sequence[Target], names: Iterable[str]
) -> tuple[Finding, ...]:
    """What is found of the lengths of needles, by their names, for the ``targets`` that may be
    aimed at: one that suits any of them is fine, and so is one that says no length. Whoever takes
    several needles draws up with one of them: if one suits, nothing is said."""
    measured = [name for name in names if length_of(name) is not None]
    if not targets or not measured:
        return ()
    if any(suits(name, target) for name in measured for target in targets):
        return ()
    rule = found(content(edition).infiltration.checks, LENGTH, "checks")
    detail = Text(fr=of_targets(targets, "fr") + ".", en=of_targets(targets, "en") + ".")
    finding = Finding.of(edition, rule, rule.severity, detail=detail)
    if len(targets) > 1:
        return (finding,)
    # The sentence of the rule, with what the length of this target rests on.
    needle = targets[0].needle
    return (
        replace(
            finding,
            sources=needle.sources,
            basis=needle.basis,
            verified=verified(edition, needle),
        ),
    )


def needle_of(known: Content, name: str) -> Needle | None:
    """The needle that a name speaks of, by its gauge and its length (mm): “30G 4 mm”."""
    gauge, mm = GAUGE.search(name), length_of(name)
    if gauge is None or mm is None:
        return None
    return next(
        (one for one in known.needles if one.gauge[:2] == gauge[1] and one.length_mm == mm), None
    )


def judge_needles(
    edition: Edition, taken: Iterable[str], written: Iterable[str]
) -> tuple[Finding, ...]:
    """What is found of the needles ``written`` (their ids) against those ``taken`` (the names of
    their lots)."""
    known = content(edition)
    needles = [needle_of(known, name) for name in taken]
    ids = {one.id for one in needles if one is not None}
    used = [one for one in known.needles if one.id in set(written)]
    other = [one for one in used if one.id not in ids]
    if not needles or None in needles or not other:
        return ()
    names = ", ".join(f"{one.gauge} × {one.length_mm:g} mm" for one in other)
    rule = found(known.places.rules, "needle-not-taken", "map rules")
    detail = Text(fr=names.replace(".", ",") + ".", en=names + ".")
    return (Finding.of(edition, rule, "warn", detail=detail),)
