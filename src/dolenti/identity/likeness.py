"""Is this person already on file? Two identities compared, and the answer explained.

``blocking_keys`` are what an index holds: whatever ``compare`` would call likely or certain has a
key in common, so one query by key fetches every candidate, and few others. The levels are a help
to the person at the desk, who decides; nothing is ever merged by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import product
from typing import Generic, TypeVar

from dolenti.guideline.birth import BirthDate, PartialDate, may_be_one
from dolenti.guideline.knowledge import Text
from dolenti.identity.names import solid, without_particles
from dolenti.identity.person import Identity
from dolenti.identity.sounds import one_slip_apart, sound

Id = TypeVar("Id")

LIKELY = 70
POSSIBLE = 55
"""Points. A same name counts 40, a same given name 25, a same birth date 30: see ``_Scale``."""


class Level(IntEnum):
    """How sure it is that two identities are one person's.

    Certain: the same health number, or all five strict traits known and equal. Where the place of
    birth is not known, namesakes born on one day remain: likely.
    """

    NONE = 0
    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3

    @property
    def label(self) -> Text:
        return _LABELS[self]


@dataclass(frozen=True)
class Likeness:
    """The level, the points that led to it, and what agrees or does not, most telling first."""

    level: Level
    score: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Match(Generic[Id]):
    """A candidate that is at least possibly the same person."""

    id: Id
    identity: Identity
    likeness: Likeness


@dataclass
class _Scale:
    """Points and reasons as they add up; ``most`` is the best level still open."""

    score: int = 0
    most: Level = Level.LIKELY
    reasons: list[tuple[int, Text]] = field(default_factory=list)

    def add(self, points: int, reason: Text) -> None:
        self.score += points
        self.reasons.append((points, reason))

    def at_most(self, level: Level) -> None:
        self.most = min(self.most, level)

    def said(self) -> tuple[Text, ...]:
        ordered = sorted(self.reasons, key=lambda entry: -abs(entry[0]))
        return tuple(text for _, text in ordered)


def blocking_keys(identity: Identity) -> tuple[str, ...]:
    """The keys under which this identity is filed and looked for, sorted, at most six or so.

    ``i:`` the health number; ``b:`` the birth date, day and month in either order, or what is known
    of it; ``n:`` how a family name and a given name sound, in either order.
    """
    keys = set(_name_keys(identity))
    if identity.ins:
        keys.add(f"i:{identity.ins.matricule}")
    if identity.birth_date:
        keys.add(f"b:{_unordered(identity.birth_date)}")
    return tuple(sorted(keys))


def _name_keys(identity: Identity) -> set[str]:
    families = {sound(without_particles(name)) for name in _families(identity)}
    givens = {sound(name) for name in _givens(identity)}
    pairs = (sorted(pair) for pair in product(families, givens))
    return {f"n:{first}/{second}" for first, second in pairs if first and second}


def _unordered(day: BirthDate) -> str:
    if isinstance(day, PartialDate):
        return str(day)
    first, second = sorted((day.day, day.month))
    return f"{day.year:04}-{first:02}-{second:02}"


def _families(identity: Identity) -> list[str]:
    return [name for name in (identity.birth_name, identity.used_name) if name]


def _givens(identity: Identity) -> list[str]:
    return [name for name in (identity.first_given_name, identity.used_given_name) if name]


def compare(one: Identity, other: Identity) -> Likeness:
    """How alike two identities are; the order of the two makes no difference."""
    same_number = _same_number(one, other)
    if same_number:
        return Likeness(Level.CERTAIN, 100, (SAME_INS,))
    scale = _Scale()
    _weigh_date(scale, one, other)
    if scale.most is Level.NONE:  # most candidates end here
        return Likeness(Level.NONE, 0, scale.said())
    _weigh_names(scale, one, other)
    _weigh_sex_and_place(scale, one, other)
    if same_number is False:
        scale.add(-30, OTHER_INS)
        scale.at_most(Level.POSSIBLE)
    elif _is_whole(one) and one.strict_traits == other.strict_traits:
        return Likeness(Level.CERTAIN, 100, (SAME_TRAITS,))
    level = Level.NONE
    if scale.score >= POSSIBLE:
        level = Level.LIKELY if scale.score >= LIKELY else Level.POSSIBLE
    return Likeness(min(level, scale.most), max(0, min(99, scale.score)), scale.said())


def has_other_name(one: Identity, other: Identity) -> bool:
    """Whether the two are called otherwise: neither spelling nor use brings their names together,
    and they are not written the one for the other."""
    return _weigh_family(one, other) is None and not _swapped(one, other)


def has_other_given_name(one: Identity, other: Identity) -> bool:
    """The same of their given names."""
    return _weigh_given(one, other) is None and not _swapped(one, other)


def duplicates(
    identity: Identity, candidates: Iterable[tuple[Id, Identity]]
) -> tuple[Match[Id], ...]:
    """The candidates that may be this person, the surest first."""
    compared = ((id_, candidate, compare(identity, candidate)) for id_, candidate in candidates)
    found = [Match(*entry) for entry in compared if entry[2].level > Level.NONE]
    found.sort(key=lambda match: (match.likeness.level, match.likeness.score), reverse=True)
    return tuple(found)


def _same_number(one: Identity, other: Identity) -> bool | None:
    if one.ins is None or other.ins is None:
        return None
    if one.ins.matricule == other.ins.matricule:
        return one.ins.authority.invented == other.ins.authority.invented
    # A NIA gives way to a NIR one day: only two numbers of one kind tell two people apart.
    return False if one.ins.authority == other.ins.authority else None


def _is_whole(one: Identity) -> bool:
    """Whether all strict traits are known, and the day of birth: many share a year."""
    return None not in one.strict_traits and not isinstance(one.birth_date, PartialDate)


def _weigh_date(scale: _Scale, one: Identity, other: Identity) -> None:
    first, second = one.birth_date, other.birth_date
    if isinstance(first, PartialDate) or isinstance(second, PartialDate):
        _weigh_partial(scale, one, other)
        return
    if first and second and first == second:
        scale.add(30, SAME_DATE)
        return
    if first and second and _unordered(first) == _unordered(second):
        scale.add(22, INVERTED_DATE)
        return
    near = None in (first, second) or one_slip_apart(f"{first:%Y%m%d}", f"{second:%Y%m%d}")
    # Without a date in common, a record is only ever fetched by the sound of the names.
    if not near or not _name_keys(one) & _name_keys(other):
        scale.add(0, OTHER_DATE)
        scale.at_most(Level.NONE)
    elif first and second:
        scale.add(18, NEAR_DATE)
    else:
        scale.add(0, UNKNOWN_DATE)
        scale.at_most(Level.POSSIBLE)


def _weigh_partial(scale: _Scale, one: Identity, other: Identity) -> None:
    """Of a year or a month, every date in it may be the same; the names then have to be alike."""
    first, second = one.birth_date, other.birth_date
    if not _name_keys(one) & _name_keys(other):
        scale.add(0, OTHER_DATE)
        scale.at_most(Level.NONE)
    elif first is None or second is None:
        scale.add(0, UNKNOWN_DATE)
        scale.at_most(Level.POSSIBLE)
    elif not may_be_one(first, second):
        scale.add(0, OTHER_DATE)
        scale.at_most(Level.NONE)
    else:
        scale.add(*((15, SAME_MONTH) if first.month and second.month else (10, SAME_YEAR)))


def _weigh_names(scale: _Scale, one: Identity, other: Identity) -> None:
    family = _weigh_family(one, other)
    given = _weigh_given(one, other)
    swapped = _swapped(one, other)
    if swapped and sum(part[0] for part in (family, given) if part) < 55:
        scale.add(55, SWAPPED_NAMES)
        return
    if family:
        scale.add(*family)
    else:
        scale.add(0, OTHER_NAME)
        scale.at_most(Level.POSSIBLE)
    if given:
        scale.add(*given)
    else:  # twins share all the rest
        scale.add(-15, OTHER_GIVEN_NAME)
        scale.at_most(Level.POSSIBLE)


def _weigh_family(one: Identity, other: Identity) -> tuple[int, Text] | None:
    if solid(one.birth_name) == solid(other.birth_name):
        return 40, SAME_NAME
    firsts, seconds = _families(one), _families(other)
    if {solid(name) for name in firsts} & {solid(name) for name in seconds}:
        return 36, USED_NAME
    if {without_particles(name) for name in firsts} & {without_particles(name) for name in seconds}:
        return 34, PARTICLE_ONLY
    if _any_near(firsts, seconds):
        return 30, NEAR_NAME
    if {sound(name) for name in firsts} & {sound(name) for name in seconds}:
        return 26, SOUNDS_ALIKE
    return None


def _weigh_given(one: Identity, other: Identity) -> tuple[int, Text] | None:
    if solid(one.first_given_name) == solid(other.first_given_name):
        return 25, SAME_GIVEN_NAME
    firsts, seconds = _givens(one), _givens(other)
    every = {solid(name) for name in (*firsts, *one.given_names)}
    all_other = {solid(name) for name in (*seconds, *other.given_names)}
    if every & {solid(name) for name in seconds} or all_other & {solid(name) for name in firsts}:
        return 22, LISTED_GIVEN_NAME
    if _any_near(firsts, seconds):
        return 18, NEAR_GIVEN_NAME
    if {sound(name) for name in firsts} & {sound(name) for name in seconds}:
        return 18, GIVEN_SOUNDS_ALIKE
    if _begins(one, other) or _begins(other, one):
        return 18, SHORTER_GIVEN_NAME
    return None


def _begins(one: Identity, other: Identity) -> bool:
    """« Marie » and « Marie-Claude »."""
    short, long = solid(one.first_given_name), solid(other.first_given_name)
    return len(short) >= 3 and long.startswith(short)


def _any_near(firsts: list[str], seconds: list[str]) -> bool:
    return any(one_slip_apart(solid(a), solid(b)) for a, b in product(firsts, seconds))


def _swapped(one: Identity, other: Identity) -> bool:
    family, given = solid(one.birth_name), solid(one.first_given_name)
    return (
        family != given
        and family == solid(other.first_given_name)
        and given == solid(other.birth_name)
    )


def _weigh_sex_and_place(scale: _Scale, one: Identity, other: Identity) -> None:
    if one.sex and other.sex:
        if one.sex == other.sex:
            scale.add(5, SAME_SEX)
        else:
            scale.add(-10, OTHER_SEX)
    if one.birth_place and other.birth_place:
        if one.birth_place == other.birth_place:
            scale.add(5, SAME_PLACE)
        else:
            scale.add(-5, OTHER_PLACE)


_LABELS = {
    Level.NONE: Text(fr="Autre personne", en="Another person"),
    Level.POSSIBLE: Text(fr="Doublon possible", en="Possible duplicate"),
    Level.LIKELY: Text(fr="Doublon probable", en="Likely duplicate"),
    Level.CERTAIN: Text(fr="Doublon certain", en="Certain duplicate"),
}
SAME_INS = Text(fr="Même matricule INS", en="Same health identity number")
OTHER_INS = Text(fr="Matricules INS différents", en="Different health identity numbers")
SAME_TRAITS = Text(
    fr="Mêmes nom, prénom, date de naissance, sexe et lieu de naissance",
    en="Same name, given name, birth date, sex and place of birth",
)
SAME_DATE = Text(fr="Même date de naissance", en="Same birth date")
SAME_MONTH = Text(
    fr="Même mois de naissance, jour inconnu pour l’un au moins",
    en="Same month of birth, of one at least the day is not known",
)
SAME_YEAR = Text(
    fr="Même année de naissance, mois ou jour inconnu pour l’un au moins",
    en="Same year of birth, of one at least the month or the day is not known",
)
INVERTED_DATE = Text(fr="Jour et mois de naissance inversés", en="Day and month of birth swapped")
NEAR_DATE = Text(fr="Dates de naissance à un chiffre près", en="Birth dates one digit apart")
OTHER_DATE = Text(fr="Dates de naissance différentes", en="Different birth dates")
UNKNOWN_DATE = Text(
    fr="Une des deux dates de naissance est inconnue", en="One of the birth dates is unknown"
)
SAME_NAME = Text(fr="Même nom de naissance", en="Same birth name")
USED_NAME = Text(
    fr="Le nom utilisé par l’un est porté par l’autre", en="The name one uses is the other’s"
)
PARTICLE_ONLY = Text(fr="Noms identiques à la particule près", en="Same name but for the particle")
NEAR_NAME = Text(fr="Noms à une lettre près", en="Names one letter apart")
SOUNDS_ALIKE = Text(fr="Noms de même prononciation", en="Names that sound alike")
OTHER_NAME = Text(fr="Noms différents", en="Different names")
SWAPPED_NAMES = Text(fr="Nom et prénom inversés", en="Name and given name swapped")
SAME_GIVEN_NAME = Text(fr="Même prénom", en="Same given name")
LISTED_GIVEN_NAME = Text(
    fr="Le prénom de l’un est parmi les prénoms de l’autre",
    en="One’s given name is among the other’s",
)
NEAR_GIVEN_NAME = Text(fr="Prénoms à une lettre près", en="Given names one letter apart")
GIVEN_SOUNDS_ALIKE = Text(fr="Prénoms de même prononciation", en="Given names that sound alike")
SHORTER_GIVEN_NAME = Text(
    fr="Le prénom de l’un est le début de celui de l’autre",
    en="One’s given name is the beginning of the other’s",
)
OTHER_GIVEN_NAME = Text(
    fr="Prénoms différents\u00a0: des jumeaux, peut-être",
    en="Different given names: twins, perhaps",
)
SAME_SEX = Text(fr="Même sexe", en="Same sex")
OTHER_SEX = Text(fr="Sexes différents", en="Different sexes")
SAME_PLACE = Text(fr="Même lieu de naissance", en="Same place of birth")
OTHER_PLACE = Text(fr="Lieux de naissance différents", en="Different places of birth")
