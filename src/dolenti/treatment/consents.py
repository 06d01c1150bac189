"""The patient's consent to a course: the text made for them, signed, and taken back.

A consent stands for a course while it was not withdrawn and while the course, put into words
today, says to the patient what was signed. A course with other products, another price or an
edition that says otherwise asks for a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple, cast

from dolenti.access import audit, clock
from dolenti.access.actors import Actor
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.agenda import privileges
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.guideline import consent as text
from dolenti.guideline.consent.values import Side
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Source
from dolenti.ledger import locking
from dolenti.ledger.lifecycle import Step, Taking
from dolenti.ledger.models import pack
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.gate.writing import insist_open, writing_record
from dolenti.records.judging import choosing
from dolenti.records.judging.assessing import ChangedMeanwhileError, snapshot_in_force
from dolenti.records.models import EditionSnapshot, Patient
from dolenti.treatment import against, courses, fees, quotations, treated
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.life import COURSES, OPEN, CourseRefusedError
from dolenti.treatment.models import Consent, ConsentWithdrawal, Course

Strokes = list[list[tuple[int, int]]]
State = Literal["missing", "withdrawn", "changed", "valid"]
BOX: Final = (1000, 300)
"""The grid on which a signature is drawn: width, height."""
LEAST_INK: Final = 120
"""The shortest line, in units of the grid, that is taken for a signature and not for a slip."""
MOST_POINTS: Final = 5000


@dataclass(frozen=True)
class Standing:
    """Where a course stands with its consent; ``consent`` is the last one signed."""

    state: State
    consent: Consent | None = None


@dataclass(frozen=True)
class ByCode:
    """A text signed at home, from a phone: by a code that came by a ``channel`` (``mail`` or
    ``sms``), the text having been open since ``opened_at``, with a name that was typed.
    ``for_patient``: whoever signed is not the patient and answers for them, in the ``quality`` that
    they gave. ``name_asked``: the name had nothing of the one that is known, and was confirmed."""

    channel: str
    opened_at: datetime
    for_patient: bool = False
    quality: str = ""
    name_asked: bool = False


@dataclass(frozen=True)
class Signed:
    """How a text was signed: drawn on the screen, on paper that the clinic keeps, or at home by a
    code.

    ``kept`` says where that paper is. Raises ``InputError`` for what is none of them.
    """

    by: str
    at: datetime
    strokes: Strokes | None = None
    kept: str = ""
    code: ByCode | None = None

    def __post_init__(self) -> None:
        """Raises ``InputError`` where there is no signature."""
        if self.code is not None:
            return
        if self.strokes is None and not self.kept:
            raise no_signature()
        if self.strokes is not None and ink(self.strokes) < LEAST_INK:
            raise no_signature()

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        if self.code is not None:
            opened = self.code.opened_at.isoformat()
            return {"how": "home", "channel": self.code.channel, "opened_at": opened,
                    "name": self.by, "for_patient": self.code.for_patient,
                    "quality": self.code.quality, "name_asked": self.code.name_asked}  # fmt: skip
        if self.strokes is None:
            return {"how": "paper", "kept": self.kept}
        return {"how": "screen", "box": list(BOX), "strokes": self.strokes}


def no_signature() -> InputError:
    """What is said where nobody signed."""
    return InputError(
        "the signature is missing: have the patient sign in the frame, or print the text and "
        "have it signed on paper",
        fr="la signature manque\u00a0: faites signer le patient dans le cadre, ou imprimez le "
        "texte et faites-le signer sur papier",
    )


def read_strokes(value: Any) -> Strokes:
    """A signature as a form sends it: lists of points on the grid. Raises ``InputError``."""
    strokes: Strokes = []
    count = 0
    for stroke in value if isinstance(value, list) else [None]:
        if not isinstance(stroke, list):
            raise no_signature()
        points = [_point(point) for point in stroke]
        count += len(points)
        if count > MOST_POINTS:
            raise no_signature()
        if points:
            strokes.append(points)
    return strokes


def _point(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise no_signature()
    x, y = value
    if type(x) is not int or type(y) is not int or not (0 <= x <= BOX[0] and 0 <= y <= BOX[1]):
        raise no_signature()
    return x, y


def ink(strokes: Strokes) -> float:
    """The length of the line drawn, in units of the grid."""
    return sum(
        ((x - a) ** 2 + (y - b) ** 2) ** 0.5
        for stroke in strokes
        for (a, b), (x, y) in pairwise(stroke)
    )


def words_for(course: Course, day: date) -> text.Consent:
    """What the patient of a course is told, composed by the edition in force. Raises
    ``InputError`` where nobody could sign it: the sentence says why."""
    return _words(course, day, *_prices([course])[course.pk])


Priced = tuple[int | None, Sequence[tuple[str, int]]]
"""The price of a course as its quotation says it; until there is one, the prices that the leaflet
of the therapy says, and no others."""


def _prices(found: Sequence[Course]) -> dict[int, Priced]:
    quoted = quotations.prices_of(found)
    sites = {one.site_id for one in found if one.pk not in quoted}
    asked = fees.asked_at(sites) if sites else {}
    return {
        one.pk: (quoted.get(one.pk), asked.get((one.site_id, one.therapy), ()))
        if one.pk not in quoted
        else (quoted[one.pk], ())
        for one in found
    }


def _words(
    course: Course, day: date, price: int | None, asked_for: Sequence[tuple[str, int]]
) -> text.Consent:
    complaint, assessment = course.complaint, course.assessment
    return text.compose(
        engine.edition_in_force(),
        text.ConsentRequest(
            therapy=course.therapy,
            day=day,
            zone=complaint.zone or None,
            condition=complaint.condition or None,
            side=cast("Side | None", complaint.side or None),  # one of the same list of options
            holding=choosing.holding(assessment.results["fr"], course.therapy),
            statuses=assessment.statuses,
            stated=choosing.stated(assessment.results["fr"], course.therapy),
            products=tuple(course.products),
            against=tuple(
                one.rule
                for one in against.by_assessment(
                    complaint, assessment, course.therapy, course.products
                )
            ),
            price_cents=price,
            asked_for=tuple(asked_for),
        ),
    )


def words_to_sign(actor: Actor, course: Course, day: date) -> text.Consent:
    """The same, where a consent would be taken that day. Raises ``InputError`` where it would not,
    whatever is signed: what nobody could sign is neither shown as a text nor printed."""
    if course.state not in OPEN:
        raise COURSES.refused(course)
    treated.insist_of(course)
    said = words_for(course, day)
    choosing.insist_today(actor, course.assessment, course.therapy, course.passing, day)
    return said


def sources_of(said: text.Consent) -> tuple[Source, ...]:
    """The sources of the edition by which a consent was composed, which was stored with the first
    that was signed of it."""
    in_force = engine.edition_in_force()
    if said.edition_sha256 == in_force.sha256:
        return in_force.sources
    return engine.edition_of(EditionSnapshot.objects.get(sha256=said.edition_sha256)).sources


def language_of(course: Course) -> str:
    """The language in which the patient reads and signs."""
    return course.patient.language if course.patient.language in engine.LANGUAGES else "fr"


def standing(user: Actor, course: Course) -> Standing:
    """Where a course stands with its consent today."""
    found = treatment_gate.consents_of(user, course)
    last = found[0] if found else None
    return Standing(_state(course, last, _prices([course])[course.pk]), last)


def states(found: Sequence[Course], *, as_acted: bool = False) -> dict[int, State]:
    """Where each of these courses stands with its consent, by key, whoever asks: three queries for
    all of them. The courses are read with their ``complaint``, ``assessment`` and ``patient``.
    ``as_acted``: one whose words alone changed (an edition, a price), and not what is done, is
    valid; its page asks for a new signature all the same."""
    rows = Consent.objects.filter(course__in=[one.pk for one in found])
    last = {
        one.course_id: one
        for one in rows.select_related("withdrawal").defer("pdf", "signature").order_by("pk")
    }
    prices = _prices(found)
    found_of = {one.pk: _compared(one, last.get(one.pk), prices[one.pk]) for one in found}
    return {key: one.act if as_acted else one.words for key, one in found_of.items()}


class _Compared(NamedTuple):
    """Where a course stands with the words that were signed, and with the act they were for."""

    words: State
    act: State


def _state(course: Course, last: Consent | None, priced: Priced) -> State:
    return _compared(course, last, priced).words


def _compared(course: Course, last: Consent | None, priced: Priced) -> _Compared:
    if last is None:
        return _Compared("missing", "missing")
    if hasattr(last, "withdrawal"):
        return _Compared("withdrawn", "withdrawn")
    signed = text.from_json(last.content)
    try:
        now = _words(course, signed.day, *priced)
    except InputError:  # nobody could sign it today
        return _Compared("changed", "changed")
    same_edition = replace(
        now, edition_version=signed.edition_version, edition_sha256=signed.edition_sha256
    )
    language = last.language
    same = text.digest(same_edition, language) == text.digest(signed, language)
    return _Compared(
        "valid" if same else "changed",
        "valid" if same or _act(now) == _act(signed) else "changed",
    )


def _act(said: text.Consent) -> tuple[object, ...]:
    """What is done, where, for what, with what: another wording or price is no other act."""
    products = {one.product for one in said.medicines}
    return said.therapy, said.site, said.condition, products


def sign(
    submission: Submission,
    course: Course,
    seen_sha256: str,
    signed: Signed,
    make_pdf: Callable[[text.Consent, Signed], bytes],
) -> Consent:
    """Keep a signed text with its document; a proposed course is then ``consented``.

    Raises ``ChangedMeanwhileError`` where the text is no longer the one that was read,
    ``CourseRefusedError`` for a course that is over, ``ChoiceRefusedError`` where what is known
    today no longer allows the therapy.
    """
    actor, today, language = submission.actor, clock.today(), language_of(course)
    insist_open(actor, Permission.CONSENT, course.patient)
    said = words_for(course, today)
    if text.digest(said, language) != seen_sha256:
        raise ChangedMeanwhileError
    pdf = make_pdf(said, signed)  # before the transaction: nobody waits for a document

    def make() -> Consent:
        locking.hold(course.patient)
        now = still_open(course)
        choosing.insist_today(actor, course.assessment, course.therapy, course.passing, today)
        made = keep(actor, now, Kept(said, language, signed, pdf, submission.user))
        if now.state == Course.State.PROPOSED:
            COURSES.take(actor, now, now.version, "consent")
        return made

    with writing_record(actor, Permission.CONSENT, course.patient):
        return once(submission, Consent, make)


@dataclass(frozen=True)
class Kept:
    """All that is kept of a signature: the text, in which language, how it was signed, its
    document, and who took it: with whom it was signed, or who sent it to be signed at home."""

    said: text.Consent
    language: str
    signed: Signed
    pdf: bytes
    author: User


def keep(actor: Actor, course: Course, kept: Kept) -> Consent:
    """Write a signature down. Inside the transaction of whoever may, who holds the patient and has
    looked whether it may be signed."""
    signed = kept.signed
    snapshot_in_force()  # its sources are asked for as long as the consent is kept
    made = Consent.objects.create(
        course=course,
        language=kept.language,
        packed=pack(text.as_json(kept.said)),
        text_sha256=text.digest(kept.said, kept.language),
        pdf=kept.pdf,
        pdf_sha256=sha256(kept.pdf).hexdigest(),
        signature=signed.as_json(),
        signed_by=signed.by,
        signed_at=signed.at,
        author=kept.author,
    )
    detail = {"how": made.signature["how"], "text": made.text_sha256, "pdf": made.pdf_sha256}
    if signed.code is not None:
        detail |= {"channel": signed.code.channel, "for": signed.code.for_patient}
    audit.record(
        "sign-consent",
        actor=actor,
        kind="consent",
        object_id=made.public_id,
        patient_id=course.patient.public_id,
        detail=detail,
    )
    return made


def signs_as(patient: Patient) -> str:
    """How a patient signs: the name they use."""
    first = patient.used_first_name or patient.first_name
    return f"{first} {patient.used_name or patient.birth_name}".strip()


def still_open(course: Course) -> Course:
    """The course as it stands, held by its patient. Raises ``CourseRefusedError`` where it is over
    or what it treats no longer stands, ``ChangedMeanwhileError`` where it is not what was read."""
    now = Course.objects.select_related("patient").get(pk=course.pk)
    if now.state not in OPEN:
        raise COURSES.refused(now)
    if now.version != course.version:
        raise ChangedMeanwhileError
    treated.insist_of(now)
    return now


def says_today(course: Course, day: date, language: str, today: date) -> str:
    """The digest of the text of a ``day`` as the edition in force and the course have it, if it
    says the same ``today``; else nothing. Raises ``InputError`` where nobody could sign it."""
    then, now = words_for(course, day), words_for(course, today)
    same = text.digest(replace(now, day=day), language)
    return same if same == text.digest(then, language) else ""


def activate(actor: Actor, course: Course, based_on: int) -> Course:
    """Begin a course. Raises ``CourseRefusedError`` without a consent that stands today,
    ``ChoiceRefusedError``, ``NoPrivilegeError``, ``StaleEditError``."""
    return COURSES.take(actor, course, based_on, "activate-course")


def _consent_stands(taking: Taking[Course]) -> None:
    """A consent stands that says what is planned today."""
    state = standing(taking.actor, taking.row).state
    if state != "valid":
        raise no_consent(state)


def _still_chosen(taking: Taking[Course]) -> None:
    """What is treated still stands, and what is known today still allows the therapy."""
    treated.insist_of(taking.row)
    course, today = taking.row, clock.today()
    choosing.insist_today(taking.actor, course.assessment, course.therapy, course.passing, today)


def _who_may_perform(taking: Taking[Course]) -> None:
    """Whoever is to perform it may, on each day that is planned."""
    course, today = taking.row, clock.today()
    planned = Appointment.objects.filter(
        session__course=course, state=Appointment.State.PLANNED
    ).values_list("start", flat=True)
    days = [day for day in map(local_day, planned) if day >= today] or [today]
    privileges.insist(course.practitioner, course.site, course.therapy, days)


COURSES.add(
    Step("consent", (Course.State.PROPOSED,), Course.State.CONSENTED, Permission.CONSENT),
    Step("consent-at-home", (Course.State.PROPOSED,), Course.State.CONSENTED,
         Permission.CONSENT_AT_HOME),
    Step("activate-course", (Course.State.CONSENTED,), Course.State.ACTIVE, Permission.PLAN,
         (_consent_stands, _still_chosen, _who_may_perform)),
)  # fmt: skip


def no_consent(state: State) -> CourseRefusedError:
    """Why a course cannot begin without a consent that stands, and what to do."""
    if state == "withdrawn":
        return CourseRefusedError(
            "the patient withdrew their consent: this course cannot begin",
            fr="le patient a retiré son consentement\u00a0: cette cure ne peut pas commencer",
        )
    if state == "changed":
        return CourseRefusedError(
            "what was signed is not what is planned today: have the patient read and sign the "
            "new text",
            fr="le texte signé ne correspond plus à la cure planifiée\u00a0: faites lire et "
            "signer le nouveau texte",
        )
    return CourseRefusedError(
        "the patient’s consent is missing: have it read and signed, then begin",
        fr="le consentement du patient manque\u00a0: faites-le lire et signer, puis commencez",
    )


def withdraw(submission: Submission, consent: Consent, said_by: str, note: str) -> Course:
    """The patient takes a consent back: the course stops, its coming sessions are cancelled.

    A course that is over stays as it is. All of it is one transaction; sent twice it is one.
    """
    course = consent.course

    def make() -> ConsentWithdrawal:
        locking.hold(course.patient)
        standing = ConsentWithdrawal.objects.filter(consent=consent).first()
        if standing is not None:
            return standing
        made = ConsentWithdrawal.objects.create(
            consent=consent, said_by=said_by, note=note, author=submission.user
        )
        audit.record(
            "withdraw-consent",
            actor=submission.actor,
            kind="consent",
            object_id=consent.public_id,
            patient_id=course.patient.public_id,
        )
        now = Course.objects.get(pk=course.pk)
        if now.state in OPEN:
            courses.stop(submission.actor, now, now.version, WITHDRAWN[language_of(course)])
        return made

    with writing_record(submission.actor, Permission.CONSENT, course.patient):
        once(submission, ConsentWithdrawal, make)
        return Course.objects.get(pk=course.pk)


WITHDRAWN: Final = {"fr": "Consentement retiré par le patient", "en": "Consent withdrawn"}
