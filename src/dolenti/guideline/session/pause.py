"""The safety pause: which lines to ask before an act, and whether the needle may come near.

::

    act = PlannedAct("mesotherapy", classes=frozenset({"local-anaesthetic"}))
    pause = Pauses(edition).judge(act, case, answers, now)
    pause.verdict, [line.line.id for line in pause.lines if line.status == "red"]

A line passes where somebody said that all is well **and** every fact it rests on is known and says
so. Unknown never passes: an empty line and an unknown fact are open, “I do not know” is red. A fact
that says no makes a line red whatever was pressed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from dolenti.guideline.conditions import Condition, Proof, leaves
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Dictionary, Known
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import Conditions
from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.reasons import says_why
from dolenti.guideline.session.content import content, found
from dolenti.guideline.session.shapes.common import Named
from dolenti.guideline.session.shapes.pause import (
    Checklist,
    Degree,
    KitLevel,
    PauseLine,
    Red,
    Stamp,
)

GIVEN_TODAY: Final = "given-today"
KIT: Final = "kit"
"""What a line may need that is no fact of the dictionary."""

Who = Literal["practitioner", "nurse", "program"]
Status = Literal["safe", "decided", "red", "open"]
Verdict = Literal["go", "stopped", "to-answer"]
Want = Literal["answer", "practitioner", "second", "confirm", "facts", "given-today", "kit"]
"""What an open line still waits for: an answer, one of the practitioner in person, a second person
or a scan, the practitioner's confirmation of what the nurse answered, facts, what was given today,
a look at the kit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody pressed on a line.

    ``safe`` is ``None`` for “I do not know”. ``reason`` is the practitioner's, in words, for going
    past a line that is for the doctor to decide. ``confirmed``: the practitioner has seen what the
    nurse answered. ``second``: a second person or a scan was there. ``stamps`` are what the answer
    was about, in the caller's own words.
    """

    safe: bool | None
    by: Who
    at: datetime
    confirmed: bool = False
    second: bool = False
    reason: str = ""
    stamps: Mapping[Stamp, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedAct:
    """What is about to be done.

    ``therapy`` is one of the edition, or ``diagnostic-block``. ``classes`` are those of the
    products planned, ``None`` where nobody said. ``later_session``: one of this course was signed
    before (``None``: not known, so it is asked). ``kit`` is the gravest thing that the room's kit
    lacks (``fine``: nothing), ``None`` where no inventory is known. ``stamps`` are the side, the
    preparation, the nerve, the room and the unit as they stand now.
    """

    therapy: str
    step: str | None = None
    classes: frozenset[str] | None = None
    later_session: bool | None = None
    deep: bool = False
    given_today_known: bool = False
    kit: KitLevel | Literal["fine"] | None = None
    stamps: Mapping[Stamp, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineState:
    """Where one line stands.

    A red one says why (``says``, and the ``facts`` that decide it), to whom to turn, and of which
    kind it is; an open one what it ``wants``, with the facts to be asked in ``facts``. ``unknown``
    are the facts of the line that nobody said, whatever its status. ``then``: it is answered when
    the tray is opened, not on the first page.
    """

    line: PauseLine
    status: Status
    kind: Red | None = None
    says: Text | None = None
    turn_to: Named | None = None
    wants: tuple[Want, ...] = ()
    facts: tuple[str, ...] = ()
    then: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """The pause before one act. ``go`` only where every line is safe or decided."""

    checklist: Checklist
    lines: tuple[LineState, ...]
    verdict: Verdict

    @property
    def red(self) -> tuple[LineState, ...]:
        """What stops the session now."""
        return tuple(state for state in self.lines if state.status == "red")

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The facts of the dictionary that are still to be asked, each once."""
        states = (state for state in self.lines if state.status == "open")
        return tuple(dict.fromkeys(fact for state in states for fact in state.facts))


