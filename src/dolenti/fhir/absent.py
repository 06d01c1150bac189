"""Entries that say there is nothing: “no known allergies”, “no known medications”, or that nobody
knows.

They are no medicine and no disease, so nobody is asked what they are. Only an allergy is ever
denied by one: “no known medications” and “no known problems” leave out, as the International
Patient Summary says of its own codes, what was not thought relevant, and a medicine bought without
a prescription is in no record. The codes are those of the summary's first editions and the SNOMED
CT codes to which it maps them since (ConceptMap absence-to-snomed-uv-ips).
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from dolenti.fhir.codes import codings, system_of

Extent = Literal["all", "drugs", "latex", "nothing", "not-known"]


class Absent(NamedTuple):
    """What an entry says is absent: ``extent`` is what of the allergies it denies, ``not-known``
    where it says that nobody knows."""

    extent: Extent

    @property
    def known(self) -> bool:
        """Whether it says that there is none, and not that nobody knows."""
        return self.extent != "not-known"

    @property
    def denies(self) -> bool:
        """Whether it answers no to any question of ours."""
        return self.extent not in ("nothing", "not-known")


_IPS: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_IPS_OID: Final = "urn:oid:2.16.840.1.113883.5.1150.1"
_IN_SUMMARIES: Final[dict[str, Extent]] = {
    "no-known-allergies": "all",
    "no-known-medication-allergies": "drugs",
    "no-known-environmental-allergies": "nothing",
    "no-known-food-allergies": "nothing",
    "no-known-medications": "nothing",
    "no-known-problems": "nothing",
    "no-known-procedures": "nothing",
    "no-known-devices": "nothing",
    "no-known-immunizations": "nothing",
    "no-allergy-info": "not-known",
    "no-medication-info": "not-known",
    "no-problem-info": "not-known",
    "no-procedure-info": "not-known",
    "no-device-info": "not-known",
    "no-immunization-info": "not-known",
}
_IN_SNOMED: Final[dict[str, Extent]] = {
    "716186003": "all",
    "409137002": "drugs",
    "716184000": "latex",
    "428607008": "nothing",
    "429625007": "nothing",
    "787481004": "nothing",
    "160245001": "nothing",
    "787480003": "nothing",
    "787483001": "nothing",
    "787482006": "nothing",
}
_CODES: Final = {
    **{(_IPS, code): Absent(extent) for code, extent in _IN_SUMMARIES.items()},
    **{(_IPS_OID, code): Absent(extent) for code, extent in _IN_SUMMARIES.items()},
    **{("snomed", code): Absent(extent) for code, extent in _IN_SNOMED.items()},
}
# How the words beside such a code begin, or what they hold, in both languages.
_DENIES: Final = re.compile(
    r"\b(?:no|not|none|nil|nkd?a|negative|denies|without|non|pas|aucune?s?|sans|n[ée]ant|absen(?:t|ce)e?s?"
    r"|n[ée]gati(?:f|ve)s?|ras)\b",
    re.IGNORECASE,
)
_EXCEPT: Final = re.compile(
    r"\b(?:sauf|hormis|excepté|mais|en dehors|except|but|other than|apart from)\b", re.IGNORECASE
)


def absent_in(raw: object) -> Absent | None:
    """What a concept says is absent, by any of its codings; ``None`` where it is of something."""
    found = None
    for coding in codings(raw):
        uri = coding.get("system")
        system = system_of(uri) or (uri if isinstance(uri, str) else "")
        one = _CODES.get((system, str(coding.get("code"))))
        if one is not None and (found is None or not one.known):
            found = one
    return found


def beside(raw: object) -> list[object]:
    """What a concept names beside a code that says there is none, and so contradicts it."""
    found: list[object] = []
    others = [
        one
        for one in codings(raw)
        if absent_in({"coding": [one]}) is None
        and (_names_something(one.get("display")) or system_of(one.get("system")) is not None)
    ]
    if others:
        found.append({"coding": others})
    said = raw.get("text") if isinstance(raw, dict) else None
    if _names_something(said):
        found.append({"text": said})
    return found


def _names_something(said: object) -> bool:
    """Whether words beside a code for “none known” say anything else than that."""
    if not isinstance(said, str) or not said.strip():
        return False
    return _DENIES.search(said) is None or _EXCEPT.search(said) is not None
