"""The rows of the Assess page as its template shows them: words, fields, what may be pressed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localtime

from dolenti.clinic.assess.answers import Field, blank
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.request import today
from dolenti.clinic.common.shapes import Question
from dolenti.diary.offering import Offered
from dolenti.guideline.asking import Row, Setting, Sheet, rest_of
from dolenti.guideline.words import value_in_words
from dolenti.records.judging.asking import holding
from dolenti.records.judging.questions import Answered, Questions, RowState, sheet_in_force

NAME = "value"  # of the one input of a question


@dataclass(frozen=True)
class Exact:
    """One question in its own words, with the answer that stood when it was shown."""

    question: Question
    field: Field
    seen: str
    how: str


@dataclass(frozen=True)
class ChipView:
    """A yes of one press."""

    fact: str
    value: str
    text: str
    seen: str


@dataclass(frozen=True)
class PhraseView:
    """Words of a sentence. ``yes`` is the fact that a press on them states; where they are
    broader than their facts, or name several, a press opens the ``exact`` questions."""

    id: str
    text: str
    yes: str
    seen: str
    exact: list[Exact]
    chips: list[ChipView]


@dataclass(frozen=True)
class Said:
    """One answer, in words."""

    label: str
    value: str
    grave: bool
    note: str = ""


@dataclass(frozen=True)
class HomeView:
    """What a patient told at home and nobody confirmed. ``holding`` is what one press confirms;
    nothing where it is only read."""

    label: str
    said: str
    note: str
    names: tuple[str, ...]
    fact: str
    holding: str
    alone: bool
    grave: bool
    before: str = ""  # what was said first, and taken back


@dataclass(frozen=True)
class PressView:
    """What can be undone as a whole; ``day`` where it was of an earlier one."""

    press: str
    said: str
    day: str = ""


@dataclass(frozen=True)
class RowView:
    """One line of the page."""

    id: str
    name: str
    label: str
    opening: str
    shown: str
    refs: list[str]
    button: str
    token: str
    phrases: list[PhraseView]
    alone: list[Exact]
    yes: list[Said]
    no: str
    calm: list[Said]
    by: str
    corrections: list[Exact]
    presses: list[PressView]
    held: list[Said]
    restated: list[Said]
    holding: list[str]
    because: str
    home: list[HomeView] = field(default_factory=list)
    under: list[RowView] = field(default_factory=list)

    @property
    def home_batch(self) -> list[str]:
        """What was told at home and one press confirms together."""
        return [one.holding for one in self.home if one.holding and not one.alone]

    @property
    def held_grave(self) -> list[Said]:
        """What the record holds of it that matters, and what one press restates: always in
        view."""
        return [one for one in self.held if one.grave or one in self.restated]

    @property
    def noted(self) -> str:
        """When and by whom, where it is the same for all that one press restates: a phone says it
        once."""
        notes = [one.note for one in self.held_grave if not one.grave]
        return notes[0] if len(notes) > 2 and len(set(notes)) == 1 else ""

    @property
    def held_calm(self) -> list[Said]:
        """What else the record holds of it, and no press restates."""
        return [one for one in self.held if not one.grave and one not in self.restated]

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to be answered."""
        return bool(self.refs or self.alone)

    @property
    def is_answered(self) -> bool:
        """Whether something of it was answered."""
        return bool(self.yes or self.no or self.calm)

    @property
    def is_told(self) -> bool:
        """Whether there is something of it to correct: answered here, or held by the record."""
        return bool(self.is_answered or self.held)


