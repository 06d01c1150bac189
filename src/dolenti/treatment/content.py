"""What the record of a session holds, as values: who answered what, what was drawn up of which lot,
what went where, what happened. Pure: it reads no clock and no database.

Each part is kept on the record as JSON and read back here, strictly. What nobody said stays
``None``: it is never a no. Volumes are mL, strengths a unit per mL, lengths mm, cold °C, times of a
cycle seconds, pain 0 to 10.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar

import msgspec

from dolenti.guideline.errors import InputError

Look = Literal["limpid", "even", "cloudy", "milky"]
"""How a syringe looks. Only a limpid one goes on; of a corticosteroid in suspension, which is milky
by its nature, only one that is even and without clumps: a limpid one was not shaken, or is
another."""
MOST_ML: Final = Decimal(100)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part is: plain, and nothing in it that is not known here."""


class Answered(Part, frozen=True, kw_only=True):
    """What somebody pressed on a line of the pause, and what it was about (``stamps``).

    ``safe`` is ``None`` for “I do not know”; ``by`` the role in which it was said; ``confirmed_by``
    the practitioner who has seen what the nurse said. ``together``: said with the other lines on
    the screen, in one press. ``lacks``: what the room’s kit lacked then, in the language of whoever
    answered.
    """

    safe: bool | None
    by: Literal["practitioner", "nurse", "program"]
    who: str
    name: str
    at: datetime
    reason: str = ""
    second: bool = False
    together: bool = False
    confirmed_by: str = ""
    lacks: tuple[str, ...] = ()
    stamps: dict[str, str] = msgspec.field(default_factory=dict)


class TakenBack(Part, frozen=True, kw_only=True):
    """A red answer of a ``line`` that was taken back: what was pressed (``safe``), or what else
    spoke (``says``: facts in words, the look of a syringe), by whom (``name``) and when (``at``);
    who took it back and why; the practitioner who saw it by itself (``seen_by``)."""

    line: str
    safe: bool | None = None
    says: str = ""
    name: str = ""
    at: datetime | None = None
    reason: str = ""
    by: str = ""
    on: datetime
    seen_by: str = ""


class Dose(Part, frozen=True, kw_only=True):
    """What the patient received elsewhere today, in the product's unit; ``hours_ago`` if known."""

    product: str
    dose: Decimal
    hours_ago: Decimal | None = None


Act = Literal["", "block"]
"""What a session is: what its course is for, or a diagnostic block before it."""


class Past(Part, frozen=True, kw_only=True):
    """A practitioner goes past what holds the sessions back, for this one, and says why. ``holds``
    are its ids; ``says`` is what they said then, in the language of whoever read it."""

    holds: tuple[str, ...]
    says: tuple[str, ...]
    reason: str
    who: str
    name: str
    at: datetime


class Pause(Part, frozen=True, kw_only=True):
    """The safety pause. ``elsewhere`` is ``None`` where nobody was asked, ``()`` for nothing;
    ``act`` is what is about to be done; ``past``, which open alerts were gone past; ``was``, the
    red answers that were taken back."""

    act: Act = ""
    answers: dict[str, Answered] = msgspec.field(default_factory=dict)
    elsewhere: tuple[Dose, ...] | None = None
    past: tuple[Past, ...] = ()
    was: tuple[TakenBack, ...] = ()


class Ingredient(Part, frozen=True, kw_only=True):
    """A product in a vial, at its strength, in ``unit`` (mg/mL)."""

    product: str
    strength: Decimal
    unit: str


