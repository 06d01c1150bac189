"""Who is on a document: the clinic, the practitioner, the patient, a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dolenti.guideline.birth import BirthDate

Point = tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """A PNG of ours and its size in pixels."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Clinic:
    """The place of care. ``identifiers`` are named numbers: ``("FINESS", "750000000")``."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    logo: Picture | None = None


@dataclass(frozen=True)
class Practitioner:
    """Who proposes the care. ``identifier`` is the RPPS number, where there is one."""

    name: str
    title: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Patient:
    """Whose document it is. ``ins`` is the health identity number, digits only, or nothing;
    ``ins_status`` says how far it was checked, in the document's language."""

    birth_name: str
    given_names: str
    birth_date: BirthDate | None
    used_name: str = ""
    sex: Literal["female", "male", ""] = ""
    ins: str = ""
    ins_status: str = ""
    address: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name used every day, with the birth name where it is another."""
        used = self.used_name or self.birth_name
        born = f" ({self.birth_name})" if used != self.birth_name else ""
        return f"{used} {self.given_names}{born}".strip()


@dataclass(frozen=True)
class Signature:
    """What a person drew on the screen: strokes of points in pixels, y downwards; or, where nothing
    was drawn, ``channel`` is the way (``mail`` or ``sms``) by which the code came with which they
    signed from home, ``for_patient`` whether they are not the patient, ``quality`` what they are to
    them. The name is then the one that they typed. ``kept`` says where the paper is that was signed
    by hand.

    ``at`` is an aware time in the clinic's time zone; it is printed as it is.
    """

    name: str
    at: datetime
    place: str
    strokes: tuple[tuple[Point, ...], ...] = ()
    channel: str = ""
    for_patient: bool = False
    quality: str = ""
    kept: str = ""
