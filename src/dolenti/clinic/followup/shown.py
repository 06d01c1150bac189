"""A course as its follow-up page shows it, in the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from dolenti.calendar.moments import to_local
from dolenti.clinic.common.lookup import Lookup, SourceLine
from dolenti.clinic.medicines.opioids import amount_line
from dolenti.diary import questionnaires
from dolenti.diary.copied import hidden_until_end, in_words, said_of
from dolenti.diary.models import Answer
from dolenti.diary.questionnaires import Scored
from dolenti.diary.reading import PLACE
from dolenti.followup import opioids
from dolenti.followup.going import Going
from dolenti.followup.models import StepDecision
from dolenti.guideline.body import body_map
from dolenti.guideline.diary import Change, Reading, adherence
from dolenti.guideline.diary.shapes.response import NotJudged
from dolenti.guideline.knowledge import Basis
from dolenti.guideline.next_step import NextStep
from dolenti.guideline.scoring.exact import one_decimal
from dolenti.guideline.words import date_in_words, lower_first
from dolenti.ui import curve as drawing
from dolenti.ui.body import ZoneFigure, by_zone
from dolenti.ui.language import current

BY = {
    "patient": gettext_lazy("answered by the patient"),
    "relative": gettext_lazy("answered by a relative"),
    "clinician": gettext_lazy("recorded by the clinic"),
}


IMPRESSION = "change"
_START = gettext_lazy("the pain before the first session, by the question that judges")
LACKING = {
    "relief-percent": _START,
    "best-relief-percent": _START,
    "pain-above-baseline": _START,
    "points-fallen": _START,
    "last-nrs": gettext_lazy("the pain today"),
    "change": gettext_lazy("the impression of change"),
    "sessions": gettext_lazy("the number of sessions given"),
    "weeks-since-session": gettext_lazy("the time since the last session"),
    "past-last-day": gettext_lazy("the end of the course"),
    "session-left": gettext_lazy("the sessions that are left"),
}
"""What a rule of a protocol waits for, in words (``guideline.step_rules.NAMES``)."""


@dataclass(frozen=True)
class ChangeLine:
    """A score before and after. ``tone`` is the badge's, with ``said`` in words."""

    label: str
    before: str
    after: str
    difference: str
    tone: str
    said: str
    smallest: str
    sources: list[SourceLine]
    why: str = ""


@dataclass(frozen=True)
class Suggested:
    """A step with all that it rests on."""

    label: str
    because: str
    basis: Basis | None
    verified: bool
    sources: list[SourceLine]
    on: Any
    facts: list[str]
    patient: str


@dataclass(frozen=True)
class DecisionLine:
    """What was decided, of which step, by whom."""

    row: StepDecision
    step: str
    because: str


def more_lines(found: Going, words: Lookup) -> list[tuple[datetime, list[tuple[str, str]]]]:
    """What the patient told of their days beside what was asked, the last first: when, and each
    question with its answer, and what the opioids among them amount to; of their satisfaction
    nothing, a course may go on."""
    hidden = hidden_until_end()
    told = [
        (one.received_at, [*in_words(one, current(), hidden), *_equivalent(found, one, words)])
        for one in reversed(found.so_far.more)
    ]
    return [one for one in told if one[1]]


def _equivalent(found: Going, answer: Answer, words: Lookup) -> list[tuple[str, str]]:
    amount = opioids.told_in(found.content, answer.answers)
    if amount is None:
        return []
    table = opioids.table_in_force(found.content).label.in_language(words.language)
    label = _("Oral morphine equivalent that day, as the patient told it (%(table)s)")
    return [(label % {"table": table}, amount_line(amount, words))]


@dataclass(frozen=True)
class Where:
    """Where the patient said that it hurts: when, in words, and on the figure."""

    at: datetime
    says: str
    figures: tuple[ZoneFigure, ...]


