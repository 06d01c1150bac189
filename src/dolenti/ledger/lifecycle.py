"""The life of a row: which steps there are, from where to where, who may take them, what must hold.

A life cycle is a table of steps. Whatever has one (a course, an appointment, what was given at a
session) takes its steps through ``LifeCycle.take`` and nowhere else, so that of each step the same
is true: the right to it is asked, the patient is waited for, the row is looked at as it stands
then, a step from the wrong state is refused with a sentence, the same step sent twice is one, a
stale edit is refused, and what stood before is kept.

A room that stands above may add a step, a condition or a consequence of its own (``add``,
``also``, ``then``): so a cycle knows nothing of what is built on it. ``docs/life-cycles.md`` prints
every table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking, versions
from dolenti.ledger.models import Versioned

R = TypeVar("R", bound=Versioned)


@dataclass(frozen=True)
class Taking(Generic[R]):
    """A step about to be taken: by whom, and of which row, as it stands, held until it is done.

    ``values`` are what changes with the state.
    """

    actor: Actor
    row: R
    values: Mapping[str, Any]


def stands_so(taking: Taking[Any]) -> bool:
    """Whether a row says already all that a step would write: for a step that changes words, and no
    state."""
    return all(getattr(taking.row, name) == value for name, value in taking.values.items())


Condition = Callable[[Taking[R]], None]
"""What else must hold: raises an ``InputError`` that says why not. Its docstring is printed."""
Consequence = Callable[[Taking[R]], None]
"""What follows in a room above: it is handed the step that was taken, and the row before it."""


@dataclass(frozen=True)
class Step(Generic[R]):
    """One step: its name in the trail, from which states, to which, and who may take it.

    Where the row stands in ``after``, or in a state that is ``as_good``, it was taken already:
    nothing is done, and nobody is told of an error. A step that leaves the state as it is says by
    ``already`` when that is so.
    """

    name: str
    before: tuple[str, ...]
    after: str
    permission: Permission
    only_if: tuple[Condition[R], ...] = ()
    as_good: tuple[str, ...] = ()
    already: Callable[[Taking[R]], bool] | None = None

    def is_taken(self, taking: Taking[R]) -> bool:
        """Whether there is nothing left to do."""
        if self.already is not None:
            return self.already(taking)
        state = state_of(taking.row)
        return state in (self.after, *self.as_good) and state not in self.before


@dataclass(frozen=True)
class Voice:
    """How a row is spoken of where a step is refused: “this course” “is completed”: “this step is
    not possible from there”."""

    row: Text
    stands: Mapping[str, Text]
    refused: Text


@dataclass(frozen=True)
class LifeCycle(Generic[R]):
    """The life of the rows of one model, which have a ``state``.

    ``patient`` is the way from a row to its patient, empty where it is a site's and no patient's;
    ``refusal`` what is raised, ``voices`` how its rows are spoken of, of which ``voice`` names one
    for a row; ``open_to`` raises where the record of the patient is to be open to the actor, and is
    not.
    """

    name: str
    model: type[R]
    patient: str
    refusal: type[InputError]
    voices: Mapping[str, Voice]
    voice: Callable[[R], str]
    steps: dict[str, Step[R]] = field(default_factory=dict)
    conditions: dict[str, list[Condition[R]]] = field(default_factory=dict)
    consequences: dict[str, list[Consequence[R]]] = field(default_factory=dict)
    open_to: Callable[[Actor, Permission, Any], None] | None = None

    def __post_init__(self) -> None:
        """A life cycle registers itself."""
        CYCLES[self.name] = self

    def add(self, *steps: Step[R]) -> None:
        """Steps of the table. Raises ``ValueError`` for a name that is taken."""
        for step in steps:
            if step.name in self.steps:
                raise ValueError(f"{self.name} has a step {step.name} already")
            self.steps[step.name] = step

    def also(self, condition: Condition[R], *names: str) -> None:
        """One more condition of some steps, from a room above."""
        for name in names:
            self.conditions.setdefault(self.steps[name].name, []).append(condition)

    def then(self, consequence: Consequence[R], *names: str) -> None:
        """What follows from some steps in a room above, in the same transaction."""
        for name in names:
            self.consequences.setdefault(self.steps[name].name, []).append(consequence)

    def conditions_of(self, step: Step[R]) -> tuple[Condition[R], ...]:
        """Those of rooms above first: what is over is said before what is not yet."""
        return (*self.conditions.get(step.name, ()), *step.only_if)

    def take(
        self,
        actor: Actor,
        row: R,
        based_on: int,
        name: str,
        *,
        values: Mapping[str, Any] | None = None,
        reason: str = "",
        insist_on: Callable[[R], None] | None = None,
    ) -> R:
        """The row after one step, all or nothing.

        ``values`` change with the state; ``insist_on`` is asked last of the row as it stands.
        Raises ``NotAllowedError``, ``refusal``, whatever a condition raises, ``StaleEditError``.
        """
        step = self.steps[name]
        patient = self._patient_of(row) if self.patient else None
        site_id = patient.site_id if patient is not None else row.site_id  # type: ignore[attr-defined]
        patient_id = patient.public_id if patient is not None else ""
        with writing(actor, step.permission, site_id, patient_id=patient_id):
            if self.open_to is not None:
                self.open_to(actor, step.permission, patient)
            locking.hold(patient if patient is not None else row)
            now = self._held(row)
            taking = Taking(actor, now, values or {})
            if step.is_taken(taking):
                return now
            if state_of(now) not in step.before:
                raise self.refused(now)
            for condition in self.conditions_of(step):
                condition(taking)
            if insist_on is not None:
                insist_on(now)
            changed = {"state": step.after, **taking.values}
            taken = versions.change(
                actor, now, based_on, changed, patient_id=patient_id, action=name, reason=reason
            )
            for consequence in self.consequences.get(name, ()):
                consequence(taking)
            return taken

    def refused(self, row: R) -> InputError:
        """What is said of a step that the state of a row does not allow."""
        voice = self.voices[self.voice(row)]
        stands = voice.stands[state_of(row)]
        return self.refusal(
            f"{voice.row.en} {stands.en}: {voice.refused.en}",
            fr=f"{voice.row.fr} {stands.fr}\u00a0: {voice.refused.fr}",
        )

    def _held(self, row: R) -> R:
        rows = self.model._default_manager.select_for_update(of=("self",), no_key=True)
        return (rows.select_related(self.patient) if self.patient else rows).get(pk=row.pk)

    def _patient_of(self, row: R) -> Any:
        found: Any = row
        for name in self.patient.split("__"):
            found = getattr(found, name)
        return found


def state_of(row: Any) -> str:
    """Where a row stands. Every model of a life cycle has the field."""
    state: str = row.state
    return state


CYCLES: Final[dict[str, LifeCycle[Any]]] = {}
"""Every life cycle of the system, by its name."""
