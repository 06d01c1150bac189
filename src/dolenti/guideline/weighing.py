"""What helps to choose among therapies that may be done: in one line each, from the knowledge.

What is known of each (studies for and against what is claimed, how many people, how large), how
many visits it takes, what it forbids or delays later; and what is tried before any of them. No
number is made here: studies are named one by one, because those that pool others share people
with them and a sum would count these twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dolenti.guideline.basis import BASIS
from dolenti.guideline.conditions import facts_of, leaves
from dolenti.guideline.dates import read_duration
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.judge import proofs, type_problem
from dolenti.guideline.knowledge import (
    NOT_NAMED,
    Basis,
    Claim,
    ClinicalCondition,
    Criterion,
    Edition,
    Finding,
    Leaning,
    Phase,
    Rule,
    Text,
    Therapy,
)
from dolenti.guideline.known import claim_about
from dolenti.guideline.words import duration_in_words

Support = Literal["supported", "recognised", "mixed", "not-supported", "claimed", "contradicted"]
"""How far what is done rests on more than somebody's word: ``recognised`` where the indication is
an official one, or a guideline says so, and no study of it was read; ``not-supported`` where
studies of this place do not show it; ``claimed`` where nothing of this place but the claim
stands."""

SUPPORTS: Final[tuple[Support, ...]] = (
    "supported", "recognised", "mixed", "not-supported", "claimed", "contradicted",
)  # fmt: skip
_OFFICIAL: Final[frozenset[Basis]] = frozenset({"label", "regulation", "guideline"})
_STUDIES: Final[tuple[Basis, ...]] = ("trial", "observational", "guideline")
_LEANINGS: Final[tuple[Leaning | None, ...]] = ("for", "against", "neither", None)
_WORDS: Final[dict[str, dict[Leaning | None, str]]] = {
    "fr": {"for": "Pour", "against": "Contre", "neither": "Sans trancher", None: "Autres"},
    "en": {"for": "For", "against": "Against", "neither": "Undecided", None: "Others"},
}
_NONE: Final = Text(fr="Aucune étude lue", en="No study read")
_NONE_HERE: Final = Text(
    fr="Aucune étude lue de cet endroit du corps", en="No study read of this part of the body"
)
_ELSEWHERE: Final = {
    "fr": "Ailleurs, ou sans endroit précisé",
    "en": "Elsewhere, or no place named",
}


@dataclass(frozen=True)
class Weighed:
    """One therapy, in lines. ``as_whole``: the claim is about the therapy, not this diagnosis.
    Sizes, and what it rules out later, may be none."""

    support: Support
    claim: str
    as_whole: bool
    studies: tuple[str, ...]
    sizes: tuple[str, ...]
    visits: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """Something that is tried first. ``state``: whether the record says that it was; ``open`` where
    it can only be advised."""

    id: str
    says: str
    state: Literal["done", "not-done", "unknown", "open"]
    facts: tuple[str, ...]
    basis: Basis


def weigh(
    therapy: Therapy,
    condition: ClinicalCondition | None,
    zone: str | None,
    held: Iterable[Criterion],
    language: str,
) -> Weighed:
    """One therapy for one complaint; ``held`` are its criteria that are true."""
    claim = claim_about(therapy, condition, zone)
    return Weighed(
        support_of(claim, held, zone),
        claim.claims.in_language(language) if claim else "",
        bool(claim and claim.known),
        _studies(claim, zone, language),
        _sizes(claim, zone, language),
        tuple(_phase(phase, language) for phase in therapy.protocol.phases),
        (
            *(
                one.says.in_language(language)
                for one in therapy.later
                if not one.zones or zone in one.zones
            ),
            *(
                limit.because.in_language(language)
                for limit in therapy.protocol.limits
                if limit.kind == "interval-same-site"
            ),
        ),
    )


def support_of(claim: Claim | None, held: Iterable[Criterion], zone: str | None) -> Support:
    """How far a therapy that may be done rests on more than a claim. What was found in another
    place of the body is no support here."""
    judged = claim.judgement if claim else "not-studied"
    if judged == "contradicted":
        return "contradicted"
    bases = {one.basis for one in _studies_of(claim) if one.is_of(zone)}
    if judged == "supported" and bases:
        return "recognised" if bases == {"guideline"} else "supported"
    if judged == "mixed" and bases:
        return "mixed"
    if judged == "not-supported" and bases:
        return "not-supported"
    official = any(one.kind == "indication" and one.basis in _OFFICIAL for one in held)
    return "recognised" if judged == "not-studied" and official else "claimed"


def _studies_of(claim: Claim | None) -> list[Finding]:
    return [one for one in claim.findings if one.basis in _STUDIES] if claim else []


def _studies(claim: Claim | None, zone: str | None, language: str) -> tuple[str, ...]:
    """“Pour : essai, 376 personnes.”: one line for each way that studies lean; what was found
    elsewhere in the body leans no way here."""
    findings = _studies_of(claim)
    if not findings:
        return (_NONE.in_language(language),)
    colon = "\u00a0: " if language == "fr" else ": "
    here = [one for one in findings if one.is_of(zone)]
    lines = [] if here else [_NONE_HERE.in_language(language)]
    for leaning in _LEANINGS:
        leaning_so = [one for one in here if one.leans == leaning]
        if leaning_so:
            lines.append(f"{_WORDS[language][leaning]}{colon}{_named(leaning_so, language)}")
    elsewhere = [one for one in findings if not one.is_of(zone)]
    if elsewhere:
        lines.append(f"{_ELSEWHERE[language]}{colon}{_named(elsewhere, language)}")
    return tuple(lines)


def _named(findings: list[Finding], language: str) -> str:
    """“essai (180 personnes, arthrose du genou), recommandation (2)”: each kind once, with the
    people of each and who they were."""
    kinds: dict[Basis, list[Finding]] = {}
    for one in findings:
        kinds.setdefault(one.basis, []).append(one)
    said = []
    for basis, of_kind in kinds.items():
        counts = [count for one in of_kind if (count := _count(one, language))]
        if not counts and len(of_kind) > 1:
            counts = [str(len(of_kind))]
        told = f" ({', '.join(counts)})" if counts else ""
        said.append(f"{BASIS[language][basis]}{told}")
    return ", ".join(said)


def _count(finding: Finding, language: str) -> str:
    french = language == "fr"
    people = finding.people and f"{finding.people}\u00a0{'personnes' if french else 'people'}"
    who = finding.population.in_language(language) if finding.population else ""
    if finding.studies is None:
        return _joined(people or "", who)
    pooled = f"{finding.studies}\u00a0{'études réunies' if french else 'studies together'}"
    return _joined(f"{people} {'dans' if french else 'in'} {pooled}" if people else pooled, who)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _sizes(claim: Claim | None, zone: str | None, language: str) -> tuple[str, ...]:
    if claim is None:
        return ()
    return tuple(
        one.size.in_language(language)
        + (f" ({about})" if (about := _of_size(one, language)) else "")
        for one in claim.findings
        if one.size is not None and one.is_of(zone)
    )


def _of_size(finding: Finding, language: str) -> str:
    """In how many, and in whom, the size was measured."""
    unit = "personnes" if language == "fr" else "people"
    who = finding.population.in_language(language) if finding.population else ""
    return _joined(f"{finding.size_people}\u00a0{unit}" if finding.size_people else "", who)


def _phase(phase: Phase, language: str) -> str:
    """“3 à 4 séances, espacées de 1 semaine”."""
    french = language == "fr"
    low, high = phase.sessions
    count = f"{low}" if low == high else f"{low} {'à' if french else 'to'} {high}"
    many = high > 1
    session = ("séance" if french else "session") + ("s" if many else "")
    said = f"{count} {session}"
    if phase.optional:
        label = phase.label.in_language(language)
        said = f"{label[:1].lower()}{label[1:]}{chr(0xA0) if french else ''}: {said}"
    if many:
        first, last = (duration_in_words(read_duration(one), language) for one in phase.spacing)
        if first != last:
            short = first.split()[0] if first.split()[1:] == last.split()[1:] else first
            last = f"{short} {'à' if french else 'to'} {last}"
        said += f", espacées de {last}" if french else f", {last} apart"
    return said


def resting_on(supposed: Collection[str], rules: Iterable[Rule]) -> list[str]:
    """Those of the facts that nobody stated which these rules read: a verdict that lets a therapy
    be done holds only if they are so."""
    if not supposed:
        return []
    return sorted({fact for rule in rules for fact in facts_of(rule.when)} & set(supposed))


def first_tried(
    edition: Edition,
    dictionary: Dictionary,
    condition: ClinicalCondition | None,
    zone: str | None,
    values: Mapping[str, Known],
    as_of: date,
    language: str,
) -> tuple[Tried, ...]:
    """What is tried before a local treatment of this complaint, and what the record says of it."""
    about = [one for one in edition.first_line if one.is_about(condition, zone)]
    asked = [part for one in about for part in (one.wanted, one.done) if part is not None]
    found, _ = proofs(dictionary, asked, values, as_of)
    proof = dict(zip(asked, found, strict=True))
    tried = []
    for one in about:
        wanted = proof[one.wanted] if one.wanted is not None else None
        if wanted is not None and wanted.holds is False:
            continue
        done = proof[one.done] if one.done is not None else None
        open_ = tuple(fact for part in (wanted, done) if part is not None for fact in part.open)
        state: Literal["done", "not-done", "unknown", "open"] = "open"
        if open_:
            state = "unknown"
        elif done is not None:
            state = "done" if done.holds else "not-done"
        tried.append(Tried(one.id, one.says.in_language(language), state, open_, one.basis))
    return tuple(tried)


_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


_SAYS_OF_WHAT: Final = re.compile(r"(?!à\b|de\b|contre\b)[^\W\d]{3,}")
"""A size begins with what was measured, not with a number or a time."""


def problems(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every problem of what helps to choose: the entry, and what is wrong with it."""
    definitions = {fact.id: fact for fact in edition.facts}
    zones = {zone.id for zone in edition.zones}
    conditions = {condition.id for condition in edition.conditions}
    for therapy in edition.therapies:
        for claim in therapy.claims:
            yield from ((claim.id, what) for what in _of_claim(claim))
            named = {zone for one in claim.findings for zone in one.zones}
            yield from ((claim.id, f"“{zone}” is no zone") for zone in named - zones - {NOT_NAMED})
        yield from _weighed_twice(therapy)
        for later in therapy.later:
            yield from ((later.id, f"“{zone}” is no zone") for zone in set(later.zones) - zones)
    for one in edition.first_line:
        yield from ((one.id, f"“{zone}” is no zone") for zone in set(one.zones) - zones)
        unknown = set(one.conditions) - conditions
        yield from ((one.id, f"“{condition}” is no condition") for condition in unknown)
        if not one.conditions and not one.kinds:
            yield one.id, "is about no diagnosis; name conditions, or kinds of them"
        for part in (one.wanted, one.done):
            for leaf in leaves(part) if part is not None else ():
                definition = definitions.get(leaf.fact)
                problem = type_problem(leaf, definition) if definition else None
                if definition is None:
                    yield one.id, f"“{leaf.fact}” is no fact"
                elif problem is not None:
                    yield one.id, str(problem)


