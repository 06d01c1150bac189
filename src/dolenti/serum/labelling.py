"""Each number printed once. A label that is lost or unreadable is printed again by two people: the
duplicate says so, and voids what was printed before.
"""

from __future__ import annotations

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.serum import opening
from dolenti.serum.models import Label, Proposal, Thing
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import ENDED

PRINTED_IN = {"tube": "drawn", "unit": "portioned"}
"""Where the first label is printed: beside the patient, and never before something is in it."""


def print_first(submission: Submission, thing: Thing) -> Label:
    """The label of a tube that was just drawn, or of a unit that was just portioned; once.

    Raises ``SerumRefusedError`` before or after that, and for a number that was printed already.
    """
    actor = submission.actor

    def make() -> Label:
        locking.hold(thing.patient)
        opening.insist_on(actor, "label")
        now = type(thing)._default_manager.get(pk=thing.pk)
        if now.state != PRINTED_IN[thing.kind]:
            raise SerumRefusedError(
                "a label is printed right after the draw or the portioning, and at no other time",
                fr="une étiquette s’imprime juste après le prélèvement ou la répartition, jamais à "
                "un autre moment",
            )
        if Label.objects.filter(number=now.number).exists():
            raise SerumRefusedError(
                "this label is printed already: another one is a duplicate, and takes two people",
                fr="cette étiquette est déjà imprimée\u00a0: une autre est un duplicata, et "
                "demande deux personnes",
            )
        made = Label.objects.create(draw=thing.draw, number=now.number, author=submission.user)
        _tell(actor, made, "print-label")
        return made

    with writing_record(actor, Permission.PREPARE_SERUM, thing.patient):
        return once(submission, Label, make)


def insist_reprintable(thing: Thing) -> None:
    """Raises ``SerumRefusedError`` where no label is there to be replaced."""
    if thing.state in ENDED or not Label.objects.filter(number=thing.number).exists():
        raise SerumRefusedError(
            "no label is there to be replaced",
            fr="il n’y a pas d’étiquette à remplacer",
        )


def print_again(actor: Actor, thing: Thing, proposal: Proposal) -> Label:
    """The duplicate that two people answer for. Inside the transaction that confirms."""
    insist_reprintable(thing)
    last = Label.objects.filter(number=thing.number).latest("serial")
    made = Label.objects.create(
        draw=thing.draw,
        number=thing.number,
        serial=last.serial + 1,
        author=proposal.author,
        second=author_of(actor),
    )
    _tell(actor, made, "print-duplicate")
    return made


def label_of(thing: Thing) -> Label | None:
    """The label that counts of a tube or a unit that the gate gave."""
    return Label.objects.filter(number=thing.number).order_by("-serial").first()


def _tell(actor: Actor, made: Label, action: str) -> None:
    audit.record(
        action,
        actor=actor,
        kind="serumlabel",
        object_id=made.public_id,
        patient_id=made.draw.patient.public_id,
        detail={"serial": made.serial},
    )
