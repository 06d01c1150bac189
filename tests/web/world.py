"""The world of a web test: a clinic, its people, its patients and what was done, made step by step.

``clinic(alice)`` is the way in: each of its steps makes what must be there first, so that a test
says what it needs and nothing else. What stands below makes one thing, for tests about that thing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.agenda import appointments, timetable
from dolenti.agenda.models import Appointment, Closure, OpeningHours, Privilege, Room
from dolenti.calendar.moments import lasting, to_utc
from dolenti.calendar.opening import public_holiday
from dolenti.clinic.copies.jobs import make_copy
from dolenti.demo.asked import answer_with_a_no
from dolenti.followup import rehabilitating, tapering
from dolenti.followup.models import OpioidTaper, RehabilitationPlan
from dolenti.guideline import consent as text
from dolenti.identity.person import Identity
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.files import arrivals, intake
from dolenti.records.judging import assessing, choosing, passings
from dolenti.records.models import (
    Assessment,
    CareRelation,
    Complaint,
    Document,
    Meaning,
    Patient,
    PatientKey,
    Referral,
    Statement,
)
from dolenti.records.patients import care, people, registering
from dolenti.records.patients.people import Person
from dolenti.records.patients.registering import Verdict
from dolenti.rights.models import CopyRequest, ErasureProposal
from dolenti.treatment import consents, courses, quotations
from dolenti.treatment.models import Consent, Course, Fee, Quotation, Session, SessionRecord

KNEE = """
patient: {birth-date: 1968-03-02, sex: male}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
facts: {anticoagulant: none, weight: 82}
"""


# A record that says something nobody understands.
SPEAKING = """
{"resourceType": "Bundle", "type": "collection", "entry": [
 {"resource": {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1968-03-02"}},
 {"resource": {"resourceType": "Condition", "id": "knee", "subject": {"reference": "Patient/p"},
  "clinicalStatus": {"coding": [{"code": "active"}]},
  "code": {"coding": [{"system": "http://snomed.info/sct", "code": "239873007"}]}}},
 {"resource": {"resourceType": "AllergyIntolerance", "id": "a",
  "patient": {"reference": "Patient/p"},
  "clinicalStatus": {"coding": [{"code": "active"}]},
  "code": {"text": "poudre de perlimpinpin"}}}
]}
"""


def person(name: str, role: Role, site: Site) -> User:
    return User.objects.create_user(f"{name.lower()}@example.org", name=name, role=role, site=site)


def complaint_of(user: User, text: str = KNEE, token: uuid.UUID | None = None) -> Complaint:
    data, today = text.encode(), timezone.localdate()
    read = intake.read(data, "case.yaml", engine.edition_in_force(), today)
    document = arrivals.receive(Submission(user, token or uuid.uuid4()), data, read, today)
    return document.complaints.get(called=read.cases[0].complaint.id)


INS = "255081416802538"
ZOE = Person(
    Identity(
        birth_name="Martin",
        first_given_name="Zoé",
        birth_date=date(1968, 3, 2),
        sex="female",
        birth_place="75056",
        used_name="Durand",
    ),
    reference="N-17",
)
PAUL = Person(Identity("Lefèvre", "Paul", date(1961, 5, 14), "male", "44109"))


def registered(user: User, person: Person = ZOE, **changes: Any) -> Patient:
    """A patient as someone at the desk would register them."""
    return registering.register(Submission(user, uuid.uuid4()), replace(person, **changes))


def namesake(user: User, other: Patient, person: Person = ZOE) -> Patient:
    """A second record of the same traits, said to be somebody else's."""
    verdict = Verdict(frozenset({other.public_id}), "documents")
    return registering.register(Submission(user, uuid.uuid4()), person, verdict)


def crowd(user: User, count: int) -> list[Patient]:
    """Many patients with names of their own, quickly."""
    rows = []
    for number in range(count):
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
        who = Identity(f"Z{letters}", "Léa", date(1950 + number % 50, 1 + number % 12, 3), "female")
        rows.append(Patient(site_id=user.site_id, author=user, **Person(who).row()))
    made = Patient.objects.bulk_create(rows)
    PatientKey.objects.bulk_create(people.key_rows(made))
    return made


def typed(**changes: str) -> dict[str, str]:
    """The form of an identity as the desk fills it for Zoé."""
    return {
        "token": str(uuid.uuid4()),
        "birth_name": "Martin",
        "first_name": "Zoé",
        "birth_date": "02/03/1968",
        "sex": "female",
        "language": "fr",
        **changes,
    }


THERAPY = "infiltration"
HEAD = """
patient: {birth-date: 1968-03-02, sex: male}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}
"""
POSSIBLE = HEAD + "facts: {anticoagulant: none, weight: 82}"
CAUTION = HEAD + "facts: {anticoagulant: none, weight: 82, diabetes: uncontrolled}"
REDIRECT = HEAD + "facts: {anticoagulant: none, weight: 82, hot-swollen-joint: true}"
STROKES = [[(100, 100), (300, 200), (500, 80)], [(520, 90), (640, 210)]]


def named(complaint: Complaint, family: str = "Lefèvre", given: str = "Paul") -> Complaint:
    """The same complaint, of a patient whom the desk has given an identity, by a document seen."""
    patient, author = complaint.patient, complaint.author
    desk = User(pk=author.pk, site=author.site, role=Role.SECRETARY)
    who = Identity(family, given, patient.birth_date, patient.sex or None, "44109")
    others = frozenset(match.id.public_id for match in registering.likely(desk, who, patient))
    seen = Person(
        who, proof="identity-card", proof_on=timezone.localdate(), reference=patient.reference
    )
    complaint.patient = registering.change(
        desk, patient, patient.version, seen, Verdict(others, "documents")
    )
    return complaint


def open_every_weekday(site: Site) -> None:
    """Monday to Friday, nine to eighteen."""
    if OpeningHours.objects.filter(site=site).exists():
        return
    OpeningHours.objects.bulk_create(
        OpeningHours(site=site, weekday=day, opens=time(9), closes=time(18)) for day in range(5)
    )


def workday(after: int = 7) -> date:
    """A weekday that is no public holiday, some days ahead."""
    day = timezone.localdate() + timedelta(days=after)
    while day.weekday() > 4 or public_holiday(day):
        day += timedelta(days=1)
    return day


def allow(user: User, therapy: str = THERAPY, **dates: Any) -> Privilege:
    """Let a person perform a therapy at their site, from a month ago on."""
    first = dates.pop("first", timezone.localdate() - timedelta(days=30))
    return Privilege.objects.create(
        user=user, site=user.site, therapy=therapy, proof="DIU 2019", first=first, author=user,
        **dates,
    )  # fmt: skip


def sent(user: User) -> Submission:
    """A form sent once."""
    return Submission(user, uuid.uuid4())


def assessed(user: User, complaint: Complaint) -> Assessment:
    """The complaint, every question answered with a no, saved."""
    today = timezone.localdate()
    answer_with_a_no(lambda: sent(user), complaint, today)
    seen = assessing.look(user, complaint, today)
    return assessing.store_assessment(sent(user), complaint, today, seen.fingerprint)


def slot(
    user: User, day: date | None = None, hour: int = 10, room: Room | None = None
) -> timetable.Slot:
    """Half an hour with someone."""
    start = to_utc(datetime.combine(day or workday(), time(hour)))
    return timetable.Slot(user, room, lasting(start, timedelta(minutes=30)))


def begun(
    user: User,
    stored: Assessment,
    therapy: str = THERAPY,
    days: Iterable[date] = (),
    products: tuple[str, ...] = (),
) -> Course:
    """A proposed course of one session, or of one each of these days."""
    if stored.statuses[therapy] != "possible":
        passings.go_past(sent(user), stored, therapy, "Discussed with the patient")
    today = timezone.localdate()
    choice = choosing.choose(user, stored, therapy, today)
    slots = {n: slot(user, day) for n, day in enumerate(list(days) or [workday()], 1)}
    plan = courses.Plan(products, user, slots)
    return courses.open_course(sent(user), choice, plan, today)


def appointment_of(course: Course) -> Appointment:
    """The one appointment of a course of one session."""
    return Appointment.objects.get(session__course=course)


def no_document(said: text.Consent, signed: consents.Signed) -> bytes:
    """In the place of a PDF, where a test is about something else."""
    return text.as_text(said, "fr").encode()


def signed(user: User, course: Course) -> Consent:
    """The patient's consent to a course."""
    said = consents.words_for(course, timezone.localdate())
    drawn = consents.Signed("Paul Martin", timezone.now(), STROKES)
    seen = text.digest(said, consents.language_of(course))
    return consents.sign(sent(user), course, seen, drawn, no_document)


def under_way(user: User, course: Course) -> Session:
    """The one session of a course that has begun, on its day, the patient there."""
    signed(user, course)
    course.refresh_from_db()
    consents.activate(user, course, course.version)
    now = timezone.now()
    Appointment.objects.filter(session__course=course).update(
        start=now, end=now + timedelta(minutes=30)
    )
    appointments.arrive(user, appointment_of(course), 1)
    return Session.objects.select_related("appointment", "course__patient").get(course=course)


def recorded(user: User, session: Session) -> SessionRecord:
    """What was given at a session, signed."""
    from tests.web import room  # which stands on this

    return room.signed_off(user, session)


def quoted(user: User, course: Course, cents: int = 9000) -> Quotation:
    """A quotation of one line."""
    lines = [quotations.Line("Infiltration", 1, cents)]
    return quotations.quote(sent(user), course, lines, lambda *_: b"%PDF-1.7 quotation")


def colleague(user: User, name: str = "Dora", role: Role = Role.PRACTITIONER) -> User:
    """Someone else of the same site, in whose care nobody is."""
    return User.objects.create_user(
        f"{name.lower()}@example.org", name=name, role=role, site=user.site
    )


def practitioner_of(made: Assessment | Complaint) -> User:
    """Whoever wrote it, as a practitioner: whoever opens a page, one made what it shows."""
    author = User.objects.get(pk=made.author_id)
    author.role = Role.PRACTITIONER
    return author


def ready(stored: Assessment) -> User:
    """The same, who may plan a course from it."""
    author = practitioner_of(stored)
    open_every_weekday(author.site)
    allow(author)
    named(stored.complaint)
    return author


def begun_anew(stored: Assessment) -> Course:
    """A course from an assessment, in the place of those that were there."""
    author = ready(stored)
    Course.objects.filter(complaint=stored.complaint).update(
        state=Course.State.STOPPED, stop_reason="another one"
    )
    Appointment.objects.filter(complaint=stored.complaint).update(state=Appointment.State.CANCELLED)
    return begun(author, Assessment.objects.get(pk=stored.pk))


def referred(stored: Assessment) -> Referral:
    """A patient who was sent elsewhere from this assessment."""
    found, _ = Referral.objects.get_or_create(
        assessment=stored,
        defaults={
            "site_id": stored.complaint.patient.site_id,
            "complaint": stored.complaint,
            "flags": ["hot-swollen-joint"],
            "urgency": "same-day",
            "to": {"fr": "les urgences", "en": "the emergency department"},
        },
    )
    return found


TUESDAY = date(2026, 11, 24)
AT_TEN = "2026-11-24 10:10:00+01:00"
"""A moment to freeze the clock at: a Tuesday that is no holiday, ten past ten in Paris."""


def at(hour: int, minute: int = 0, day: date | None = None) -> datetime:
    """A moment of a day at the clinic, today where none is said."""
    return to_utc(datetime.combine(day or timezone.localdate(), time(hour, minute)))


def visit(
    user: User, patient: Patient | None = None, start: datetime | None = None, **fields: Any
) -> Appointment:
    """A consultation of half an hour, with who makes it unless said otherwise."""
    begins = start or at(10)
    return Appointment.objects.create(
        **{
            "site_id": user.site_id,
            "patient": patient or registered(user),
            "kind": "consultation",
            "practitioner": user,
            "start": begins,
            "end": begins + timedelta(minutes=30),
            "author": user,
            **fields,
        }
    )


def secretary(user: User) -> User:
    """Someone at the desk of the same site."""
    return colleague(user, "Sonia", Role.SECRETARY)


def room(user: User, name: str = "Salle 1") -> Room:
    """A room of the site."""
    return Room.objects.get_or_create(site=user.site, name=name)[0]


def state(user: User, patient: Patient, day: date | None = None, **facts: Any) -> None:
    """What somebody stated of a patient, on a day."""
    Statement.objects.bulk_create(
        Statement(
            patient=patient, fact=fact, value=value, at=day or timezone.localdate(), author=user,
            submission=uuid.uuid4(),
        )
        for fact, value in facts.items()
    )  # fmt: skip


def full_day(user: User, count: int, people: Sequence[User] = ()) -> list[Appointment]:
    """So many appointments from nine o'clock on, ten to a person, of patients in care."""
    open_every_weekday(user.site)
    patients = crowd(user, count)
    who = [user, *people]
    while len(who) * 10 < count:
        who.append(colleague(user, f"Doc{len(who)}"))
    made = []
    for number, patient in enumerate(patients):
        person = who[number // 10]
        made.append(visit(person, patient, at(9) + timedelta(minutes=45 * (number % 10))))
        care.take(user, patient, user)
        state(user, patient, anticoagulant="vka" if number % 3 else "none", allergy=["latex"])
    return made


def kept(kind: str, user: User, patient: Patient) -> Any:
    """A room, a closure or a fee of someone's site, or an erasure, by its word in an address."""
    day = timezone.localdate() + timedelta(days=30)
    makers: dict[str, Callable[[], Any]] = {
        "rooms": lambda: Room.objects.get_or_create(site=user.site, name="Room 1")[0],
        "closures": lambda: Closure.objects.create(site=user.site, first=day, last=day),
        "meanings": lambda: Meaning.objects.create(
            site=user.site, item="medicine|PREVI", says="PREVI", author=user
        ),
        "fees": lambda: Fee.objects.create(site=user.site, label="Act", cents=9000),
        "erasures": lambda: proposed(user, patient),
    }
    return makers[kind]()


def administrator(site: Site, name: str) -> User:
    """Someone who administers a site."""
    return User.objects.create_user(
        f"{name.lower()}@example.org", name=name, role=Role.ADMINISTRATOR, site=site
    )


def proposed(user: User, patient: Patient) -> ErasureProposal:
    """An erasure that waits for a second person, whatever the record's age."""
    found, _ = ErasureProposal.objects.get_or_create(
        patient=patient.public_id,
        dropped_at=None,
        done_at=None,
        defaults={
            "site_id": patient.site_id,
            "rule": "record",
            "kept_until": date(2020, 1, 1),
            "author": user,
        },
    )
    return found


def copy_asked(user: User, patient: Patient) -> CopyRequest:
    """A copy of a record that somebody asked for, and that no worker has made."""
    asked = CopyRequest(patient=patient, author=user, reason="patient")
    asked.job = make_copy.enqueue(asked.public_id).id
    asked.save()
    return asked


def of_old(patient: Patient, years: float, birth: date | None = date(1950, 1, 1)) -> Patient:
    """Everything of a patient put back by years, as if nobody had come since."""
    at = timezone.now() - timedelta(days=round(365.25 * years))
    Patient.objects.filter(pk=patient.pk).update(created_at=at, birth_date=birth)
    for model in (Complaint, Statement, Document):
        model.objects.filter(patient=patient).update(created_at=at)  # type: ignore[attr-defined]
    CareRelation.objects.filter(patient=patient).update(since=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_assessment SET created_at = %s WHERE complaint_id IN "
            "(SELECT id FROM records_complaint WHERE patient_id = %s)",
            [at, patient.pk],
        )
        cursor.execute(
            "UPDATE treatment_course SET created_at = %s WHERE patient_id = %s", [at, patient.pk]
        )
        cursor.execute(
            'UPDATE agenda_appointment SET start = %s, "end" = %s WHERE patient_id = %s',
            [at, at + timedelta(minutes=30), patient.pk],
        )
    patient.refresh_from_db()
    return patient


class World:
    """What one person at work has made so far; each step makes what it needs before it.

    >>> clinic(alice).with_course("infiltration").session
    """

    def __init__(self, user: User) -> None:
        self.user = user

    def with_complaint(self, said: str | Complaint = KNEE) -> World:
        """A complaint, as a file says it or as it stands, of a patient who has an identity."""
        self.complaint = named(complaint_of(self.user, said) if isinstance(said, str) else said)
        return self

    def with_course(self, therapy: str = THERAPY, **plan: Any) -> World:
        """A course proposed where it is open, by somebody who may perform it; see ``begun``."""
        open_every_weekday(self.user.site)
        if not Privilege.objects.filter(user=self.user, therapy=therapy).exists():
            allow(self.user, therapy)
        self.course = begun(self.user, self.assessment, therapy, **plan)
        return self

    @cached_property
    def complaint(self) -> Complaint:
        """The complaint: a knee where nothing else was said."""
        return self.with_complaint().complaint

    @cached_property
    def assessment(self) -> Assessment:
        """Its assessment, every question answered with a no, stored."""
        return assessed(self.user, self.complaint)

    @cached_property
    def course(self) -> Course:
        """A course from it, of one session where nothing else was said."""
        return self.with_course().course

    @cached_property
    def session(self) -> Session:
        """Its one session: consented, on its day, the patient there."""
        return under_way(self.user, self.course)

    @cached_property
    def record(self) -> SessionRecord:
        """What was given at it, signed."""
        return recorded(self.user, self.session)


def clinic(user: User) -> World:
    """The clinic as this person finds it: nothing done yet."""
    return World(user)


def exercises_for(user: User, complaint: Complaint) -> RehabilitationPlan:
    """A plan of exercises that is proposed, as the knowledge has it."""
    found = RehabilitationPlan.objects.filter(complaint=complaint, state="proposed").first()
    if found is not None:
        return found
    return rehabilitating.propose(sent(user), complaint, "knee-osteoarthritis", timezone.now())


def taper_for(user: User, patient: Patient) -> OpioidTaper:
    """A plan to lower opioids that was agreed."""
    found = OpioidTaper.objects.filter(patient=patient, state="active").first()
    if found is not None:
        return found
    step = tapering.Planned(date(2027, 1, 4), "one less at noon")
    return tapering.begin(sent(user), patient, tapering.Agreed("Sleep better", "Dr Roux", (step,)))