class Pauses:
    """Judges safety pauses by one edition. Raises ``InputError`` where it says nothing of them."""

    def __init__(self, edition: Edition) -> None:
        self._content = content(edition)
        self._dictionary = Dictionary.of(edition)
        self._lines = {line.id: line for line in self._content.lines}
        self._valid = timedelta(minutes=self._content.pause.valid_minutes)
        # Compiled once: a pause looks at all of them for each patient.
        self._conditions = tuple(dict.fromkeys(self._of_every_line()))
        self._compiled = Conditions(self._dictionary, self._conditions, lambda _, proof: proof)

    def _of_every_line(self) -> Iterator[Condition]:
        for line in self._content.lines:
            if line.when is not None:
                yield line.when
            yield from (degree.when for degree in line.degrees if degree.when is not None)
            for fact in line.facts:
                relevant = self._dictionary.definition(fact).relevant
                if relevant is not None:
                    yield relevant

    def checklist(self, act: PlannedAct) -> Checklist:
        """The list that stands before an act.

        Where a therapy has several, that of the first class planned; where none of them is
        planned or nobody said, its first. Raises ``InputError`` for an act without a list.
        """
        mine = [
            one
            for one in self._content.checklists
            if one.therapy == act.therapy and one.step == act.step
        ]
        if not mine:
            what = f"{act.therapy}, {act.step}" if act.step else act.therapy
            raise InputError(
                f"no safety pause is written for {what}",
                "session/pause/checklists.yaml",
                fr=f"aucune pause de sécurité n’est écrite pour {what}",
            )
        planned = act.classes or frozenset()
        return next((one for one in mine if one.product_class in planned), mine[0])

    def judge(
        self, act: PlannedAct, case: Case, answers: Mapping[str, Answer], now: datetime
    ) -> Pause:
        """Where every line stands. ``answers`` are by the ids of lines; ``now`` has the time zone
        of their times. Raises ``InputError`` for an answer to a line that there is not."""
        for name in answers:
            found(self._content.lines, name, "lines")
        checklist = self.checklist(act)
        swap = checklist.deep if act.deep else None
        values = {**case.facts, **header_facts(case, self._dictionary)}
        judged, _, _ = self._compiled.answers(values, case.as_of)
        proofs = dict(zip(self._conditions, judged, strict=True))
        states = []
        for name in (*checklist.lines, *checklist.then):
            shown = swap.use if swap is not None and name == swap.instead_of else name
            line = self._lines[shown]
            look = _Look(line, act, values, proofs, self._dictionary)
            if look.is_asked():
                answer = self._standing(line, act, answers.get(shown), now)
                states.append(self._state(look, answer, then=name in checklist.then))
        return Pause(checklist, tuple(states), _verdict(states))

    def _standing(
        self, line: PauseLine, act: PlannedAct, answer: Answer | None, now: datetime
    ) -> Answer | None:
        """The answer, if it still counts: of these minutes, and about what is there now. One from
        the future is of a clock that was moved, and counts for nothing."""
        if answer is None or not now - self._valid <= answer.at <= now:
            return None
        if any(answer.stamps.get(stamp) != act.stamps.get(stamp) for stamp in line.stamps):
            return None
        return answer

    def _state(self, look: _Look, answer: Answer | None, *, then: bool) -> LineState:
        line = look.line
        degree, decided = look.degree(answered=answer is not None)
        if degree is not None or (answer is not None and answer.safe is not True):
            kind = degree.kind if degree is not None else line.red.kind
            passed = (
                kind == "doctor"
                and answer is not None
                and answer.by == "practitioner"
                and says_why(answer.reason)
            )
            wants = look.wants(answer) if passed else ()
            return LineState(
                line,
                ("open" if wants else "decided") if passed else "red",
                kind,
                line.red.says,
                found(self._content.turn_to, line.red.turn_to, "turn-to"),
                wants,
                look.unknown() if wants else decided,
                then=then,
                unknown=look.unknown(),
            )
        wants, unknown = look.wants(answer), look.unknown()
        if not wants:
            return LineState(line, "safe", then=then)
        return LineState(line, "open", wants=wants, facts=unknown, then=then, unknown=unknown)


def _verdict(states: list[LineState]) -> Verdict:
    statuses = {state.status for state in states}
    return "stopped" if "red" in statuses else "to-answer" if "open" in statuses else "go"


