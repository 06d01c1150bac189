"""What can hurt the patients of a day, for all of them at once.

The strip on a patient's page reads everything that was stated and judges the red flags. A day has
sixty patients, so what was found is kept in the process under a fingerprint of all that it rests
on (the rows, the edition, the clinic's choices, the day): a new statement is seen at once, and a
day that did not change costs one query.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Any, Final, TypeAlias

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum

from dolenti.access.models import Site, User
from dolenti.access.roles import Permission
from dolenti.records import engine
from dolenti.records.models import Complaint, Patient, Statement
from dolenti.records.patients import danger
from dolenti.records.patients.danger import Danger

MOST: Final = 600
"""Patients kept in the process: a few full days."""
Fingerprint: TypeAlias = tuple[Any, ...]
_found: OrderedDict[int, tuple[Fingerprint, Danger]] = OrderedDict()
_lock = Lock()


def of_patients(user: User, patients: Collection[int], as_of: date) -> dict[int, Danger]:
    """What can hurt each of these patients, by key. Give it those of ``day.opened`` only.

    One query where nothing changed since it was last asked; three otherwise, whatever the number.
    """
    if not user.may(Permission.READ_RECORDS) or not patients:
        return {}
    families = _families(user, patients)
    prints = {key: _fingerprint(key, family, user.site, as_of) for key, family in families.items()}
    with _lock:
        known = {
            key: _found[key][1]
            for key, fingerprint in prints.items()
            if key in _found and _found[key][0] == fingerprint
        }
    missing = {key: family for key, family in families.items() if key not in known}
    if missing:
        fresh = _look(missing, as_of)
        with _lock:
            for key, found in fresh.items():
                _found[key] = (prints[key], found)
                _found.move_to_end(key)
            while len(_found) > MOST:
                _found.popitem(last=False)
        known |= fresh
    return known


def _families(user: User, patients: Collection[int]) -> dict[int, list[Patient]]:
    """Each patient with the records merged into theirs, and the measure of what these hold."""
    rows = Patient.objects.filter(
        Q(pk__in=patients) | Q(absorbed_by__in=patients), site_id=user.site_id
    ).annotate(
        told=_of(Statement, Count("pk")),
        last_told=_of(Statement, Max("pk")),
        pains=_of(Complaint, Count("pk")),
        pain_versions=_of(Complaint, Sum("version")),
    )
    families: dict[int, list[Patient]] = {}
    for row in rows.order_by("pk"):
        families.setdefault(row.absorbed_by_id or row.pk, []).append(row)
    return {key: families[key] for key in patients if key in families}


def _of(model: type[Statement] | type[Complaint], measure: Any) -> Subquery:
    rows: QuerySet[Any] = model._default_manager.filter(patient=OuterRef("pk")).order_by()
    return Subquery(rows.values("patient").annotate(n=measure).values("n"))


def _fingerprint(key: int, family: list[Patient], site: Site, as_of: date) -> Fingerprint:
    measures = tuple(
        (one.public_id, one.version, one.told, one.last_told, one.pains, one.pain_versions)  # type: ignore[attr-defined]
        for one in family
    )
    policies = json.dumps(site.policies, sort_keys=True)
    return (engine.edition_in_force().sha256, policies, as_of, key, measures)


def _look(families: dict[int, list[Patient]], as_of: date) -> dict[int, Danger]:
    owner = {one.pk: key for key, family in families.items() for one in family}
    complaints: dict[int, list[Complaint]] = {key: [] for key in families}
    statements: dict[int, list[Statement]] = {key: [] for key in families}
    pains = Complaint.objects.filter(patient__in=owner).select_related("document", "patient__site")
    for pain in pains.defer("document__original"):
        complaints[owner[pain.patient_id]].append(pain)
    for told in Statement.objects.filter(patient__in=owner).order_by("pk"):
        statements[owner[told.patient_id]].append(told)
    found = {}
    for key, family in families.items():
        patient = next((one for one in family if one.pk == key), family[0])
        seen = danger.seen(patient, complaints[key], statements[key], as_of)
        # The rows of complaints are not kept: only what was found.
        found[key] = replace(seen, flags=tuple(replace(f, complaint=None) for f in seen.flags))
    return found
