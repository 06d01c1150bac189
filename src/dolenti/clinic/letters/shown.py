"""Letters as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from dolenti.clinic.common.listing import called
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.courses.shown import therapy_name
from dolenti.clinic.letters.printing import kind_of
from dolenti.guideline.diary.shapes.papers import LetterField, LetterModel
from dolenti.guideline.letters import Blank, Run, names_in
from dolenti.letters import writing
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.letters.writing import Draft
from dolenti.records.models import Complaint
from dolenti.treatment.models import Course
from dolenti.ui.language import current

OF_A_COURSE = "therapy.label"
"""A model that names it is of a course; the others are of a pain, and take the course along."""


@dataclass(frozen=True)
class Piece:
    """Some text of a letter; ``blank`` is the name of a line that says nothing, ``to`` its field,
    ``usual`` that it stands as the model has it."""

    text: str
    strong: bool = False
    blank: str = ""
    to: str = ""
    usual: bool = False


@dataclass(frozen=True)
class ShownBlock:
    """A block of a letter, as on paper."""

    kind: str
    lines: list[list[Piece]]


@dataclass(frozen=True)
class LetterLine:
    """A letter in a list."""

    public_id: str
    title: str
    to: str
    at: datetime
    author: str
    corrects: bool
    corrected: bool
    state: str
    due: date | None
    late: bool


@dataclass(frozen=True)
class Offer:
    """The letters that can be written about one pain, or one course of it."""

    about: str
    page: str
    public_id: str
    models: list[tuple[str, str]]


@dataclass(frozen=True)
class AwaitedLine:
    """A reply that is waited for."""

    public_id: str
    who: str
    title: str
    to: str
    due: date
    late: bool
    author: str


def preview(
    made: Draft, fields: Mapping[str, LetterField], to_address: str = ""
) -> list[ShownBlock]:
    """A letter before it is signed, as it will be printed: what it lacks, and what the model says
    where nobody said anything else, is marked where it stands."""
    blocks = made.filled.blocks
    found = []
    for place, block in enumerate(blocks):
        kind = kind_of(block.fields, place, len(blocks), listed=block.listed)
        lines = [[_piece(one, line, made, fields) for one in line] for line in block.lines]
        if kind == "to":
            lines += [[Piece(one)] for one in to_address.splitlines()]
        found.append(ShownBlock(kind, lines))
    return found


def _piece(
    one: Run | Blank, line: Sequence[Any], made: Draft, fields: Mapping[str, LetterField]
) -> Piece:
    if isinstance(one, Blank):
        return Piece("", blank=_to_fill(fields[one.field], line), to=one.field)
    if one.field in made.unsaid:
        label = fields[one.field].label.in_language(current())
        return Piece(one.text, one.strong, blank=label, to=one.field)
    usual = bool(one.field) and made.model.defaults.get(one.field) == one.text
    return Piece(one.text, one.strong, usual=usual, to=one.field)


def _to_fill(field: LetterField, line: Sequence[Any]) -> str:
    """What an empty line is called; where the letter names it just before, only that it is to be
    filled."""
    label = field.label.in_language(current())
    before = " ".join(one.text for one in line if not isinstance(one, Blank)).casefold()
    return _("to fill") if before and _stem(label) in before else label


def _stem(label: str) -> str:
    return " ".join(label.casefold().split()[:2]).rstrip(",")


def kept_blocks(letter: Letter) -> list[ShownBlock]:
    """A letter as it was signed."""
    count = len(letter.body)
    found = []
    for place, block in enumerate(letter.body):
        kind = kind_of(block["fields"], place, count, listed=block["listed"])
        lines = [[Piece(one["text"], one["strong"]) for one in line] for line in block["lines"]]
        if kind == "to":
            lines += [[Piece(one)] for one in letter.to_address.splitlines()]
        found.append(ShownBlock(kind, lines))
    return found


def _titles() -> dict[str, str]:
    return {one.id: one.title.in_language(current()) for one in writing.models()}


def letter_lines(letters: Iterable[Letter], today: date) -> list[LetterLine]:
    """Letters, as listed."""
    titles = _titles()
    return [_line(one, titles.get(one.model, one.model), today) for one in letters]


def _line(one: Letter, title: str, today: date) -> LetterLine:
    reply: AwaitedReply | None = getattr(one, "reply", None)
    waits = reply is not None and reply.state == AwaitedReply.State.WAITING
    return LetterLine(
        one.public_id,
        title,
        one.to_name,
        one.signed_at,
        one.author.name,
        one.amends_id is not None,
        getattr(one, "amended_by", None) is not None,
        reply.state if reply else "",
        reply.due_on if reply is not None and waits else None,
        waits and reply is not None and reply.due_on <= today,
    )


def awaited_lines(replies: Iterable[AwaitedReply], today: date) -> list[AwaitedLine]:
    """Awaited replies, as listed."""
    titles = _titles()
    return [
        AwaitedLine(
            one.letter.public_id,
            called(one.letter.patient),
            titles.get(one.letter.model, one.letter.model),
            one.letter.to_name,
            one.due_on,
            one.due_on <= today,
            one.letter.author.name,
        )
        for one in replies
    ]


def is_of_course(model: LetterModel) -> bool:
    """Whether a letter can only be written of a course."""
    return OF_A_COURSE in names_in(model.body)


def offers(
    complaints: Sequence[Complaint], courses: Sequence[Course], words: Lookup
) -> list[Offer]:
    """The letters that can be written, each once: of each pain that stands, with its last course
    where it has one; and of each course, those that tell of it."""
    titles = _titles()
    of_course: list[tuple[str, str]] = []
    of_pain: list[tuple[str, str]] = []
    for one in writing.models():
        if one.of_health:
            (of_course if is_of_course(one) else of_pain).append((one.id, titles[one.id]))
    standing = [one for one in complaints if not one.in_error]
    last = {one.complaint_id: one for one in sorted(courses, key=lambda one: one.pk)}
    found = [
        Offer(
            words.complaint(one.condition, one.zone, one.side),
            "course-letter" if one.pk in last else "complaint-letter",
            last[one.pk].public_id if one.pk in last else one.public_id,
            of_pain,
        )
        for one in standing
        if one.state == Complaint.State.ACTIVE
    ]
    return found + [
        Offer(
            f"{therapy_name(one.therapy, words)} · "
            + words.complaint(one.complaint.condition, one.complaint.zone, one.complaint.side),
            "course-letter",
            one.public_id,
            of_course,
        )
        for one in courses
    ]