def where_lines(found: Going) -> list[Where]:
    """Where it hurts now, as it was said last, and where the time before."""
    asked = {one.id: one for one in questionnaires.content().questions if one.type == PLACE}
    told = [
        (answer, question, answer.answers[name])
        for answer in found.so_far.more
        for name, question in asked.items()
        if answer.answers.get(name)
    ]
    body = body_map(found.edition)
    return [
        Where(
            answer.received_at,
            said_of(question, value, current()),
            by_zone(body, value, f"where-{number}"),
        )
        for number, (answer, question, value) in enumerate(reversed(told[-2:]))
    ]


def adherence_line(found: Going) -> str:
    """How much of what was asked was answered; empty where nothing was."""
    if not found.so_far.asked:
        return ""
    one = adherence(found.so_far.asked)
    said = ngettext(
        "%(answered)s of %(asked)s answered between the visits",
        "%(answered)s of %(asked)s answered between the visits",
        one.answered,
    ) % {"answered": one.answered, "asked": one.asked}
    if one.late:
        said += ", " + ngettext("%(n)s late", "%(n)s late", one.late) % {"n": one.late}
    return said


def next_line(found: Going) -> str:
    """When the pain is asked again, in a sentence."""
    day = found.so_far.next_day
    if day is None:
        return _("The pain is asked no more: nothing is planned.")
    return _("The pain is next asked around %(day)s.") % {"day": date_in_words(day, current())}


def change_lines(found: Going, words: Lookup) -> list[ChangeLine]:
    """Each score that has a before and an after; or, of a course that was begun, a before alone."""
    return [_change(one, found, words) for one in found.response.changes]


def _change(one: Change, found: Going, words: Lookup) -> ChangeLine:
    if one.points is None:
        difference = ""
    else:
        unit = ngettext("%(n)s point", "%(n)s points", 2 if abs(one.points) >= 2 else 1)
        difference = unit % {"n": _signed(one.points, words)}
        if one.percent is not None:
            # The percentage is that of the fall or the gain: its sign is the points' already.
            difference += f" ({_decimal(abs(one.percent), words)}\u00a0%)"
    tone, said = _reached(one, contradicted=_is_contradicted(one, found))
    threshold = one.threshold
    return ChangeLine(
        label=scale_name(one.scale, found, words),
        before="" if one.before is None else _value(one.before, words),
        after=_after(one, found, words),
        difference=difference,
        tone=tone,
        said=said,
        smallest=threshold.says.in_language(words.language) if threshold else "",
        sources=words.cited(threshold.sources) if threshold else [],
        why=_why_not_compared(one),
    )


def _after(one: Change, found: Going, words: Lookup) -> str:
    """The score after; an impression of change in the words that were ticked."""
    if one.after is None or one.after.value is None:
        return ""
    if one.scale == IMPRESSION:
        return _option(int(one.after.value), found, words)
    return _value(one.after, words)


def _is_contradicted(one: Change, found: Going) -> bool:
    """Whether the patient's own numbers say otherwise than this impression of change."""
    beside = {said.id for said in found.response.beside if said.to_discuss and said.contradicts}
    return one.scale == IMPRESSION and bool(beside)


def other_baseline(found: Going, words: Lookup) -> str:
    """A pain before the first session that another question asked, where the one that judges has
    none; empty otherwise."""
    one = found.response.other_baseline
    if one is None:
        return ""
    return _(
        "Start: %(pain)s out of 10 (%(scale)s), recorded at the clinic by another question; not "
        "compared."
    ) % {"pain": _value(one, words), "scale": scale_name(one.scale, found, words)}


def score_lines(found: Going, zone: str, words: Lookup) -> list[ChangeLine]:
    """The scores of the questionnaires that were answered."""
    begun = next((one.ended for one in found.so_far.sessions), None)
    scores = questionnaires.scored(zone, found.so_far.questionnaires, begun)
    return [_score_line(one, words.language) for one in scores]


