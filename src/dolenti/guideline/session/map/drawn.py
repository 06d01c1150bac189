"""A map as it is kept and sent: JSON, read strictly, the very same that is written again.

What cannot be meant is refused with the number of the point: another edition of the figure, a
figure, a technique or a needle that there is not, a number that is none, too many points, the same
point twice. Whether the needle may go there is ``judge_injection``'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from dolenti.guideline.body import Point
from dolenti.guideline.body.geometry import in_grid
from dolenti.guideline.errors import InputError, as_text
from dolenti.guideline.session.findings import Finding
from dolenti.guideline.session.map.places import Places
from dolenti.guideline.session.map.points import InjectedPoint, Injection, judge_injection

LONGEST: Final = 400_000
"""So many characters a map may have: three times what the most points need."""
MOST: Final = Decimal(1000)
"""No depth (mm) and no volume (mL) is above it."""
DECIMALS: Final = 3
LONGEST_SETTING: Final = 100


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part of a map is: plain, and nothing in it that is not known here."""


class DrawnPoint(Kept, frozen=True, kw_only=True):
    """One point: where, how, how deep (mm), how much (mL; ``None`` where the whole is counted)."""

    figure: str
    x: int
    y: int
    technique: str
    depth_mm: Decimal
    volume_ml: Decimal | None = None
    needle: str | None = None

    @property
    def injected(self) -> InjectedPoint:
        """The same, as the rules look at it."""
        point = Point(self.figure, self.x, self.y)
        return InjectedPoint(point, self.technique, self.depth_mm, self.volume_ml, self.needle)


class DrawnMap(Kept, frozen=True, kw_only=True):
    """Every point of a session, and with what they were made.

    ``edition`` is that of the figure of the body; ``settings`` are those of the device, by the
    names that it asks for; ``total_ml`` is what went in by the techniques that count the whole.
    """

    edition: str
    points: tuple[DrawnPoint, ...] = ()
    device: str = "by-hand"
    settings: dict[str, str] = msgspec.field(default_factory=dict)
    tubing: bool = False
    total_ml: Decimal | None = None

    def injection(self, prepared_ml: Decimal, bmi: float | None = None) -> Injection:
        """The same against what was prepared (mL), as the rules look at it."""
        return Injection(
            points=tuple(one.injected for one in self.points),
            prepared_ml=prepared_ml,
            total_ml=self.total_ml,
            bmi=bmi,
            device=self.device,
            tubing=self.tubing,
        )


def read_drawn(places: Places, text: str) -> DrawnMap:
    """A map as it was sent. Nothing at all is a map without a point. Raises ``InputError``."""
    if len(text) > LONGEST:
        raise _too_many(places)
    if not text.strip():
        return DrawnMap(edition=places.body.edition)
    try:
        drawn = msgspec.json.decode(text, type=DrawnMap)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise InputError(
            f"this map cannot be read ({error}): draw it again",
            "points",
            fr=f"cette carte est illisible ({error})\u00a0: dessinez-la de nouveau",
        ) from None
    return checked(places, drawn)


def insist_injectable(
    places: Places, drawn: DrawnMap, prepared_ml: Decimal, bmi: float | None = None
) -> tuple[Finding, ...]:
    """What is found of a map that may be recorded: to be justified, warned of, told.

    Raises ``InputError`` with the first rule that stops it, and the number of the point.
    """
    found = judge_injection(places, drawn.injection(prepared_ml, bmi)) if drawn.points else ()
    stop = next((one for one in found if one.severity == "block"), None)
    if stop is not None:
        detail = stop.detail
        raise InputError(
            stop.because.en + (f" ({detail.en})" if detail else ""),
            f"points[{stop.about}]" if stop.about else "points",
            fr=stop.because.fr + (f" ({detail.fr})" if detail else ""),
        )
    return found


def as_text_of(drawn: DrawnMap) -> str:
    """The map as it is kept: ``read_drawn`` gives the same again."""
    return msgspec.json.encode(drawn).decode()


