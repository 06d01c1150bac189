"""What the record says of the fields of a letter, in French: it goes to a colleague in France.

Each field has one function, and only those that a letter names are called; what a function cannot
say is left out, and is a line to fill. Nothing here reads the free notes, what a patient wrote in
the diary, another complaint or a price.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final, TypeAlias

from django.utils import timezone
from django.utils.translation import override

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import clock, local_day, to_local
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.letters.of_answers import OfAnswers
from dolenti.clinic.letters.of_complaint import TROUBLED, NotYetError, OfComplaint
from dolenti.clinic.letters.of_course import OfCourse
from dolenti.diary import told
from dolenti.diary.models import Alert
from dolenti.guideline import diary, letters
from dolenti.guideline.diary.shapes.papers import LetterModel
from dolenti.guideline.letters.filling import Value
from dolenti.guideline.words import birth_as_written, date_in_words
from dolenti.identity.phone import as_read
from dolenti.letters.writing import About, Known
from dolenti.records import engine
from dolenti.records.models import Contact, Patient
from dolenti.records.patients import contacting
from dolenti.records.places import zone_of
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import letterhead
from dolenti.ui.documents import patient_of
from dolenti.ui.labels import LABELS

Said: TypeAlias = "Value | None"
SALUTATIONS: Final = {
    "m": "Cher confrère",
    "monsieur": "Cher confrère",
    "mme": "Chère consœur",
    "madame": "Chère consœur",
    "docteure": "Chère consœur",
    "dre": "Chère consœur",
}
"""What a title that tells the sex calls for; of « Dr » nothing is guessed."""
HAND, SPINE, JOINTS = "chirurgie de la main", "chirurgie du rachis", "chirurgie orthopédique"
SPECIALTIES: Final = {
    "wrist-hand": HAND,
    "cervical-spine": SPINE,
    "thoracic-spine": SPINE,
    "lumbar-spine": SPINE,
    **dict.fromkeys(("shoulder", "elbow", "hip", "knee", "ankle-foot"), JOINTS),
}
"""Who operates where a pain is."""
THANKS: Final = "Merci de m’avoir adressé"
"""One of the first sentences that a letter may have."""


class Gatherer:
    """Says the fields of letters about one patient, one pain and perhaps one course of theirs."""

    def __init__(self, user: User, about: About, now: datetime | None = None) -> None:
        self.user = user
        self.about = about
        self.now = now or timezone.now()
        self.today = local_day(self.now)
        self.words = lookup(engine.edition_in_force(), "fr")

    @cached_property
    def complaint(self) -> OfComplaint:
        assert self.about.complaint is not None, "the models that name a pain are written of one"
        return OfComplaint(self.user, self.about.complaint, self.words, self.today)

    @cached_property
    def course(self) -> OfCourse:
        assert self.about.course is not None, "the models that name a course are written of one"
        return OfCourse(self.user, self.about.course, self.words, self.now, self.alerts)

    @cached_property
    def answers(self) -> OfAnswers:
        """Those of the course; where the letter is of none, of the last one of the pain."""
        course = self.about.course
        if course is None and self.about.complaint is not None:
            found = treatment_gate.courses_of(self.user, self.about.patient)
            course = found.filter(complaint=self.about.complaint).order_by("-pk").first()
        return OfAnswers(self.user, course)

    @cached_property
    def alerts(self) -> list[Alert]:
        """Those that are about how the patient is: of this pain, or of none that is named."""
        return told.of_patient(self.user, self.about.patient, self.about.complaint)

    def known(self, model: LetterModel) -> Known:
        """What is known of the fields of a model. Raises ``NotYetError``."""
        names = {*letters.names_in(model.body), *model.insists.values()}
        with override("fr"):
            self._insist_on_somebody()
            said = {name: FIELDS[name](self) for name in names if name in FIELDS}
        return {name: value for name, value in said.items() if value is not None}

    def proposed(self, model: LetterModel) -> Mapping[str, str]:
        """What the author may begin from, where the field is theirs to write: what the record says,
        else what the model says. Raises as ``known`` does."""
        names = letters.names_in(model.body)
        with override("fr"):
            said = {name: PROPOSED[name](self) for name in names if name in PROPOSED}
        return {**model.defaults, **{name: value for name, value in said.items() if value}}

    def _insist_on_somebody(self) -> None:
        patient = self.about.patient
        if patient.identity == Patient.Identity.NONE or not patient.birth_name:
            raise NotYetError(
                "this record has no identity: give it one before you write of the patient",
                "identity",
                fr="ce dossier n’a pas d’identité\u00a0: renseignez-la avant d’écrire au sujet du "
                "patient",
            )

    # Who, where, when.

    def site_header(self) -> Said:
        site = self.about.patient.site
        phone = [f"Tél.\u00a0: {as_read(site.phone)}"] if site.phone else []
        numbers = [f"{name}\u00a0: {one}" for name, one in letterhead.of(site).identifiers]
        return (site.name, *site.address.splitlines(), *phone, *numbers)

    def site_address(self) -> Said:
        return tuple(self.about.patient.site.address.splitlines()) or None

    def day(self) -> Said:
        return date_in_words(self.today, "fr")

    def rpps(self) -> Said:
        return self.user.rpps or None

    def signed_by(self) -> Said:
        role = str(LABELS["role"][self.user.role]).lower()
        return f"{self.user.name}, {role}"

    def patient_name(self) -> Said:
        return patient_of(self.about.patient).name

    def is_of(self, sex: Patient.Sex) -> Said:
        """A yes where the civil sex is this one."""
        return "oui" if self.about.patient.sex == sex else None

    def born(self) -> Said:
        born = self.about.patient.birth_date
        return birth_as_written(born, "fr") if born else None

    def patient_phone(self) -> Said:
        found = contacting.of(self.about.patient).filter(ended_at=None, kind=Contact.Kind.SELF)
        return next((as_read(one.phone) for one in found if one.phone), None)

    def alerts_told(self) -> Said:
        return tuple(told.in_a_sentence(one, "fr") for one in told.for_letters(self.alerts)) or None

    def next_visit(self) -> Said:
        found = treatment_gate.appointments_of(self.user, self.about.patient)
        ahead = found.filter(start__gt=self.now, state=Appointment.State.PLANNED)
        starts = [one.start for one in ahead.order_by("start")[:1]]
        return date_in_words(local_day(starts[0]), "fr") if starts else None

    # What the author may begin from.

    def town(self) -> str:
        """The last line of the address, without its code."""
        lines = self.about.patient.site.address.splitlines()
        return lines[-1].lstrip("0123456789 ").strip() if lines else ""

    def salutation(self) -> str:
        """By the title that stands before the name of the referring doctor, where it tells."""
        title = self.about.patient.doctor.split(" ", 1)[0].casefold().rstrip(".")
        return SALUTATIONS.get(title, "")

    def opening(self) -> str:
        """Thanks, where somebody is known to have referred the patient."""
        return THANKS if self.about.patient.doctor else ""

    def arrived(self) -> str:
        """When the patient was noted to have arrived today."""
        found = treatment_gate.appointments_of(self.user, self.about.patient)
        came = [one.arrived_at for one in found.exclude(arrived_at=None)[:1] if one.arrived_at]
        today = [at for at in came if local_day(at) == self.today]
        return clock(to_local(today[0]).time(), "fr") if today else ""

    def diagnosis(self) -> str:
        return " ".join(part for part in (self.complaint.label(), self.complaint.side()) if part)

    @cached_property
    def given(self) -> list[OfCourse]:
        """The courses of this pain in which something was given, the first first. Raises
        ``NotYetError`` while any of it is not signed."""
        assert self.about.complaint is not None, "the models that name courses are of a pain"
        found = treatment_gate.courses_of(self.user, self.about.patient)
        begun = found.filter(
            complaint=self.about.complaint, sessions__records__delivered_at__isnull=False
        )
        return [
            OfCourse(self.user, one, self.words, self.now, self.alerts)
            for one in begun.order_by("pk").distinct()
        ]

    def courses(self) -> str:
        return "\u00a0; ".join(one.done() for one in self.given)

    def last_act(self) -> str:
        acts = self.given
        last = max(acts, key=lambda one: one.records[-1].delivered_at or self.now, default=None)
        return last.last_act() if last is not None else ""

    def tried(self) -> str:
        return self.complaint.fact("tried") or ""

    def specialty(self) -> str:
        """By where the pain is; of other places none is guessed."""
        assert self.about.complaint is not None, "a referral is of a pain"
        return SPECIALTIES.get(zone_of(self.about.complaint), "")

    def alarming(self) -> Said:
        """A yes where a red flag was present, the sphincters are not well, or an alert is open."""
        of_pain = self.complaint
        open_now = any(one.state != Alert.State.ENDED for one in self.alerts)
        troubled = of_pain.sphincters() == TROUBLED
        return "oui" if of_pain.is_alarming or troubled or open_now else None

    def stage(self, place: int) -> str:
        """Some weeks of the plan of the knowledge for the condition, by their own numbers, with
        their exercises."""
        condition = self.about.complaint.condition if self.about.complaint else ""
        content = diary.content(self.words.edition)
        plan = next((one for one in content.plans if one.id == condition), None)
        if plan is None or len(plan.stages) <= place:
            return ""
        names = {one.id: one.name.in_language("fr") for one in content.exercises}
        stage = plan.stages[place]
        does = [f"{names[one.exercise]} ({one.how_much.in_language('fr')})" for one in stage.does]
        walk = [f"marche\u00a0: {stage.walk.in_language('fr')}"] if stage.walk else []
        first, last = stage.weeks
        weeks = f"semaine {first}" if first == last else f"semaines {first} à {last}"
        return f"{weeks}\u00a0: {', '.join((*does, *walk)).lower()}"

    def medicines(self) -> Said:
        """What the record lists; where it lists nothing, what the patient answered last."""
        return self.complaint.medicines() or self.answers.medicines()

    def pain_before(self) -> Said:
        return self.course.baseline() if self.about.course else self.complaint.pain()

    def pain_last(self) -> Said:
        """The last one, with its day where it was answered in a course."""
        if not self.about.course:
            return self.complaint.pain()
        return self.course.pain_now() or self.complaint.pain() or self.course.pain_then()


FIELDS: Final[Mapping[str, Callable[[Gatherer], Said]]] = {
    "site.header": Gatherer.site_header,
    "site.address": Gatherer.site_address,
    "date": Gatherer.day,
    "author.name": lambda g: g.user.name,
    "author.rpps": Gatherer.rpps,
    "signed_by": Gatherer.signed_by,
    "patient.name": Gatherer.patient_name,
    "patient.woman": lambda g: g.is_of(Patient.Sex.FEMALE),
    "patient.man": lambda g: g.is_of(Patient.Sex.MALE),
    "patient.neutral": lambda g: g.is_of(Patient.Sex.UNKNOWN),
    "patient.birth_date": Gatherer.born,
    "patient.phone": Gatherer.patient_phone,
    "complaint.label": lambda g: g.complaint.label(),
    "complaint.side": lambda g: g.complaint.side(),
    "complaint.since": lambda g: g.complaint.since(),
    "assessment.date": lambda g: g.complaint.assessed_on(),
    "edition": lambda g: g.complaint.edition(),
    "verdicts": lambda g: g.complaint.verdicts(),
    "alerts": Gatherer.alerts_told,
    "redflags": lambda g: g.complaint.red_flags(),
    "redflags.asked": lambda g: g.complaint.red_flags_asked(),
    "open_questions": lambda g: g.complaint.open_questions(),
    "next.by": Gatherer.next_visit,
    "next.step": lambda g: g.course.next_step(),
    "next.why": lambda g: g.course.next_why(),
    "pain.baseline": Gatherer.pain_before,
    "pain.last": Gatherer.pain_last,
    "response": lambda g: g.course.response(),
    "alarming": Gatherer.alarming,
    "change.words": lambda g: g.course.change(),
    "not_judged": lambda g: g.course.not_judged(),
    "therapy.label": lambda g: g.course.therapy(),
    "sessions.count": lambda g: g.course.count(),
    "sessions.when": lambda g: g.course.when(),
    "after.skin": lambda g: g.course.is_of("mesotherapy"),
    "after.joint": lambda g: g.course.is_of("infiltration", "autologous-conditioned-serum"),
    "after.nerve": lambda g: g.course.is_of("cryoneurolysis"),
    "sessions.table": lambda g: g.course.table(),
    "act.date": lambda g: g.course.last(),
    "act.table": lambda g: g.course.act(),
    "act.pain": lambda g: g.course.pain_of_act(),
    "act.watch": lambda g: g.course.watched(),
    "events": lambda g: g.course.events(),
    "satisfaction": lambda g: g.answers.said("satisfaction"),
    "medicines": Gatherer.medicines,
    "opioid.mme": lambda g: g.complaint.opioid_equivalent(),
    "opioid.since": lambda g: g.complaint.opioids_since(),
    "allergy": lambda g: g.complaint.allergies(),
    "anticoagulant": lambda g: g.complaint.fact("anticoagulant"),
    "antiplatelet": lambda g: g.complaint.fact("antiplatelet"),
    "diabetes": lambda g: g.complaint.fact("diabetes"),
    "sphincters": lambda g: g.complaint.sphincters(),
    "steroid": lambda g: g.complaint.last_steroid(),
    "steroid.date": lambda g: g.complaint.last_steroid(),
    "steroid.not_before": lambda g: g.complaint.steroid_not_before(),
    "steroid.count": lambda g: g.complaint.steroid_count(),
    "last_steroid": lambda g: g.complaint.last_steroid(),
}
"""How the record says each field. ``reply.by`` follows from the urgency (``letters.writing``)."""

PROPOSED: Final[Mapping[str, Callable[[Gatherer], str]]] = {
    "site.name_neutral": lambda g: g.about.patient.site.name,
    "site.town": Gatherer.town,
    "to.salutation": Gatherer.salutation,
    "opening": Gatherer.opening,
    "author.phone": lambda g: as_read(g.about.patient.site.phone),
    "arrived": Gatherer.arrived,
    "diagnosis": Gatherer.diagnosis,
    "courses": Gatherer.courses,
    "last_act": Gatherer.last_act,
    "tried": Gatherer.tried,
    "imaging": lambda g: g.complaint.imaging(),
    "to.specialty": Gatherer.specialty,
    "pain.night": lambda g: g.answers.said("pain-night") or "",
    "activity": lambda g: g.answers.said("activity") or "",
    "work": lambda g: g.answers.said("work") or "",
    "stage1": lambda g: g.stage(0),
    "stage2": lambda g: g.stage(1),
    "stage3": lambda g: g.stage(2),
}
