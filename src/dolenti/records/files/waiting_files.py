"""A file that waits, as its reader's draft, until somebody has said whose it is.

Nothing of it is in any record meanwhile. It becomes a document in the same transaction that makes
its patient, or never.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline.birth import read_birth
from dolenti.ledger import drafts
from dolenti.ledger.models import Draft
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.facts import meanings
from dolenti.records.files import arrivals, intake
from dolenti.records.models import Patient

FORM = "waiting-file"


@dataclass(frozen=True)
class WaitingFile:
    """A file that was read without error; ``initial`` is what it says of who the patient is."""

    public_id: str
    data: bytes
    complaints: int
    initial: dict[str, Any]


def hold(user: User, data: bytes, read: intake.Read) -> str:
    """Keep a file until its patient is identified; its public id, for its reader alone."""
    content = {
        "data": base64.b85encode(zlib.compress(intake.unpacked(data, ""))).decode("ascii"),
        "complaints": len(read.cases),
        "who": _who(read),
    }
    with writing(user, Permission.WRITE_RECORDS, user.site_id):
        return drafts.hold(user, FORM, content).public_id


def _who(read: intake.Read) -> dict[str, str]:
    """What the file says of its patient, as the form of an identity takes it."""
    first = read.cases[0]
    born = first.birth_date.isoformat() if first.birth_date else ""
    said = {"birth_date": born, "sex": first.sex or "", **read.who}
    return {trait: value for trait, value in said.items() if value}


def take_up(user: User, public_id: str) -> WaitingFile:
    """A file that the user sent. Raises ``Http404`` for anybody else's, or none."""
    held: Draft = drafts.take_up(user, public_id, FORM, None)
    said = held.content
    data = zlib.decompress(base64.b85decode(said["data"]))
    initial = dict(said["who"])
    if "birth_date" in initial:
        initial["birth_date"] = read_birth(initial["birth_date"])
    return WaitingFile(public_id, data, said["complaints"], initial)


def receiver(submission: Submission, file: WaitingFile, as_of: date) -> Callable[[Patient], None]:
    """What keeps the file with the patient it belongs to."""
    # Its own token: the form's is the patient's.
    own = submission.of_part(FORM)

    def receive(patient: Patient) -> None:
        site = meanings.in_force(submission.actor.site_id)
        read = intake.read(file.data, "", engine.edition_in_force(), as_of, site)
        arrivals.receive(own, file.data, read, as_of, patient=patient)

    return receive


def release(user: User, public_id: str) -> None:
    """The file is in a record now: nothing waits."""
    with writing(user, Permission.WRITE_RECORDS, user.site_id):
        Draft.objects.filter(owner=user, form=FORM, public_id=public_id).delete()
