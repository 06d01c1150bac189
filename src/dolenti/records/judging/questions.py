"""The questions of a complaint as the page puts them: its rows, and what became of each.

The rows are composed from what was known before today's presses (the *frame*), so that a row keeps
its place and its words while the page is worked through; what a press answered is laid over it,
and what an answer raised stands beneath its row. What the record held before is no question: it
stands beside the sentence, to be confirmed or corrected.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from dolenti.guideline.asking import (
    SUPPOSED,
    Ref,
    Row,
    Setting,
    Sheet,
    Situation,
    bare,
    compose,
    is_open,
    open_questions,
    raw_of,
    rest_of,
)
from dolenti.guideline.facts import NEVER, Known, plain
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.judge import Judge
from dolenti.records import engine
from dolenti.records.facts.allergens import ALLERGY
from dolenti.records.facts.knowing import case_of, standing
from dolenti.records.facts.recorded import RECORDED
from dolenti.records.judging.assessing import Seen, policies_of
from dolenti.records.models import Complaint, Statement


@dataclass(frozen=True)
class Answered:
    """One answer of the page: the fact, its value, who gave it today (``statement``), and by which
    ``press``, of whatever day, it still stands. ``outdone``: the rows of the record know better,
    so that it is neither shown as known nor offered to be said again."""

    ref: Ref
    known: Known
    calm: bool
    statement: Statement | None
    outdone: bool = False
    press: Statement | None = None


@dataclass(frozen=True)
class RowState:
    """A row with what became of it: ``rest`` is what of it is still open, ``answered`` what was
    answered today, ``held`` what the record held before today, confirmed or not."""

    row: Row
    rest: Row
    answered: tuple[Answered, ...] = ()
    held: tuple[Answered, ...] = ()
    because: tuple[str, ...] = ()
    under: tuple[RowState, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the row's own button still answers something."""
        return bool(self.rest.refs)

    @property
    def presses(self) -> tuple[Statement, ...]:
        """One statement of each press that still stands, the latest first."""
        found: dict[uuid.UUID, Statement] = {}
        for one in (*self.answered, *self.held):
            if one.press is not None:
                found.setdefault(one.press.submission, one.press)
        return tuple(sorted(found.values(), key=lambda s: -s.pk))

    def to_confirm(self, sheet: Sheet) -> tuple[Answered, ...]:
        """What the record held, and one press may confirm: nothing that is asked alone."""
        return tuple(
            one
            for one in self.held
            if one.statement is None
            and one.known.origin != RECORDED
            and not one.outdone
            and sheet.tier(one.ref.fact) != "alone"
        )


@dataclass(frozen=True)
class Questions:
    """The questions of a case: its rows, and what the rules need that no row has. ``offered`` may
    be said, and nothing waits for them."""

    rows: tuple[RowState, ...]
    unplaced: tuple[str, ...]
    always_open: tuple[str, ...]
    offered: frozenset[Ref] = frozenset()

    def everywhere(self) -> Iterator[RowState]:
        """Every row, and what is under it."""
        for state in self.rows:
            yield state
            yield from state.under

    @property
    def open_count(self) -> int:
        """How many presses are left: a row with its button, and each question by itself."""
        return len(self.unplaced) + sum(
            bool(state.rest.refs) + len(set(state.rest.alone) - self.offered)
            for state in self.everywhere()
        )


def sheet_in_force() -> Sheet:
    """The rows of the edition in force."""
    return sheet_of(engine.judge(engine.edition_in_force(), {}))


@lru_cache(maxsize=12)
def sheet_of(judge: Judge) -> Sheet:
    """The rows of a judge's edition."""
    return Sheet(judge.edition, judge.dictionary)


def indicated(judgement: Judgement) -> tuple[str, ...]:
    """The therapies that something speaks for here, by the rules."""
    return tuple(
        verdict.therapy.id
        for verdict in judgement.verdicts
        if any(
            one.rule.kind == "indication" and one.proof.holds is True for one in verdict.criteria
        )
    )


def questions_of(
    seen: Seen, complaint: Complaint, in_play: Collection[str], as_of: date
) -> Questions:
    """The questions of a complaint as it was seen, for the therapies in play."""
    judge = engine.judge(engine.edition_in_force(), policies_of(complaint))
    return _Page(judge, complaint, seen, frozenset(in_play), as_of).questions()


