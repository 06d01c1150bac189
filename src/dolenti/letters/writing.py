"""A letter is signed: what the record says and what was typed become one text, kept as it is sent.

A letter is read before it is signed. What it rests on is gathered again at the signature, with the
patient held: where anything changed since it was shown, it is not signed but shown anew; so is
a letter of which a line was changed that nobody has read in its place. A line that nobody fills is
printed as not known, but where the model insists on it: then the letter is not signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from django.utils import timezone

from dolenti.access import audit, clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.calendar.moments import local_day
from dolenti.guideline import diary, letters
from dolenti.guideline.diary.shapes.papers import ALWAYS, LetterModel
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.letters import Blank, Filled
from dolenti.guideline.letters.filling import Value
from dolenti.guideline.words import date_in_words
from dolenti.ledger import locking
from dolenti.ledger.digests import digest
from dolenti.ledger.once import Submission, once
from dolenti.letters import replies
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Complaint, Patient
from dolenti.treatment.models import Course

TO: Final = "to.name"
REPLY_BY: Final = "reply.by"
URGENCY: Final = "urgency"
LINES: Final = "lines"
CHANGED: Final = "changed"
"""Where a refusal stands: at lines that are not filled, or at the whole letter."""

Known = Mapping[str, Value]


class LetterRefusedError(InputError):
    """The letter cannot be signed so. ``missing`` are the lines that are still to be filled."""

    missing: tuple[str, ...] = ()


class NoModelError(LookupError):
    """The edition in force has no such letter."""


@dataclass(frozen=True)
class About:
    """What a letter is about: a patient, one pain of theirs, one course of it."""

    patient: Patient
    complaint: Complaint | None = None
    course: Course | None = None


@dataclass(frozen=True)
class Wanted:
    """What whoever signs has before them. ``typed`` are lines by the names of their fields,
    ``basis`` is what the text was known by when it was shown (``basis_of``), ``read`` the text that
    was read (``read_of``)."""

    model: str
    to_name: str
    to_address: str
    typed: Mapping[str, str]
    basis: str
    read: str
    amends: Letter | None = None
    reason: str = ""


@dataclass(frozen=True)
class Draft:
    """A letter as it stands, of ``model``, before anybody signed it. ``unsaid`` are the lines that
    it prints as not known, ``missing`` those that the model insists on."""

    model: LetterModel
    filled: Filled
    missing: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    values: Known = field(default_factory=dict)
    reply_by: date | None = None


Gather = Callable[[LetterModel], Known]
"""What the record says of the fields of a model, now."""
MakePdf = Callable[[Draft, datetime], bytes]
"""The document of a letter, at the moment of its signature."""
NOT_SAID: Final = "non renseigné"
"""What stands on a line that nobody can fill."""


def models() -> tuple[LetterModel, ...]:
    """The letters of the edition in force."""
    return diary.content(engine.edition_in_force()).letters


def model_of(name: str) -> LetterModel:
    """One of them. Raises ``NoModelError``."""
    found = next((one for one in models() if one.id == name), None)
    if found is None:
        raise NoModelError(name)
    return found


def permission_of(model: LetterModel) -> Permission:
    """Who may sign it."""
    return Permission.SIGN_LETTERS if model.of_health else Permission.CERTIFY


def basis_of(model: LetterModel, edition: Edition, known: Known) -> str:
    """What a letter rests on, as one word: another word where anything of it changed."""
    return digest([model.body, edition.sha256, {k: known[k] for k in sorted(known)}])


def draft(model: LetterModel, known: Known, typed: Mapping[str, str], day: date) -> Draft:
    """The letter with what is known and what was typed; what nobody said is printed as not known.
    What the record says, nobody types over; what the letter does not name is left out."""
    letter = letters.parse(model.body)
    names = letters.names_of(letter)
    values: dict[str, Value] = {k: v for k, v in typed.items() if k in names and v}
    values |= {name: value for name, value in known.items() if name in names}
    urgency = values.get(URGENCY, "")
    due = letters.reply_by(model.reply_within, model.sooner, str(urgency), day)
    missing = missing_of(model, known, values)
    if due is not None:
        values[REPLY_BY] = date_in_words(due, "fr")
    unsaid: list[str] = []
    filled = letters.fill(letter, values)
    while left := [one for one in filled.missing if one not in missing and one not in unsaid]:
        unsaid += left
        filled = letters.fill(letter, {**values, **dict.fromkeys(unsaid, NOT_SAID)})
    return Draft(model, filled, missing, tuple(unsaid), values, due)


def missing_of(model: LetterModel, known: Known, values: Known) -> tuple[str, ...]:
    """The lines that a model insists on and that say nothing yet."""
    return tuple(
        name
        for name, where in model.insists.items()
        if (where == ALWAYS or known.get(where)) and not values.get(name)
    )


def read_of(made: Draft, to_address: str) -> str:
    """The text of a letter as one word: another word where anything of it changed."""
    return digest([as_json(made.filled), list(made.missing), to_address.split()])


def sign(
    submission: Submission, about: About, wanted: Wanted, gather: Gather, make_pdf: MakePdf
) -> Letter:
    """The signed letter, kept with its document; a form sent twice makes one. Where it wishes a
    reply, that is waited for from now on; the reply to a letter that it corrects no longer is.

    Raises ``LetterRefusedError`` for a line that is not filled, a record that changed since the
    letter was shown, a letter that was corrected already; ``NoModelError``.
    """
    model, patient = model_of(wanted.model), about.patient

    def make() -> Letter:
        locking.hold(patient)
        now, edition = timezone.now(), engine.edition_in_force()
        known = gather(model)
        if basis_of(model, edition, known) != wanted.basis:
            raise LetterRefusedError(
                "what the record says changed since this letter was shown: read it again below, "
                "then sign it",
                CHANGED,
                fr="le dossier a changé depuis l’affichage de cette lettre\u00a0: relisez-la "
                "ci-dessous, puis signez-la",
            )
        typed = {**wanted.typed, TO: wanted.to_name}
        made = draft(model, known, typed, local_day(now))
        _insist_filled(made)
        if read_of(made, wanted.to_address) != wanted.read:
            raise LetterRefusedError(
                "lines changed since this letter was shown: read it as it will be printed, then "
                "sign it",
                CHANGED,
                fr="des lignes ont changé depuis l’affichage de cette lettre\u00a0: relisez-la "
                "telle qu’elle sera imprimée, puis signez-la",
            )
        amends = _amended(wanted, patient)
        pdf = make_pdf(made, now)
        letter = Letter(
            site=patient.site, patient=patient, complaint=about.complaint, course=about.course,
            model=model.id, of_health=model.of_health, edition=snapshot_in_force(),
            to_name=wanted.to_name, to_address=wanted.to_address, body=as_json(made.filled),
            said=_said(made, known), reply_by=made.reply_by, amends=amends, reason=wanted.reason,
            pdf=pdf, pdf_sha256=hashlib.sha256(pdf).hexdigest(), signed_at=now,
            author=submission.user,
        )  # fmt: skip
        letter.seal = seal_of(letter)
        letter.save()
        _tell(submission.actor, letter)
        if amends is not None:
            _wait_no_more(submission.actor, amends)
        if made.reply_by is not None:
            AwaitedReply.objects.create(letter=letter, due_on=made.reply_by)
        return letter

    with _writing(submission.actor, model, patient), clock.at_site(patient.site):
        return once(submission, Letter, make)


def _writing(actor: Actor, model: LetterModel, patient: Patient) -> AbstractContextManager[None]:
    """Whoever writes of a patient's health reads their record; who certifies that they came need
    not."""
    if model.of_health:
        return writing_record(actor, Permission.SIGN_LETTERS, patient)
    return writing(actor, Permission.CERTIFY, patient.site_id, patient_id=patient.public_id)


def _insist_filled(made: Draft) -> None:
    if not made.missing:
        return
    count = len(made.missing)
    refusal = LetterRefusedError(
        f"{count} line{'s are' if count > 1 else ' is'} still to be filled: fill what is asked "
        "below, then read the letter again",
        LINES,
        fr=f"{count} ligne{'s restent' if count > 1 else ' reste'} à remplir\u00a0: complétez "
        "ce qui est demandé ci-dessous, puis relisez la lettre",
    )
    refusal.missing = made.missing
    raise refusal


def _amended(wanted: Wanted, patient: Patient) -> Letter | None:
    if wanted.amends is None:
        return None
    found = Letter.objects.defer("pdf", "said", "body").get(pk=wanted.amends.pk)
    if found.patient_id != patient.pk:
        raise LetterRefusedError(
            "this letter is about somebody else", fr="cette lettre concerne un autre patient"
        )
    if hasattr(found, "amended_by"):
        raise LetterRefusedError(
            "this letter is corrected already: correct the last one",
            fr="cette lettre a déjà été rectifiée\u00a0: rectifiez la dernière",
        )
    return found


def _wait_no_more(actor: Actor, amended: Letter) -> None:
    reply = AwaitedReply.objects.filter(letter=amended).select_related("letter__patient__site")
    standing = reply.first()
    if standing is not None and standing.state == AwaitedReply.State.WAITING:
        said = "Lettre rectifiée\u00a0: la réponse est attendue de la lettre qui la remplace."
        replies.stop_waiting(actor, standing, standing.version, said)


def _tell(actor: Actor, letter: Letter) -> None:
    audit.record(
        "sign-letter" if letter.amends_id is None else "correct-letter",
        actor=actor,
        kind="letter",
        object_id=letter.public_id,
        patient_id=letter.patient.public_id,
        detail={"model": letter.model, "pdf": letter.pdf_sha256, "seal": letter.seal},
    )


def _said(made: Draft, known: Known) -> dict[str, Any]:
    """Every value by its field, and which of them the record said; of what stands as the model has
    it, and of what is not known, no author is named."""

    def by(name: str, value: Value) -> str:
        if name in known:
            return "record"
        return "model" if made.model.defaults.get(name) == value else "author"

    unsaid = {name: {"value": NOT_SAID, "by": "nobody"} for name in made.unsaid}
    return unsaid | {n: {"value": v, "by": by(n, v)} for n, v in made.values.items()}


def as_json(filled: Filled) -> list[dict[str, Any]]:
    """The blocks of a letter that lacks nothing, as they are kept."""
    return [
        {
            "listed": block.listed,
            "fields": list(block.fields),
            "lines": [
                [
                    {"text": one.text, "strong": one.strong, "field": one.field}
                    for one in line
                    if not isinstance(one, Blank)
                ]
                for line in block.lines
            ],
        }
        for block in filled.blocks
    ]


def seal_of(letter: Letter) -> str:
    """The SHA-256 of all that the signature of a letter stands for."""
    return digest(
        {
            "letter": letter.public_id,
            "patient": letter.patient.public_id,
            "model": letter.model,
            "edition": letter.edition.sha256,
            "to": [letter.to_name, letter.to_address],
            "body": letter.body,
            "said": letter.said,
            "reply_by": letter.reply_by.isoformat() if letter.reply_by else "",
            "amends": letter.amends.public_id if letter.amends else "",
            "reason": letter.reason,
            "pdf": letter.pdf_sha256,
            "signed_by": letter.author.public_id,
            "signed_at": letter.signed_at.astimezone(UTC).isoformat(),
        }
    )


def is_sealed(letter: Letter) -> bool:
    """Whether a letter, and its document, are still what was signed."""
    pdf = hashlib.sha256(bytes(letter.pdf)).hexdigest()
    return letter.seal == seal_of(letter) and letter.pdf_sha256 == pdf