class _Look:
    """One line before one patient."""

    def __init__(
        self,
        line: PauseLine,
        act: PlannedAct,
        values: Mapping[str, Known],
        proofs: Mapping[Condition, Proof],
        dictionary: Dictionary,
    ) -> None:
        self.line = line
        self._act = act
        self._values = values
        self._proofs = proofs
        self._dictionary = dictionary

    def is_asked(self) -> bool:
        """Whether the line concerns this act and this patient; where that is unknown, it does."""
        line, act = self.line, self._act
        if not self._may_hold(line.product_classes):
            return False
        if line.later_sessions and act.later_session is False:
            return False
        return line.when is None or self._proofs[line.when].holds is not False

    def _may_hold(self, named: tuple[str, ...]) -> bool:
        """Whether a product of these classes may be in the syringe; where none is named, always."""
        classes = self._act.classes
        return not named or classes is None or not classes.isdisjoint(named)

    def degree(self, *, answered: bool) -> tuple[Degree | None, tuple[str, ...]]:
        """The first degree that holds, and the facts that decide it. What is unknown is graver only
        once the line was answered: until then it is asked."""
        for degree in self.line.degrees:
            if degree.therapies and self._act.therapy not in degree.therapies:
                continue
            if not self._may_hold(degree.product_classes):
                continue
            if degree.kit is not None:
                if self._act.kit == degree.kit:
                    return degree, ()
                continue
            if degree.when is None:
                continue
            proof = self._proofs[degree.when]
            if not proof.holds:
                continue
            if not degree.unknown:
                return degree, proof.decided
            missing = tuple(fact for fact in degree.unknown if not self._is_known(fact))
            if missing and answered:
                return degree, missing
        return None, ()

    def wants(self, answer: Answer | None) -> tuple[Want, ...]:
        """What the line still waits for."""
        line = self.line
        wants: list[Want] = []
        if answer is None:
            wants.append("answer")
        else:
            wants += self._of_the_answer(answer)
        if self.unknown():
            wants.append("facts")
        if line.syringe and not self._act.given_today_known:
            wants.append(GIVEN_TODAY)
        if line.id == KIT and self._act.kit is None:
            wants.append(KIT)
        return tuple(wants)

    def _of_the_answer(self, answer: Answer) -> list[Want]:
        line = self.line
        wants: list[Want] = []
        in_person = line.again or line.by == "practitioner"
        if answer.by == "program" and line.automatic != "all":
            wants.append("answer")
        elif answer.by == "nurse" and in_person:
            wants.append("practitioner")
        elif answer.by == "nurse" and not answer.confirmed:
            wants.append("confirm")
        if line.second is not None and not answer.second:
            wants.append("second")
        return wants

    def unknown(self) -> tuple[str, ...]:
        """The facts of the line that are not known, though they are relevant. What only decides
        whether others are asked is spared once these are known."""
        return tuple(
            fact
            for fact in self.line.facts
            if not self._is_known(fact) and not self._is_settled(fact)
        )

    def _is_settled(self, fact: str) -> bool:
        """Whether a fact decides nothing here but whether others wait, and these are known."""
        if any(leaf.fact == fact for when in self._degrees() for leaf in leaves(when)):
            return False
        decided = [one for one in self.line.facts if self._waits_for(one, fact)]
        return bool(decided) and all(one in self._values for one in decided)

    def _degrees(self) -> Iterator[Condition]:
        return (one.when for one in self.line.degrees if one.when is not None)

    def _waits_for(self, fact: str, other: str) -> bool:
        definition = self._dictionary.definition(fact)
        if not definition.waits or definition.relevant is None:
            return False
        return any(leaf.fact == other for leaf in leaves(definition.relevant))

    def _is_known(self, fact: str) -> bool:
        definition = self._dictionary.definition(fact)
        if definition.relevant is not None:
            relevant = self._proofs[definition.relevant].holds
            # What waits is asked once it is known to be relevant: what decides that is asked first.
            if relevant is False or (definition.waits and relevant is None):
                return True
        known = self._values.get(fact)
        if known is None:
            return False
        if isinstance(known.value, Mapping):  # a set: every member of it was spoken of
            return all(option.id in known.value for option in definition.options)
        return True
