"""Whose a scanned label is, and whether somebody is that patient: asked at every hand-over.

One person proves it by a scan of the label and one identifier typed (birth date or record number);
where the patient is there, by what the patient says. Nothing is said back of whose a wrong label
is: a stranger learns nothing from it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from django.db.models import Q

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.guideline.errors import InputError
from dolenti.identity.names import key
from dolenti.records.gate import of_patient
from dolenti.records.models import Patient
from dolenti.scanning import keyed
from dolenti.scanning.gs1 import plain
from dolenti.serum.models import Label, Proposal, Thing, Tube, Unit
from dolenti.serum.opening import SerumRefusedError

_SERIAL: Final = re.compile(r"[0-9]{0,6}")
ALPHABET: Final = "23456789CFGHJPRVX"
"""Of a mark: characters that are taken for no other, and stand on the same key everywhere."""
_MARK: Final = re.compile(rf"(?:[{ALPHABET}]{{6}})?")


class Code(NamedTuple):
    """What a label says: the number, which print of it, and the mark that stands in its QR code
    alone. A number that was typed has no mark."""

    number: str
    serial: int = 1
    mark: str = ""

    @property
    def plain(self) -> str:
        """Without its mark, which is kept nowhere but in the code."""
        return self.number if self.serial == 1 else f"{self.number}/{self.serial}"


def new_mark() -> str:
    """A mark for a label: from it alone follows that its code was scanned."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))


@dataclass(frozen=True)
class Proof:
    """How somebody proves whose something is: the labels scanned, one identifier, and whether the
    patient said name and birth date.

    ``born`` or ``number`` (of the record, or the health identity number) is the identifier.
    """

    scans: tuple[str, ...] = ()
    born: date | None = None
    number: str = ""
    spoken: bool = False


class WrongIdentityError(SerumRefusedError):
    """It is not who it was said to be, or nobody can tell."""


def read_code(scan: str) -> Code:
    """What a scanned or typed label says. Raises ``WrongIdentityError``."""
    try:
        text = plain(scan).upper()
    except InputError:
        text = ""
    number, _, rest = text.partition("/")
    serial, _, mark = rest.partition("/")
    if not (keyed.is_keyed(number) and _SERIAL.fullmatch(serial) and _MARK.fullmatch(mark)):
        raise WrongIdentityError(
            "this is not the label of a tube or a unit: scan its QR code",
            "scan",
            fr="ce n’est pas l’étiquette d’un tube ou d’une unité\u00a0: scannez son code QR",
        )
    return Code(number, int(serial or 1), mark)


def insist_scanned(code: Code, label: Label | None) -> None:
    """Raises ``WrongIdentityError`` for a number that was typed from a screen or from the paper:
    it proves nothing of the label in the hand. Every label bears a mark: one whose code cannot be
    read is replaced by two people. Of a number that was printed nowhere here (``label`` is
    ``None``) it cannot be told."""
    if label is None or code.mark == label.mark:
        return
    raise WrongIdentityError(
        "this number was typed, or is of another label: scan the QR code; if it cannot be read, "
        "have a duplicate printed (two people)",
        "scan",
        fr="ce numéro a été tapé, ou vient d’une autre étiquette\u00a0: scannez le code QR\u00a0; "
        "s’il est illisible, faites imprimer un duplicata (deux personnes)",
    )


def scanned(actor: Actor, scan: str) -> Thing:
    """The tube or the unit of a label, at the actor's site and of a record open to them.

    A number that was typed is no scan.

    Raises ``WrongIdentityError`` for what is no label of ours, for a number of nowhere here, for a
    label that was never printed, and for one that a duplicate has voided.
    """
    code = read_code(scan)
    number, serial = code.number, code.serial
    found: Thing | None = None
    for model in (Unit, Tube):
        rows = model.objects.select_related("patient__site", "draw__course")
        found = found or rows.filter(number=number, patient__site_id=actor.site_id).first()
    if found is None or not of_patient.is_open(actor, found.patient):
        raise WrongIdentityError(
            "no tube or unit of this number is here",
            "scan",
            fr="aucun tube, aucune unité de ce numéro n’est ici",
        )
    last = Label.objects.filter(number=number).order_by("-serial").first()
    if last is None:
        raise WrongIdentityError(
            "this label has not been printed yet: print it first",
            "scan",
            fr="cette étiquette n’a pas encore été imprimée\u00a0: imprimez-la d’abord",
        )
    if last.serial != serial or is_voided(found):
        raise WrongIdentityError(
            "this label was voided by a duplicate: look for the last one, and put the unit on hold",
            "scan",
            fr="cette étiquette est annulée par un duplicata\u00a0: cherchez la dernière, et "
            "bloquez l’unité",
        )
    insist_scanned(code, last)
    return found


REPRINT: Final = "reprint"
"""A label printed again: no event of the machine, and two people’s all the same."""
CORRECT: Final = "correct-volume"
"""A volume that was written wrong: neither an event of the machine; it voids the label that says
it."""
OF_LABELS: Final = (REPRINT, CORRECT)
VOIDS: Final = "label-void"
"""The reason by which a correction says that a label was there, and is void."""


def decided(thing: Thing) -> Proposal | None:
    """The duplicate that two people decided on, and that is not printed yet."""
    labels = Label.objects.filter(number=thing.number, serial__gt=1).count()
    asked = Proposal.objects.filter(
        Q(event=REPRINT) | Q(event=CORRECT, reason=VOIDS), confirmed_by__isnull=False
    )
    asked = asked.filter(**{thing.kind: thing.pk}).select_related("author", "confirmed_by")
    return asked.order_by("ended_at", "pk")[labels : labels + 1].first()


def is_voided(thing: Thing) -> bool:
    """Whether the last label of a thing was voided, and its duplicate is not printed yet."""
    return decided(thing) is not None


def insist_identified(actor: Actor, patient: Patient, proof: Proof, event: str) -> None:
    """Raises ``WrongIdentityError``, and leaves a line of the trail, where the identifier is not
    the patient's, or the record has none."""
    known = {key(one) for one in (patient.reference, patient.ins) if one} | {patient.public_id}
    whole = isinstance(patient.birth_date, date)  # a year alone is that of too many people
    if not whole and not (patient.reference or patient.ins):
        raise WrongIdentityError(
            "this record has neither a whole birth date nor a number: identify the patient first",
            fr="ce dossier n’a ni date de naissance complète ni numéro\u00a0: identifiez d’abord "
            "le patient",
        )
    by_day = whole and proof.born is not None and proof.born == patient.birth_date
    by_number = bool(proof.number) and (
        key(proof.number) in known or proof.number.strip() == patient.public_id
    )
    if by_day or by_number:
        return
    audit.refuse(
        actor, sites=[], action=f"serum-{event}", kind="draw", patient_id=patient.public_id
    )
    raise WrongIdentityError(
        "the identifier is not that of the patient on the label: stop, and look at both again",
        "identifier",
        fr="l’identifiant n’est pas celui du patient de l’étiquette\u00a0: arrêtez, et relisez les "
        "deux",
    )


def insist_spoken(proof: Proof) -> None:
    """Raises ``WrongIdentityError`` where the patient has not said who they are."""
    if not proof.spoken:
        raise WrongIdentityError(
            "have the patient say name and birth date, and tick it",
            "spoken",
            fr="faites dire au patient son nom et sa date de naissance, et cochez-le",
        )
