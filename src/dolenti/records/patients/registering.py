"""Patients are registered, their identity changed, a record entered in error marked.

Whoever may be on file already is shown before anything is written; only a person says that two
records are of two people, and that stays in the trail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline.errors import InputError
from dolenti.identity.likeness import SAME_INS, Match, blocking_keys, duplicates
from dolenti.identity.person import Identity
from dolenti.ledger import versions
from dolenti.ledger.once import Submission, once
from dolenti.records.models import Patient, PatientKey
from dolenti.records.patients import care, people
from dolenti.records.patients.people import STRICT, Person

MOST_CANDIDATES = 200


GROUNDS = ("documents", "twins", "differences")
"""What a person may say to tell two people apart: see ``Verdict``."""


@dataclass(frozen=True)
class Verdict:
    """A person's word that the people on file under these public ids are not this one.

    ``ground`` is one of ``GROUNDS``: identity documents were compared, they are twins or near
    relations, or what differs is enough. It stays in the trail.
    """

    others: frozenset[str] = frozenset()
    ground: str = ""


class LikelyDuplicateError(Exception):
    """Someone on file may be this person, and nobody has said otherwise. Nothing is written."""

    def __init__(self, matches: tuple[Match[Patient], ...]) -> None:
        super().__init__("this person may be on file already")
        self.matches = matches

    @property
    def same_number(self) -> bool:
        """Whether one of them has the same health number: that nobody can deny."""
        return any(SAME_INS in match.likeness.reasons for match in self.matches)


def likely(
    user: Actor, identity: Identity, but: Patient | None = None
) -> tuple[Match[Patient], ...]:
    """Who at the user's site may be this person, the surest first. One query.

    A record that was merged stands for the one it was merged into.
    """
    keys = blocking_keys(identity)
    if not keys or not (identity.birth_name or identity.ins):
        return ()
    filed = PatientKey.objects.filter(site_id=user.site_id, key__in=keys).values("patient")
    found = (
        Patient.objects.filter(pk__in=filed, in_error="")
        .select_related("absorbed_by")
        .order_by("pk")[:MOST_CANDIDATES]
    )
    kept: dict[int, Match[Patient]] = {}
    rows = ((row.absorbed_by or row, people.identity_of(row)) for row in found)
    for match in duplicates(identity, rows):
        if but is None or match.id.pk != (but.absorbed_by_id or but.pk):
            kept.setdefault(match.id.pk, match)
    return tuple(kept.values())


def register(
    submission: Submission,
    person: Person,
    verdict: Verdict | None = None,
    also: Callable[[Patient], None] | None = None,
) -> Patient:
    """A new patient, in the care of whoever registers them if that is a practitioner's role.

    ``also`` writes what belongs to it, in the same transaction. Sent twice it is one patient.
    Raises ``LikelyDuplicateError``, ``InputError``.
    """
    actor, verdict = submission.actor, verdict or Verdict()

    def make() -> Patient:
        _one_at_a_time(actor)
        matches = _undenied(actor, person.identity, None, verdict)
        settled = replace(person, namesake=person.namesake or bool(matches))
        patient = Patient.objects.create(
            site_id=actor.site_id, author=submission.user, **settled.row()
        )
        PatientKey.objects.bulk_create(people.key_rows([patient]))
        care.take_if_needed(actor, patient)
        audit.record(
            "register",
            actor=actor,
            kind="patient",
            object_id=patient.public_id,
            patient_id=patient.public_id,
            detail=_denial(matches, verdict),
        )
        if also is not None:
            also(patient)
        return patient

    with writing(actor, Permission.WRITE_PATIENTS, actor.site_id):
        return once(submission, Patient, make)


def change(
    user: Actor, patient: Patient, based_on: int, person: Person, verdict: Verdict | None = None
) -> Patient:
    """The identity changed, as a new version; or given, to a patient who had none.

    Where a strict trait changes, a document seen and a number retrieved for the old traits count
    no more. Raises ``LikelyDuplicateError``, ``StaleEditError``, ``InputError``.
    """
    verdict = verdict or Verdict()
    with writing(user, Permission.WRITE_PATIENTS, patient.site_id, patient_id=patient.public_id):
        _one_at_a_time(user)
        matches: tuple[Match[Patient], ...] = ()
        before = people.identity_of(patient)
        told_apart = before.strict_traits != person.identity.strict_traits
        if told_apart or before.ins != person.identity.ins:
            matches = _undenied(user, person.identity, patient, verdict)
        values = replace(person, namesake=person.namesake or bool(matches)).row()
        action = "identify" if patient.identity == Patient.Identity.NONE else "change"
        changed = versions.change(
            user,
            patient,
            based_on,
            values,
            patient_id=patient.public_id,
            action=action,
        )
        if matches:
            audit.record(
                "tell-apart",
                actor=user,
                kind="patient",
                object_id=patient.public_id,
                patient_id=patient.public_id,
                detail=_denial(matches, verdict),
            )
        people.file_anew(changed)
        return changed


def mark_in_error(user: Actor, patient: Patient, based_on: int, reason: str) -> Patient:
    """A record that should never have been: it stays, struck through, and is found no more.

    An empty reason takes the mark back. Raises ``StaleEditError``, ``InputError``.
    """
    with writing(user, Permission.WRITE_PATIENTS, patient.site_id, patient_id=patient.public_id):
        if not reason and patient.in_error:
            _insist_number_is_free(patient)
        return versions.change(
            user,
            patient,
            based_on,
            {"in_error": reason},
            patient_id=patient.public_id,
            action="mark-in-error" if reason else "unmark-in-error",
            reason=reason,
        )


def _insist_number_is_free(patient: Patient) -> None:
    if not patient.ins:
        return
    others = Patient.objects.filter(site_id=patient.site_id, ins=patient.ins).exclude(pk=patient.pk)
    if others.filter(absorbed_by=None, in_error="").exists():
        raise InputError(
            "another record now has this record’s health number; take it off one of them first",
            fr="un autre dossier porte désormais le matricule de celui-ci\u00a0; retirez-le "
            "d’abord de l’un des deux",
        )


def strict_traits_change(patient: Patient, values: dict[str, Any]) -> bool:
    """Whether a form changes what two records of one person must agree on."""
    return any(getattr(patient, name) != values[name] for name in STRICT if name in values)


def _one_at_a_time(user: Actor) -> None:
    """Two people registering the same person at the same moment: the second sees the first."""
    Site.objects.select_for_update(no_key=True).get(pk=user.site_id)


def _undenied(
    user: Actor, identity: Identity, but: Patient | None, verdict: Verdict
) -> tuple[Match[Patient], ...]:
    """Who was found, all of them denied. Raises ``LikelyDuplicateError`` where one was not."""
    matches = likely(user, identity, but)
    error = LikelyDuplicateError(matches)
    denied = verdict.ground in GROUNDS and all(m.id.public_id in verdict.others for m in matches)
    if matches and (error.same_number or not denied):
        raise error
    return matches


def _denial(matches: tuple[Match[Patient], ...], verdict: Verdict) -> dict[str, Any]:
    if not matches:
        return {}
    found = {match.id.public_id: match.likeness.level.name.lower() for match in matches}
    return {"not": found, "ground": verdict.ground}
