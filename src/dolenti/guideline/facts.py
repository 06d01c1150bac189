"""What is known of one patient: values of facts, read strictly, dated, and fresh or not.

A value is ``bool``, ``float``, ``str`` (a choice), ``date``, ``NEVER`` (the date of what did not
happen), ``Members`` (a set, member by member) or ``OneOf`` (an age that is one of two). Absent
means unknown; this module never fills a gap. Relevance, which may fill one, is the judge's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from dolenti.guideline.birth import BirthDate
from dolenti.guideline.dates import read_date, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, FactDefinition, OtherUnit, Text
from dolenti.guideline.near import admitted, nearest, shown
from dolenti.guideline.numbers import as_to_be_written, finite, number_in_words, unit_in_words


class _Never:
    """The date of something that did not happen."""

    def __repr__(self) -> str:
        return "never"


@dataclass(frozen=True, slots=True)
class OneOf:
    """A number that is known to be one of two, and not which: what holds of both holds, what holds
    of neither does not, and the rest is unknown."""

    low: float
    high: float


NEVER: Final = _Never()
Members: TypeAlias = Mapping[str, bool]
Value: TypeAlias = bool | float | str | date | _Never | Members | OneOf

MOST_COMPLAINTS: Final = 100
"""As many are read of one patient, whatever the file: each costs an assessment, and a row."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value with the day it was true (``None``: the day of the assessment) and its origin."""

    value: Value
    at: date | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A stated value that was not used, and why."""

    fact: str
    why: Literal["after-as-of", "stale", "superseded", "contradicted"]
    at: date | None
    origin: str | None = None


UnreadKind = Literal["allergy", "medicine", "disease", "device", "warning", "result"]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something a record says that cannot be relied on: asked, and never assumed away.

    ``facts`` are those it may concern; ``likely`` the answers that its words suggest, as
    ``fact`` or ``fact=option``. Where it is ``understood``, its words mean that fact and only
    whether it holds is open, so the fact itself is asked. Otherwise the *item* is asked, once for
    all its facts; ``item`` names the same words or code wherever they come from, but for what is
    told of this patient ``alone`` (a part that was not filled in, an entry without a name).
    """

    item: str
    kind: UnreadKind
    says: str
    why: Text
    facts: tuple[str, ...]
    likely: tuple[str, ...] = ()
    understood: bool = False
    at: date | None = None
    resource: str | None = None
    code: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """One pain. ``zone`` may be implied by the condition."""

    id: str
    condition: str | None = None
    zone: str | None = None
    side: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A patient's complaint on a day: everything the judge is told, and nothing else.

    ``doubted`` facts are spoken of, but not clearly enough to be known (two entries contradict
    each other, a suspicion): they are asked, and never assumed. Nor are those that something
    ``unread`` may concern.
    """

    as_of: date
    complaint: Complaint
    facts: Mapping[str, Known]
    birth_date: BirthDate | None = None
    sex: str | None = None
    ignored: tuple[Ignored, ...] = ()
    used: tuple[Mapping[str, Any], ...] = ()
    unmapped: tuple[Mapping[str, Any], ...] = ()
    doubted: frozenset[str] = frozenset()
    unread: tuple[Unread, ...] = ()

    @property
    def in_doubt(self) -> frozenset[str]:
        """The facts that nobody may assume, for whatever reason."""
        if not self.unread:
            return self.doubted
        return self.doubted.union(*(one.facts for one in self.unread))


MOST_EDITIONS: Final = 12
"""So many editions at once, and no more: a process reads the one in force, and a few older ones."""
_MADE: Final[dict[int, tuple[Edition, Dictionary]]] = {}


class Dictionary:
    """The facts of one edition by id."""

    def __init__(self, edition: Edition) -> None:
        self.definitions = {fact.id: fact for fact in edition.facts}
        self.condition_zones = {c.id: c.zones for c in edition.conditions}
        self.condition_labels = {c.id: c.label for c in edition.conditions}
        self.zones = tuple(zone.id for zone in edition.zones)
        self.fresh_for = {
            fact.id: read_duration(fact.fresh_for) for fact in edition.facts if fact.fresh_for
        }
        self.no_for = {
            fact.id: brief
            for fact in edition.facts
            if (brief := {o.id: read_duration(o.no_for) for o in fact.options if o.no_for})
        }
        self.members = {
            option.known_as: (fact.id, option.id)
            for fact in edition.facts
            for option in fact.options
            if option.known_as is not None
        }

    @classmethod
    def of(cls, edition: Edition) -> Dictionary:
        """The one of this very edition, made once: what is worked out over a dictionary is kept
        with it (``judge.proofs``)."""
        edition_and_its = _MADE.get(id(edition))
        if edition_and_its is None or edition_and_its[0] is not edition:
            if len(_MADE) >= MOST_EDITIONS:
                _MADE.clear()
            edition_and_its = _MADE[id(edition)] = (edition, cls(edition))
        return edition_and_its[1]

    def definition(self, fact: str) -> FactDefinition:
        """Raises ``InputError`` for an unknown fact, with the nearest known ones."""
        try:
            return self.definitions[fact]
        except KeyError:
            close = nearest(fact, [*self.definitions, *self.members])
            raise InputError(
                f"there is no fact “{shown(fact)}”{close.en}",
                fact,
                fr=f"la donnée «\u00a0{shown(fact)}\u00a0» n’existe pas{close.fr}",
            ) from None

    def is_fresh(self, fact: str, at: date | None, as_of: date) -> bool:
        """Whether a value of that day still counts. An undated value is of the day itself."""
        limit = self.fresh_for.get(fact)
        return at is None or limit is None or at >= limit.before(as_of)

    def still_counts(self, fact: str, member: str, at: date | None, as_of: date) -> bool:
        """Whether it still counts that a member of a set was absent on that day."""
        limit = self.no_for.get(fact, {}).get(member)
        return at is None or limit is None or at >= limit.before(as_of)

    def without_old_noes(self, fact: str, value: Value, at: date | None, as_of: date) -> Value:
        """The same of a set, without the members whose absence counts no more: they are unknown."""
        if fact not in self.no_for or not isinstance(value, Mapping):
            return value
        return {
            member: present
            for member, present in value.items()
            if present or self.still_counts(fact, member, at, as_of)
        }


def read_facts(
    raw: object, dictionary: Dictionary, as_of: date
) -> tuple[dict[str, Known], list[Ignored]]:
    """Values as a person wrote them, by fact id, and what was set aside.

    Raises ``InputError`` (where: the fact's id) for an unknown fact, member, choice or unit, an
    impossible number, a date on the wrong side of ``as_of``, NaN.
    """
    if raw is None:
        return {}, []
    if not isinstance(raw, Mapping):
        raise InputError(
            "the facts are written as “name: value” lines",
            "facts",
            fr="les données s’écrivent une par ligne, sous la forme «\u00a0nom: valeur\u00a0»",
        )
    known: dict[str, Known] = {}
    ignored: list[Ignored] = []
    for name, stated in raw.items():
        fact, value = _of_a_set(name, stated, dictionary)
        definition = dictionary.definition(fact)
        if value is None:
            continue  # written, but left open: unknown, like an absent one
        try:
            read = read_value(definition, value, as_of)
        except InputError as error:
            raise error.under(name) from None
        if read.at is not None and read.at > as_of:
            ignored.append(Ignored(fact, "after-as-of", read.at))
        elif not dictionary.is_fresh(fact, read.at, as_of):
            ignored.append(Ignored(fact, "stale", read.at))
        else:
            left = dictionary.without_old_noes(fact, read.value, read.at, as_of)
            if left == {} and read.value:
                ignored.append(Ignored(fact, "stale", read.at))
                continue
            read = replace(read, value=left)
            known[fact] = _with_members(known[fact], read, name) if fact in known else read
    return known, ignored


def _of_a_set(name: Any, stated: object, dictionary: Dictionary) -> tuple[str, object]:
    """A fact and its value as written; of a member stated alone, its set and what is said of it."""
    if name not in dictionary.members or stated is None:
        return dictionary.members.get(name, (name,))[0], stated
    fact, member = dictionary.members[name]
    said: Mapping[str, object] = stated if isinstance(stated, Mapping) else {"value": stated}
    try:
        present = _boolean(said.get("value"))
    except InputError as error:
        raise error.under(name) from None
    rest = {key: value for key, value in said.items() if key != "value"}
    return fact, {"has" if present else "not": [member], **rest}


def _with_members(known: Known, more: Known, name: str) -> Known:
    """A set that is stated in several lines; the oldest day is the day of them all."""
    assert isinstance(known.value, Mapping)
    assert isinstance(more.value, Mapping)
    if any(known.value.get(member, present) != present for member, present in more.value.items()):
        raise InputError(
            "this is said twice, and not the same; keep one",
            name,
            fr="ceci est dit deux fois, et différemment\u00a0; n’en gardez qu’un",
        )
    days = [day for day in (known.at, more.at) if day is not None]
    return replace(known, value={**known.value, **more.value}, at=min(days, default=None))


def read_value(definition: FactDefinition, raw: object, as_of: date) -> Known:
    """One value of one fact: bare, ``{value, at, unit}``, or ``{has, not}`` for a set."""
    at: date | None = None
    unit: str | None = None
    if isinstance(raw, Mapping):
        allowed = {"has", "not", "at"} if "has" in raw or "not" in raw else {"value", "at", "unit"}
        strange = set(raw) - allowed
        if strange:
            first, listed = shown(min(map(str, strange))), ", ".join(sorted(allowed))
            raise InputError(
                f"“{first}” is not expected here; write {{{listed}}}",
                fr=f"«\u00a0{first}\u00a0» n’a pas sa place ici\u00a0; écrivez {{{listed}}}",
            )
        at = read_date(raw["at"]) if raw.get("at") is not None else None
        unit = raw.get("unit")
        if definition.type == "set" and "value" not in raw:
            return Known(_partial_set(definition, raw), at)
        if "value" not in raw:
            raise InputError(
                "a value is missing; write {value: ..., at: ...}",
                fr="la valeur manque\u00a0; écrivez {value: ..., at: ...}",
            )
        raw = raw["value"]
    if unit is not None and definition.type != "number":
        raise InputError(
            "only a measured value has a unit", fr="seule une valeur mesurée a une unité"
        )
    value: Value
    if definition.type == "boolean":
        value = _boolean(raw)
    elif definition.type == "number":
        value = read_number(definition, raw, unit)
    elif definition.type == "choice":
        value = _choice(definition, raw)
    elif definition.type == "set":
        value = _complete_set(definition, raw)
    else:
        value = _date(definition, raw, as_of)
    return Known(value, at)


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise InputError(
            f"this is true or false, not “{shown(raw)}”",
            fr=f"la réponse est true (oui) ou false (non), et non «\u00a0{shown(raw)}\u00a0»",
        )
    return raw


def read_number(definition: FactDefinition, raw: object, unit: str | None = None) -> float:
    """A measured value in the fact's own unit. Raises ``InputError`` for what cannot be."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        unit_said, instead = _in_unit(definition), as_to_be_written(raw)
        fr, en = ("", "") if instead is None else (f"\u00a0; {instead[0]}", f"; {instead[1]}")
        raise InputError(
            f"this is a number{unit_said.en}, not “{shown(raw)}”{en}",
            fr=f"la valeur est un nombre{unit_said.fr}, et non «\u00a0{shown(raw)}\u00a0»{fr}",
        )
    value = finite(raw)
    if value is None:
        raise InputError(
            "this is not a number; leave the value out if it is not known",
            fr="ce n’est pas un nombre\u00a0; omettez la valeur si elle n’est pas connue",
        )
    if unit is not None and unit != definition.unit:
        other = other_unit(definition, unit)
        value = value * other.factor + other.offset
    if definition.range is not None:
        low, high = definition.range
        if not low <= value <= high:
            said = {
                language: number_in_words(value, definition.unit, language)
                for language in ("fr", "en")
            }
            raise InputError(
                f"{said['en']} is impossible; expected from {low:g} to {high:g}",
                fr=f"{said['fr']} est impossible\u00a0; indiquez une valeur de "
                f"{number_in_words(low, None, 'fr')} à {number_in_words(high, None, 'fr')}",
            )
    return value


def other_unit(definition: FactDefinition, unit: object) -> OtherUnit:
    """How a unit that is not the fact's own becomes it. Raises ``InputError`` for one that the
    fact is not measured in."""
    for other in definition.also_in:
        if other.unit == unit:
            return other
    known = ", ".join([definition.unit or "1", *(o.unit for o in definition.also_in)])
    raise InputError(
        f"the unit “{shown(unit)}” is not known here; known are: {known}",
        fr=f"l’unité «\u00a0{shown(unit)}\u00a0» n’est pas admise ici\u00a0; unités "
        f"admises\u00a0: {known}",
    )


def _in_unit(definition: FactDefinition) -> Text:
    french, english = (unit_in_words(definition.unit, language) for language in ("fr", "en"))
    return Text(fr=french and f" en {french}", en=english and f" in {english}")


def _choice(definition: FactDefinition, raw: object) -> str:
    options = [option.id for option in definition.options]
    if not isinstance(raw, str) or raw not in options:
        others = admitted(raw, options)
        raise InputError(
            f"“{shown(raw)}” is not an answer here{others.en}",
            fr=f"«\u00a0{shown(raw)}\u00a0» n’est pas une réponse possible{others.fr}",
        )
    return raw


def _complete_set(definition: FactDefinition, raw: object) -> Members:
    members = _members(definition, raw)
    return {option.id: option.id in members for option in definition.options}


def _partial_set(definition: FactDefinition, raw: Mapping[str, object]) -> Members:
    has = _members(definition, raw.get("has") or [])
    has_not = _members(definition, raw.get("not") or [])
    both = has & has_not
    if both:
        raise InputError(
            f"“{min(both)}” stands under has and under not; keep one",
            fr=f"«\u00a0{min(both)}\u00a0» figure à la fois sous has et sous not\u00a0; n’en "
            "gardez qu’un",
        )
    return {**dict.fromkeys(has_not, False), **dict.fromkeys(has, True)}


def _members(definition: FactDefinition, raw: object) -> set[str]:
    options = sorted(option.id for option in definition.options)
    if not isinstance(raw, (list, tuple)):
        raise InputError(
            "this is a list, as [first, second], or [] for none",
            fr="la réponse est une liste, comme [un, deux], ou [] s’il n’y a rien",
        )
    for member in raw:
        if not isinstance(member, str) or member not in options:
            if not isinstance(member, str):
                raise InputError(
                    "each part of the list is one word, and one of these is none: write "
                    "[first, second], without a list in the list",
                    fr="chaque élément de la liste est un mot, et l’un d’eux n’en est pas un"
                    "\u00a0: écrivez [un, deux], sans liste dans la liste",
                )
            others = admitted(member, options)
            raise InputError(
                f"“{shown(member)}” is not known here{others.en}",
                fr=f"«\u00a0{shown(member)}\u00a0» n’est pas connu ici{others.fr}",
            )
    return set(raw)


def _date(definition: FactDefinition, raw: object, as_of: date) -> date | _Never:
    if raw is False or raw in ("never", "none"):
        return NEVER
    day = read_date(raw)
    insist_on_plausible(definition, day, as_of)
    return day


def insist_on_plausible(definition: FactDefinition, day: date, as_of: date) -> None:
    """Raise ``InputError`` for a day on which what a date fact tells cannot have been."""
    if definition.past and day > as_of:
        raise InputError(
            f"{day} lies after the day of the assessment, {as_of}; it must be past",
            fr=f"le {day} vient après le jour de l’évaluation, le {as_of}\u00a0; donnez une date "
            "passée",
        )
    if day.year < 1900 or day.year > as_of.year + 20:
        raise InputError(
            f"{day} is not a plausible date",
            fr=f"le {day} n’est pas une date plausible\u00a0; vérifiez l’année",
        )


def with_facts(case: Case, more: Mapping[str, Known]) -> Case:
    """The same case, knowing more; the added values win."""
    return replace(case, facts={**case.facts, **more})


def plain(value: Value) -> object:
    """A value as JSON writes it: dates as texts, sets as ``{has, not}``, one of two as both."""
    if isinstance(value, (bool, float, str)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, _Never):
        return "never"
    if isinstance(value, OneOf):
        return [value.low, value.high]
    return {
        "has": sorted([m for m, present in value.items() if present]),
        "not": sorted([m for m, present in value.items() if not present]),
    }
