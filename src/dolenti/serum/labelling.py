"""Each number printed once. A label that is lost or unreadable is printed again by two people: the
duplicate says so, and voids what was printed before.

To print is to send a form, and its answer is the paper: no address shows a label again. Where the
answer was lost, the same form fetches it within minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.serum import clock, identity, opening
from dolenti.serum.drawing import is_positive
from dolenti.serum.models import Label, Thing, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import ENDED

PRINTED_IN = {"tube": "drawn", "unit": "portioned"}
"""Where the first label is printed: beside the patient, and never before something is in it."""
LOST: Final = timedelta(minutes=5)
"""For so long the form that printed a label fetches it again."""


def may_print(thing: Thing) -> bool:
    """Whether a label of a thing is to be printed now: its first, or a duplicate that two people
    decided on."""
    label = label_of(thing)
    if label is None:
        return thing.state == PRINTED_IN[thing.kind]
    return identity.is_voided(thing) and thing.state not in ENDED


def print_label(submission: Submission, thing: Thing) -> Label:
    """The label that is to be printed of a thing; once. A first one of a tube that was just drawn,
    or of a unit that was just portioned; a duplicate where two people decided on one.

    Raises ``SerumRefusedError`` at any other time, for a number that was printed already, and
    minutes after the same form printed it.
    """
    actor = submission.actor

    def make() -> Label:
        locking.hold(thing.patient)
        now = type(thing)._default_manager.get(pk=thing.pk)
        decided = identity.decided(now)
        if decided is not None:
            made = _printed(now, author=decided.author, second=decided.confirmed_by)
            _tell(actor, made, "print-duplicate")
            return made
        opening.insist_on(actor, "label")
        _insist_first(now)
        made = _printed(now, author=submission.user)
        _tell(actor, made, "print-label")
        return made

    with writing_record(actor, Permission.PREPARE_SERUM, thing.patient):
        label = once(submission, Label, make)
        if label.at + LOST < clock.read().at or label != label_of(thing):
            raise _twice()
        return label


def _twice() -> SerumRefusedError:
    return SerumRefusedError(
        "this label is printed already: another one is a duplicate, and takes two people",
        fr="cette étiquette est déjà imprimée\u00a0: une autre est un duplicata, et demande deux "
        "personnes",
    )


def _insist_first(thing: Thing) -> None:
    if label_of(thing) is not None:
        raise _twice()
    if thing.state != PRINTED_IN[thing.kind]:
        raise SerumRefusedError(
            "a label is printed right after the draw or the portioning, and at no other time",
            fr="une étiquette s’imprime juste après le prélèvement ou la répartition, jamais à "
            "un autre moment",
        )


def _printed(thing: Thing, **people: object) -> Label:
    last = label_of(thing)
    return Label.objects.create(
        draw=thing.draw,
        number=thing.number,
        serial=last.serial + 1 if last is not None else 1,
        mark=identity.new_mark(),
        positive=is_positive(thing.draw),
        **people,
    )


def insist_reprintable(thing: Thing) -> None:
    """Raises ``SerumRefusedError`` where no label is there to be replaced."""
    if thing.state in ENDED or label_of(thing) is None or identity.is_voided(thing):
        raise SerumRefusedError(
            "no label is there to be replaced",
            fr="il n’y a pas d’étiquette à remplacer",
        )


def place_in_tube(unit: Unit) -> tuple[int, int]:
    """Which of how many units of its tube a unit is."""
    made = list(Unit.objects.filter(tube=unit.tube_id).values_list("position", flat=True))
    return made.index(unit.position) + 1, len(made)


def says_danger(thing: Thing) -> bool:
    """Whether the label that counts bears the words of a positive marker, where one is known."""
    if not is_positive(thing.draw):
        return True
    label = label_of(thing)
    return label is not None and label.positive is True


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
