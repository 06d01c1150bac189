"""A record past its term goes: proposed by one person, confirmed by another.

In one transaction a tombstone is written for each record of the family, and only then does the
database let their rows go (``ledger.keeping``): children before parents, table by table,
drafts and what stood before changes included. Whatever still points at them undoes all of it. The
trail keeps its lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import insist, writing
from dolenti.guideline.errors import InputError
from dolenti.guideline.words import date_in_words
from dolenti.ledger import belonging
from dolenti.ledger import proposals as settling
from dolenti.ledger.belonging import Table
from dolenti.ledger.models import Draft, Identified, Receipt, Revision
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.models import Patient
from dolenti.rights import terms
from dolenti.rights.models import ErasureProposal, Tombstone
from dolenti.rights.retention import Term


class ErasureRefusedError(InputError):
    """A record cannot be erased by this person, or not yet."""


def propose(submission: Submission, patient: Patient, today: date) -> ErasureProposal:
    """Propose to erase a record that has reached its term. Raises ``ErasureRefusedError``."""
    actor = submission.actor
    insist(actor, Permission.ERASE, patient.site_id, patient_id=patient.public_id)
    if patient.absorbed_by_id is not None:
        raise ErasureRefusedError(
            "this record was merged into another one; open that one",
            fr="ce dossier est fusionné avec un autre\u00a0; ouvrez celui-ci",
        )
    term = _insist_on_term(patient, today)

    def make() -> ErasureProposal:
        made = ErasureProposal.objects.create(
            site_id=patient.site_id,
            patient=patient.public_id,
            records=sorted(gate.family(patient).values_list("public_id", flat=True)),
            rule=term.rule,
            kept_until=term.until,
            author=submission.user,
        )
        _tell(actor, made, "propose-erasure")
        return made

    try:
        with writing(actor, Permission.ERASE, patient.site_id, patient_id=patient.public_id):
            return once(submission, ErasureProposal, make)
    except IntegrityError:
        raise ErasureRefusedError(
            "someone has proposed it already; it waits for a second person",
            fr="l’effacement est déjà proposé\u00a0; une seconde personne doit le confirmer",
        ) from None


def _insist_on_term(patient: Patient, today: date) -> Term:
    term = terms.term_of(patient)
    if not term.is_over(today):
        raise ErasureRefusedError(
            f"this record is kept until {date_in_words(term.until, 'en')}; nothing of it is erased "
            "before",
            fr=f"ce dossier doit être conservé jusqu’au {date_in_words(term.until, 'fr')}\u00a0; "
            "rien n’en est effacé avant",
        )
    return term


def proposals(user: User) -> QuerySet[ErasureProposal]:
    """What was proposed at the user's site and is neither dropped nor done, the oldest first."""
    if not user.may(Permission.ERASE):
        return ErasureProposal.objects.none()
    found = ErasureProposal.objects.filter(settling.WAITING, site_id=user.site_id)
    return found.select_related("author").order_by("pk")


