"""The patient's consent to a course: the text made for them, signed, and taken back.

A consent stands for a course while it was not withdrawn and while the course, put into words
today, says to the patient what was signed. A course with other products, another price or an
edition that says otherwise asks for a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final, Literal, cast

from django.db import transaction
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.guideline import consent as text
from dolenti.guideline.consent.values import Side
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate_courses
from dolenti.records.agenda.moments import local_day
from dolenti.records.judging import choosing
from dolenti.records.judging.assessing import ChangedMeanwhileError
from dolenti.records.models import Consent, ConsentWithdrawal, Course, Session, pack
from dolenti.records.once import Submission, once
from dolenti.records.treatment import courses, privileges, quotations
from dolenti.records.treatment.courses import CourseRefusedError, Step, take_step

Strokes = list[list[tuple[int, int]]]
State = Literal["missing", "withdrawn", "changed", "valid"]
BOX: Final = (1000, 300)
"""The grid on which a signature is drawn: width, height."""
LEAST_INK: Final = 120
"""The shortest line, in units of the grid, that is taken for a signature and not for a slip."""
MOST_POINTS: Final = 5000
CONSENT: Final = Step("consent", (Course.State.PROPOSED,), Course.State.CONSENTED)
ACTIVATE: Final = Step("activate-course", (Course.State.CONSENTED,), Course.State.ACTIVE)


@dataclass(frozen=True)
class Standing:
    """Where a course stands with its consent; ``consent`` is the last one signed."""

    state: State
    consent: Consent | None = None


@dataclass(frozen=True)
class Signed:
    """How a text was signed: drawn on the screen, or on paper that the clinic keeps.

    ``kept`` says where that paper is. Raises ``InputError`` for what is neither.
    """

    by: str
    at: datetime
    strokes: Strokes | None = None
    kept: str = ""

    def __post_init__(self) -> None:
        """Raises ``InputError`` where there is no signature."""
        if self.strokes is None and not self.kept:
            raise no_signature()
        if self.strokes is not None and ink(self.strokes) < LEAST_INK:
            raise no_signature()

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
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
            products=tuple(course.products),
            price_cents=quotations.price_of(course),
        ),
    )


def language_of(course: Course) -> str:
    """The language in which the patient reads and signs."""
    return course.patient.language if course.patient.language in engine.LANGUAGES else "fr"


def standing(user: User, course: Course) -> Standing:
    """Where a course stands with its consent today."""
    found = gate_courses.consents_of(user, course)
    last = found[0] if found else None
    return Standing(_state(course, last), last)


def _state(course: Course, last: Consent | None) -> State:
    if last is None:
        return "missing"
    if hasattr(last, "withdrawal"):
        return "withdrawn"
    signed = text.from_json(last.content)
    try:
        now = words_for(course, signed.day)
    except InputError:  # nobody could sign it today
        return "changed"
    same_edition = replace(
        now, edition_version=signed.edition_version, edition_sha256=signed.edition_sha256
    )
    language = last.language
    same = text.digest(same_edition, language) == text.digest(signed, language)
    return "valid" if same else "changed"


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
    user, today, language = submission.user, timezone.localdate(), language_of(course)
    said = words_for(course, today)
    if text.digest(said, language) != seen_sha256:
        raise ChangedMeanwhileError
    pdf = make_pdf(said, signed)  # before the transaction: nobody waits for a document

    def make() -> Consent:
        now = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        if now.state not in courses.OPEN:
            raise courses.not_from(now)
        if now.version != course.version:
            raise ChangedMeanwhileError
        choosing.insist_today(user, course.assessment, course.therapy, course.passing, today)
        made = Consent.objects.create(
            course=course,
            language=language,
            packed=pack(text.as_json(said)),
            text_sha256=seen_sha256,
            pdf=pdf,
            pdf_sha256=sha256(pdf).hexdigest(),
            signature=signed.as_json(),
            signed_by=signed.by,
            signed_at=signed.at,
            author=user,
        )
        audit.record(
            "sign-consent",
            actor=user,
            kind="consent",
            object_id=made.public_id,
            patient_id=course.patient.public_id,
            detail={"how": made.signature["how"], "text": seen_sha256, "pdf": made.pdf_sha256},
        )
        if now.state == Course.State.PROPOSED:
            take_step(user, now, now.version, CONSENT)
        return made

    return once(submission, Consent, make)


def activate(user: User, course: Course, based_on: int) -> Course:
    """Begin a course. Raises ``CourseRefusedError`` without a consent that stands today,
    ``ChoiceRefusedError``, ``NoPrivilegeError``, ``StaleEditError``."""
    today = timezone.localdate()

    def insist(now: Course) -> None:
        state = standing(user, course).state
        if state != "valid":
            raise no_consent(state)
        choosing.insist_today(user, course.assessment, course.therapy, course.passing, today)
        planned = now.sessions.filter(state=Session.State.PLANNED).values_list("start", flat=True)
        days = [day for day in map(local_day, planned) if day >= today] or [today]
        privileges.insist(course.practitioner, course.site, course.therapy, days)

    return take_step(user, course, based_on, ACTIVATE, insist=insist)


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
            fr="ce qui a été signé n’est plus ce qui est prévu aujourd’hui\u00a0: faites lire et "
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
    user, course = submission.user, consent.course

    def make() -> ConsentWithdrawal:
        standing = ConsentWithdrawal.objects.filter(consent=consent).first()
        if standing is not None:
            return standing
        made = ConsentWithdrawal.objects.create(
            consent=consent, said_by=said_by, note=note, author=user
        )
        audit.record(
            "withdraw-consent",
            actor=user,
            kind="consent",
            object_id=consent.public_id,
            patient_id=course.patient.public_id,
        )
        now = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        if now.state in courses.OPEN:
            courses.stop(user, now, now.version, WITHDRAWN[language_of(course)])
        return made

    with transaction.atomic():
        once(submission, ConsentWithdrawal, make)
        return Course.objects.get(pk=course.pk)


WITHDRAWN: Final = {"fr": "Consentement retiré par le patient", "en": "Consent withdrawn"}