def _score_line(one: Scored, language: str) -> ChangeLine:
    asked = one.asked

    def number(value: Fraction | None) -> str:
        return "" if value is None else questionnaires.in_words(value, language)

    tone, said = "ask", _("Not established")
    if one.better is not None and one.better < 0:
        tone, said = "warn", _("Worse")
    elif one.reached is not None:
        tone, said = ("go", _("Change that matters")) if one.reached else (
            "dash", _("Under the smallest change that matters")
        )  # fmt: skip
    difference = ""
    if one.better is not None:
        change = one.better if asked.higher_is == "better" else -one.better
        sign = "+" if change > 0 else "−" if change < 0 else ""
        unit = ngettext("%(n)s point", "%(n)s points", 2 if abs(change) >= 2 else 1)
        difference = unit % {"n": sign + number(abs(change))}
    smallest = ""
    if asked.smallest is not None:
        smallest = _("%(points)s points. %(source)s") % {
            "points": number(Fraction(str(asked.smallest.points))), "source": asked.smallest.source,
        }  # fmt: skip
    name = asked.name.get(language) or asked.short
    before, after = number(one.before), number(one.after)
    return ChangeLine(name, before, after, difference, tone, said, smallest, [])


def _reached(one: Change, *, contradicted: bool) -> tuple[str, str]:
    if contradicted:
        return "warn", _("Contradicted by the pain")
    if one.after is None:
        return "ask", _not_compared(one) or _("No answer after yet")
    if one.reached is True:
        return "go", _("Change that matters")
    if one.better is False:
        return "warn", _("Worse")
    if one.reached is False:
        return "dash", _("Under the smallest change that matters")
    return "ask", _("Not established")


def _not_compared(one: Change) -> str:
    """The answers that came after and compare with no start; empty where none did."""
    count = one.others or one.early
    if not count:
        return ""
    said = ngettext("%(n)s answer, not comparable", "%(n)s answers, not comparable", count)
    return said % {"n": count}


def _why_not_compared(one: Change) -> str:
    if one.after is None and one.others:
        return _("Another question was asked after the start: the two are not compared.")
    if one.after is None and one.early:
        return _("Within 72 hours of a session: for safety, not for effect.")
    return ""


def scale_name(scale: str, found: Going, words: Lookup) -> str:
    """What a scale is called: by its question, its measure, or the fact of the record."""
    question = next((one for one in found.content.questions if one.id == scale), None)
    if question is not None:
        return question.short.in_language(words.language)
    measure = next((one for one in found.edition.measures if one.id == scale), None)
    return measure.label.in_language(words.language) if measure else words.fact(scale)


def suggested(found: Going, words: Lookup) -> Suggested | None:
    """The step that the answers call for, in words; nothing where none is."""
    step = found.response.suggestion
    if step is None:
        return None
    named = next((one for one in found.content.steps if one.id == step.step), None)
    return Suggested(
        label=step_name(step.step, found, words),
        because=step.because.in_language(words.language),
        basis=step.basis,
        verified=bool(step.verified),
        sources=words.cited(step.sources),
        on=step.date if step.step == "collect-response" else None,
        facts=_facts(found, step, words),
        patient=named.patient.in_language(words.language) if named else "",
    )


def step_name(step: str, found: Going, words: Lookup) -> str:
    """What a step is called for a clinician."""
    named = next((one for one in found.content.steps if one.id == step), None)
    if named is None:
        return pgettext("next step", "Answer the questions of the assessment")
    return named.clinician.in_language(words.language)


