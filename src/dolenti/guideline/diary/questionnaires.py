"""A questionnaire that a site may use: a folder of data, read strictly, asked and scored.

::

    found = questionnaires.read(content, edition, "koos-12", texts)
    found.score({"koos-12.1": "2", ...})

Dolenti ships no words of a questionnaire: a site writes those that it may use, in the languages in
which they were validated. How the answers are counted is one of the named methods here. What cannot
be counted is ``None``, never a number. See docs/questionnaires.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias

import msgspec

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.questions import Option, Question
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Entry, Text
from dolenti.guideline.loading import convert, parse
from dolenti.guideline.scoring import koos12
from dolenti.guideline.scoring.exact import as_written

FILE: Final = "questionnaire.yaml"
LANGUAGES: Final = ("fr", "en")
Words: TypeAlias = dict[str, str]
"""A text as it was published, by language: one of French and English, or both."""
Method: TypeAlias = Literal["sum", "mean", "percent", "count", "koos-12"]
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_LONGEST: Final = 40


class Licence(Entry, frozen=True, kw_only=True):
    """By what right the words stand here; ``says`` is printed below the questions."""

    holder: str
    says: Words


class Smallest(Entry, frozen=True, kw_only=True):
    """The smallest difference that matters, in points of the score, and who says so."""

    points: float
    source: str


class Button(Entry, frozen=True, kw_only=True):
    """An answer, and what it counts."""

    value: float
    says: Words


class Item(Entry, frozen=True, kw_only=True):
    """One item; ``answers`` where they are not those of the whole questionnaire."""

    id: str
    says: Words
    answers: tuple[Button, ...] = ()


class SiteQuestionnaire(Entry, frozen=True, kw_only=True):
    """A questionnaire as a site wrote it. ``zones`` and ``windows`` say of which pains and when it
    is offered; ``least_answered`` how many items it takes to count a score."""

    id: str
    name: Words
    short: str
    languages: tuple[Literal["fr", "en"], ...]
    licence: Licence
    zones: tuple[str, ...]
    windows: tuple[str, ...]
    minutes: int
    range: tuple[float, float]
    higher_is: Literal["better", "worse"]
    method: Method
    least_answered: int
    smallest: Smallest | None = None
    begins: Words = msgspec.field(default_factory=dict)
    none: Words = msgspec.field(default_factory=dict)
    answers: tuple[Button, ...] = ()
    items: tuple[Item, ...]

    def key(self, item: Item) -> str:
        """What the answer to an item is called."""
        return f"{self.id}.{item.id}"

    def questions(self) -> tuple[Question, ...]:
        """What is asked, as the phone and the desk ask it: each item with its answers, or, where
        what is true is ticked, one list."""
        if self.method == "count":
            ticked = tuple(Option(id=one.id, label=_text(one.says)) for one in self.items)
            return (self._question(self.id, self.begins, "signs", ticked),)
        return tuple(
            self._question(
                self.key(item), item.says, "one-of",
                tuple(Option(id=f"{one.value:g}", label=_text(one.says))
                      for one in item.answers or self.answers),
            )
            for item in self.items
        )  # fmt: skip

    def _question(
        self, name: str, says: Words, kind: Literal["signs", "one-of"], options: tuple[Option, ...]
    ) -> Question:
        return Question(
            id=name, short=_text(says), ask=_text(says), type=kind, options=options,
            none=_text(self.none) if kind == "signs" else None,
            sources=(), basis="expert", mark="K",
        )  # fmt: skip

    def score(self, answers: Mapping[str, Any]) -> Fraction | None:
        """The score of answers as they are kept; ``None`` where too few were given."""
        if self.method == "count":
            ticked = answers.get(self.id)
            return None if ticked is None else Fraction(len(ticked))
        said = [answers.get(self.key(one)) for one in self.items]
        given = [None if one is None else as_written(float(one)) for one in said]
        if sum(one is not None for one in given) < self.least_answered:
            return None
        return METHODS[self.method](self, given)

    def is_asked(self, zone: str, window: str, language: str) -> bool:
        """Whether it is offered of a pain of this zone, after a window, in a language."""
        return zone in self.zones and window in self.windows and language in self.languages


Given: TypeAlias = Sequence[Fraction | None]


def _sum(_one: SiteQuestionnaire, given: Given) -> Fraction:
    return sum((one for one in given if one is not None), Fraction())


def _mean(one: SiteQuestionnaire, given: Given) -> Fraction:
    return _sum(one, given) / sum(value is not None for value in given)


def _percent(one: SiteQuestionnaire, given: Given) -> Fraction:
    most = Fraction()
    for item, value in zip(one.items, given, strict=True):
        if value is not None:
            most += max(as_written(each.value) for each in item.answers or one.answers)
    return _sum(one, given) / most * 100


def _koos12(_one: SiteQuestionnaire, given: Given) -> Fraction | None:
    return koos12.score([None if one is None else int(one) for one in given]).summary


METHODS: Final[dict[str, Callable[[SiteQuestionnaire, Given], Fraction | None]]] = {
    "sum": _sum, "mean": _mean, "percent": _percent, "koos-12": _koos12,
}  # fmt: skip
"""How answers are counted, but what is only ticked: their sum, their mean, their sum in per cent of
the most that the answered items can give, or as KOOS-12 is."""


def read(content: Content, edition: Edition, folder: str, text: str) -> SiteQuestionnaire:
    """The questionnaire of a folder. Raises ``InputError``, with file and line."""
    name = f"{folder}/{FILE}"
    parsed = parse({name: text})
    found: SiteQuestionnaire = convert(name, parsed, SiteQuestionnaire)
    _, lines = parsed[name]

    def refuse(why: str, fr: str, *path: str | int) -> InputError:
        steps = path
        while steps and steps not in lines:
            steps = steps[:-1]
        line = lines.get(steps, 0)
        return InputError(why, f"{name}:{line}" if line else name, fr=fr)

    if found.id != folder or not _ID.match(found.id) or len(found.id) > _LONGEST:
        raise refuse(
            "the id is the folder’s name: small letters, digits and hyphens, 40 at most",
            "l’identifiant est le nom du dossier\u00a0: minuscules, chiffres et tirets, 40 au plus",
            "id",
        )
    for field, known in (
        ("zones", {one.id for one in edition.zones}), ("windows", {o.id for o in content.windows}),
    ):  # fmt: skip
        for place, one in enumerate(getattr(found, field)):
            if one not in known:
                raise refuse(
                    f"“{one}” is none of the {field}: {', '.join(sorted(known))}",
                    f"«\u00a0{one}\u00a0» n’existe pas\u00a0; choisissez parmi "
                    f"{', '.join(sorted(known))}",
                    field, place,
                )  # fmt: skip
    if not found.languages:
        raise refuse("name one language at least", "nommez au moins une langue", "languages")
    for path, words in _every_text(found):
        if set(words) != set(found.languages):
            raise refuse(
                f"these words are needed in each of the languages: {', '.join(found.languages)}",
                "ce texte est demandé dans chacune des langues annoncées\u00a0: "
                f"{', '.join(found.languages)}",
                *path,
            )
    _insist_countable(found, refuse)
    return found


def _insist_countable(found: SiteQuestionnaire, refuse: Callable[..., InputError]) -> None:
    names = [one.id for one in found.items]
    for place, name in enumerate(names):
        if name in names[:place] or not _ID.match(name):
            raise refuse(
                f"“{name}”: each item has an id of its own, of small letters, digits and hyphens",
                f"«\u00a0{name}\u00a0»\u00a0: chaque question a son propre identifiant, en "
                "minuscules, chiffres et tirets",
                "items", place, "id",
            )  # fmt: skip
    if not 1 <= found.least_answered <= len(names):
        raise refuse(
            f"from 1 to the number of items, {len(names)}",
            f"de 1 au nombre de questions, {len(names)}", "least_answered",
        )  # fmt: skip
    if found.method == "count":
        if not found.begins or not found.none:
            raise refuse(
                "where what is true is ticked, “begins” says what to tick, and “none” that nothing "
                "is",
                "quand on coche ce qui est vrai, «\u00a0begins\u00a0» dit quoi cocher et "
                "«\u00a0none\u00a0» que rien ne l’est",
                "method",
            )
        return
    for place, item in enumerate(found.items):
        values = [one.value for one in item.answers or found.answers]
        if len(values) < 2 or len(set(values)) != len(values):
            raise refuse(
                "an item has two answers at least, each with a value of its own",
                "une question a au moins deux réponses, chacune de valeur différente",
                "items", place,
            )  # fmt: skip
        if found.method == "koos-12" and sorted(values) != [0, 1, 2, 3, 4]:
            raise refuse(
                "this method counts answers from 0 to 4", "cette méthode compte de 0 à 4",
                "items", place,
            )  # fmt: skip
    if found.method == "koos-12" and len(names) != koos12.ITEMS:
        raise refuse(
            f"this method counts {koos12.ITEMS} items", f"cette méthode compte {koos12.ITEMS} "
            "questions", "items",
        )  # fmt: skip


def _every_text(found: SiteQuestionnaire) -> list[tuple[tuple[str | int, ...], Words]]:
    every: list[tuple[tuple[str | int, ...], Words]] = [
        (("name",), found.name), (("licence", "says"), found.licence.says),
    ]  # fmt: skip
    every += [((one,), words) for one in ("begins", "none") if (words := getattr(found, one))]
    every += [(("answers", n, "says"), one.says) for n, one in enumerate(found.answers)]
    for place, item in enumerate(found.items):
        every.append((("items", place, "says"), item.says))
        every += [
            (("items", place, "answers", n, "says"), one.says) for n, one in enumerate(item.answers)
        ]
    return every


def _text(words: Words) -> Text:
    """As the rest of the content has it. In the language that is missing it is not asked."""
    first = next(iter(words.values()), "")
    return Text(fr=words.get("fr", first), en=words.get("en", first))
