"""What the record says of a pain and of its assessment, for a letter: in French."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

from dolenti.access.models import User
from dolenti.clinic.common.lookup import Lookup
from dolenti.followup import opioids
from dolenti.guideline import diary
from dolenti.guideline.dates import Duration, read_duration
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Known
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.words import date_in_words, lower_first, value_in_words
from dolenti.records import gate
from dolenti.records.facts.knowing import standing, told_by
from dolenti.records.gate import of_patient
from dolenti.records.judging import assessing
from dolenti.records.models import Assessment, Complaint, Imaging, Statement
from dolenti.records.patients import medicating
from dolenti.records.places import zone_of
from dolenti.treatment.recorded import CORTICOSTEROID
from dolenti.ui.curve import number
from dolenti.ui.labels import LABELS

MIDLINE: Final = ("cervical-spine", "thoracic-spine", "lumbar-spine", "widespread")
"""Where a pain that has no side lacks none."""
MOST_QUESTIONS: Final = 8
"""So many open questions are named; of the others, how many."""
PAIN: Final = "pain-nrs"
GRADE: Final = "kellgren-lawrence"
NO_FRACTURE: Final = "injury-imaged-no-fracture"
ON_RECORD: Final = "last-corticosteroid-on-record"
ELSEWHERE: Final = "last-corticosteroid-infiltration"
BESIDES: Final = "corticosteroid-infiltrations-12-months"
TROUBLED: Final = "troubles présents"
A_YEAR: Final = Duration(months=12)
IN_A_YEAR: Final = "corticosteroid-sessions-on-record-12-months"
FORBIDDING: Final = ("redirect", "contraindicated")


class NotYetError(InputError):
    """The letter cannot be written yet, and what is to be done first."""


class OfComplaint:
    """Reads what is asked of it, once. What is not known is ``None``."""

    def __init__(self, user: User, complaint: Complaint, words: Lookup, today: date) -> None:
        self.user = user
        self.complaint = complaint
        self.words = words
        self.today = today

    # The pain itself.

    def label(self) -> str | None:
        said = self.words.complaint(self.complaint.condition, self.complaint.zone, None)
        return lower_first(said) or None

    def side(self) -> str | None:
        if self.complaint.side:
            return lower_first(self.words.value("side", self.complaint.side, self.today))
        return "" if zone_of(self.complaint) in MIDLINE else None

    def since(self) -> str | None:
        onset = self.complaint.onset
        if onset is None:
            return None
        said = onset.when("fr")
        return f"le {said}" if onset.precision == "day" else said

    # The assessment that was stored last.

    @cached_property
    def _last(self) -> Assessment | None:
        found = gate.assessments(self.user).filter(complaint=self.complaint)
        return found.defer("inputs", "edition__packed").order_by("-created_at", "-pk").first()

    @property
    def assessment(self) -> Assessment:
        """The last one. Raises ``NotYetError`` where there is none."""
        last = self._last
        if last is None:
            raise NotYetError(
                "nothing of this pain was assessed and saved yet: assess it, then write the letter",
                "assess",
                fr="cette douleur n’a pas encore d’évaluation enregistrée\u00a0: évaluez-la, puis "
                "écrivez la lettre",
            )
        return last

    @property
    def result(self) -> Mapping[str, Any]:
        """The assessment as it was shown in French."""
        found: Mapping[str, Any] = self.assessment.results["fr"]
        return found

    def assessed_on(self) -> str | None:
        return date_in_words(self._last.as_of, "fr") if self._last else None

    def edition(self) -> str:
        return str(self.result["edition"]["version"])

    def verdicts(self) -> tuple[str, ...]:
        """A line a therapy: its verdict, and why. Raises ``NotYetError`` where what is known today
        forbids a therapy that the assessment let pass."""
        self._insist_not_outdated()
        return tuple(self._verdict(one) for one in self.result["verdicts"])

    def _verdict(self, verdict: Mapping[str, Any]) -> str:
        status = str(LABELS["status"][verdict["status"]])
        why = [self._reason(one) for one in verdict["reasons"] if one["holds"] is True]
        if verdict["status"] == "not-indicated":
            why += [
                f"indication non retenue\u00a0: {lower_first(one['because'].rstrip('.'))}"
                for one in verdict["reasons"]
                if one["holds"] is False and one["kind"] == "indication"
            ]
        asked = [
            fact for one in verdict["reasons"] if one["holds"] is None for fact in one["facts"]
        ]
        if verdict["status"] == "needs-information" and asked:
            why.append(f"reste à connaître\u00a0: {self._few(self._named(asked))}")
        line = f"{verdict['label']}\u00a0: {status}"
        return " – ".join((line, "\u00a0; ".join(why))) if why else line

    @staticmethod
    def _reason(one: Mapping[str, Any]) -> str:
        """Why, and of what speaks for a therapy on what that rests: a claim is never evidence."""
        because = lower_first(one["because"].rstrip("."))
        if one["kind"] != "indication":
            return because
        return f"{because} ({lower_first(str(LABELS['basis'][one['basis']]))})"

    def _insist_not_outdated(self) -> None:
        now = {one.therapy.id: one.status for one in self.judgement.verdicts}
        worse = [
            name
            for name, status in self.assessment.statuses.items()
            if now.get(name) in FORBIDDING and status not in FORBIDDING
        ]
        if worse:
            raise NotYetError(
                "what is known today forbids a treatment that the last assessment let pass: "
                "assess this pain again, then write the letter",
                "assess",
                fr="ce que l’on sait aujourd’hui interdit un traitement que la dernière évaluation "
                "admettait\u00a0: évaluez de nouveau cette douleur, puis écrivez la lettre",
            )

    @property
    def is_outrun(self) -> bool:
        """Whether something was said since the assessment that it could rest on."""
        return bool(self.assessment.was_outrun)  # type: ignore[attr-defined]

    # Red flags, as they were asked for.

    def red_flags(self) -> str | None:
        """Those that are present; or, where some were not asked for, what was and what was not."""
        present = [lower_first(one["because"].rstrip(".")) for one in self._flags(True)]
        if present:
            return "\u00a0; ".join(present) + "."
        asked, unknown = self._asked(), self._unasked()
        if not asked or not unknown:
            return None
        return (
            f"Aucun n’a été retrouvé parmi ceux qui ont été recherchés\u00a0: {', '.join(asked)}. "
            f"Restent à rechercher\u00a0: {', '.join(unknown)}."
        )

    def red_flags_asked(self) -> str | None:
        """Those that were asked for and are absent; nothing where some were not asked for."""
        asked = self._asked()
        return ", ".join(asked) if asked and not self._unasked() else None

    @property
    def is_alarming(self) -> bool:
        """Whether a red flag was present at the assessment, or nothing was assessed: what nobody
        looked for is not absent."""
        return self._last is None or any(True for _ in self._flags(True))

    def _flags(self, holds: bool | None) -> Iterator[Mapping[str, Any]]:
        flags = self.result["red_flags"] if self._last else ()
        return (one for one in flags if one["holds"] is holds)

    def _asked(self) -> list[str]:
        """The facts by which red flags were found absent, as far as somebody stated them."""
        stated = {one.fact for one in standing(self.mine) if one.value is not None}
        assumed = {one["fact"] for one in self.result["assumed"]} if self._last else set()
        facts = (
            fact for one in self._flags(False) for fact in one["facts"]
            if fact in stated and fact not in assumed
        )  # fmt: skip
        return self._named(facts)

    def _unasked(self) -> list[str]:
        return self._named(fact for one in self._flags(None) for fact in one["facts"])

    def open_questions(self) -> str:
        return self._few(self._named(one["fact"] for one in self.result["questions"]))

    def _named(self, facts: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(lower_first(self.words.fact(one)) for one in facts))

    def _few(self, named: Sequence[str]) -> str:
        said = ", ".join(named[:MOST_QUESTIONS])
        more = len(named) - MOST_QUESTIONS
        if more <= 0:
            return said
        return f"{said} et {more} autre{'s' if more > 1 else ''}"

    # What is known of the patient today.

    @cached_property
    def stated(self) -> list[Statement]:
        return list(of_patient.statements(self.user, self.complaint.patient))

    @property
    def mine(self) -> list[Statement]:
        """What was stated of the patient, and of this pain; of no other."""
        return [one for one in self.stated if one.complaint_id in (None, self.complaint.pk)]

    @cached_property
    def judgement(self) -> Judgement:
        return assessing.judged(self.user, self.complaint, self.today, self.stated)

    def fact(self, name: str) -> str | None:
        """A fact in words, as far as it is fresh; a set that nobody finished says nothing."""
        known = self._known(name)
        definition = self.words.definition(name)
        if known is None or definition is None:
            return None
        said = value_in_words(known.value, definition, "fr")
        return None if said == value_in_words(None, definition, "fr") else lower_first(said)

    def imaging(self) -> str:
        """Each examination of the record, the latest done first, with its kind, its day, its side
        and what it showed; where there is none, what was stated; nothing where nothing was."""
        found = of_patient.imaging_of(self.user, self.complaint).filter(withdrawn="")
        shown = sorted(found, key=lambda one: (one.when.day, one.pk), reverse=True)
        return "\u00a0; ".join(self._showed(one) for one in shown) or self._stated_imaging()

    def _showed(self, one: Imaging) -> str:
        kind = lower_first(str(LABELS["imaging-kind"][one.kind]))
        place = [lower_first(self.words.value("side", one.side, self.today))] if one.side else []
        grade = [f"stade {one.grade} de Kellgren-Lawrence"] if one.grade is not None else []
        ruled_out = ["fracture écartée"] if one.no_fracture else []
        read_by = [f"lecture\u00a0: {one.read_by}"] if one.read_by else []
        finding = lower_first(" ".join(one.finding.split()).rstrip("."))
        when = f"{kind}, {one.when.when('fr')}"
        head = f"{when} ({', '.join(place)})" if place else when
        return f"{head}\u00a0: {', '.join((finding, *grade, *ruled_out, *read_by))}"

    def _stated_imaging(self) -> str:
        grade, no_fracture = self._known(GRADE), self._known(NO_FRACTURE)
        said = []
        if grade is not None and (stage := self.fact(GRADE)) is not None:
            said.append(f"radiographie, stade {stage} de Kellgren-Lawrence{_noted(grade.at)}")
        if no_fracture is not None and no_fracture.value is True:
            said.append(f"pas de fracture à l’imagerie{_noted(no_fracture.at)}")
        return "\u00a0; ".join(said)

    def allergies(self) -> str | None:
        named = told_by(self.mine, self.words.dictionary, self.today).named
        said = self.fact("allergy")
        if not named:
            return said
        listed = [] if said in (None, self._none()) else [said]
        return ", ".join(str(one) for one in (*listed, *named))

    def _none(self) -> str:
        definition = self.words.definition("allergy")
        assert definition is not None
        nothing = dict.fromkeys((o.id for o in definition.options), False)
        return lower_first(value_in_words(nothing, definition, "fr"))

    def sphincters(self) -> str | None:
        known = [self._known(n) for n in ("sphincter-disturbance", "saddle-anaesthesia")]
        if any(one is not None and one.value is True for one in known):
            return TROUBLED
        if all(one is not None and one.value is False for one in known):
            return "pas de trouble"
        return None

    def pain(self) -> str | None:
        """The pain that was stated last of this complaint, 0 to 10."""
        found = [
            one
            for one in standing(self.stated)
            if one.complaint_id == self.complaint.pk
            and one.fact == PAIN
            and one.value is not None
            and one.origin != Statement.Origin.ASSUMED
            and one.at <= self.today
        ]
        if not found:
            return None
        last = max(found, key=lambda one: (one.at, one.pk)).value
        return number(float(last), "fr") if isinstance(last, (int, float)) else None

    # Medicines.

    @cached_property
    def _medicines(self) -> list[Any]:
        return list(of_patient.medicines(self.user, self.complaint.patient))

    def medicines(self) -> tuple[str, ...] | None:
        """What is taken today. Where nothing is listed nobody knows that nothing is taken."""
        taken = [one for one in self._medicines if medicating.is_taken(one, self.today)]
        said = (f"{one.name} ({one.dose})" if one.dose else one.name for one in taken)
        return tuple(said) or None

    @cached_property
    def _opioids(self) -> diary.Stretch | None:
        table = opioids.table_in_force(diary.content(self.words.edition))
        listed = opioids.stretches(table, self._medicines)
        past = [one for one in listed if one.since is None or one.since <= self.today]
        return past[-1] if past and past[-1].names else None

    def opioid_equivalent(self) -> str | None:
        """Empty where there is no opioid on the list; mg a day where it can be computed."""
        now = self._opioids
        if now is None or now.equivalent.amount is None:
            return None
        amount = number(float(now.equivalent.amount), "fr")
        return f"au moins {amount}" if now.equivalent.at_least else f"environ {amount}"

    def opioids_since(self) -> str | None:
        now = self._opioids
        return date_in_words(now.since, "fr") if now is not None and now.since else None

    # Corticosteroids given here, and known from elsewhere.

    def _known(self, name: str) -> Known | None:
        return self.judgement.case.facts.get(name)

    def _day(self, name: str) -> date | None:
        known = self._known(name)
        if known is None or known.value is NEVER or not isinstance(known.value, date):
            return None
        return known.value

    @property
    def _last_steroid(self) -> date | None:
        found = [day for day in (self._day(ON_RECORD), self._day(ELSEWHERE)) if day is not None]
        return max(found, default=None)

    def last_steroid(self) -> str | None:
        day = self._last_steroid
        return date_in_words(day, "fr") if day else None

    def steroid_not_before(self) -> str | None:
        day = self._last_steroid
        limits = [
            limit
            for therapy in self.words.edition.therapies
            for limit in therapy.protocol.limits
            if limit.of == CORTICOSTEROID and limit.kind == "interval-same-site"
        ]
        if day is None or not limits:
            return None
        first = max(read_duration(limit.value).after(day) for limit in limits)
        return date_in_words(first, "fr")

    def steroid_count(self) -> str | None:
        """Those that this record counts and those that somebody stated beside them within the
        year, one sum: what was told yesterday is not asked again for a letter, and still counts."""
        told = told_by(self.mine, self.words.dictionary, self.today)
        besides = told.facts.get(BESIDES) or told.stale.get(BESIDES)
        if besides is not None and besides.at is not None:
            besides = besides if besides.at > A_YEAR.before(self.today) else None
        counts = [
            one.value if one is not None and isinstance(one.value, int | float) else None
            for one in (self._known(IN_A_YEAR), besides)
        ]
        if counts == [None, None]:
            return None
        here, elsewhere = (one or 0 for one in counts)
        said = f"{here + elsewhere:g} connue{'s' if here + elsewhere > 1 else ''} ici"
        return f"{said}, dont {elsewhere:g} en dehors de ce dossier" if elsewhere else said


def _noted(day: date | None) -> str:
    """When something was stated: not when it was found."""
    return f" (noté le {date_in_words(day, 'fr')})" if day else ""