def checked(places: Places, drawn: DrawnMap) -> DrawnMap:
    """The map, if it can be meant. Raises ``InputError`` naming the point."""
    body = places.body
    if drawn.edition != body.edition:
        raise InputError(
            f"this map is drawn on the figure of edition “{as_text(drawn.edition)}”; today’s is "
            f"“{body.edition}”: draw it again",
            "points",
            fr=f"cette carte est dessinée sur la figure de l’édition «\u00a0"
            f"{as_text(drawn.edition)}\u00a0»\u00a0; celle du jour est «\u00a0{body.edition}"
            "\u00a0»\u00a0: dessinez-la de nouveau",
        )
    if len(drawn.points) > places.content.places.most_points:
        raise _too_many(places)
    _check_device(places, drawn)
    if drawn.total_ml is not None:
        _check_number(drawn.total_ml, "total_ml")
    known = _Known(places)
    seen: dict[tuple[str, int, int, str], int] = {}
    for number, one in enumerate(drawn.points, 1):
        where = f"points[{number}]"
        known.check(one, where)
        key = (one.figure, one.x, one.y, one.technique)
        if key in seen:
            raise InputError(
                f"this point is there already, as number {seen[key]}: delete one of the two",
                where,
                fr=f"ce point existe déjà, au numéro {seen[key]}\u00a0: supprimez l’un des deux",
            )
        seen[key] = number
    return drawn


class _Known:
    """What there is to name."""

    def __init__(self, places: Places) -> None:
        self._figures = places.body.figures
        self._techniques = _ids(one.technique for one in places.content.techniques)
        self._needles = _ids(one.id for one in places.content.needles)

    def check(self, one: DrawnPoint, where: str) -> None:
        _check_name(one.figure, self._figures, where, ("figure", "figure"))
        _check_name(one.technique, self._techniques, where, ("technique", "technique"))
        if one.needle is not None:
            _check_name(one.needle, self._needles, where, ("needle", "aiguille"))
        if not in_grid(one.x, one.y):
            raise InputError(
                f"({one.x}, {one.y}) is off the figure: place the point again",
                where,
                fr=f"({one.x}, {one.y}) est hors de la figure\u00a0: replacez le point",
            )
        _check_number(one.depth_mm, where)
        if one.volume_ml is not None:
            _check_number(one.volume_ml, where)


def _ids(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _check_name(
    name: str, known: Mapping[str, object] | frozenset[str], where: str, kind: tuple[str, str]
) -> None:
    if name not in known:
        raise InputError(
            f"“{as_text(name)[:60]}” is no {kind[0]} of this edition: choose one that is offered",
            where,
            fr=f"«\u00a0{as_text(name)[:60]}\u00a0» n’est pas une {kind[1]} de cette "
            "édition\u00a0: choisissez-en une qui est proposée",
        )


def _check_number(value: Decimal, where: str) -> None:
    """A depth or a volume as somebody may write it. The exponent is looked at first: a number of a
    thousand digits is never reckoned with."""
    exponent = value.as_tuple().exponent
    odd = not value.is_finite() or not isinstance(exponent, int) or exponent < -DECIMALS
    if odd or value.adjusted() > 4 or not 0 <= value <= MOST:
        raise InputError(
            f"this is no depth and no volume: write a number from 0 to {MOST}, with at most "
            f"{DECIMALS} decimals",
            where,
            fr=f"ce n’est ni une profondeur ni un volume\u00a0: écrivez un nombre de 0 à {MOST}, "
            f"avec {DECIMALS} décimales au plus",
        )


def _check_device(places: Places, drawn: DrawnMap) -> None:
    devices = {one.id: one for one in places.content.devices}
    _check_name(drawn.device, devices, "device", ("device", "manière d’injecter"))
    asked: Sequence[str] = devices[drawn.device].record
    for name, value in drawn.settings.items():
        if name not in asked:
            raise InputError(
                f"“{as_text(name)[:60]}” is no setting of this device: leave it out",
                "settings",
                fr=f"«\u00a0{as_text(name)[:60]}\u00a0» n’est pas un réglage de cet "
                "appareil\u00a0: retirez-le",
            )
        if len(value) > LONGEST_SETTING or not value.isprintable():
            raise InputError(
                f"this setting cannot be read: write at most {LONGEST_SETTING} characters",
                f"settings.{name}",
                fr=f"ce réglage est illisible\u00a0: écrivez {LONGEST_SETTING} caractères au plus",
            )


def _too_many(places: Places) -> InputError:
    most = places.content.places.most_points
    return InputError(
        f"a map has at most {most} points: delete some, or space them wider",
        "points",
        fr=f"une carte a au plus {most} points\u00a0: supprimez-en, ou espacez-les davantage",
    )