def _weighed_twice(therapy: Therapy) -> Iterator[tuple[str, str]]:
    """One study beside two claims that are shown leans the same way on both pages."""
    leans: dict[tuple[str, ...], Leaning | None] = {}
    for claim in therapy.claims:
        if claim.told is None and not claim.known:
            continue
        for one in claim.findings:
            study = tuple(citation.id for citation in one.sources)
            if one.leans is not None and leans.setdefault(study, one.leans) != one.leans:
                yield claim.id, f"weighs “{study[0]}” otherwise than another claim does"


def _of_claim(claim: Claim) -> Iterator[str]:
    shown = claim.told is not None or claim.known
    for finding in claim.findings:
        for number in sorted(_invented(finding)):
            yield f"“{number}” stands in no sentence of its finding"
        if shown and finding.basis in _STUDIES and finding.population is None:
            yield "shows a result without saying who was studied (population)"
        if finding.size and not _SAYS_OF_WHAT.match(finding.size.fr):
            yield f"says how large, and not of what: “{finding.size.fr}”"
        if finding.size and finding.studies and finding.people and not finding.size_people:
            yield "pools studies: say in how many people the size is"


def _invented(finding: Finding) -> set[str]:
    """The numbers of what is told apart that its sentence does not have."""
    counted = (finding.people, finding.studies, finding.size_people)
    told = {str(n) for n in counted if n is not None}
    missing = set()
    for language in ("fr", "en"):
        size = finding.size.in_language(language) if finding.size else ""
        said = set(_NUMBER.findall(finding.says.in_language(language)))
        missing |= (told | set(_NUMBER.findall(size))) - said
    return missing


__all__ = [
    "SUPPORTS",
    "Support",
    "Tried",
    "Weighed",
    "first_tried",
    "problems",
    "support_of",
    "weigh",
]
