"""What an infiltration aims at: targets, caps by the size of a joint, what is refused."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge import Entry, JointSize, Severity, Text
from dolenti.guideline.session.shapes.common import Rule, Said, Sourced

Guidance = Literal["landmark", "preferred", "imaging-required", "specialised-centre"]


class SizeClass(Entry, frozen=True, kw_only=True):
    """A size of joint, or what is no joint. ``caps_of``: whose caps it takes; ``own``: those that
    come first, where the product has any of such a place. ``watch`` is what each of its targets
    watches for."""

    id: str
    label: Text
    caps_of: str | None = None
    own: JointSize | None = None
    watch: tuple[str, ...] = ()


class SizeCaps(Said, frozen=True, kw_only=True):
    """What is said above the most of a corticosteroid in a joint of one size. The most itself, and
    its weight, are the product's own ceiling of a joint of that size."""

    id: str
    size: JointSize | Literal["spine"]


class ProductClass(Entry, frozen=True, kw_only=True):
    """A kind of product that targets name. ``products`` and ``classes`` are those of the
    knowledge; ``serum``: the patient's own. ``alone``: never in a syringe with another. ``watch``
    is what each target that offers it watches for."""

    id: str
    label: Text
    products: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    serum: bool = False
    alone: bool = False
    watch: tuple[str, ...] = ()


class Watch(Said, frozen=True, kw_only=True):
    """What to watch for afterwards; with ``classes``, after a product of one of them alone."""

    id: str
    classes: tuple[str, ...] = ()


class TargetNeedle(Sourced, frozen=True, kw_only=True):
    """Gauge and length (mm) of the needle, or the shortest and the longest."""

    gauge: str
    length_mm: tuple[float, float]


class TargetVolume(Entry, frozen=True, kw_only=True):
    """What goes into the target, in mL: the usual range, and the most."""

    usual: tuple[float, float]
    most: float
    note: Text | None = None


class Target(Sourced, frozen=True, kw_only=True):
    """One target. ``zone`` and ``region`` place it on the body; ``size`` is a size class;
    ``products`` are product classes; ``avoid`` are areas of the map; ``watch`` what to watch for.

    ``no_anaesthetic``: none goes in, and why. ``bleeding``: the tier of risk. ``usual_for`` are the
    conditions it is drawn for; ``without_indication`` says why one of them is no indication.
    """

    id: str
    zone: str
    region: str
    structure: Literal["joint", "bursa", "sheath", "enthesis", "nerve", "epidural"]
    size: str
    label: Text
    approach: Text
    usual_for: tuple[str, ...]
    without_indication: Text | None = None
    guidance: Guidance
    guidance_note: Text | None = None
    needle: TargetNeedle
    volume_ml: TargetVolume
    products: tuple[str, ...]
    no_anaesthetic: Text | None = None
    avoid: tuple[str, ...] = ()
    watch: tuple[str, ...]
    rest: Text | None = None
    repeat: Text | None = None
    bleeding: Literal["minor", "intermediate"] = "minor"


class Refused(Said, frozen=True, kw_only=True):
    """A target that is refused, and why. ``for_serum``: for the patient's serum only."""

    id: str
    label: Text
    for_serum: bool = False


class NoTarget(Said, frozen=True, kw_only=True):
    """A condition that is an indication, and has no target here; and why."""

    condition: str


class Check(Rule, frozen=True, kw_only=True):
    """A rule that the program looks up by its id, with its weight."""

    severity: Severity


class Infiltration(Entry, frozen=True, kw_only=True):
    """The rules of an infiltration: those the program looks up, and those a person reads."""

    size_classes: tuple[SizeClass, ...]
    caps: tuple[SizeCaps, ...]
    product_classes: tuple[ProductClass, ...]
    common: tuple[Rule, ...]
    checks: tuple[Check, ...]
    watch: tuple[Watch, ...]
    no_target: tuple[NoTarget, ...] = ()
    marks: Text
    unknown: Text