def is_calm(fact: str, known: Known, sheet: Sheet, ref: Ref | None = None) -> bool:
    """Whether a value is the no of its fact, or of the one member that ``ref`` names."""
    value, definition = known.value, sheet.dictionary.definitions[fact]
    if isinstance(value, Mapping):
        member = ref.member if ref else None
        return not (value.get(member) if member else any(value.values()))
    raw = raw_of([Ref(fact)], sheet.dictionary.definitions, {}).get(fact)
    return definition.reassuring is not None and plain(value) == raw


KEPT_OF: Final = {
    "last-corticosteroid-infiltration": "last-corticosteroid-on-record",
    "last-cryoneurolysis": "last-cryoneurolysis-on-record",
}
"""What is said of the last act, and what the record holds of it."""
THREE_SAID, KEPT = (
    "three-corticosteroid-infiltrations-in-12-months",
    "corticosteroid-sessions-of-joint-on-record-12-months",
)
THREE = 3


def is_outdone(fact: str, known: Known, values: Mapping[str, Known]) -> bool:
    """Whether what was said of a fact cannot be so by what the record itself counts: a last
    infiltration before the one it holds, fewer than three where it holds three."""
    if fact in KEPT_OF and KEPT_OF[fact] in values:
        said, kept = known.value, values[KEPT_OF[fact]].value
        return said is NEVER or (isinstance(said, date) and isinstance(kept, date) and said < kept)
    if fact == THREE_SAID and KEPT in values:
        count = values[KEPT].value
        return known.value is False and isinstance(count, float) and count >= THREE
    return False


