"""An exercise plan as its page shows it, in the page’s language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.calendar.moments import to_local
from dolenti.clinic.common.lookup import Lookup, SourceLine
from dolenti.followup.models import RehabilitationPlan
from dolenti.followup.sheet import ExerciseSheet, exercise_sheet, hold_in_words
from dolenti.guideline import diary
from dolenti.guideline.diary import Content, Fitting, Known
from dolenti.guideline.diary.shapes.rehabilitation import RehabilitationPlan as Guided
from dolenti.guideline.diary.shapes.rehabilitation import SportBlock
from dolenti.guideline.knowledge import Basis, Citation
from dolenti.guideline.words import date_in_words
from dolenti.records.models import Complaint
from dolenti.records.places import zone_of


@dataclass(frozen=True)
class RuleLine:
    """A sentence with what it rests on."""

    says: str
    basis: Basis
    verified: bool
    sources: list[SourceLine]


@dataclass(frozen=True)
class PlanLine:
    """A plan with its row: as it stands, from where, by whom."""

    row: RehabilitationPlan
    sheet: ExerciseSheet
    source: str
    of: str


@dataclass(frozen=True)
class Choice:
    """A plan that may be begun from."""

    id: str
    name: str
    evidence: RuleLine
    is_own: bool


@dataclass(frozen=True)
class InTheWay:
    """What is in the way of sport, and what is still to be settled; ``stops`` are those for which
    a plan waits too."""

    holds: list[RuleLine]
    to_settle: list[RuleLine]
    stops: bool


def rule_line(
    says: str, basis: Basis, mark: str, sources: tuple[Citation, ...], words: Lookup
) -> RuleLine:
    """A sentence; verified where it was read, and by one of its sources that somebody has seen."""
    verified = mark == "R" and words.edition.verified(sources)
    return RuleLine(says, basis, verified, words.cited(sources))


def plan_lines(
    content: Content, rows: Sequence[RehabilitationPlan], known: dict[int, Known], words: Lookup
) -> list[PlanLine]:
    """Plans, each with its own days."""
    return [
        PlanLine(
            row,
            exercise_sheet(content, row, known[row.pk], words.language),
            words.conditions.get(row.source, row.source),
            accepted_of(row, words.language).rstrip("."),
        )
        for row in rows
    ]


def accepted_of(row: RehabilitationPlan, language: str) -> str:
    """By whom a plan was accepted, or proposed, and when."""
    if row.accepted_by is not None and row.accepted_at is not None:
        day = date_in_words(to_local(row.accepted_at).date(), language)
        said = pgettext("exercise plan", "Accepted on %(day)s by %(name)s.")
        return said % {"day": day, "name": row.accepted_by.name}
    day = date_in_words(to_local(row.created_at).date(), language)
    said = pgettext("exercise plan", "Proposed on %(day)s by %(name)s.")
    return said % {"day": day, "name": row.author.name}


def choices(found: Fitting, words: Lookup) -> list[Choice]:
    """The plans that may be begun from, the one of the very condition first."""
    own = [found.plan] if found.plan else []
    return [_choice(one, words, is_own=one in own) for one in (*own, *found.others)]


def _choice(plan: Guided, words: Lookup, *, is_own: bool) -> Choice:
    says = plan.evidence.in_language(words.language)
    line = rule_line(says, plan.basis, plan.mark, plan.sources, words)
    return Choice(plan.id, words.conditions.get(plan.id, plan.id), line, is_own)


def in_the_way(content: Content, known: Known, words: Lookup) -> InTheWay:
    """What keeps from sport today, in the practitioner’s words."""
    stands = diary.standing(content, known)

    def line(block: SportBlock, says: str) -> RuleLine:
        return rule_line(says, block.basis, block.mark, block.sources, words)

    return InTheWay(
        [line(one.block, hold_in_words(one, known, words.language)) for one in stands.holds],
        [line(one, one.tell.in_language(words.language)) for one in stands.to_settle],
        bool(stands.stops_all(content)),
    )


def to_settle(content: Content, known: Known) -> list[SportBlock]:
    """The blocks that a practitioner may settle: those nobody can tell, and those settled before
    that the record says nothing of."""
    stands = diary.standing(content, known)
    open_ = {one.id for one in stands.to_settle} | set(known.settled)
    return [one for one in content.sport_blocks if one.id in open_]


def competition_note(content: Content, known: Known, day: date | None, words: Lookup) -> str:
    """What is said of a competition that was announced, where it comes before its date."""
    if day is None:
        return ""
    last = diary.sport(content, known)[-1]
    if last.earliest is not None and day >= last.earliest:
        return ""
    said = date_in_words(day, words.language)
    return _("The next competition is on %(day)s, earlier than this return to sport allows.") % {
        "day": said
    }


def rules(content: Content, complaint: Complaint, source: str, words: Lookup) -> list[RuleLine]:
    """What the dates rest on: the plan’s own sentences, the ways back, how days are counted."""
    language = words.language
    found: list[RuleLine] = []
    plan = next((one for one in content.plans if one.id == source), None)
    if plan is not None:
        found += [
            rule_line(one.in_language(language), plan.basis, plan.mark, plan.sources, words)
            for one in (plan.work, plan.sport, plan.evidence)
        ]
        if plan.doses != "R":
            ours = content.rehabilitation.doses
            told = ours.says.in_language(language)
            found.append(rule_line(told, ours.basis, plan.doses, ours.sources, words))
        if plan.note is not None:
            note = plan.note.in_language(language)
            found.append(rule_line(note, plan.basis, plan.mark, plan.sources, words))
    for path in content.returns:
        says = " ".join(one.in_language(language) for one in path.says)
        found.append(rule_line(says, path.basis, path.mark, path.sources, words))
    counted = content.rehabilitation.counted
    says = counted.says.in_language(language)
    found.append(rule_line(says, counted.basis, counted.mark, counted.sources, words))
    return found


def fitting(content: Content, complaint: Complaint, words: Lookup) -> Fitting:
    """The plans for a complaint."""
    zone = zone_of(complaint)
    return diary.fitting(words.edition, content, complaint.condition, zone)
