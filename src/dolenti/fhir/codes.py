"""What the codes of standard terminologies mean here: one index, built once per edition.

SNOMED CT, LOINC and RxNorm codes mean only themselves; ICD-10 and ATC codes stand for everything
below them. The reader needs no terminology server, and so knows only the codes that the knowledge
lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from dolenti.guideline.dates import Duration, read_duration
from dolenti.guideline.knowledge import ClinicalCondition, Code, Edition
from dolenti.guideline.near import shown
from dolenti.guideline.systems import CONDITION_SYSTEM, FACT_SYSTEM, SIDES, ZONE_SYSTEM

# Written without the scheme: systems in the field mix http and https.
_SYSTEMS: Final = {
    "snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "hl7.org/fhir/sid/icd-10": "icd10",
    "hl7.org/fhir/sid/icd-10-cm": "icd10",
    "hl7.org/fhir/sid/icd-10-fr": "icd10",
    "hl7.org/fhir/sid/icd-10-gm": "icd10",
    "fhir.de/CodeSystem/bfarm/icd-10-gm": "icd10",
    "smt.esante.gouv.fr/terminologie-cim-10": "icd10",
    "mos.esante.gouv.fr/NOS/TRE_R310-CIM10/FHIR/TRE-R310-CIM10": "icd10",
    "mos.esante.gouv.fr/NOS/TRE_R311-CIM10Atih/FHIR/TRE-R311-CIM10Atih": "icd10",
    "urn:oid:2.16.840.1.113883.6.3": "icd10",
    "urn:oid:2.16.840.1.113883.6.90": "icd10",
    "urn:oid:1.2.250.1.213.2.67": "icd10",
    "www.whocc.no/atc": "atc",
    "smt.esante.gouv.fr/terminologie-atc": "atc",
    "fhir.de/CodeSystem/bfarm/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "smt.esante.gouv.fr/terminologie-ccam": "ccam",
    "smt.esante.gouv.fr/terminologie-bdpm": "cis",
    "urn:oid:1.2.250.1.213.2.3.1": "cis",
    "urn:oid:1.2.250.1.213.2.3.2": "cip",
    "unitsofmeasure.org": "ucum",
    FACT_SYSTEM.removeprefix("https://"): "dolenti-fact",
    CONDITION_SYSTEM.removeprefix("https://"): "dolenti-condition",
    ZONE_SYSTEM.removeprefix("https://"): "dolenti-zone",
}
# The shortest code that may stand for what is below it: an ICD-10 category, an ATC group.
_PREFIXED: Final = {"icd10": 3, "atc": 1}
_MOST_REMEMBERED: Final = 50_000

_LATERALITY: Final = "272741003"


TargetKind = Literal["fact", "condition", "zone", "test"]


class Target(NamedTuple):
    """What a code means. ``whole``: it names all of it, so that its denial denies the whole. A
    ``test`` speaks of facts without settling them."""

    kind: TargetKind
    id: str
    option: str | None = None
    whole: bool = False


class Test(NamedTuple):
    """A test that speaks of facts without settling them, for how long it does, and from which
    number on (by unit), or ``below`` which. What it ``carries`` is read as a thing of that kind;
    the number that it ``measures`` is not known where only this test tells it."""

    facts: tuple[str, ...]
    speaks_for: Duration | None
    limits: Mapping[str, float] = {}
    below: bool = False
    carries: Literal["allergy", "medicine", "disease"] | None = None
    measures: str | None = None


class Coding(NamedTuple):
    """One coding, looked up: its targets, ``system|code`` to show, and the side it carries."""

    targets: tuple[Target, ...]
    token: str
    side: str | None = None
    foreign: bool = False


class Concept(NamedTuple):
    """A CodeableConcept, looked up: what its codings mean together. ``foreign``: none of them is
    of a system that is known here."""

    targets: tuple[Target, ...]
    token: str
    side: str | None = None
    display: str | None = None
    foreign: bool = False


_NO_CODING: Final = Coding((), "", foreign=True)
NO_CONCEPT: Final = Concept((), "")
"""What a resource means of which no code is looked at."""


def codings(concept: object) -> list[dict[str, Any]]:
    """The codings of a CodeableConcept that are built as such."""
    found = concept.get("coding") if isinstance(concept, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def system_of(uri: object) -> str | None:
    """Our short name of a code system, or ``None`` for one that is not known."""
    if not isinstance(uri, str):
        return None
    bare = uri.removeprefix("http://").removeprefix("https://").rstrip("/")
    return _SYSTEMS.get(bare) or ("snomed" if bare.startswith("snomed.info/sct/") else None)


def plain_unit(unit: str) -> str:
    """A unit as one compares it: ``µmol/L`` and ``umol/l`` are one, and so are ``10^9/L`` and
    ``10*9/L``."""
    plain = "".join(unit.split()).lower().replace(",", ".").replace("^", "*").replace("²", "2")
    return plain.replace("µ", "u").replace("μ", "u")


WRITTEN: Final = {
    "snomed": "http://snomed.info/sct",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
}
"""Under which name the systems of diseases are written."""


def exact_codes(edition: Edition, condition: str) -> tuple[Code, ...]:
    """The codes that mean this very condition and nothing else: the only ones of their system that
    the knowledge lists for it, read as it alone, without a fact, a place or another disease. A
    narrower one would say what nobody stated."""
    if edition.sha256 not in _EXACT:
        if len(_EXACT) >= _MOST_EDITIONS:
            _EXACT.clear()
        index = CodeIndex(edition)
        _EXACT[edition.sha256] = {one.id: _exact(index, one) for one in edition.conditions}
    return _EXACT[edition.sha256].get(condition, ())


_EXACT: Final[dict[str, dict[str, tuple[Code, ...]]]] = {}  # by edition
_MOST_EDITIONS: Final = 8


def _exact(index: CodeIndex, condition: ClinicalCondition) -> tuple[Code, ...]:
    alone = (Target("condition", condition.id, None, True),)
    return tuple(
        code
        for code in condition.codes
        if code.system in WRITTEN and index.coding(WRITTEN[code.system], code.code).targets == alone
    )


class CodeIndex:
    """Codes to facts, options, conditions and zones of one edition."""

    def __init__(self, edition: Edition) -> None:
        self._targets: dict[tuple[str, str], list[Target]] = {}
        self._remembered: dict[tuple[Any, Any], Coding] = {}
        for fact in edition.facts:
            self._add(fact.codes, "fact", fact.id)
            self._put("dolenti-fact", fact.id, Target("fact", fact.id))
            for option in fact.options:
                self._add(option.codes, "fact", fact.id, option.id)
        for condition in edition.conditions:
            self._add(condition.codes, "condition", condition.id)
            self._put("dolenti-condition", condition.id, Target("condition", condition.id))
        self.tests: dict[str, Test] = {}
        for one in edition.of_records:
            if one.kind == "result":
                within = None if one.speaks_for is None else read_duration(one.speaks_for)
                self.tests[one.id] = Test(
                    one.concerns,
                    within,
                    {plain_unit(unit): limit for unit, limit in one.limits.items()},
                    one.speaks == "below",
                    one.carries,
                    one.measures,
                )
                self._add(one.codes, "test", one.id)
        for zone in edition.zones:
            self._add(zone.codes, "zone", zone.id)
            self._put("dolenti-zone", zone.id, Target("zone", zone.id))

    def _add(
        self,
        codes: Iterable[Code],
        kind: TargetKind,
        owner: str,
        option: str | None = None,
    ) -> None:
        codes = tuple(codes)
        systems = [code.system for code in codes]
        for code in codes:
            whole = systems.count(code.system) == 1
            self._put(
                code.system, _bare(code.system, code.code), Target(kind, owner, option, whole)
            )

    def _put(self, system: str, code: str, target: Target) -> None:
        self._targets.setdefault((system, code), []).append(target)

    def coding(self, uri: object, code: object) -> Coding:
        """What one coding means; nothing, for a code that the knowledge does not list."""
        try:
            return self._remembered[uri, code]
        except (KeyError, TypeError):  # not met yet, or no text at all
            return self._met(uri, code)

    def _met(self, uri: object, code: object) -> Coding:
        if not isinstance(code, str) or not isinstance(uri, (str, type(None))):
            return _NO_CODING
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        found = self._remembered[uri, code] = self._looked_up(uri, code)
        return found

    def guesses(self, code: object) -> tuple[Target, ...]:
        """What a code would mean in any system that has it: a suggestion where none is named."""
        if not isinstance(code, str):
            return ()
        uris = {system: uri for uri, system in _SYSTEMS.items() if not uri.startswith("urn:")}
        met = (t for uri in uris.values() for t in self._looked_up(f"http://{uri}", code).targets)
        return tuple(dict.fromkeys(target._replace(whole=False) for target in met))

    def concept(self, concept: object) -> Concept:
        """What a CodeableConcept means. Its token is the first coding that means something."""
        try:
            (only,) = concept["coding"]  # type: ignore[index]  # as most are
            met, display = (
                self._remembered[only.get("system"), only.get("code")],
                only.get("display"),
            )
        except (TypeError, KeyError, ValueError, AttributeError):
            return self._of_several(concept)
        if not isinstance(display, str):
            display = None
        return Concept(met.targets, met.token, met.side, display, met.foreign)

    def _of_several(self, concept: object) -> Concept:
        """What the codings of a concept mean together, however it is built and many they are."""
        listed = codings(concept)
        targets: tuple[Target, ...] = ()
        token = side = display = None
        foreign = True
        for raw in listed:
            found = self.coding(raw.get("system"), raw.get("code"))
            if found.targets:
                if not targets:
                    token = found.token
                    display = raw.get("display")
                targets = _merged(targets, found.targets) if targets else found.targets
            elif token is None:
                token = found.token
                display = raw.get("display")
            side = side or found.side
            foreign = foreign and found.foreign
        if token is None:
            text = concept.get("text") if isinstance(concept, dict) else None
            said = shown(text) if isinstance(text, str) else None
            return Concept((), "", None, said, foreign=True)
        display = display if isinstance(display, str) else None
        return Concept(targets, token, side, display, foreign)

    def _looked_up(self, uri: str | None, code: str) -> Coding:
        token = f"{shown(uri)}|{shown(code)}" if uri else shown(code)
        system = system_of(uri)
        if system is None:
            return Coding((), token, foreign=True)
        side = None
        if system == "snomed":
            code, side = _without_side(code)
            if code in SIDES:
                return Coding((), token, SIDES[code])
        bare = _bare(system, code)
        shortest = min(_PREFIXED.get(system, len(bare)), len(bare))
        found: list[Target] = []
        for length in range(len(bare), shortest - 1, -1):
            nearer = {(t.kind, t.id) for t in found}  # a longer code is the better match
            found += [
                target._replace(whole=target.whole and length == len(bare))
                for target in self._targets.get((system, bare[:length]), ())
                if (target.kind, target.id) not in nearer
            ]
        return Coding(tuple(found), token, side)


def _merged(one: tuple[Target, ...], other: tuple[Target, ...]) -> tuple[Target, ...]:
    """What two codings of one thing mean: each meaning once, whole if either names it whole."""
    merged = {target[:3]: target for target in one}
    for target in other:
        known = merged.get(target[:3])
        if known is None or target.whole:
            merged[target[:3]] = target
    return tuple(merged.values())


def _bare(system: str, code: str) -> str:
    if system in _PREFIXED:
        return "".join(c for c in code if c.isalnum()).upper()
    return code


def _without_side(expression: str) -> tuple[str, str | None]:
    """A SNOMED expression that only adds a laterality, as its concept and its side."""
    concept, colon, refinement = expression.partition(":")
    if not colon:
        return expression, None
    words = [word.split("|")[0].strip() for word in refinement.split("=")]
    if len(words) == 2 and words[0] == _LATERALITY and words[1] in SIDES:
        return concept.split("|")[0].strip(), SIDES[words[1]]
    return expression, None
