"""Who received a recalled lot is told: a letter each, made by the worker, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from dolenti.access import audit, clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.calendar.moments import local_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.ledger.lifecycle import LifeCycle, Step, Taking, Voice
from dolenti.ledger.once import Submission
from dolenti.records.gate.writing import insist_open
from dolenti.stock import gate
from dolenti.stock.life import LotRefusedError
from dolenti.stock.models import Lot, RecallLetter, Use

State = RecallLetter.State
Enqueue = Callable[[str], object]
"""Has the job begun that makes the documents of a lot's letters, by the lot's public id."""
MakePdf = Callable[[RecallLetter, Sequence[date]], bytes]
"""The document of a letter, from it and the days on which the patient received the lot."""


class LetterRefusedError(InputError):
    """The letter cannot take this step."""


def write(submission: Submission, lot: Lot, enqueue: Enqueue) -> int:
    """A letter to everybody who received a recalled lot, of those whose record is open to the user
    and who have none yet; how many. Pressed again it writes what is missing.

    Raises ``LotRefusedError`` for a lot that is not recalled.
    """
    user = submission.actor
    with writing(user, Permission.KEEP_STOCK, lot.site_id):
        locking.hold(lot)
        now = Lot.objects.get(pk=lot.pk)
        if now.state != Lot.State.RECALLED:
            raise LotRefusedError(
                "letters are written once the lot is recalled",
                fr="les lettres s’écrivent une fois le lot rappelé",
            )
        have = set(RecallLetter.objects.filter(lot=now).values_list("patient_id", flat=True))
        people = {use.patient_id: use.patient for use in gate.received(user, now)}
        made = 0
        for key, patient in people.items():
            if key in have:
                continue
            letter = RecallLetter.objects.create(patient=patient, lot=now, author=submission.user)
            audit.record(
                "write-letter",
                actor=user,
                kind="recallletter",
                object_id=letter.public_id,
                patient_id=patient.public_id,
            )
            made += 1
        if made:
            enqueue(now.public_id)
        return made


def make(lot_id: str, make_pdf: MakePdf) -> int:
    """The worker's part: the documents that are missing of a lot's letters; how many it made. Begun
    twice it does nothing the second time."""
    waiting = RecallLetter.objects.filter(lot__public_id=lot_id, pdf=None)
    made = 0
    for letter in waiting.select_related("patient__site", "lot__item", "author"):
        given = Use.objects.filter(lot=letter.lot, patient=letter.patient, undone=None)
        with clock.at_site(letter.patient.site):
            days = [local_day(at) for at in given.order_by("pk").values_list("at", flat=True)]
            pdf = make_pdf(letter, list(dict.fromkeys(days)))
        made += RecallLetter.objects.filter(pk=letter.pk, pdf=None).update(pdf=pdf)
    return made


def send(user: Actor, letter: RecallLetter, based_on: int, note: str = "") -> RecallLetter:
    """It left, or was handed over. Raises ``LetterRefusedError``, ``StaleEditError``."""
    return LETTERS.take(user, letter, based_on, "send-letter", values=_told(user, note))


def reach(user: Actor, letter: RecallLetter, based_on: int, note: str) -> RecallLetter:
    """The patient knows, and how that is known. Raises ``LetterRefusedError``,
    ``StaleEditError``."""
    return LETTERS.take(user, letter, based_on, "reach-patient", values=_told(user, note))


def lose(user: Actor, letter: RecallLetter, based_on: int, note: str) -> RecallLetter:
    """The patient was not reached, and what was tried. Raises ``LetterRefusedError``,
    ``StaleEditError``."""
    return LETTERS.take(user, letter, based_on, "miss-patient", values=_told(user, note))


def _told(user: Actor, note: str) -> dict[str, Any]:
    """What was written of a letter, when and by whom."""
    return {"note": note, "told_on": clock.today(), "told_by": user.account}


def _is_made(taking: Taking[RecallLetter]) -> None:
    """Its document is made."""
    if taking.row.pdf is None:
        raise LetterRefusedError(
            "this letter is still being made: wait for its document, or telephone",
            fr="cette lettre est encore en préparation\u00a0: attendez le document, ou téléphonez",
        )


LETTERS: Final = LifeCycle(
    "recall letter",
    RecallLetter,
    patient="patient",
    open_to=insist_open,
    refusal=LetterRefusedError,
    voices={
        "letter": Voice(
            Text(fr="cette lettre", en="this letter"),
            {
                State.TO_SEND: Text(fr="est à envoyer", en="is to be sent"),
                State.SENT: Text(fr="est envoyée", en="is sent"),
                State.REACHED: Text(fr="a joint le patient", en="has reached the patient"),
                State.UNREACHED: Text(fr="n’a pas joint le patient", en="has not reached anybody"),
            },
            Text(fr="cette étape n’est pas possible", en="this step is not possible"),
        )
    },
    voice=lambda _letter: "letter",
)
LETTERS.add(
    Step("send-letter", (State.TO_SEND, State.UNREACHED), State.SENT, Permission.KEEP_STOCK,
         (_is_made,)),
    Step("reach-patient", (State.TO_SEND, State.SENT, State.UNREACHED), State.REACHED,
         Permission.KEEP_STOCK),
    Step("miss-patient", (State.TO_SEND, State.SENT), State.UNREACHED, Permission.KEEP_STOCK),
)  # fmt: skip