class _Page:
    """One page of one case."""

    def __init__(
        self,
        judge: Judge,
        complaint: Complaint,
        seen: Seen,
        in_play: frozenset[str],
        as_of: date,
    ) -> None:
        self.sheet = sheet_of(judge)
        dictionary = self.sheet.dictionary
        counting = standing(seen.statements)
        before = [one for one in counting if not _is_press(one, as_of)]
        case = case_of(complaint, counting, dictionary, as_of, recorded=seen.recorded)
        frame = case_of(complaint, before, dictionary, as_of, recorded=seen.recorded)
        self.now = open_questions(judge, self.sheet, Situation(case, in_play))
        self.framed = open_questions(judge, self.sheet, Situation(frame, in_play))
        self.values = {**case.facts, **header_facts(case, dictionary)}
        self.apart = frozenset(case.in_doubt)
        # Of a set, that some of it is so; an allergy told by a name that the rules do not know too.
        self.beside = {
            fact
            for fact, known in case.facts.items()
            if isinstance(known.value, Mapping) and any(known.value.values())
        } | ({ALLERGY} if seen.named else set())
        self.latest = {
            one.fact: one for one in counting if _is_press(one, as_of) and one.value is not None
        }
        last = {one.fact: one for one in counting}
        self.pressed = {
            fact: one for fact, one in last.items() if one.how and one.value is not None
        }
        self.record = {
            fact
            for fact, known in frame.facts.items()
            if known.origin != SUPPOSED and fact in self.framed.of_page and fact in case.facts
        }

    def questions(self) -> Questions:
        rows = self._rows()
        places = {ref.fact: row for row in rows for ref in row.all_refs}
        raised = self._raised(places)
        beneath, because = self._anchored(raised, rows, places)
        states = [
            replace(self._state(row), under=tuple(self._under(row, beneath, because)))
            for row in rows
        ]
        settled = {ref for refs in beneath.values() for ref in refs}
        states += [self._state(row) for row in self._homeless(raised, settled)]
        always = (
            ref.fact
            for ref in self.now.now
            if self.sheet.asked[ref.fact][0].always and ref.fact not in self.now.unplaced
        )
        return Questions(
            tuple(self._with_held(states)),
            self.now.unplaced,
            tuple(dict.fromkeys(always)),
            frozenset(self.now.offered),
        )

    def _setting(self, zone: str | None) -> Setting:
        return Setting(zone, self.apart, self.beside)

    # --- Which rows there are

    def _rows(self) -> list[Row]:
        """The rows of the frame, and a bare one for each group of which all is known already."""
        rows = compose(self.sheet, self.framed.now, self._setting(self.framed.zone))
        there = {group for row in rows for group in row.groups}
        homes = dict.fromkeys(self._home(fact) for fact in self.record)
        rows += [bare(self.sheet, home, self.framed.zone) for home in homes if home not in there]
        return sorted(rows, key=lambda row: self.sheet.by_name[row.groups[0]].order)

    def _home(self, fact: str) -> str:
        """The group in which a known fact is shown: what follows from another, with that one."""
        row = self.sheet.asked[fact][0]
        return row.under or row.row

    def _raised(self, places: Collection[str]) -> list[Ref]:
        """What an answer raised, and what was answered without being asked."""
        found = [ref for ref in (*self.now.now, *self.now.offered) if ref.fact not in places]
        for fact in self.latest:
            if fact not in places and fact not in self.record and fact in self.sheet.asked:
                found += self.sheet.refs(self.sheet.asked[fact][1], self.now.zone)
        return list(dict.fromkeys(found))

    # --- What stands beneath a row

    def _anchored(
        self, raised: Iterable[Ref], rows: Sequence[Row], places: Mapping[str, Row]
    ) -> tuple[dict[str, list[Ref]], dict[str, dict[str, None]]]:
        """What was raised by the row under which it stands, and why, by row and group."""
        beneath: dict[str, list[Ref]] = {}
        because: dict[str, dict[str, None]] = {}
        for ref in raised:
            anchor, reasons = self._anchor(ref, rows, places)
            if anchor is not None:
                beneath.setdefault(anchor, []).append(ref)
                group = self.sheet.asked[ref.fact][0].row
                because.setdefault(f"{anchor}/{group}", {}).update(dict.fromkeys(reasons))
        return beneath, because

    def _anchor(
        self, ref: Ref, rows: Sequence[Row], places: Mapping[str, Row]
    ) -> tuple[str | None, tuple[str, ...]]:
        """The row under which a raised question stands, and the facts that raised it."""
        sheet, values = self.sheet, self.values
        raising = [
            fact
            for fact in sheet.raised_by(ref.fact)
            if fact in values and not is_calm(fact, values[fact], sheet)
        ]
        placed = [fact for fact in raising if fact in places]
        if placed:
            return places[placed[0]].name, tuple(placed)
        home = sheet.asked[ref.fact][0]
        near = next((row for row in rows if {home.row, home.under} & set(row.groups)), None)
        if near is None:
            return None, ()
        return near.name, tuple(fact for fact in raising if fact in sheet.asked)

    def _under(
        self,
        row: Row,
        beneath: Mapping[str, list[Ref]],
        because: Mapping[str, Mapping[str, None]],
    ) -> Iterator[RowState]:
        for one in compose(self.sheet, beneath.get(row.name, ()), self._setting(self.now.zone)):
            reasons = tuple(because.get(f"{row.name}/{one.groups[0]}", ()))
            yield self._state(replace(one, name=f"{row.name}/{one.name}"), reasons)

    def _homeless(self, raised: Iterable[Ref], settled: Collection[Ref]) -> Iterator[Row]:
        """What was raised and has no row near which it belongs."""
        left = [ref for ref in raised if ref not in settled]
        for one in compose(self.sheet, left, self._setting(self.now.zone)):
            yield replace(one, name=f"more/{one.name}")

    # --- What became of a row

    def _state(self, row: Row, because: tuple[str, ...] = ()) -> RowState:
        definitions = self.sheet.dictionary.definitions
        left = [
            ref for ref in row.all_refs if is_open(ref, definitions[ref.fact], self.values)
        ]  # fmt: skip
        answered = tuple(
            self._answered(ref)
            for ref in row.all_refs
            if ref not in left and ref.fact in self.values
        )
        rest = rest_of(self.sheet, row, left, self._setting(self.now.zone))
        return RowState(row, rest, answered, because=because)

    def _with_held(self, states: Iterable[RowState]) -> Iterator[RowState]:
        """Beside each row what the record holds of its groups, once."""
        held: dict[str, list[Answered]] = {}
        given = list(states)
        shown = {one.ref.fact for state in given for one in state.answered}
        for fact in self.sheet.asked:
            if fact in self.record and fact not in shown:
                held.setdefault(self._home(fact), []).append(self._answered(Ref(fact)))
        for state in given:
            own = [one for group in state.row.groups for one in held.pop(group, ())]
            yield replace(state, held=tuple(own))

    def _answered(self, ref: Ref) -> Answered:
        known = self.values[ref.fact]
        outdone = is_outdone(ref.fact, known, self.values)
        calm = is_calm(ref.fact, known, self.sheet, ref)
        return Answered(
            ref, known, calm, self.latest.get(ref.fact), outdone, self.pressed.get(ref.fact)
        )


def _is_press(one: Statement, as_of: date) -> bool:
    """Whether it was answered on the page of this day."""
    return bool(one.how) and one.at == as_of


__all__ = [
    "Answered",
    "Questions",
    "RowState",
    "indicated",
    "is_calm",
    "questions_of",
    "sheet_in_force",
    "sheet_of",
]
