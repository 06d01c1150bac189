"""A consent in its patient's own hands, by a link: read, asked about, left for the visit, declined,
or signed with a code.

The text is the very one that would be signed at the clinic that day, and its words are those of the
day the link was made: once they would be others, nothing is signed. A question that nobody answered
holds the signature; so does whatever the law gives to somebody else than the patient. It is a
simple electronic signature, and says no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from django.db.models import Q
from django.utils import timezone

from dolenti.access import audit, clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.diary import alerts, codes, link_life, links, reaching
from dolenti.diary.answers import ClosedError, judged_text
from dolenti.diary.models import ConsentReply, Link
from dolenti.guideline import consent as text
from dolenti.guideline.birth import ages
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Known
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.identity.names import clean_name, has_family_name, key, solid
from dolenti.identity.text import TextRules, clean_text
from dolenti.ledger import locking
from dolenti.records import gate
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging import choosing
from dolenti.records.judging.choosing import ChoiceRefusedError
from dolenti.records.models import Contact, Patient, Statement
from dolenti.treatment import consents
from dolenti.treatment.consents import ByCode, Kept, Signed
from dolenti.treatment.life import COURSES
from dolenti.treatment.models import Consent, Course

Kind = ConsentReply.Kind
LONGEST: Final = 500
LONGEST_QUALITY: Final = 60
OF_AGE: Final = 18
PROTECTED: Final = "protected-adult"
"""The fact that says whether somebody else consents with the patient, or in their place."""


class ReplyRefusedError(InputError):
    """What was said of a text cannot be taken as it is."""


class NotHereError(InputError):
    """The text is not signed at home: at the visit it may be. It says why."""


class NameAskedError(InputError):
    """The name that was typed has nothing of the one that is known: it is asked about once."""

    def __init__(self) -> None:
        super().__init__(
            "this is not the name that we have: correct it, or sign again if it is yours",
            "name",
            fr="ce n’est pas le nom que nous connaissons\u00a0: corrigez-le, ou signez de nouveau "
            "si c’est bien le vôtre",
        )


@dataclass(frozen=True)
class Signing:
    """What a phone sent to sign: the digest of the text that was on it, the digits of the code, the
    name as it was typed, and who answers for the patient if not themselves, with what they are to
    them (``quality``). ``is_sure``: the name was asked about before."""

    seen: str
    code: str
    name: str = ""
    by: str = ""
    quality: str = ""
    is_sure: bool = False


class Done(NamedTuple):
    """What was signed, and the code that proves it in the browser where it was typed; none of a
    press sent once more."""

    consent: Consent
    proof: str = ""


Document = Callable[[Course, text.Consent, Signed], bytes]


def text_of(link: Link) -> text.Consent:
    """The text of a link, word for word the one it was made for. Raises ``ClosedError`` where it is
    not to be signed any more: signed, taken back, or another by now."""
    if not link_life.is_to_be_signed(link) or link.text_day is None:
        raise ClosedError
    return consents.words_for(link.of_course, link.text_day)


def replies_of(link: Link) -> list[ConsentReply]:
    """What was said of the text by a link, the first first."""
    return list(ConsentReply.objects.filter(link=link).order_by("pk"))


def questions_of(course: Course) -> list[ConsentReply]:
    """The questions about a course that nobody answered yet, whatever link they came by."""
    return list(
        ConsentReply.objects.filter(course=course, kind=Kind.QUESTION, settled_at=None).order_by(
            "pk"
        )
    )


def ask(actor: Actor, link: Link, question: str, by: str = "") -> ConsentReply:
    """A question, kept beside the record. The same asked again while nobody answered is one. Raises
    ``ReplyRefusedError``, ``ClosedError``, ``NotAllowedError``."""
    if not question.strip():
        raise ReplyRefusedError(
            "write your question first", "text", fr="écrivez d’abord votre question"
        )
    try:
        said = clean_text(question, TextRules(longest=LONGEST, lines=True, required=True), "text")
    except InputError as error:
        raise ReplyRefusedError(error.sentence("en"), "text", fr=error.sentence("fr")) from None
    return _reply(actor, link, Kind.QUESTION, said, by)


def sign_at_visit(actor: Actor, link: Link, by: str = "") -> ConsentReply:
    """« Je signerai au rendez-vous »: told to the clinic. It closes nothing. Raises
    ``ClosedError``, ``NotAllowedError``."""
    return _reply(actor, link, Kind.AT_VISIT, "", by)


def decline(actor: Actor, link: Link, by: str = "") -> ConsentReply:
    """« Je ne souhaite pas »: told to the clinic, and no alarm. With this link nothing is signed
    from then on. Raises ``ClosedError``, ``NotAllowedError``."""
    return _reply(actor, link, Kind.DECLINED, "", by)


def _reply(actor: Actor, link: Link, kind: ConsentReply.Kind, said: str, by: str) -> ConsentReply:
    patient = link.patient
    with writing(
        actor, Permission.CONSENT_AT_HOME, patient.site_id, patient_id=patient.public_id
    ):  # fmt: skip
        fresh = _held(actor, link)
        values = {
            "patient": patient, "course": fresh.course, "link": fresh, "kind": kind, "text": said,
            "answered_by": by[:150], "settled_at": None,
        }  # fmt: skip
        same = ConsentReply.objects.filter(**values).first()
        if same is not None:
            return same
        made = ConsentReply.objects.create(**values)
        _tell("reply-to-consent", actor, made)
        alerts.watch_written(actor, {"course": fresh.of_course}, said, judged_text(said))
        return made


def settle(actor: Actor, reply: ConsentReply, how: str, note: str) -> ConsentReply:
    """Somebody of the clinic spoke with the patient about it, at a visit or by telephone. Said
    twice it is once. Raises ``ReplyRefusedError``, ``NotAllowedError``."""
    if how not in ConsentReply.How.values:
        raise ReplyRefusedError("choose one from the list", "how", fr="choisissez dans la liste")
    patient = reply.patient
    with writing_record(actor, Permission.CONSENT, patient):
        locking.hold(patient)
        open_ = ConsentReply.objects.filter(pk=reply.pk, settled_at=None)
        if open_.update(
            settled_at=timezone.now(), settled_by=author_of(actor), settled_how=how,
            note=note.strip()[:LONGEST],
        ):  # fmt: skip
            _tell("settle-reply", actor, reply)
        reply.refresh_from_db()
        return reply


def insist_here(link: Link, by: str = "") -> None:
    """Go on only where the text may be signed at home, by the patient or by whom answers for them.
    Raises ``NotHereError``, which says no word of the record."""
    said = {one.kind for one in ConsentReply.objects.filter(link=link)}
    if Kind.DECLINED in said:
        raise NotHereError(
            "you answered that you do not wish it: call us if you changed your mind",
            fr="vous avez répondu que vous ne le souhaitez pas\u00a0: appelez-nous si vous avez "
            "changé d’avis",
        )
    if questions_of(link.of_course):
        raise NotHereError(
            "your question comes first: we answer you by telephone, at the visit or in writing "
            "here, then you sign",
            fr="votre question passe d’abord\u00a0: nous vous répondons par téléphone, au "
            "rendez-vous ou par écrit ici, puis vous signez",
        )
    try:
        held = holds(link.of_course, _judged_today(link))
    except ChoiceRefusedError:  # why is for the clinic to say
        raise _at_the_visit() from None
    if held == Hold.NO_WAY:
        raise NotHereError(
            "to sign from home, a code has to reach you, and we know no number and no e-mail "
            "address of yours: sign at the visit",
            fr="pour signer de chez vous, un code doit vous parvenir, et nous n’avons ni numéro ni "
            "adresse électronique\u00a0: signez au rendez-vous",
        )
    if held == Hold.MINOR:
        raise NotHereError(
            "before 18 years this is signed at the visit, with who represents the patient",
            fr="avant 18\u00a0ans, ceci se signe au rendez-vous, avec qui représente le patient",
        )
    if held is not None:  # a measure of protection is said by nobody but a person
        raise _at_the_visit()
    if by and not _may_answer(link.patient, by):
        raise NotHereError(
            "you answer for the patient: who signs for them is seen together at the visit",
            fr="vous répondez pour le patient : qui signe pour lui se voit ensemble, au "
            "rendez-vous",
        )


def _at_the_visit() -> NotHereError:
    return NotHereError(
        "this is signed at the visit, where we can read it together",
        fr="ceci se signe au rendez-vous, où nous pouvons le relire ensemble",
    )


def _judged_today(link: Link) -> Judgement:
    """What is known today, judged. Raises ``ChoiceRefusedError`` where something new is against the
    therapy."""
    course = link.of_course
    about = Q(complaint=None) | Q(complaint=course.complaint_id)
    stated = list(
        Statement.objects.filter(about, patient__in=gate.family(link.patient)).order_by("pk")
    )
    return choosing.insist_nothing_new(
        links.patient_by(link), course.assessment, course.therapy, course.passing, clock.today(),
        stated,
    )  # fmt: skip


class Hold(StrEnum):
    """Why a text is signed at the visit, whoever holds the phone."""

    MINOR = "minor"
    PROTECTED = "protected"
    NOT_SAID = "not-said"  # whether the patient is a protected adult
    NO_WAY = "no-way"  # for a code


def holds(course: Course, judgement: Judgement) -> Hold | None:
    """Why the text of a course is not signed at home, where something holds it: somebody else may
    have to consent, and what nobody said is no « no »; or no code could reach the patient."""
    patient = course.patient
    contacts = _contacts(patient)
    by_law = held_by_law(patient, judgement.case.facts.get(PROTECTED), contacts)
    if by_law is not None:
        return by_law
    own = [
        one for one in contacts if one.kind == Contact.Kind.SELF and one.patient_id == patient.pk
    ]
    doubted = reaching.doubted(patient) if own else set()
    known = {one.phone and "sms" for one in own} | {one.email and "mail" for one in own}
    return None if known - doubted - {""} else Hold.NO_WAY


def _may_answer(patient: Patient, by: str) -> bool:
    """Whether whoever answers for the patient is named in the record as the person they trust."""
    trusted = Contact.objects.filter(
        patient__in=gate.family(patient), kind=Contact.Kind.TRUSTED, ended_at=None
    )
    return solid(by) in {solid(one.name) for one in trusted if one.name}


def sign(actor: Actor, link: Link, signing: Signing, make_pdf: Document) -> Done:
    """Sign the text that was read, with the code that was sent: what a signature at the clinic
    opens, it opens. Sent twice it is once.

    Raises ``ClosedError`` where the text is not to be signed any more or is not the one that was
    read, ``NotHereError``, ``NameAskedError``, ``InputError`` without a name, ``CodeRefusedError``
    (which is counted), ``NotAllowedError``. The code
    is used and the consent written in one transaction: neither stands without the other.
    """
    patient, now = link.patient, timezone.now()
    insist(actor, Permission.CONSENT_AT_HOME, patient.site_id, patient_id=patient.public_id)
    links.insist_own(actor, link)
    made = _document(link, signing, now, make_pdf)  # before the transaction: nobody waits for it
    with writing(
        actor, Permission.CONSENT_AT_HOME, patient.site_id, patient_id=patient.public_id
    ):  # fmt: skip
        locking.hold(patient)
        link.refresh_from_db(fields=["consent"])
        if link.consent is not None:
            return Done(link.consent)
        fresh = _held(actor, link)
        if signing.seen != fresh.text_sha256:
            raise ClosedError
        insist_here(fresh, signing.by)
        _named(fresh, signing)
        taken = codes.take(actor, fresh, codes.Use.SIGN, signing.code)
        if taken is not None and made is not None and taken.channel == made.channel:
            link.consent = _keep(actor, fresh, made)
            return Done(link.consent, taken.public_id)
    raise codes.CodeRefusedError


@dataclass(frozen=True)
class _Document:
    """A text signed, as the document it became, and by which channel its code came."""

    said: text.Consent
    signed: Signed
    pdf: bytes
    channel: str


def held_by_law(
    patient: Patient, protected: Known | None, contacts: Iterable[Contact] | None = None
) -> Hold | None:
    """Whether somebody else than the patient may have a say in what is theirs, of what is known of
    their ``protected-adult`` and of their standing ``contacts``: a child, a protected adult, or who
    nobody said is none."""
    if patient.birth_date is None or ages(patient.birth_date, clock.today()).youngest < OF_AGE:
        return Hold.MINOR
    found = _contacts(patient) if contacts is None else contacts
    if any(one.kind == Contact.Kind.GUARDIAN for one in found):
        return Hold.PROTECTED
    if protected is None or protected.value is None:
        return Hold.NOT_SAID
    return None if protected.value is False else Hold.PROTECTED


def _contacts(patient: Patient) -> list[Contact]:
    found = Contact.objects.filter(patient__in=gate.family(patient), ended_at=None)
    return list(found.order_by("pk"))


def _document(
    link: Link, signing: Signing, now: datetime, make_pdf: Document
) -> _Document | None:  # fmt: skip
    """The document of a signature whose code opens as it seems; the transaction looks again."""
    code = codes.seems_right(link, codes.Use.SIGN, signing.code)
    if code is None:
        return None
    fresh = _fresh(link)
    said = text_of(fresh)
    # Only whoever has the code is told that a name is not the one that is known.
    name, quality = _named(fresh, signing)
    unlike = not has_family_name(name, _family_names(fresh, signing))
    if unlike and not signing.is_sure:
        raise NameAskedError
    way = ByCode(code.channel, fresh.opened_at or now, bool(signing.by), quality, unlike)
    signed = Signed(name, now, code=way)
    return _Document(said, signed, make_pdf(fresh.of_course, said, signed), code.channel)


def _family_names(link: Link, signing: Signing) -> tuple[str, ...]:
    """What the name of whoever signs has one word of: their birth name or the one they use; of
    whoever answers for the patient, the last word of the name that they came in with."""
    patient = link.patient
    if signing.by:  # one first name in common is no family name
        return tuple(key(signing.by).split()[-1:])
    return patient.birth_name, patient.used_name


def _named(link: Link, signing: Signing) -> tuple[str, str]:
    """The name and the quality as they are kept. Raises ``InputError`` for what is none."""
    if not signing.name.strip():
        raise InputError(
            "type your first name and your family name",
            "name",
            fr="écrivez votre prénom et votre nom",
        )
    name = clean_name(signing.name, "name", required=True)
    if not signing.by:
        return name, ""
    if solid(name) == solid(consents.signs_as(link.patient)) != solid(signing.by):
        raise InputError(
            "you sign for somebody: type your own name",
            "name",
            fr="vous signez pour quelqu’un\u00a0: écrivez votre propre nom",
        )
    if not signing.quality.strip():
        raise InputError(
            "state your relationship to the patient, for example: daughter, trusted person",
            "quality",
            fr="dites qui vous êtes pour le patient, par exemple\u00a0: fille, personne de "
            "confiance",
        )
    return name, clean_text(signing.quality, TextRules(longest=LONGEST_QUALITY), "quality")


def _keep(actor: Actor, link: Link, made: _Document) -> Consent:
    assert link.author is not None  # whoever made it has an account: ``links.make_for_consent``
    course = consents.still_open(link.of_course)
    language = consents.language_of(link.of_course)
    kept = Kept(made.said, language, made.signed, made.pdf, link.author)
    consent = consents.keep(actor, course, kept)
    if course.state == Course.State.PROPOSED:
        COURSES.take(actor, course, course.version, "consent-at-home")
    link.consent = consent
    link.save(update_fields=["consent"])
    return consent


def _held(actor: Actor, link: Link) -> Link:
    """A link that was opened and still opens, with all that its text rests on, its patient held.
    Raises ``ClosedError``."""
    links.insist_own(actor, link)
    locking.hold(link.patient)
    fresh = _fresh(link)
    if (
        fresh.purpose != links.Purpose.CONSENT
        or fresh.opened_at is None
        or not link_life.is_live(fresh, timezone.now())
    ):
        raise ClosedError
    return fresh


def _fresh(link: Link) -> Link:
    """A link as it stands, with all that its text rests on."""
    found = Link.objects.select_related(
        "patient__site", "author", "course__site", "course__practitioner", "course__passing",
        "course__assessment", "course__complaint__document",
    ).get(pk=link.pk)  # fmt: skip
    course = found.course
    if course is not None:
        course.patient = course.complaint.patient = found.patient
        course.assessment.complaint = course.complaint
    return found


def _tell(action: str, actor: Actor, reply: ConsentReply) -> None:
    audit.record(
        action,
        actor=actor,
        kind="consentreply",
        object_id=reply.public_id,
        patient_id=reply.patient.public_id,
        detail={"kind": reply.kind},
    )


__all__ = [
    "LONGEST",
    "Done",
    "Hold",
    "NameAskedError",
    "NotHereError",
    "ReplyRefusedError",
    "Signing",
    "ask",
    "decline",
    "held_by_law",
    "holds",
    "insist_here",
    "questions_of",
    "replies_of",
    "settle",
    "sign",
    "sign_at_visit",
    "text_of",
]
