"""Products that are drawn up: their status, highest doses and rules; and rules about several."""

from __future__ import annotations

from typing import Final, Literal

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge.entries import Basis, Citation, Cited, Code, Entry, Text
from dolenti.guideline.knowledge.medicines import Substances
from dolenti.guideline.knowledge.rules import Rule

Severity = Literal["block", "override", "warn", "info"]

MUSCLE: Final = "muscle"
"""The zone of a pain of a muscle."""


class ProductRule(Rule, frozen=True, kw_only=True):
    """A rule about a patient and one product; unknown is asked (except for warn and info).

    ``therapies`` and ``techniques`` limit it to those; a technique that nobody named is asked
    for. Where ``ask_if`` is given, an unknown is asked only if that is known to hold: a kidney
    function is asked of a diabetic, not of everybody. What is ``told`` of it stands in the consent
    wherever the product is planned.
    """

    told: Text | None = None
    severity: Severity
    therapies: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    ask_if: Condition | None = None


class GroupRule(ProductRule, frozen=True, kw_only=True):
    """A rule about several products: a sentence of their class, or what a patient takes, or is
    treated for, against what is drawn up.

    It speaks of every product of ``classes`` and of ``products`` but those of ``but_not``, drawn
    up ``over`` or ``at_most`` so much of its unit in the day, or ``over_share`` of its strictest
    ceiling; of ``every_product`` where the way it is given is what matters.
    """

    every_product: bool = False
    classes: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    over: float | None = None
    at_most: float | None = None
    over_share: float | None = None

    def about(self, product: Product) -> bool:
        """Whether a product is one of those meant, whatever its dose."""
        named = (
            self.every_product
            or product.id in self.products
            or not set(self.classes).isdisjoint(product.classes)
        )
        return named and product.id not in self.but_not


StatusState = Literal[
    "authorised", "not-marketed", "not-authorised", "shortage", "suspended", "abrogated",
    "never-authorised", "verify",
]  # fmt: skip


class NotLocal(Entry, frozen=True, kw_only=True):
    """A speciality that is sold and has no route by which a product is injected on the spot, with
    its strength (the product's unit per mL) where its name tells it."""

    speciality: str
    strength: float | None = None


class LabelledAt(Entry, frozen=True, kw_only=True):
    """The routes on the labels of the ampoules of one strength (the product's unit per mL); of
    those whose name tells none, without a strength."""

    strength: float | None = None
    routes: tuple[str, ...]


class StatusPeriod(Cited, frozen=True, kw_only=True):
    """What a product's authorisation was from a day on, in one jurisdiction.

    A status that was read from the public base is ``told`` in the words of its state.
    """

    jurisdiction: str
    since: str
    state: StatusState
    labelled_routes: tuple[str, ...] = ()
    strengths: tuple[float, ...] = ()
    labelled_at: tuple[LabelledAt, ...] = ()
    specialities: tuple[str, ...] = ()
    not_local: tuple[NotLocal, ...] = ()
    because: Text
    told: Text | None = None


NEVER_USED = ("suspended", "abrogated", "never-authorised", "not-authorised")
"""States in which a product is neither planned nor drawn up."""


JointSize = Literal["small", "medium", "large", "soft", "nerve"]
"""How large a joint is; or what is none: soft tissue (sheath, bursa, insertion), nerve tunnel."""
NO_JOINT: tuple[JointSize, ...] = ("soft", "nerve")


class Ceiling(Cited, frozen=True, kw_only=True):
    """A highest dose. Give ``per_kg`` (unit/kg), ``absolute`` (unit), or both as separate entries;
    or ``concentration`` (unit per mL of the whole preparation).

    ``per`` is what it counts: this preparation, this joint, or the hours up to now, where what
    was given today is added. ``jurisdiction`` limits a label's absolute cap to its country; a
    ceiling without one binds everywhere. ``with_product`` ceilings bind only where that product
    is a component too, those with ``when`` only for such patients. ``counts: injected`` leaves out
    what was given today by another way. Above it the answer is ``severity``.

    ``joint_size`` is the size of joint that ``when`` means, for those who know the size by the
    target (``guideline.session``); a ceiling per joint without one is for every size. One for what
    is no joint has ``techniques`` in place of ``when``: a syringe that is given by one of them
    takes this ceiling, and those of the sizes of joints no longer bind it; without any, only the
    room knows such a place.
    """

    id: str
    per_kg: float | None = None
    absolute: float | None = None
    concentration: float | None = None
    per: Literal["preparation", "joint", "12 h", "24 h"] = "24 h"
    joint_size: JointSize | None = None
    techniques: tuple[str, ...] = ()
    jurisdiction: str | None = None
    with_product: str | None = None
    when: Condition | None = None
    counts: Literal["all", "injected"] = "all"
    severity: Severity = "block"
    because: Text
    basis: Basis


class DaysInARow(Cited, frozen=True, kw_only=True):
    """The most days in a row on which a product is given, this one included."""

    most: int
    because: Text
    basis: Basis


