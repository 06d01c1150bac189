"""How what is prepared of a patient’s own blood is made, kept and accounted for."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge.entries import Basis, Cited, Entry, Text


class ChainStep(Cited, frozen=True, kw_only=True):
    """A step as people do it: what, who signs, how identity is checked, what it keeps to."""

    id: str
    name: Text
    does: Text
    second: Text | None = None
    keeps: tuple[Text, ...] = ()
    sign: Literal["nurse", "practitioner", "responsible"]
    basis: Basis


class ChainLimit(Cited, frozen=True, kw_only=True):
    """A bound of the chain, from ``low`` to ``high`` in ``unit`` (UCUM), either open."""

    id: str
    low: float | None = None
    high: float | None = None
    unit: str
    because: Text
    basis: Basis


class ChainWord(Text, frozen=True, kw_only=True):
    """Something with an id and its name: an event, a state, a reason, what a guard asks."""

    id: str


class LabelField(Cited, frozen=True, kw_only=True):
    """What stands on a label, or on a sheet packed with it; ``when`` it does, if not always."""

    id: str
    where: Literal["primary", "sheet"]
    when: Literal["positive", "untested", "handed-over"] | None = None
    fr: str
    en: str
    basis: Basis


class ExcursionRule(Cited, frozen=True, kw_only=True):
    """When a temperature is an excursion, and what follows.

    Outside ``low`` to ``high`` (°C) for longer than ``minutes``, in one ``run`` or in ``total``;
    or ``beyond_low`` or ``beyond_high`` at any time; or without a reading for more than ``gap``
    minutes. Without ``minutes``, any time outside is one.
    """

    id: str
    place: Literal["incubator", "freezer", "box"]
    effect: Literal["note", "hold", "discard-proposed"]
    low: float | None = None
    high: float | None = None
    minutes: float | None = None
    counted: Literal["run", "total"] = "run"
    beyond_low: float | None = None
    beyond_high: float | None = None
    gap: float | None = None
    says: Text
    basis: Basis


class ChainTransition(Entry, frozen=True, kw_only=True, rename={"before": "from", "after": "to"}):
    """One event of the machine: from which states, to which, what must hold.

    A guard that fails leads to ``otherwise``; without one, or where it is of ``refuse_on``, the
    event is refused. ``origins`` are the states from which a hold may be lifted so. ``sign`` are
    one role or two people; ``hand_over`` is how the one proves whose it is.
    """

    before: tuple[str, ...]
    event: str
    origins: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    refuse_on: tuple[str, ...] = ()
    after: str
    otherwise: str | None = None
    sign: tuple[Literal["nurse", "practitioner", "responsible"], ...] = ()
    hand_over: Literal["scan", "patient"] | None = None
    creates: Literal["unit"] | None = None
    note: Text | None = None


class ChainMachine(Entry, frozen=True, kw_only=True):
    """The life of a tube, or of a unit: where it begins, how it ends, what may follow what."""

    start: str
    ends: tuple[str, ...]
    states: tuple[ChainWord, ...]
    transitions: tuple[ChainTransition, ...]


class Mistake(Entry, frozen=True, kw_only=True):
    """Something that goes wrong, as events with the guards that fail, and where it must end.
    ``last`` is whether the last event is done or refused."""

    id: str
    object: Literal["tube", "unit"]
    begins: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    last: Literal["done", "refused"]
    ends: str
    says: Text


class SerumChain(Entry, frozen=True, kw_only=True):
    """How a patient's own serum is prepared, kept and accounted for."""

    steps: tuple[ChainStep, ...]
    limits: tuple[ChainLimit, ...]
    events: tuple[ChainWord, ...]
    label: tuple[LabelField, ...]
    excursions: tuple[ExcursionRule, ...]
    discard_reasons: tuple[ChainWord, ...]
    guards: tuple[ChainWord, ...]
    tube: ChainMachine
    unit: ChainMachine
    mistakes: tuple[Mistake, ...]
