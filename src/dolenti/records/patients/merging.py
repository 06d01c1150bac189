"""Two records of one person, read as one; and that taken back.

No row moves: the absorbed record points to the kept one, and whoever reads the kept one reads
both (``gate.family``). So a merge can be undone, however late, and nothing is lost by either.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.guideline.errors import InputError
from dolenti.records.models import Merge, Patient
from dolenti.records.once import Submission, once


def merge(submission: Submission, kept: Patient, absorbed: Patient, reason: str) -> Merge:
    """Read ``absorbed`` with ``kept`` from now on. Raises ``InputError``."""
    user = submission.user

    def make() -> Merge:
        pair = {
            row.pk: row
            for row in Patient.objects.select_for_update(of=("self",))
            .filter(pk__in=(kept.pk, absorbed.pk), site_id=user.site_id)
            .order_by("pk")
        }
        if len(pair) != 2:
            raise InputError(
                "a record is not merged with itself; choose another one",
                fr="un dossier ne se fusionne pas avec lui-même\u00a0; choisissez-en un autre",
            )
        _check(pair[kept.pk], pair[absorbed.pk])
        made = Merge.objects.create(
            kept=pair[kept.pk], absorbed=pair[absorbed.pk], reason=reason, author=user
        )
        Patient.objects.filter(pk=absorbed.pk).update(absorbed_by=kept)
        _tell(user, made, "merge")
        return made

    return once(submission, Merge, make)


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


def unmerge(user: User, made: Merge, reason: str) -> Merge:
    """Take a merge back: each record stands for itself again. Raises ``InputError``."""
    with transaction.atomic():
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
        now.undone_at, now.undone_by, now.undone_reason = timezone.now(), user, reason
        now.save(update_fields=["undone_at", "undone_by", "undone_reason"])
        Patient.objects.filter(pk=absorbed.pk).update(absorbed_by=None)
        _tell(user, now, "unmerge")
        return now


def merges(patient: Patient) -> QuerySet[Merge]:
    """What was merged into a record, and taken back, latest first."""
    found = Merge.objects.filter(kept=patient)
    return found.select_related("absorbed", "author", "undone_by")


def _tell(user: User, made: Merge, action: str) -> None:
    audit.record(
        action,
        actor=user,
        kind="merge",
        object_id=made.public_id,
        patient_id=made.kept.public_id,
        detail={"absorbed": made.absorbed.public_id},
    )