class Drawn(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What was drawn up of one lot: so many mL, of so many pieces. ``item`` is how the site calls
    it, ``lot`` the public id of the lot and ``number`` what stands on the package; ``beside`` is
    what came ready mixed in the same vial."""

    product: str
    item: str
    lot: str
    number: str
    expiry: date | None
    strength: Decimal
    unit: str
    volume: Decimal
    pieces: int
    beside: tuple[Ingredient, ...] = ()

    @property
    def ingredients(self) -> tuple[Ingredient, ...]:
        """All that is in it, the product that it is called by first."""
        own = Ingredient(product=self.product, strength=self.strength, unit=self.unit)
        return (own, *self.beside)


class Supply(Part, frozen=True, kw_only=True):
    """What was used beside a product, of one lot: so many pieces. ``kind`` is that of the item,
    ``item`` how the site calls it and ``item_id`` its public id; ``lot`` is the public id of the
    lot and ``number`` what stands on the package."""

    kind: str
    item: str
    item_id: str
    lot: str
    number: str
    expiry: date | None
    pieces: int


class Override(Part, frozen=True, kw_only=True):
    """Somebody goes past a rule that may be gone past, by name and with a reason. What the nurse
    goes past counts once a practitioner has seen and confirmed it (``confirmed_by``)."""

    rule: str
    reason: str
    by: Literal["practitioner", "nurse"]
    who: str
    name: str
    at: datetime
    confirmed_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a practitioner has still to confirm it."""
        return self.by == "nurse" and not self.confirmed_by


class Corrected(Part, frozen=True, kw_only=True):
    """Somebody corrected a part after it was given, by name and with a reason."""

    reason: str
    who: str
    name: str
    at: datetime


class Said(Part, frozen=True, kw_only=True):
    """A rule that spoke when the part was written, and how gravely."""

    rule: str
    severity: str


class Felt(Part, frozen=True, kw_only=True):
    """What was felt in an area of the sensory map, by one way of testing (``sensory_test`` of the
    knowledge). What nobody tested is not there."""

    area: str
    modality: str
    finding: Literal["normal", "less", "none"]


class ToFreeze(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What is known before anything is frozen: how the nerve is found, with which probe, at what
    distance from the skin, whether a muscle moved; the sensory map and the strength before it. Each
    field as in ``Freezing``, which takes them over once it is done."""

    guidance: str = ""
    probe: str = ""
    probe_to_skin_mm: Decimal | None = None
    twitch: bool | None = None
    sensory_before: str = ""
    felt: tuple[Felt, ...] = ()
    moves: bool | None = None
    recovered: bool | None = None
    worst_grade: int | None = None

    @property
    def tested_before(self) -> bool:
        """Whether strength and feeling were written."""
        return self.moves is not None and bool(self.felt or self.sensory_before)


class Preparation(Part, frozen=True, kw_only=True):
    """What was drawn up, and which needles, kits and probes are taken. ``looks`` is what the eye
    saw, by whom and when; ``None``: nobody looked yet. ``usual`` names the usual
    mixture that it was begun from; ``nerve`` is the one that is to be frozen or put to sleep, which
    the pause confirms by its name, and ``to_freeze`` what else is known of it before the cold;
    ``was`` is how the same syringe looked before; ``unit`` is the number of the unit of serum that
    was chosen, by the label that was scanned."""

    technique: str = ""
    fluid: Literal["none", "saline", "water", "bicarbonate"] = "none"
    fluid_ml: Decimal = Decimal(0)
    drawn: tuple[Drawn, ...] = ()
    supplies: tuple[Supply, ...] = ()
    looks: Look | None = None
    looked_by: str = ""
    looked_at: datetime | None = None
    was: tuple[TakenBack, ...] = ()
    overrides: tuple[Override, ...] = ()
    verdict: str = ""
    said: tuple[Said, ...] = ()
    usual: str = ""
    nerve: str = ""
    to_freeze: ToFreeze | None = None
    unit: str = ""
    unit_scan: str = ""
    by: str = ""
    at: datetime | None = None
    corrected: tuple[Corrected, ...] = ()

    @property
    def volume(self) -> Decimal:
        """All that is in the syringe, mL."""
        return self.fluid_ml + sum((one.volume for one in self.drawn), Decimal(0))

    @property
    def pieces_of_lots(self) -> dict[str, int]:
        """How many pieces of each lot leave the stock, by its public id."""
        found: dict[str, int] = {}
        for lot, pieces in (
            *((one.lot, one.pieces) for one in self.drawn),
            *((one.lot, one.pieces) for one in self.supplies),
        ):
            found[lot] = found.get(lot, 0) + pieces
        return found

    @property
    def fingerprint(self) -> str:
        """The same for the same syringe: what an answer about it was about."""
        return _digest(
            [self.fluid, str(self.fluid_ml), [[d.lot, str(d.volume)] for d in self.drawn]]
        )[:16] if self.drawn else ""  # fmt: skip


class Cycle(Part, frozen=True, kw_only=True):
    """One freeze and its thaw, in seconds; nobody timed a thaw that is ``None``."""

    freeze_s: Decimal
    thaw_s: Decimal | None = None


class Freezing(Part, frozen=True, kw_only=True):
    """What was frozen. ``felt`` is the sensory map before it, and ``moves`` whether strength was
    kept before it; ``sensory_before`` and ``sensory_after`` are what was written of it in words.

    Of the last time that this nerve was frozen: whether feeling has ``recovered``, and the worst
    grade of what came of it. ``None``: nobody said.
    """

    nerve: str
    guidance: str
    device: str
    probe: str
    nadir_c: Decimal
    cycles: tuple[Cycle, ...]
    depth_mm: Decimal | None = None
    probe_to_skin_mm: Decimal | None = None
    twitch: bool | None = None
    tested_before: bool = False
    minutes: Decimal | None = None
    sensory_before: str = ""
    sensory_after: str = ""
    felt: tuple[Felt, ...] = ()
    moves: bool | None = None
    recovered: bool | None = None
    worst_grade: int | None = None


class Block(Part, frozen=True, kw_only=True):
    """A nerve that was put to sleep to see whether the pain comes by it. What it changed is in
    ``Happened``."""

    nerve: str
    guidance: str = ""


class GivenUnit(Part, frozen=True, kw_only=True):
    """The unit of the patient’s own serum that went in, by its number; ``thrown_ml`` was left."""

    number: str
    look: str
    thrown_ml: Decimal = Decimal(0)


class Injected(Part, frozen=True, kw_only=True):
    """What went in, where and how. ``points`` is how many; where each lies is kept beside, and
    what all of them are then says the rest (``mapped.summed``). ``volume_ml`` is of the syringe,
    or of the ``unit`` of serum; ``beside_ml`` is what went in of the anaesthetic drawn up beside a
    unit, in a syringe of its own."""

    target: str = ""
    guidance: str = ""
    needle: str = ""
    device: str = ""
    depth_mm: Decimal | None = None
    points: int | None = None
    per_point_ml: Decimal | None = None
    volume_ml: Decimal | None = None
    beside_ml: Decimal | None = None
    freezing: Freezing | None = None
    block: Block | None = None
    unit: GivenUnit | None = None
    overrides: tuple[Override, ...] = ()
    said: tuple[Said, ...] = ()
    corrected: tuple[Corrected, ...] = ()


class Treated(Part, frozen=True, kw_only=True):
    """The pain for which something was given, as it stood then: its condition, zone and side. The
    pain itself may be corrected afterwards; what was given stays where it was given."""

    condition: str = ""
    zone: str = ""
    side: str = ""


class Event(Part, frozen=True, kw_only=True):
    """Something that happened at once, by its id in the knowledge, and what was done about it. Its
    ``grade`` goes from 1 to 5, and ``at`` is the time of the day (``14:05``) at which it began;
    nothing where nobody said."""

    event: str
    treated: str = ""
    note: str = ""
    grade: int | None = None
    at: str = ""


class Happened(Part, frozen=True, kw_only=True):
    """What happened. ``events`` is ``None`` where nobody said whether there was any. ``relief_*``
    is what a diagnostic block changed, in percent and for how many hours. ``felt`` and ``moves``:
    the sensory map and the strength 15 minutes after a freeze. ``leaving`` are the lines seen to
    before the patient leaves; ``leaving_why`` says why one was not, ``untested_why`` why that map
    is missing. ``pain_24h`` is the average of
    the last 24 hours, asked before the first session: the question that judges the course, as the
    phone asks it (``pain_before`` is the pain of the minute)."""

    pain_24h: int | None = None
    pain_before: int | None = None
    pain_after: int | None = None
    events: tuple[Event, ...] | None = None
    relief_percent: int | None = None
    relief_hours: Decimal | None = None
    note: str = ""
    leaving: tuple[str, ...] = ()
    leaving_why: str = ""
    felt: tuple[Felt, ...] = ()
    moves: bool | None = None
    untested_why: str = ""


PARTS: Final[dict[str, type[Part]]] = {
    "pause": Pause,
    "preparation": Preparation,
    "injected": Injected,
    "happened": Happened,
}
"""The parts of a record, by the name of the field that keeps them."""

P = TypeVar("P", bound=Part)


def read(kind: type[P], kept: Mapping[str, Any]) -> P:
    """A part as it was kept. Raises ``InputError`` for what was never written here."""
    try:
        return msgspec.convert(dict(kept), kind, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(
            f"this part of the record cannot be read: {error}",
            kind.__name__.lower(),
            fr=f"cette partie du compte rendu est illisible\u00a0: {error}",
        ) from None


def kept(part: Part) -> dict[str, Any]:
    """A part as JSON keeps it: decimals as they were written, moments with their zone."""
    values: dict[str, Any] = msgspec.to_builtins(part)
    return values


def insist_coherent(preparation: Preparation, injected: Injected) -> None:
    """Nothing goes in beyond what was drawn up, and volumes agree. Raises ``InputError``."""
    volume, prepared = injected.volume_ml, preparation.volume
    if injected.points is not None and injected.per_point_ml is not None and volume is not None:
        by_points = injected.points * injected.per_point_ml
        if by_points != volume:
            raise InputError(
                f"{injected.points} points of {plain(injected.per_point_ml)} mL are "
                f"{plain(by_points)} mL, not {plain(volume)} mL: correct one of the three",
                "volume_ml",
                fr=f"{injected.points} points de {plain(injected.per_point_ml, 'fr')} mL font "
                f"{plain(by_points, 'fr')} mL, et non {plain(volume, 'fr')} mL\u00a0: corrigez "
                "l’un des trois",
            )
    from_syringe, where = emptied(injected)
    if from_syringe is not None and from_syringe > prepared:
        raise InputError(
            f"{plain(from_syringe)} mL cannot come from {plain(prepared)} mL: correct the volume, "
            "or what was prepared",
            where,
            fr=f"{plain(from_syringe, 'fr')} mL ne peuvent pas sortir de {plain(prepared, 'fr')} "
            "mL\u00a0: corrigez le volume, ou la préparation",
        )


def emptied(injected: Injected) -> tuple[Decimal | None, str]:
    """How many mL went in of the syringe, and the field that says it: beside a unit of serum the
    volume is the unit’s."""
    if injected.unit is not None:
        return injected.beside_ml, "beside_ml"
    return injected.volume_ml, "volume_ml"


def doses(preparation: Preparation, injected: Injected) -> dict[str, Decimal]:
    """What went in of each product, in its unit: the share of the syringe that was emptied.

    Where nobody wrote how much went in, all of it counts.
    """
    prepared = preparation.volume
    if not prepared:
        return {}
    volume, _field = emptied(injected)
    share = Decimal(1) if volume is None else volume / prepared
    found: dict[str, Decimal] = {}
    for one in preparation.drawn:
        for part in one.ingredients:
            dose = part.strength * one.volume * share
            found[part.product] = found.get(part.product, Decimal(0)) + dose
    return found


def units(preparation: Preparation) -> dict[str, str]:
    """In what the dose of each product of a syringe is said, by its id: mg, IU, mL."""
    return {
        part.product: part.unit.removesuffix("/mL")
        for one in preparation.drawn
        for part in one.ingredients
    }


def products(preparation: Preparation) -> tuple[str, ...]:
    """Every product of a syringe, by its id, each once."""
    return tuple(units(preparation))


def pieces(volume: Decimal, of_one: Decimal | None) -> int:
    """How many pieces of a lot are opened for a volume; one where nobody said what one holds."""
    if not of_one:
        return 1
    return max(1, int(-(-volume // of_one)))


def plain(value: Decimal, language: str = "en") -> str:
    """A number without the zeros behind, with the language's own sign."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if language == "fr" else text


def seal(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a record's content, the same whatever the order in which it is written."""
    return _digest(content)


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
