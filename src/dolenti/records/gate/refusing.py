"""Being refused a row: the answer, and the line of the trail that the house concerned finds.

Every door that gives nothing ends here. Whoever may not see a row gets the same answer as if there
were none; the line names the patient and their site, wherever the one who tried works.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model
from django.http import Http404

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.guard import Named
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission
from dolenti.ledger import belonging
from dolenti.records.models import Patient


class ClosedRecordError(PermissionDenied):
    """The patient is of this site, and not in this person's care."""

    def __init__(self, patient: Patient) -> None:
        super().__init__("outside the care team")
        self.patient = patient


class MergedAwayError(PermissionDenied):
    """An address names a record that was merged into another one: there it is read and written."""

    def __init__(self, patient: Patient) -> None:
        super().__init__("merged into another record")
        self.patient = patient
        assert patient.absorbed_by is not None
        self.survivor = patient.absorbed_by


def refused(user: Actor, model: type[Model], public_id: str) -> Http404:
    """The answer to whoever may not see a row, for the caller to raise; a line of the trail where
    there is one."""
    row = _row(model, public_id)
    if row is not None:
        _tell(user, row)
    return Http404()


def closed(user: Actor, model: type[Model], public_id: str) -> Http404 | ClosedRecordError:
    """The same for a row of a record: ``ClosedRecordError`` where the patient is of the user's site
    and the user may open the record by breaking glass."""
    row = _row(model, public_id)
    if row is None:
        return Http404()
    _tell(user, row)
    patient = next(iter(_patients_of(row)), None)
    if patient is None or patient.site_id != user.site_id:
        return Http404()
    may_open = user.may(Permission.READ_RECORDS) and user.may(Permission.BREAK_GLASS)
    return ClosedRecordError(patient) if may_open else Http404()


def named(ids: Collection[str]) -> Iterator[Named]:
    """What these public ids name, in whatever table, for the line of a page that is refused by the
    role alone: no view has asked for it."""
    ids = [*ids]
    question, times = _to_every_table(len(ids))
    with connection.cursor() as cursor:
        cursor.execute(question, ids * times)
        found = cursor.fetchall()
    for label, one in found:
        row = _row(apps.get_model(label), one)
        if row is not None:
            patients = tuple(patient.public_id for patient in _patients_of(row))
            yield Named(one, patients, tuple(_sites_of(row)))


@cache
def _to_every_table(count: int) -> tuple[str, int]:
    """One question to every table that has public ids, which of so many it holds; and how many
    tables that are. Written by hand: to have it composed costs as much as to ask each by itself."""
    quoted, places = connection.ops.quote_name, ", ".join(["%s"] * count)
    parts = [
        f"SELECT '{model._meta.label}', public_id FROM {quoted(model._meta.db_table)}"  # noqa: S608 - names of models
        f" WHERE public_id IN ({places})"
        for model in apps.get_models()
        if any(field.name == "public_id" for field in model._meta.concrete_fields)
    ]
    return " UNION ALL ".join(parts), len(parts)


def _sites_of(row: Model) -> list[str]:
    """The public ids of the sites that a row concerns."""
    if isinstance(row, User):
        return audit.sites_of(row)
    patients = _patients_of(row)
    if patients:
        return sorted({one.site.public_id for one in patients})
    whose: Any = row
    site = row if isinstance(row, Site) else getattr(whose, "site", None)
    site = site or getattr(getattr(whose, "user", None), "site", None)
    return [site.public_id] if isinstance(site, Site) else []


def _row(model: type[Model], public_id: str) -> Model | None:
    # Files and other contents may be large, and are not needed to say whose they are.
    found = model._default_manager.filter(public_id=public_id)
    ways = [way for way in _ways(model) if way]
    first = {"site", *(way.partition("__")[0] for way in ways)}
    rows = found.only("pk", "public_id", *first & _keys(model).keys())
    return rows.select_related(*(f"{way}__site" for way in ways)).first() if ways else rows.first()


def _tell(user: Actor, row: Model) -> None:
    patients = _patients_of(row)
    audit.refuse(
        user,
        kind=row._meta.model_name or "",
        object_id=row.public_id,  # type: ignore[attr-defined]
        patient_id=patients[0].public_id if len(patients) == 1 else "",
        patients=[one.public_id for one in patients] if len(patients) > 1 else (),
        sites=_sites_of(row),
    )


def _patients_of(row: Model) -> list[Patient]:
    """Whose a row is: nobody's, somebody's, or the two of a merge."""
    return [patient for way in _ways(type(row)) if (patient := _end_of(row, way)) is not None]


def _end_of(row: Any, way: str) -> Patient | None:
    for name in way.split("__") if way else ():
        row = getattr(row, name)
    return row if isinstance(row, Patient) else None


def _ways(model: type[Model]) -> tuple[str, ...]:
    """How a row leads to its patients, as its table says; the empty one for a patient, none for a
    row that is nobody's."""
    ways = belonging.ways_of(model)
    return tuple("" if way == belonging.ITSELF else way for way in ways)


def _keys(model: Any) -> dict[str, Any]:
    return {key.name: key for key in model._meta.concrete_fields if key.is_relation}
