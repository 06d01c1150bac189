"""A merge that takes two people: proposed by one, confirmed by another who has both records in
care, or dropped. Until then each record stands for itself.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import insist, writing
from dolenti.guideline import reasons
from dolenti.guideline.errors import InputError
from dolenti.ledger import proposals as settling
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Merge, MergeProposal, Patient
from dolenti.records.patients import merging


def propose(
    submission: Submission,
    kept: Patient,
    absorbed: Patient,
    reason: str,
    checked: Collection[str] = (),
    *,
    read: str | None = None,
) -> MergeProposal:
    """Propose to read ``absorbed`` with ``kept``, and why. ``checked`` and ``read`` as in
    ``merging.merge``.

    Raises ``InputError``, ``ClosedRecordError``, ``Http404``.
    """
    reasons.insist(reason)
    actor = submission.actor

    def make() -> MergeProposal:
        pair = merging.held(actor, kept, absorbed)
        merging.insist_read(read, *pair)
        merging.insist_checked(pair, checked)
        if _between(*pair).exists():
            raise InputError(
                "someone has proposed to merge these two already; it waits for a second person",
                fr="la fusion de ces deux dossiers est déjà proposée\u00a0; il manque une seconde "
                "personne",
            )
        made = MergeProposal.objects.create(
            kept=kept,
            absorbed=absorbed,
            reason=reason,
            checked=list(checked),
            seen=merging.seen(pair),
            author=submission.user,
        )
        _tell(actor, made, "propose-merge", **({"checked": made.checked} if checked else {}))
        return made

    with writing(actor, Permission.MERGE_PATIENTS, kept.site_id, patient_id=kept.public_id):
        return once(submission, MergeProposal, make)


def _between(one: Patient, other: Patient) -> QuerySet[MergeProposal]:
    ways = Q(kept=one, absorbed=other) | Q(kept=other, absorbed=one)
    return MergeProposal.objects.filter(settling.WAITING, ways)


def waiting(user: User) -> QuerySet[MergeProposal]:
    """What was proposed at the user's site and is neither dropped nor done, the oldest first."""
    if not user.may(Permission.MERGE_PATIENTS):
        return MergeProposal.objects.none()
    here = gate.of_site("kept__site_id", user.site_id)
    found = MergeProposal.objects.filter(settling.WAITING, here)
    return found.select_related("kept__site", "absorbed__site", "author").order_by("pk")


def waiting_count(user: User) -> int:
    """How many wait. Asks nothing where the user merges none."""
    return waiting(user).count() if user.may(Permission.MERGE_PATIENTS) else 0


def proposal(user: User, public_id: str) -> MergeProposal:
    """One that still waits, of the user's site. Raises ``Http404``."""
    found = sole(waiting(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, MergeProposal, public_id)
    return found


def confirm(
    actor: Actor, found: MergeProposal, told: Collection[str] = (), *, read: str | None = None
) -> Merge | None:
    """Read the two as one, in another name than who proposed it; nothing where it is settled
    already. ``told`` and ``read`` as in ``merging.merge``. What was checked is looked at again: a
    trait that differs since, or otherwise than it did, is nobody's word.

    Raises ``InputError``, and then both stand as they were; ``ClosedRecordError``, ``Http404``.
    """
    kept, absorbed = found.kept, found.absorbed
    with writing(actor, Permission.MERGE_PATIENTS, kept.site_id, patient_id=kept.public_id):
        insist(actor, Permission.MERGE_PATIENTS, absorbed.site_id, patient_id=absorbed.public_id)
        if not actor.may(Permission.READ_RECORDS):
            raise InputError(
                "whoever confirms a merge has both records in care; a practitioner confirms it",
                fr="qui confirme une fusion suit les deux patients\u00a0; un praticien la confirme",
            )
        for one in (kept, absorbed):
            patient_gate.insist_lasting(actor, one)
        alone = InputError(
            "two people merge these records; someone else than you must confirm",
            fr="ces dossiers se fusionnent par deux personnes\u00a0; une autre que vous doit "
            "confirmer",
        )
        now = settling.held(actor, found, alone)
        if now is None:
            return None
        pair = merging.held(actor, kept, absorbed)
        merging.insist_read(read, *pair)
        _insist_as_checked(pair, now)
        made = merging.join(actor, pair, now.reason, now.checked, told, now.author)
        settling.done(now)
        return made


def _insist_as_checked(pair: merging.Pair, now: MergeProposal) -> None:
    """Go on only where what differs is what who proposed it has checked. Raises ``InputError``."""
    merging.insist_checked(pair, now.checked)
    if not merging.seen(pair).items() <= now.seen.items():
        raise InputError(
            "one of the two was changed since somebody checked how they differ; drop this "
            "proposal, and propose the merge anew",
            fr="l’un des deux dossiers a changé depuis la vérification de leurs "
            "différences\u00a0; abandonnez cette proposition, puis proposez de nouveau la fusion",
        )


def drop(actor: Actor, found: MergeProposal) -> None:
    """Leave both records as they are."""
    kept = found.kept
    with writing(actor, Permission.MERGE_PATIENTS, kept.site_id, patient_id=kept.public_id):
        if settling.drop(actor, found):
            _tell(actor, found, "drop-merge")


def _tell(actor: Actor, made: MergeProposal, action: str, **detail: Any) -> None:
    audit.record(
        action,
        actor=actor,
        kind="mergeproposal",
        object_id=made.public_id,
        patient_id=made.kept.public_id,
        detail={"absorbed": made.absorbed.public_id, **detail},
    )