class RowShower:
    """Makes the views of one page's rows."""

    def __init__(
        self,
        lookup: Lookup,
        latest: dict[str, int],
        wrong: Field | None,
        values: Any,
        offered: Mapping[str, Offered],
    ) -> None:
        self.offered = offered
        self.words, self.latest, self.wrong, self.values = lookup, latest, wrong, values
        self.sheet: Sheet = sheet_in_force()
        self.language = lookup.language

    def rows(self, questions: Questions) -> list[RowView]:
        """Every row of the page, each with what stands under it."""
        return [self.row(state) for state in questions.rows]

    def unplaced(self, questions: Questions) -> list[Exact]:
        """What the rules need and no row has, each by itself."""
        return [self.exact(fact) for fact in questions.unplaced if not self._of_header(fact)]

    def row(self, state: RowState) -> RowView:
        row, rest = state.row, state.rest
        calm = [one for one in state.answered if one.calm]
        yes = [one for one in state.answered if not one.calm]
        confirmed = state.to_confirm(self.sheet)
        first = next((one.statement for one in state.answered if one.statement), None)
        return RowView(
            id=f"row-{_id(row)}",
            name=row.name,
            label=row.label.in_language(self.language),
            opening=row.opening.in_language(self.language) if row.opening else "",
            shown=rest.sentence(self.language),
            refs=[str(ref) for ref in rest.refs],
            button=rest.button.in_language(self.language),
            token=str(uuid.uuid4()),
            phrases=[self._phrase(row, phrase, n) for n, phrase in enumerate(rest.phrases)],
            alone=[self.exact(one) for one in dict.fromkeys(ref.fact for ref in rest.alone)],
            yes=[self._said(one) for one in yes],
            no=self._no(row, calm),
            calm=[self._said(one) for one in calm if self._is_alone(one.ref.fact)],
            by=self._by(first) if first else "",
            corrections=[
                self.exact(fact)
                for fact in dict.fromkeys(a.ref.fact for a in (*state.answered, *state.held))
            ],
            presses=[
                PressView(str(one.submission), self._by(one), self._day_of(one))
                for one in state.presses
            ],
            held=[self._said(one) for one in state.held if not one.outdone],
            restated=[self._said(one) for one in confirmed],
            holding=[holding(one) for one in confirmed],
            because=", ".join(self.words.fact(fact) for fact in state.because),
            home=self._home(state),
            under=[self.row(one) for one in state.under],
        )

    def exact(self, fact: str) -> Exact:
        """The question of a fact in its own words."""
        definition = self.words.dictionary.definition(fact)
        known = self.values.get(fact)
        shown = (
            self.wrong
            if self.wrong is not None and self.wrong.fact == fact
            else blank(definition, NAME, self.language, known.value if known else None)
        )
        help_text = definition.help.in_language(self.language) if definition.help else ""
        ask = definition.ask.in_language(self.language)
        return Exact(
            Question(fact, ask, help_text, definition.about, ()),
            shown,
            str(self.latest.get(fact, "")),
            self.sheet.how(fact),
        )

    def _home(self, state: RowState) -> list[HomeView]:
        """What was told at home of what is open in a row."""
        refs = (*state.rest.refs, *state.rest.alone)
        facts = [fact for fact in dict.fromkeys(ref.fact for ref in refs) if fact in self.offered]
        return [self._told(self.offered[fact]) for fact in facts]

    def _told(self, one: Offered) -> HomeView:
        definition = self.words.dictionary.definition(one.fact)
        day = self.words.day(localtime(one.at).date().isoformat())
        return HomeView(
            definition.label.in_language(self.language),
            one.said,
            f"{day}, {one.by}" if one.by else day,
            one.names,
            one.fact,
            one.holding if one.is_value else "",
            bool(one.before) or self.sheet.tier(one.fact) == "alone",
            bool(one.before) or not one.is_calm,
            one.before,
        )

    def _phrase(self, row: Row, phrase: Any, number: int) -> PhraseView:
        facts = list(dict.fromkeys(ref.fact for ref in phrase.refs))
        yes = facts[0] if phrase.exact and not phrase.refs[0].member else ""
        return PhraseView(
            id=f"{_id(row)}-{facts[0]}",
            text=phrase.says.in_language(self.language),
            yes=yes,
            seen=str(self.latest.get(facts[0], "")),
            exact=[] if yes else [self.exact(fact) for fact in facts],
            chips=[
                ChipView(
                    chip.fact,
                    chip.value,
                    chip.says.in_language(self.language),
                    str(self.latest.get(chip.fact, "")),
                )
                for chip in phrase.chips
            ],
        )

    def _no(self, row: Row, calm: list[Answered]) -> str:
        """What one no answered. What is asked alone has its own words and its own value: a label
        such as “no usable local anaesthetic” would say the reverse behind a no."""
        refs = [one.ref for one in calm if not self._is_alone(one.ref.fact)]
        said = rest_of(self.sheet, row, refs, Setting(self._zone()))
        return " · ".join(phrase.says.in_language(self.language) for phrase in said.phrases)

    def _is_alone(self, fact: str) -> bool:
        return self.sheet.tier(fact) == "alone"

    def _said(self, one: Answered) -> Said:
        definition = self.words.dictionary.definition(one.ref.fact)
        value = value_in_words(one.known.value, definition, self.language)
        plain_yes = one.known.value is True and not self._is_alone(one.ref.fact)
        return Said(
            label=definition.label.in_language(self.language),
            value="" if plain_yes else value,
            grave=not one.calm,
            note=self._note(one),
        )

    def _note(self, one: Answered) -> str:
        if one.statement is not None:
            return self._by(one.statement)
        return self.words.day(one.known.at.isoformat()) if one.known.at else ""

    def _by(self, statement: Any) -> str:
        at = localtime(statement.created_at)
        clock = f"{at.hour}\u00a0h\u00a0{at.minute:02}" if self.language == "fr" else f"{at:%H:%M}"
        return f"{statement.author.name}, {clock}"

    def _day_of(self, statement: Any) -> str:
        """The day of a press, where it was not today's."""
        return "" if statement.at == today() else self.words.day(statement.at.isoformat())

    def _zone(self) -> str | None:
        known = self.values.get("zone")
        return str(known.value) if known else None

    def _of_header(self, fact: str) -> bool:
        return self.words.dictionary.definition(fact).from_header


def _id(row: Row) -> str:
    return row.name.replace("/", "-").replace("+", "-")


__all__ = ["NAME", "Exact", "RowShower", "RowView"]