def proposal(user: User, public_id: str) -> ErasureProposal:
    """One proposal of the user's site that still waits. Raises ``Http404``."""
    found = sole(proposals(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, ErasureProposal, public_id)
    return found


def patient_of(user: User, found: ErasureProposal) -> Patient:
    """Whose record is to be erased. Raises ``Http404`` where it is gone."""
    patient = sole(gate.patients(user).filter(public_id=found.patient))
    if patient is None:
        raise Http404
    return patient


def drop(actor: Actor, found: ErasureProposal) -> None:
    """Leave a record where it is."""
    with writing(actor, Permission.ERASE, found.site_id, patient_id=found.patient):
        if settling.drop(actor, found):
            _tell(actor, found, "drop-erasure")


def confirm(
    actor: Actor, found: ErasureProposal, today: date, read: str | None = None
) -> list[Tombstone]:
    """Erase a record, in someone else's name than who proposed it; what remains of it. ``read`` is
    the stamp of what they read (``Before``).

    Raises ``ErasureRefusedError``, or ``ChangedSinceReadError``, and then nothing is erased.
    """
    with writing(actor, Permission.ERASE, found.site_id, patient_id=found.patient):
        user = author_of(actor)
        alone = ErasureRefusedError(
            "two people erase a record; someone else than you must confirm",
            fr="l’effacement demande deux personnes\u00a0; une autre que vous doit le confirmer",
        )
        now = settling.held(actor, found, alone)
        if now is None:
            return []
        whose = list(
            gate.family(patient_of(user, now)).select_for_update(of=("self",)).order_by("pk")
        )
        settling.insist_read(read, *_stamped(now, whose, _counts([one.pk for one in whose])))
        _insist_proposed(now, whose)
        term = _insist_on_term(next(one for one in whose if one.absorbed_by_id is None), today)
        left = [_tombstone(user, now, one, term) for one in whose]
        _erase([one.pk for one in whose])
        settling.done(now)
        for stone in left:
            audit.record(
                "erase",
                actor=user,
                kind="record",
                object_id=stone.public_id,
                patient_id=stone.patient,
                detail={"rule": stone.rule, "rows": sum(stone.kinds.values())},
            )
    return left


def _insist_proposed(now: ErasureProposal, whose: Iterable[Patient]) -> None:
    """Two people erase each record: one that was merged in since was proposed by nobody."""
    if {one.public_id for one in whose} <= {now.patient, *now.records}:
        return
    raise ErasureRefusedError(
        "another record was merged into this one since its erasure was proposed; keep it, then "
        "propose the erasure of both",
        fr="un autre dossier a été fusionné avec celui-ci depuis la proposition\u00a0; "
        "conservez-le, puis proposez l’effacement des deux",
    )


def tombstones(user: User) -> QuerySet[Tombstone]:
    """What was erased at the user's site, the last first."""
    if not user.may(Permission.ERASE):
        return Tombstone.objects.none()
    found = Tombstone.objects.filter(site_id=user.site_id)
    return found.select_related("proposed_by", "confirmed_by").order_by("-pk")


@dataclass(frozen=True)
class Counted:
    """How many rows of one kind belong to a patient, and a fingerprint over them."""

    kind: str
    rows: int
    sha256: str


def counted(patient: Patient) -> list[Counted]:
    """Everything that belongs to one record, by kind, empty kinds left out."""
    found = []
    for table in belonging.tables():
        rows, digest = _fingerprint(_rows(table, [patient.pk]))
        if rows:
            found.append(Counted(table.kind, rows, digest))
    return found


@dataclass(frozen=True)
class Before:
    """What is shown before a record is erased: how many rows of each kind go with it and with
    those merged into it, and the ``stamp`` of all that."""

    kinds: dict[str, int]
    stamp: str


def before(found: ErasureProposal, patient: Patient) -> Before:
    """What whoever confirms reads. Two queries."""
    whose = list(gate.family(patient).order_by("pk"))
    kinds = _counts([one.pk for one in whose])
    return Before(kinds, settling.stamp(*_stamped(found, whose, kinds)))


def _stamped(
    found: ErasureProposal, whose: Iterable[Patient], kinds: dict[str, int]
) -> tuple[Any, ...]:
    return found.public_id, [[one.public_id, one.version] for one in whose], kinds


def counts(patient: Patient) -> dict[str, int]:
    """How many rows would go with a record and those merged into it, by kind. Two queries."""
    return _counts(list(gate.family(patient).values_list("pk", flat=True)))


def _counts(whose: list[int]) -> dict[str, int]:
    tables = {f"rows_{n}": table for n, table in enumerate(reversed(belonging.tables()))}
    found = (
        Patient.objects.filter(pk=whose[0])
        .annotate(**{name: _count(_rows(table, whose)) for name, table in tables.items()})
        .values(*tables)
        .get()
    )
    return {table.kind: found[name] for name, table in tables.items() if found[name]}


def _count(rows: QuerySet[Any]) -> Subquery:
    counting = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(_rows=counting).values("_rows"))


def _tombstone(user: User, now: ErasureProposal, patient: Patient, term: Term) -> Tombstone:
    kinds = counted(patient)
    return Tombstone.objects.create(
        proposal=now,
        site_id=patient.site_id,
        patient=patient.public_id,
        row=patient.pk,
        rule=term.rule,
        kept_until=term.until,
        kinds={one.kind: one.rows for one in kinds},
        fingerprints={one.kind: one.sha256 for one in kinds},
        proposed_by=now.author,
        confirmed_by=user,
        erased_at=timezone.now(),
    )


def _rows(table: Table, patients: list[int]) -> QuerySet[Any]:
    found: QuerySet[Any] = table.model._base_manager.filter(table.of(patients))
    return found


def _fingerprint(rows: QuerySet[Any]) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    columns = [field.attname for field in rows.model._meta.concrete_fields]
    for values in rows.order_by("pk").values_list(*columns).iterator(chunk_size=100):
        digest.update(json.dumps(values, default=_as_text, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count, digest.hexdigest()


def _as_text(value: Any) -> str:
    if isinstance(value, (bytes, memoryview)):
        return hashlib.sha256(bytes(value)).hexdigest()
    return str(value)


def _erase(patients: list[int]) -> None:
    """Every row of these patients. What still points at one fails when the transaction ends."""
    tables = belonging.tables()
    for table in tables:
        keys = list(_rows(table, patients).values_list("pk", flat=True))
        if issubclass(table.model, Identified):
            named = _rows(table, patients).values_list("public_id", flat=True)
            let_go(Draft.objects.filter(about__in=list(named)))
        for part in _parts(keys):
            let_go(Receipt.objects.filter(made=table.kind, made_id__in=part))
            let_go(Revision.objects.filter(kind=table.kind, row__in=part))
    for table in (*belonging.worked_out(), *tables):
        let_go(_rows(table, patients))


def _parts(keys: list[int], size: int = 500) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def let_go(rows: QuerySet[Any]) -> None:
    """Remove rows, where the database lets them go."""
    # Without Django's own walk over what points at a row: it would load every document to ask for
    # what the order of the tables has settled, and the database checks again.
    rows._raw_delete(rows.db)


def _tell(actor: Actor, made: ErasureProposal, action: str) -> None:
    audit.record(
        action,
        actor=actor,
        kind="erasure",
        object_id=made.public_id,
        patient_id=made.patient,
        detail={"rule": made.rule},
    )
