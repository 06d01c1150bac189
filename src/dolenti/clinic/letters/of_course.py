"""What the record says of a course, for a letter: in French."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import compress

from dolenti.access.models import User
from dolenti.calendar.moments import local_day
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.letters.of_complaint import NotYetError
from dolenti.clinic.safety.shown import event_lines
from dolenti.diary import told
from dolenti.diary.models import Alert
from dolenti.followup import deciding
from dolenti.followup import gate as followup_gate
from dolenti.followup.going import Going, going
from dolenti.guideline import session as guided
from dolenti.guideline.consent.words import SIDE
from dolenti.guideline.diary import Reading
from dolenti.guideline.scoring.exact import one_decimal
from dolenti.guideline.words import date_in_words, lower_first
from dolenti.records.judging import choosing
from dolenti.safety import gate as safety_gate
from dolenti.treatment import content, treated
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.content import Happened, Injected, Preparation
from dolenti.treatment.models import Course, SessionRecord
from dolenti.ui.curve import number

PENNY = Decimal("0.01")


class OfCourse:
    """Reads what is asked of it, once. What is not known is ``None``."""

    def __init__(
        self, user: User, course: Course, words: Lookup, now: datetime, alerts: list[Alert]
    ) -> None:
        self.user = user
        self.course = course
        self.words = words
        self.now = now
        self.alerts = alerts

    @cached_property
    def going(self) -> Going:
        return going(self.user, self.course, self.now)

    def therapy(self) -> str:
        found = self.words.therapies.get(self.course.therapy)
        label = found.description.label.in_language("fr") if found else self.course.therapy
        return lower_first(label)

    # What was given and signed.

    @cached_property
    def records(self) -> list[SessionRecord]:
        """What was given at each session, as it was amended last. Raises ``NotYetError`` while
        something was given that nobody signed."""
        found = treatment_gate.records_in(self.user, self.course)
        last = list({one.session_id: one for one in found}.values())
        if any(one.state != SessionRecord.State.SIGNED for one in last):
            raise NotYetError(
                "a session of this course was given and its record is not signed: sign it, then "
                "write the letter",
                "course",
                fr="le compte rendu d’une séance de cette cure n’est pas signé\u00a0: signez-le, "
                "puis écrivez la lettre",
            )
        if not last:
            raise NotYetError(
                "nothing was given in this course yet: write the letter of the assessment",
                "course",
                fr="aucune séance de cette cure n’est encore signée\u00a0: écrivez plutôt la "
                "lettre de l’évaluation",
            )
        return last

    def count(self) -> str:
        number_of = len(self.records)
        return f"{number_of} séance{'s' if number_of > 1 else ''}"

    def when(self) -> str:
        """From the first day to the last, or the one day."""
        first, last = self._day(self.records[0]), self.last()
        return f"le {first}" if first == last else f"du {first} au {last}"

    def last(self) -> str:
        return self._day(self.records[-1])

    def is_of(self, *therapies: str) -> str | None:
        """A yes where the course is of one of these therapies."""
        return "oui" if self.course.therapy in therapies else None

    def _day(self, record: SessionRecord) -> str:
        assert record.delivered_at is not None, "only what was given is read"
        return date_in_words(local_day(record.delivered_at), "fr")

    def table(self) -> tuple[str, ...]:
        if len(self.records) == 1:
            return (self._given(self.records[0]),)
        return tuple(f"{self._day(one)}\u00a0: {self._given(one)}" for one in self.records)

    def _given(self, record: SessionRecord) -> str:
        preparation = content.read(Preparation, record.preparation)
        injected = content.read(Injected, record.injected)
        parts = [
            self._where(record, injected),
            *self._doses(preparation, injected),
            *self._lots(preparation),
        ]
        return ", ".join(parts)

    def act(self) -> str:
        """The last act, on one line; the letter says its day before."""
        return self._given(self.records[-1])

    def pain_of_act(self) -> str | None:
        """The pain at the last act, as far as it was said."""
        happened = content.read(Happened, self.records[-1].happened)
        said = (
            (happened.pain_before, "avant le geste"),
            (happened.pain_after, "après"),
        )
        return ", ".join(f"{pain} {when}" for pain, when in said if pain is not None) or None

    def watched(self) -> tuple[str, ...] | None:
        """What the rules ask to be careful of in this patient, as on the day it was chosen: the
        glucose of a diabetic after a steroid, a bleed under a medicine."""
        holding = choosing.holding(self.course.assessment.results["fr"], self.course.therapy)
        found = self.words.therapies.get(self.course.therapy)
        criteria = found.criteria if found else ()
        return (
            tuple(
                one.because.in_language("fr")
                for one in criteria
                if one.id in holding and one.kind in ("precaution", "relative-contraindication")
            )
            or None
        )

    def _where(self, record: SessionRecord, injected: Injected) -> str:
        """The place with its side, which is never left to be guessed."""
        side = SIDE.get(treated.of_record(record).side)
        place = self.place(record, injected)
        return f"{place}, {side.in_language('fr')}" if side else place

    def place(self, record: SessionRecord, injected: Injected) -> str:
        """Where it went: the target, else the nerve, else the zone or the pain of the course."""
        told = guided.content(self.words.edition)
        target = next((one for one in told.targets if one.id == injected.target), None)
        if target is not None:
            return lower_first(target.label.in_language("fr"))
        if injected.freezing is not None:
            nerve = next((one for one in told.nerves if one.id == injected.freezing.nerve), None)
            if nerve is not None:
                return lower_first(nerve.label.in_language("fr"))
        pain = treated.of_record(record)
        zone = self.words.zones.get(pain.zone, pain.zone)
        return lower_first(zone or self.words.complaint(pain.condition, "", ""))

    def _doses(self, preparation: Preparation, injected: Injected) -> list[str]:
        names = {p.id: p.label.in_language("fr") for p in self.words.edition.products}
        units = content.units(preparation)
        given = content.doses(preparation, injected)
        return [
            f"{lower_first(names.get(product, product))} "
            f"{content.plain(dose.quantize(PENNY), 'fr')}\u00a0{units[product]}"
            for product, dose in given.items()
        ] or ["produits non renseignés"]

    def _lots(self, preparation: Preparation) -> list[str]:
        lots = [one.number for one in preparation.drawn if one.number]
        if preparation.unit:
            lots.append(preparation.unit)
        return [f"lot{'s' if len(lots) > 1 else ''} {', '.join(lots)}"] if lots else []

    # How it went.

    def _pain(self, reading: Reading | None) -> str | None:
        if reading is None or reading.value is None:
            return None
        return number(float(reading.value), "fr")

    def _on(self, reading: Reading | None) -> str | None:
        return None if reading is None else date_in_words(local_day(reading.at), "fr")

    def pain_now(self) -> str | None:
        """The last pain that was answered since, with its day."""
        return self._dated(self.going.response.last)

    def pain_then(self) -> str | None:
        """The pain before the course, with its day."""
        before = self._dated(self.going.response.baseline)
        return f"{before}, avant la cure" if before else None

    def baseline(self) -> str | None:
        return self._pain(self.going.response.baseline)

    def response(self) -> str | None:
        """The pain that decides, before and after, each on its day; by how much it changed, and
        whether that is the smallest change that matters."""
        found = self.going.response
        before, after = self._dated(found.baseline), self._dated(found.last)
        if before is None and after is None:
            return None
        before = before or "non renseignée avant la cure"
        after = after or "non renseignée depuis"
        changed = f" ({said})" if (said := self._changed()) else ""
        return f"{before}\u00a0; {after}{changed}"

    def _dated(self, reading: Reading | None) -> str | None:
        pain = self._pain(reading)
        return None if pain is None or reading is None else f"{pain} le {self._on(reading)}"

    def _changed(self) -> str:
        found = self.going.response
        relief = found.numbers.relief_percent
        if relief is None:
            return ""
        much = f"{number(one_decimal(abs(relief)) or 0, 'fr')}\u00a0%"
        said = f"{much} de {'moins' if relief >= 0 else 'plus'}"
        change = next((one for one in found.changes if one.scale == found.scale), None)
        least = change.threshold if change else None
        if change is None or least is None or change.after is None:
            return said
        enough = [f"{number(least.points[1], 'fr')}\u00a0points"] if least.points else []
        enough += [f"{number(least.percent, 'fr')}\u00a0%"] if least.percent else []
        reached = {True: "atteinte", False: "non atteinte", None: "non établie"}[change.reached]
        if not enough:
            return said
        least_said = f"plus petite différence importante ({' ou '.join(enough)})\u00a0: {reached}"
        return f"{said}\u00a0; {least_said}"

    def change(self) -> str | None:
        """The patient's impression, in the words of the answer."""
        value = self.going.response.numbers.pgic
        question = next((q for q in self.going.content.questions if q.id == "change"), None)
        if value is None or question is None:
            return None
        said = next((o.label for o in question.options if o.id == str(value)), None)
        return lower_first(said.in_language("fr")) if said else None

    def not_judged(self) -> str:
        response = self.going.response
        said = (one.of_relief or one.to_discuss for one in response.beside)
        why = (*response.held, *compress(response.beside, said))
        held = [one.clinician.in_language("fr").rstrip(".") for one in why]
        return "\u00a0; ".join(lower_first(one) for one in held)

    def events(self) -> tuple[str, ...] | None:
        found = safety_gate.events_of(self.user, self.course.patient)
        lines = event_lines(found.filter(session__course=self.course, in_error=False))
        said = (
            f"{lower_first(one.label)} le {date_in_words(one.event.began, 'fr')} ({one.grade})"
            for one in reversed(lines)
        )
        alerts = told.for_letters(self.alerts, self.records[0].delivered_at)
        return (*said, *(told.in_a_sentence(one, "fr") for one in alerts)) or None

    # What was decided.

    @cached_property
    def _decided(self) -> str:
        decisions = list(followup_gate.decisions(self.user, self.course))
        last = deciding.in_force(decisions, self.going)
        return last.step if last else ""

    def next_step(self) -> str | None:
        """The step that a practitioner accepted and that still stands: never one only proposed."""
        named = next((s for s in self.going.content.steps if s.id == self._decided), None)
        return lower_first(named.clinician.in_language("fr").rstrip(".")) if named else None

    def next_why(self) -> str | None:
        suggested = self.going.response.suggestion
        if not self._decided or suggested is None:
            return None
        return lower_first(suggested.because.in_language("fr").rstrip("."))

    def done(self) -> str:
        """The course on one line, with its effect as far as it was answered."""
        said = f"{self.therapy()}, {self.count()}, {self.when()}"
        response = self.response()
        return f"{said}\u00a0; douleur (0 à 10)\u00a0: {response}" if response else said

    def last_act(self) -> str:
        last = self.records[-1]
        injected = content.read(Injected, last.injected)
        return f"{self.therapy()}, {self.place(last, injected)}, le {self.last()}"
