"""Patients looked for at the desk: by names, birth date, telephone, e-mail, number, reference.

What begins as typed comes first. Where nobody does, the words are taken in any order and with one
slip of the keys each, or by their sound. Pages by position, not by number: a page costs the same
wherever it lies, and nobody is counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.calendar.birth_text import read_birth_text
from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.identity import asked
from dolenti.identity.asked import Asked
from dolenti.identity.sounds import one_slip_apart, sound
from dolenti.records import gate
from dolenti.records.models import Patient, PatientKey

PER_PAGE = 20
FEW = 500
"""So many patients are named one by one in a question; more are found soon enough in order."""
SHOWS = ("mine", "all", "unnamed", "in-error")
_HIGHEST = "\U0010ffff"
_MONTH = re.compile(r"[0-9]{1,2}[/.\-][0-9]{4}\Z|[0-9]{4}-[0-9]{2}\Z")
_NUMBER = re.compile(r"[0-9][0-9AB]{12}([0-9]{2})?\Z")
_SEPARATORS = re.compile(r"[\s.\-‐‑–_/]+")


@dataclass(frozen=True)
class Looked:
    """What is looked for: a text as typed, and what was read in it; nothing is everyone."""

    text: str = ""
    asked: Asked = field(default_factory=Asked)
    show: str = "all"


@dataclass(frozen=True)
class Found:
    """One page of patients; ``more`` says whether another follows the last of them. ``near``:
    nobody is called as typed, and these nearly are; of them there is one page."""

    patients: list[Patient]
    more: bool
    near: bool = False


def look(text: str, today: date, show: str = "all") -> Looked:
    """What somebody looks for who types this on that day."""
    return Looked(text, asked.read(text, lambda piece: _born_of(piece, today)), show)


def find(user: User, looked: Looked, after: str = "", most: int = PER_PAGE) -> Found:
    """A page of the patients looked for, by name, after the one with the public id ``after``.

    Each says in ``is_open`` whether the user may open the record. At most four questions.
    """
    found = _shown(user, looked)
    if user.may(Permission.READ_RECORDS):
        found = found.annotate(is_open=Exists(gate.in_care(user).filter(pk=OuterRef("pk"))))
    found = _born(found, looked.asked)
    alike = _as_typed(user, found, looked)
    if after:
        last = gate.patients(user).filter(public_id=after).values_list("sort_name", "pk").first()
        if last is not None:
            name, pk = last
            alike = alike.filter(Q(sort_name__gt=name) | Q(sort_name=name, pk__gt=pk))
    page = list(alike.order_by("sort_name", "pk")[: most + 1])
    near = (
        not page
        and not after
        and any(len(word) > 1 and word.isalpha() for word in looked.asked.words)
    )
    if near:
        page = list(_nearly(user, found, looked.asked).order_by("sort_name", "pk")[: most + 1])
    gate.listed(user, page[:most])
    return Found(page[:most], len(page) > most, near and bool(page))


def for_audit(user: User, text: str, today: date, most: int = PER_PAGE) -> Found:
    """Whom an auditor of a site may mean, by a name, also a part of one, or a birth date: those who
    come there, merged and mistaken records too. The search is a line of the trail, with whom it
    found."""
    if not user.may(Permission.READ_AUDIT):
        return Found([], more=False)
    looked = look(text, today)
    here = Patient.objects.filter(site_id=user.site_id)
    found = _born(here, looked.asked)
    page = list(_as_typed(user, found, looked).order_by("sort_name", "pk")[: most + 1])
    near = not page and any(len(word) > 1 and word.isalpha() for word in looked.asked.words)
    if near:
        page = list(_nearly(user, found, looked.asked).order_by("sort_name", "pk")[: most + 1])
    shown = page[:most]
    audit.record("find-patient", actor=user, kind="trail", detail={"found": len(shown)})
    gate.listed(user, shown)
    return Found(shown, len(page) > most, near and bool(page))


def _shown(user: User, looked: Looked) -> QuerySet[Patient]:
    found = gate.patients(user).filter(absorbed_by=None)
    if looked.show == "in-error":
        return found.exclude(in_error="")
    found = found.filter(in_error="")
    if looked.show == "mine":
        found = found.filter(gate.is_open(user, "pk"), gate.among_few(user, "pk"))
    if looked.show == "unnamed":
        return found.filter(identity=Patient.Identity.NONE)
    if not looked.text:
        found = found.exclude(identity=Patient.Identity.NONE)
    return found


def _born(found: QuerySet[Patient], wanted: Asked) -> QuerySet[Patient]:
    if wanted.day is not None:
        return found.filter(_may_be_born(wanted.day))
    if wanted.year is not None:
        return found.filter(_may_be_born(PartialDate(wanted.year)))
    return found


def _may_be_born(born: BirthDate) -> Q:
    """Whoever may be born then: where only the year of somebody is known, on every day of it."""
    said = born.isoformat()
    vaguer = [said[:length] for length in (4, 7) if length < len(said)]
    return Q(birth_date__gte=said, birth_date__lt=f"{said}~") | Q(birth_date__in=vaguer)


def _born_of(piece: str, today: date) -> BirthDate | None:
    """The day or the month of birth that a piece of what was typed means. A month is of digits
    alone, because Mai and Avril are names; a year alone is a word like another."""
    born = read_birth_text(piece, today)
    if not isinstance(born, PartialDate):
        return born
    return born if _MONTH.match(piece) else None


def _as_typed(user: User, found: QuerySet[Patient], looked: Looked) -> QuerySet[Patient]:
    wanted = looked.asked
    if not looked.text or (not wanted.name and (wanted.day or wanted.year)):
        return found
    if len(wanted.name) == 1:  # in the order of the list: no list of keys is made of thousands
        return found.filter(sort_name__gte=wanted.name, sort_name__lt=f"{wanted.name}{_HIGHEST}")
    filed = PatientKey.objects.filter(site_id=user.site_id)
    where = _beginnings(looked)
    if not where:
        return found.none()
    # Few are named to the database one by one: else it would walk through everybody in the order
    # of the list, in search of the few.
    named = list(_any_of(filed, where, "patient")[: FEW + 1])
    if len(named) > FEW:
        every = reduce(or_, where)
        return found.filter(pk__in=filed.filter(every).values("patient"))
    return found.filter(pk__in=[one for (one,) in named])


def _any_of(filed: QuerySet[PatientKey], where: Sequence[Q], *columns: Any) -> QuerySet[Any, Any]:
    """What stands under any of these keys: a piece of the index each, which ``OR`` would not be."""
    pieces = [filed.filter(one).order_by().values_list(*columns) for one in where]
    return pieces[0].union(*pieces[1:]) if pieces[1:] else pieces[0].distinct()


def _beginnings(looked: Looked) -> list[Q]:
    wanted = looked.asked
    number = _SEPARATORS.sub("", looked.text).upper()
    beginnings = [f"s:{wanted.name}", f"r:{wanted.name}"] if wanted.name else []
    beginnings += [f"p:{wanted.phone}"] if wanted.phone else []
    beginnings += [f"m:{wanted.email}"] if wanted.email else []
    whole = [Q(key=f"i:{number[:13]}")] if _NUMBER.match(number) else []
    return [*map(_begins, beginnings), *whole]


def _begins(beginning: str) -> Q:
    return Q(key__gte=beginning, key__lt=f"{beginning}{_HIGHEST}")


def _nearly(user: User, found: QuerySet[Patient], wanted: Asked) -> QuerySet[Patient]:
    """Who has a word for each one typed: that begins so, is one slip away or sounds so; or two
    names that sound like the two typed. Two questions find them."""
    filed = PatientKey.objects.filter(site_id=user.site_id)
    words = [word for word in wanted.words if len(word) > 1]
    written = _slips(filed, words)
    parts = []
    for number, word in enumerate(words):
        meant = [f"w:{one}" for one in written if one_slip_apart(one, word)]
        parts += [(number, _begins(f"w:{word}")), (number, Q(key__in=meant))]
        if sounds := asked.sounding(word):
            parts.append((number, Q(key=f"y:{sounds}")))
    if len(words) == 2:
        first, second = sorted(map(sound, words))
        parts.append((len(words), Q(key=f"n:{first}/{second}")))
    pieces = [
        filed.filter(where).order_by().values_list("patient", Value(number))
        for number, where in parts
    ]
    named: dict[int, set[int]] = {}
    for patient, number in pieces[0].union(*pieces[1:]):
        named.setdefault(number, set()).add(patient)
    every = set.intersection(*(named.get(number, set()) for number in range(len(words))))
    every |= named.get(len(words), set())
    return found.filter(pk__in=sorted(every)[:FEW])


def _slips(filed: QuerySet[PatientKey], words: list[str]) -> set[str]:
    """The words on file that may be one slip away from one of these: one question."""
    where = []
    for head, tail, swapped in filter(all, map(asked.neighbours, words)):
        where += [_begins(f"w:{head}"), _begins(f"x:{tail}"), Q(key=f"w:{swapped}")]
    keys = [key for (key,) in _any_of(filed, where, "key")] if where else []
    return {key[2:] if key.startswith("w:") else key[:1:-1] for key in keys}
