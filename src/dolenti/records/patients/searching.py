"""Patients looked for at the desk: by the beginning of a name, a birth date, a number, a reference.

Pages by position, not by number: a page costs the same wherever it lies, and nobody is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.identity import names
from dolenti.records import gate
from dolenti.records.models import Patient, PatientKey

PER_PAGE = 25
SHOWS = ("mine", "all", "unnamed", "in-error")
_HIGHEST = "\U0010ffff"
_NUMBER = re.compile(r"[0-9][0-9AB]{12}([0-9]{2})?\Z")
_SEPARATORS = re.compile(r"[\s.\-‐‑–_/]+")


@dataclass(frozen=True)
class Looked:
    """What is looked for: a text as typed, or the birth date that it is; nothing is everyone."""

    text: str = ""
    day: date | None = None
    show: str = "all"


@dataclass(frozen=True)
class Found:
    """One page of patients; ``more`` says whether another follows the last of them."""

    patients: list[Patient]
    more: bool


def find(user: User, looked: Looked, after: str = "") -> Found:
    """A page of the patients looked for, by name, after the one with the public id ``after``.

    Each says in ``is_open`` whether the user may open the record. A text is read as a health
    number, a reference and the beginning of a name or of a given name.
    """
    found = _shown(user, looked)
    if looked.day is not None:
        found = found.filter(birth_date=looked.day)
    elif looked.text:
        found = found.filter(pk__in=_keys(user, looked.text).values("patient"))
    if after:
        last = gate.patients(user).filter(public_id=after).values_list("sort_name", "pk").first()
        if last is not None:
            name, pk = last
            found = found.filter(Q(sort_name__gt=name) | Q(sort_name=name, pk__gt=pk))
    if user.may(Permission.READ_RECORDS):
        found = found.annotate(is_open=Exists(gate.in_care(user).filter(pk=OuterRef("pk"))))
    page = list(found.order_by("sort_name", "pk")[: PER_PAGE + 1])
    gate.listed(user, page[:PER_PAGE])
    return Found(page[:PER_PAGE], len(page) > PER_PAGE)


def codes_of(user: User, birth_name: str, birth_date: date) -> list[str]:
    """The codes of the records of a person at an auditor's site, by the exact birth name and date.

    An auditor sees no list of patients: whoever asks after a person must know who they are.
    """
    if not user.may(Permission.READ_AUDIT):
        return []
    born = Patient.objects.filter(site_id=user.site_id, birth_date=birth_date).order_by("pk")
    wanted = names.key(birth_name)
    audit.record("find-patient", actor=user, kind="trail")
    return [one.public_id for one in born if names.key(one.birth_name) == wanted]


def _shown(user: User, looked: Looked) -> QuerySet[Patient]:
    found = gate.patients(user).filter(absorbed_by=None)
    if looked.show == "in-error":
        return found.exclude(in_error="")
    found = found.filter(in_error="")
    if looked.show == "mine":
        found = found.filter(gate.is_open(user, "pk"), gate.among_few(user, "pk"))
    if looked.show == "unnamed":
        return found.filter(identity=Patient.Identity.NONE)
    if not looked.text and looked.day is None:
        found = found.exclude(identity=Patient.Identity.NONE)
    return found


def _keys(user: User, text: str) -> QuerySet[PatientKey]:
    wanted = names.key(text)
    number = _SEPARATORS.sub("", text).upper()
    where = Q(key__gte=f"s:{wanted}", key__lt=f"s:{wanted}{_HIGHEST}")
    where |= Q(key__gte=f"r:{wanted}", key__lt=f"r:{wanted}{_HIGHEST}")
    if _NUMBER.match(number):
        where |= Q(key=f"i:{number[:13]}")
    found = PatientKey.objects.filter(site_id=user.site_id)
    return found.filter(where) if wanted else found.none()
