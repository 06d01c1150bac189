"""What the status elements of a resource say, in whatever position, system or older form.

R4 writes a status as a CodeableConcept; DSTU2 and STU3 write allergies and conditions with a plain
code. A code counts wherever it stands among the codings: ``entered-in-error`` in the second is not
less an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import codings
from dolenti.fhir.reasons import MODIFIED, OTHER_RULES
from dolenti.guideline.knowledge import Text

ERROR: Final = "entered-in-error"
DOUBTED: Final = frozenset({"unconfirmed", "provisional", "differential"})
ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
ENDED: Final = frozenset({"inactive", "remission", "resolved"})


def status_codes(raw: object) -> frozenset[str]:
    """Every code that a status element bears; none where it is not built as one."""
    if raw is None:
        return _NO_CODES
    try:
        (only,) = raw["coding"]  # type: ignore[index]  # as most are
        code = only["code"]
        if type(code) is str:
            return _ALONE[code]
    except (TypeError, KeyError, ValueError):
        pass
    if isinstance(raw, str):
        return _alone(raw)
    found = [code for one in codings(raw) if isinstance(code := one.get("code"), str)]
    return _alone(found[0]) if len(found) == 1 else frozenset(found)


_NO_CODES: Final[frozenset[str]] = frozenset()


@lru_cache(maxsize=1_000)  # a status is one of a few words
def _alone(code: str) -> frozenset[str]:
    return frozenset((code,))


def is_error(resource: Resource) -> bool:
    """Whether it is taken back as entered in error, by any of its status elements."""
    if resource.status == ERROR:
        return True
    if resource.verification_status is None and resource.clinical_status is None:
        return False
    return ERROR in status_codes(resource.verification_status) or ERROR in status_codes(
        resource.clinical_status
    )


def verification(resource: Resource) -> str | None:
    """How sure a Condition or an allergy is: ``refuted``, ``doubted``, ``confirmed``, ``unknown``
    for a code that is not known or several that disagree, or ``None`` where it is not said."""
    codes = status_codes(resource.verification_status)
    if isinstance(resource.status, str):  # an allergy as DSTU2 writes it
        codes |= {resource.status} & _SURENESS
    return _one(codes, resource.verification_status, _SURE_BY_CODE)


def clinical(resource: Resource) -> str | None:
    """``active`` or ``ended``; ``unknown`` for a code that is not known or several that disagree,
    or ``None`` where it is not said."""
    codes = status_codes(resource.clinical_status)
    if isinstance(resource.status, str):
        codes |= {resource.status} & (ACTIVE | ENDED)
    return _one(codes, resource.clinical_status, _STATE_BY_CODE)


def _one(codes: frozenset[str], element: object, meant: Mapping[str, str]) -> str | None:
    if not codes:
        return None if element is None else "unknown"
    if len(codes) == 1:
        (code,) = codes
        return meant.get(code, "unknown")
    said = {meant[code] for code in codes if code in meant}
    return said.pop() if len(said) == 1 else "unknown"


_SURENESS: Final = frozenset({"refuted", "unconfirmed", "confirmed"})
_SURE_BY_CODE: Final = {
    **dict.fromkeys(DOUBTED, "doubted"),
    "refuted": "refuted",
    "confirmed": "confirmed",
}
_ALONE: Final = {code: frozenset((code,)) for code in (*_SURE_BY_CODE, *ACTIVE, *ENDED, ERROR)}
_STATE_BY_CODE: Final = {**dict.fromkeys(ACTIVE, "active"), **dict.fromkeys(ENDED, "ended")}


def distrust(resource: Resource) -> Text | None:
    """Why nothing that a resource says may be taken as it stands, if anything."""
    if resource.modifier_extension:
        return MODIFIED
    return OTHER_RULES if resource.implicit_rules is not None else None
