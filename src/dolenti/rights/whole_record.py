"""A patient's whole record as the values that ``fhir`` writes.

Which tables make it up is said by the tables themselves, in every app (``ledger.belonging``); what
has no place of its own among the values (``records`` of an app that came later) is a ``Piece``.
The queries are the same in number whatever the record holds, and long lists are read as they are
written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, Generic, TypeVar

from django.core.checks import CheckMessage, Error
from django.db.models import Q
from django.utils.module_loading import import_string

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.writing import insist
from dolenti.calendar.moments import to_local
from dolenti.fhir import record_values as values
from dolenti.ledger import belonging
from dolenti.ledger.belonging import Table
from dolenti.records.copying import Copier, Copying, Filing, copying
from dolenti.records.models import Patient
from dolenti.rights import retention

T = TypeVar("T")
PLACES: Final[dict[str, type]] = {
    "complaints": values.Complaint,
    "statements": values.Statement,
    "assessments": values.Assessment,
    "courses": values.Course,
    "appointments": values.Appointment,
    "given": values.Given,
    "consents": values.Consent,
    "referrals": values.Referral,
    "merges": values.Merge,
    "pieces": values.Piece,
}
"""Where each kind of value stands in ``values.Record``; the patient stands by itself."""
LONG: Final = frozenset({"statements", "assessments", "pieces"})
"""Places whose rows are read as they are written, and never held together."""


class Again(Generic[T]):
    """Something to be walked through, anew each time."""

    def __init__(self, begin: Callable[[], Iterator[T]]) -> None:
        self._begin = begin

    def __iter__(self) -> Iterator[T]:
        return self._begin()


def gather(
    user: User, patient: Patient, copy: str, made: datetime, files: Sequence[values.File] = ()
) -> values.Record:
    """The record of a patient, for the copy of that id. Raises ``NotAllowedError`` for whoever may
    not take records out."""
    insist(user, Permission.EXPORT_RECORD, patient.site_id, patient_id=patient.public_id)
    tables, whose = belonging.tables(), copying(patient)
    copiers = [import_string(one.belongs.copied_by) for one in _copied(tables)]
    held: dict[str, Any] = {}
    for place, value in PLACES.items():
        rows = _again([c for c in copiers if c.value is value], whose)
        held[place] = rows if place in LONG else tuple(rows)
    (person,) = _again([c for c in copiers if c.value is values.Person], whose)
    site = patient.site
    return values.Record(
        id=copy,
        made=to_local(made),
        made_by=user.public_id,
        patient=person,
        organisation=values.Organisation(site.public_id, site.name, site.address, site.phone),
        people=_people(user, tables, whose),
        files=tuple(files),
        **held,
    )


def filings() -> list[tuple[Table, Filing]]:
    """The tables with files in them, the farthest from the patient last."""
    found = [one for one in reversed(belonging.tables()) if one.belongs.filed_by]
    return [(one, import_string(one.belongs.filed_by)) for one in found]


def _copied(tables: Sequence[Table]) -> list[Table]:
    return [one for one in reversed(tables) if one.belongs.copied_by]


def _again(copiers: Sequence[Copier[Any]], whose: Copying) -> Again[Any]:
    return Again(lambda: chain.from_iterable(copier.read(whose) for copier in copiers))


def _people(user: User, tables: Sequence[Table], whose: Copying) -> tuple[values.Practitioner, ...]:
    """Whoever is named anywhere in the record, and who makes the copy."""
    wanted = Q(pk=user.pk)
    for one in tables:
        for name in one.belongs.names:
            rows = one.model._base_manager.filter(one.of(whose.family))
            wanted |= Q(pk__in=rows.exclude(**{name: None}).values(name))
    found = User.objects.filter(wanted).order_by("pk")
    return tuple(values.Practitioner(one.public_id, one.name, one.rpps) for one in found)


def check(**_: Any) -> list[CheckMessage]:
    """Every table of a patient is kept by a rule that stands, and copied by what there is."""
    if belonging.check():
        return []  # said already
    return [
        Error(f"{one.model._meta.label} {what}.", obj=one.model, id="dolenti.E004")
        for one in belonging.tables()
        for what in _faults(one)
    ]


def _faults(one: Table) -> Iterator[str]:
    said = one.belongs
    if said.kept_as not in retention.kinds():
        rules = ", ".join(sorted(retention.kinds()))
        yield f"is kept as `{said.kept_as}`, a rule that retention.yaml does not have: {rules}"
    for name, kind in ((said.copied_by, Copier), (said.filed_by, Filing)):
        if not name:
            continue
        try:
            found = import_string(name)
        except ImportError as error:
            yield f"is copied by `{name}`, which is not there ({error})"
            continue
        if not isinstance(found, kind):
            yield f"is copied by `{name}`, which is no {kind.__name__} of dolenti.records.copying"
        elif isinstance(found, Copier) and found.value not in (values.Person, *PLACES.values()):
            yield (
                f"is copied by `{name}` as {found.value.__name__}, which has no place in a record: "
                "make it a Piece of dolenti.fhir.record_values"
            )
    for name in said.names:
        if one.model._meta.get_field(name).related_model is not User:
            yield f"names people by `{name}`, which is no key to a person"