class SportStatus(Cited, frozen=True, kw_only=True):
    """What the prohibited list says, as entered, of one list year. ``washout`` is that of a local
    injection, ``washout_in_muscle`` of one into a muscle, where it is another."""

    list_year: int
    status: Literal["prohibited-always", "prohibited-in-competition", "not-prohibited", "unknown"]
    washout: str | None = None
    washout_in_muscle: str | None = None
    because: Text

    def washout_in(self, zone: str) -> str | None:
        """The washout of an injection there: that of a muscle, unless ``zone`` says that it is
        none; empty, nobody has said where it went."""
        is_local = zone not in ("", MUSCLE)
        return self.washout if is_local else self.washout_in_muscle or self.washout


class Product(Entry, frozen=True, kw_only=True):
    """A drug that may be drawn up. Strengths are in ``unit``/mL; files may call it by one of
    ``other_ids`` too.

    ``elemental`` is how many mg of its element a salt holds per unit. Above ``hypertonic_above``
    (unit per mL of the syringe) it harms the skin. Doses of products with one ``ingredient`` (its
    own id where none is named) add up.
    ``kind``: a device is never called authorised. ``ceilings`` are its highest doses; where none
    is on file, ``no_ceiling`` says so. ``minimum_age`` (years) is that of its rule on age.
    ``allergens`` are members of the ``allergy`` set that forbid it. ``excipients`` are those that
    the label names (``[]``: it was read and names none that matters), ``possible_excipients``
    depend on the presentation; what was not looked up is ``unknown``, or is not said, and is never
    none. ``never_mixed`` products stand alone in their syringe;
    ``watch_after`` says how the patient is watched. ``used_in`` are the therapies for
    which a source describes its use. ``in_base`` says which specialities of the public base of
    medicines are this product: its status in France, its strengths and its routes are then read
    there, and the excipients of its specialities from their labels. ``routes`` are those of a
    device.
    """

    id: str
    other_ids: tuple[str, ...] = ()
    label: Text
    classes: tuple[str, ...]
    kind: Literal["medicine", "device"] = "medicine"
    ingredient: str | None = None
    unit: Literal["mg", "IU", "mL"] = "mg"
    strength_range: tuple[float, float]
    usual_strengths: tuple[float, ...] = ()
    hypertonic_above: float | None = None
    elemental: float | None = None
    codes: tuple[Code, ...] = ()
    role: Text | None = None
    status: tuple[StatusPeriod, ...] = ()
    in_base: Substances | None = None
    routes: tuple[str, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    no_ceiling: NoCeiling | None = None
    days_in_a_row: DaysInARow | None = None
    minimum_age: float | Literal["unknown"] | None = None
    rules: tuple[ProductRule, ...] = ()
    allergens: tuple[str, ...] = ()
    excipients: tuple[str, ...] | Literal["unknown"] | None = None
    possible_excipients: tuple[str, ...] = ()
    never_mixed: NeverMixed | None = None
    watch_after: WatchAfter | None = None
    off_label: OffLabel | None = None
    used_in: tuple[str, ...] = ()
    sport: tuple[SportStatus, ...] = ()
    sources: tuple[Citation, ...]
    encodes: tuple[str, ...] = ()

    @property
    def counts_as(self) -> str:
        """The ingredient whose doses add up with those of this product."""
        return self.ingredient or self.id

    def ceilings_of_joint(self, size: str) -> tuple[Ceiling, ...]:
        """The highest doses of one joint of a size: those for every size, and those for this."""
        return tuple(
            ceiling
            for ceiling in self.ceilings
            if ceiling.per == "joint" and ceiling.joint_size in (None, size)
        )

    @property
    def named_excipients(self) -> tuple[str, ...]:
        """The excipients that every presentation is known to hold."""
        return self.excipients if isinstance(self.excipients, tuple) else ()


class NeverMixed(Cited, frozen=True, kw_only=True):
    """That a product stands alone in its syringe; its ``note`` says on whose word."""

    basis: Basis


class WatchAfter(Cited, frozen=True, kw_only=True):
    """How the patient is watched after an injection of a product."""

    says: Text
    basis: Basis


class NoCeiling(Cited, frozen=True, kw_only=True):
    """That no highest dose of a product is on file, and why."""

    because: Text


class OffLabel(Cited, frozen=True, kw_only=True):
    """What of this use the label does not cover, and how the patient is told so."""

    says: Text
    told: Text | None = None
    therapies: tuple[str, ...]


class StatusRead(Cited, frozen=True, kw_only=True):
    """The status of a product in France, as read from the public base (never typed).

    ``id`` is the product, ``as_of`` the day of the base; ``specialities`` is what it rests on.
    """

    id: str
    as_of: str
    state: Literal["authorised", "not-marketed", "not-authorised"]
    labelled_routes: tuple[str, ...] = ()
    strengths: tuple[float, ...] = ()
    labelled_at: tuple[LabelledAt, ...] = ()
    specialities: tuple[str, ...] = ()
    not_local: tuple[NotLocal, ...] = ()
    because: Text

    def as_period(self) -> StatusPeriod:
        """The same as a period of the product's status, from the day of the base on."""
        return StatusPeriod(
            jurisdiction="FR",
            since=self.as_of,
            state=self.state,
            labelled_routes=self.labelled_routes,
            strengths=self.strengths,
            labelled_at=self.labelled_at,
            specialities=self.specialities,
            not_local=self.not_local,
            because=self.because,
            sources=self.sources,
            encodes=self.encodes,
            note=self.note,
        )
