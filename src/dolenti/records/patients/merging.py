"""Two records of one person, read as one; and that taken back.

Where the two differ in what one person has one of, one person proposes it and another confirms
(``merge_proposals``); so too where whoever asks for it reads no records: of those who make it, one
has both in care.

No row moves: the absorbed record points to the kept one, and whoever reads the kept one reads
both (``gate.family``). So a merge can be undone, however late, and nothing is lost by either.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, TypeAlias

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.guideline import reasons
from dolenti.guideline.birth import is_within, may_be_one
from dolenti.guideline.errors import InputError
from dolenti.identity import likeness, names
from dolenti.ledger import proposals as settling
from dolenti.ledger.digests import digest
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Merge, Patient
from dolenti.records.patients import care, people

TRAITS: Final = ("birth_name", "first_name", "birth_date", "sex")
"""What two records of one person agree on, or somebody has checked."""
Pair: TypeAlias = tuple[Patient, Patient]
"""Two records: the one that is kept, and the one that is read with it."""


def differing(one: Patient, other: Patient) -> list[str]:
    """The traits that both records have and in which they differ, spelling aside."""
    pairs = {trait: (_solid(one, trait), _solid(other, trait)) for trait in TRAITS}
    return [trait for trait, (a, b) in pairs.items() if a and b and not _agree(trait, a, b)]


def seen(pair: Pair) -> dict[str, str]:
    """What somebody checks who checks the traits that differ: of each, a digest of both values."""
    one, other = pair
    return {
        trait: digest([str(getattr(one, trait)), str(getattr(other, trait))])
        for trait in differing(one, other)
    }


def stamp(*pair: Patient) -> str:
    """The stamp of a page that lays two records side by side (``ledger.proposals``)."""
    return settling.stamp(_stamped(*pair))


def insist_read(read: str | None, *pair: Patient) -> None:
    """Go on only if both stand as they were ``read``. Raises ``ChangedSinceReadError``."""
    settling.insist_read(read, _stamped(*pair))


def _stamped(*pair: Patient) -> list[list[Any]]:
    rows = sorted(pair, key=lambda one: one.pk)
    return [[one.public_id, one.version, one.absorbed_by_id] for one in rows]


def _agree(trait: str, one: Any, other: Any) -> bool:
    return may_be_one(one, other) if trait == "birth_date" else bool(one == other)


def _solid(patient: Patient, trait: str) -> Any:
    value = getattr(patient, trait)
    return names.solid(value) if trait.endswith("name") else value


def apart(one: Patient, other: Patient) -> list[str]:
    """The traits in which they differ by more than a slip of whoever wrote them: sex, birth date,
    and names beyond what makes a possible duplicate (``identity.likeness``)."""
    here, there = people.identity_of(one), people.identity_of(other)
    near = {
        "birth_name": not likeness.has_other_name(here, there),
        "first_name": not likeness.has_other_given_name(here, there),
    }
    return [trait for trait in differing(one, other) if not near.get(trait, False)]


def needs_two(actor: Actor, one: Patient, other: Patient) -> bool:
    """Whether the two are merged by two people: they are apart, or the actor reads no records."""
    return not actor.may(Permission.READ_RECORDS) or bool(apart(one, other))


def insist_open(user: Actor, patient: Patient) -> None:
    """Tell whoever reads records, before they fill a form in, that one of the two is closed to
    them. Raises ``ClosedRecordError``, ``Http404``."""
    if user.may(Permission.READ_RECORDS) and not patient_gate.is_open(user, patient):
        raise gate.closed(user, Patient, patient.public_id)


def insist_on_both(user: Actor, *patients: Patient) -> None:
    """Whoever reads records merges, or takes apart, only what is in their care: to read two records
    as one opens either to whoever has the other, for good. Who reads none gives nobody anything
    that they see themselves. Raises ``ClosedRecordError``, ``Http404``, ``InputError``."""
    if user.may(Permission.READ_RECORDS):
        for patient in patients:
            patient_gate.insist_lasting(user, patient)


def merge(
    submission: Submission,
    kept: Patient,
    absorbed: Patient,
    reason: str,
    checked: Collection[str] = (),
    told: Collection[str] = (),
    *,
    read: str | None = None,
) -> Merge:
    """Read ``absorbed`` with ``kept`` from now on. ``checked`` are the differing traits of which
    somebody says that they are one person's all the same; ``told``, by their ids, the people of
    whom they were told that one of the two opens to them (``care.gaining``).

    Raises ``InputError``, also where it needs two people, ``ClosedRecordError``, ``Http404``.
    """
    reasons.insist(reason)
    actor = submission.actor

    def make() -> Merge:
        pair = held(actor, kept, absorbed)
        insist_read(read, *pair)
        insist_checked(pair, checked)
        if needs_two(actor, *pair):
            raise InputError(
                "two people merge these records; propose it, and somebody else who has both in "
                "care confirms",
                fr="ces dossiers se fusionnent par deux personnes\u00a0; proposez la fusion, une "
                "autre "
                "qui suit les deux patients la confirmera",
            )
        return join(actor, pair, reason, checked, told)

    with writing(actor, Permission.MERGE_PATIENTS, kept.site_id, patient_id=kept.public_id):
        return once(submission, Merge, make)


def held(actor: Actor, kept: Patient, absorbed: Patient) -> Pair:
    """Both as they stand, held until the transaction ends, where they can be read as one.
    Raises ``InputError``, ``ClosedRecordError``, ``Http404``, ``NotAllowedError``."""
    insist(actor, Permission.MERGE_PATIENTS, absorbed.site_id, patient_id=absorbed.public_id)
    insist_on_both(actor, kept, absorbed)
    pair = {
        row.pk: row
        for row in Patient.objects.select_for_update(of=("self",))
        .filter(pk__in=(kept.pk, absorbed.pk), site_id=actor.site_id)
        .order_by("pk")
    }
    if len(pair) != 2:
        raise InputError(
            "a record is not merged with itself; choose another one",
            fr="un dossier ne se fusionne pas avec lui-même\u00a0; choisissez-en un autre",
        )
    _check(pair[kept.pk], pair[absorbed.pk])
    return pair[kept.pk], pair[absorbed.pk]


def insist_checked(pair: Pair, checked: Collection[str]) -> None:
    """Go on only where somebody has checked each trait that differs. Raises ``InputError``."""
    if not set(differing(*pair)) <= set(checked):
        raise InputError(
            "the two differ in what one person has one of; check each, and say so, or merge "
            "other records",
            fr="les deux dossiers diffèrent sur ce qu’une personne n’a qu’une fois\u00a0; "
            "vérifiez chaque point et confirmez-le, ou choisissez d’autres dossiers",
        )


def join(
    actor: Actor,
    pair: Pair,
    reason: str,
    checked: Collection[str],
    told: Collection[str],
    proposed_by: User | None = None,
) -> Merge:
    """Read two records that are ``held`` as one. Raises ``InputError`` where it opens one of them
    to somebody of whom nobody was told."""
    gaining = [user.public_id for user in care.gaining(*pair)]
    if not set(gaining) <= set(told):
        raise InputError(
            "merging opens one of the two to more people than you were told; read again who "
            "they are, then merge",
            fr="la fusion ouvre l’un des deux dossiers à d’autres personnes que celles qui "
            "vous étaient annoncées\u00a0; relisez qui, puis fusionnez",
        )
    kept, absorbed = pair
    made = Merge.objects.create(
        kept=kept,
        absorbed=absorbed,
        reason=reason,
        author=author_of(actor),
        proposed_by=proposed_by,
    )
    Patient.objects.filter(pk=absorbed.pk).update(absorbed_by=kept)
    said = {
        "checked": list(checked),
        "opens_to": gaining,
        "proposed_by": proposed_by.public_id if proposed_by else "",
    }
    _tell(actor, made, "merge", **{name: value for name, value in said.items() if value})
    return made


def _check(kept: Patient, absorbed: Patient) -> None:
    for row in (kept, absorbed):
        if row.absorbed_by_id is not None:
            raise InputError(
                "one of the two has been merged already; open the record it was merged into",
                fr="l’un des deux est déjà fusionné\u00a0; ouvrez le dossier qui l’a absorbé",
            )
        if row.in_error:
            raise InputError(
                "a record entered in error is not merged; take the mark back first",
                fr="un dossier saisi par erreur ne se fusionne pas\u00a0; retirez d’abord cette "
                "mention",
            )
    _check_births(kept, absorbed)
    if absorbed.absorbed.exists():
        raise InputError(
            "the record to be absorbed has others merged into it; keep that one instead, or undo "
            "its merges first",
            fr="le dossier à absorber en a lui-même absorbé d’autres\u00a0; conservez plutôt "
            "celui-là, ou annulez d’abord ses fusions",
        )
    if kept.ins and absorbed.ins and kept.ins != absorbed.ins and kept.ins_oid == absorbed.ins_oid:
        raise InputError(
            "the two have different health numbers, which is what two people have; correct the "
            "wrong number first",
            fr="les deux dossiers portent des matricules INS différents, comme deux personnes "
            "différentes\u00a0; corrigez d’abord le matricule erroné",
        )


def _check_births(kept: Patient, absorbed: Patient) -> None:
    """The record that is kept is the one that knows the birth date more precisely."""
    here, there = kept.birth_date, absorbed.birth_date
    if there is not None and (here is None or (here != there and is_within(there, here))):
        raise InputError(
            "the other record knows the birth date more precisely; keep that one, or write the "
            "date into this one first",
            fr="l’autre dossier connaît plus précisément la date de naissance\u00a0; conservez "
            "celui-là, ou complétez d’abord la date dans celui-ci",
        )


def unmerge(actor: Actor, made: Merge, reason: str) -> Merge:
    """Take a merge back: each record stands for itself again. Raises ``InputError``,
    ``ClosedRecordError``, ``Http404``."""
    reasons.insist(reason)
    kept = made.kept
    with writing(actor, Permission.MERGE_PATIENTS, kept.site_id, patient_id=kept.public_id):
        insist_on_both(actor, kept)
        now = Merge.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if now.undone_at is not None:
            return now
        kept, absorbed = now.kept, now.absorbed
        if absorbed.ins and absorbed.ins == kept.ins:
            raise InputError(
                "both records carry the same health number; take it off the one it does not "
                "belong to first",
                fr="les deux dossiers portent le même matricule INS\u00a0; retirez-le d’abord de "
                "celui auquel il n’appartient pas",
            )
        now.undone_at, now.undone_by, now.undone_reason = timezone.now(), author_of(actor), reason
        now.save(update_fields=["undone_at", "undone_by", "undone_reason"])
        Patient.objects.filter(pk=absorbed.pk).update(absorbed_by=None)
        _tell(actor, now, "unmerge")
        return now


def merges(patient: Patient) -> QuerySet[Merge]:
    """What was merged into a record, and taken back, latest first."""
    found = Merge.objects.filter(kept=patient)
    return found.select_related("absorbed", "author", "proposed_by", "undone_by")


def _tell(actor: Actor, made: Merge, action: str, **detail: Any) -> None:
    audit.record(
        action,
        actor=actor,
        kind="merge",
        object_id=made.public_id,
        patient_id=made.kept.public_id,
        detail={"absorbed": made.absorbed.public_id, **detail},
    )