def _facts(found: Going, step: NextStep, words: Lookup) -> list[str]:
    """The numbers of a suggestion: nothing is said of what is not known."""
    response, numbers = found.response, found.response.numbers
    said = [ngettext("%(n)s session", "%(n)s sessions", numbers.sessions) % {"n": numbers.sessions}]
    compared = numbers.baseline_nrs is not None and numbers.last_nrs is not None
    if compared and response.baseline is not None and response.last is not None:
        said.append(
            _("pain from %(before)s to %(after)s out of 10")
            % {"before": _value(response.baseline, words), "after": _value(response.last, words)}
        )
    if numbers.relief_percent is not None:
        name = _("%(n)s %% less") if numbers.relief_percent >= 0 else _("%(n)s %% more")
        said.append(name % {"n": _decimal(abs(numbers.relief_percent), words)})
    if numbers.pgic is not None:
        said.append(_change_in_words(numbers.pgic, found, words))
    if response.since_session is not None:
        days = response.since_session.days
        said.append(
            ngettext("%(n)s day after the last session", "%(n)s days after the last session", days)
            % {"n": days}
        )
    if response.last is not None:
        said.append(str(BY[response.last.by]))
    return said


def _change_in_words(value: int, found: Going, words: Lookup) -> str:
    return _("the patient says: “%(said)s”") % {"said": _option(value, found, words)}


def _option(value: int, found: Going, words: Lookup) -> str:
    """An impression of change in the words of the answer."""
    question = next((one for one in found.content.questions if one.id == IMPRESSION), None)
    options = question.options if question is not None else ()
    said = {one.id: one.label.in_language(words.language) for one in options}
    return said.get(str(value), str(value))


def moved_first(entries: Iterable[NotJudged]) -> list[NotJudged]:
    """What is said beside a step: what the patient's own answers contradict before all else."""
    return sorted(entries, key=lambda one: not (one.of_rise or one.to_discuss))


def rise_line(found: Going, words: Lookup) -> str:
    """From which answer to which the pain rose, where something is said of it; empty elsewhere."""
    rise = found.response.rise
    if rise is None or not any(one.of_rise for one in found.response.beside):
        return ""
    return _(
        "From %(best)s out of 10 (%(then)s) to %(last)s out of 10 (%(now)s), to the same question: "
        "%(scale)s."
    ) % {
        "best": _value(rise.best, words),
        "then": date_in_words(to_local(rise.best.at).date(), current()),
        "last": _value(rise.last, words),
        "now": date_in_words(to_local(rise.last.at).date(), current()),
        "scale": lower_first(scale_name(rise.last.scale, found, words)),
    }


def undecided_lines(found: Going, words: Lookup) -> list[tuple[str, str]]:
    """Each rule that might come before what is suggested: the step it would call for, and what it
    would say."""
    return [
        (step_name(one.step, found, words), one.because.in_language(words.language))
        for one in found.response.undecided
    ]


def lacking_lines(found: Going) -> list[str]:
    """What nobody answered, and such a rule waits for."""
    return list(dict.fromkeys(str(LACKING[one]) for one in found.response.lacking))


def sentences(entries: Iterable[NotJudged], words: Lookup, *, unknown: bool = False) -> list[str]:
    """What is said of what holds a response back, or of what nobody said."""
    found = ((one.unknown if unknown else one.clinician) for one in entries)
    return [one.in_language(words.language) for one in found if one is not None]


def decision_lines(rows: Sequence[StepDecision], found: Going, words: Lookup) -> list[DecisionLine]:
    """What was decided, the last first."""
    rules = {
        rule.id: rule.because.in_language(words.language)
        for therapy in found.edition.therapies
        for rule in therapy.protocol.next_steps
    }
    return [
        DecisionLine(one, step_name(one.step, found, words), rules.get(one.rule, ""))
        for one in rows
    ]


def _value(one: Reading, words: Lookup) -> str:
    return "–" if one.value is None else drawing.number(float(one.value), _language(words))


def _decimal(value: Fraction, words: Lookup) -> str:
    return drawing.number(one_decimal(value) or 0, _language(words))


def _signed(value: Fraction, words: Lookup) -> str:
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return sign + _decimal(abs(value), words)


def _language(words: Lookup) -> drawing.Language:
    return "en" if words.language == "en" else "fr"
