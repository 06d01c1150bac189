"""Whether the models of letters can be read and filled, and say no word that judges a patient."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dolenti.guideline import letters
from dolenti.guideline.dates import read_duration
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.papers import ALWAYS, LetterModel
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.letters.parts import Field, Letter, Part, WhereKnown, Words
from dolenti.guideline.parts_checking import Found

AVOIDED: Final = ("échec", "compliant", "se plaint de")
BY: Final = "reply.by"
URGENCY: Final = "urgency"
NOT_OF_HEALTH: Final = frozenset(
    {
        "site.name_neutral", "site.address", "site.town", "date", "signed_by", "patient.name",
        "arrived", "left",
    }
)  # fmt: skip
"""What a letter that says nothing of the patient's health may say."""


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it, with the file and the line where it is
    about one)."""
    known = {one.id for one in content.letter_fields}
    for model in content.letters:
        file, line = place_of(edition, model)
        try:
            letter = letters.parse(model.body, file=file, first_line=line)
        except InputError as error:
            yield model.id, str(error)
            continue
        for name in letters.names_of(letter):
            if name not in known:
                place = _line_of(model, name, file, line)
                yield model.id, f"{place}: “{name}” is no field of a letter"
        for name in _lead_in_vain(letter):
            place = _line_of(model, name, file, line)
            yield (
                model.id,
                f"{place}: what stands beside “{{{{{name}?}}}}” would stay alone; write "
                f"“{{{{{name}? « a sentence with {{{{{name}}}}} »}}}}”",
            )
        for word in AVOIDED:
            if re.search(rf"(?i)\b{word}\b", model.body):
                yield model.id, f"says “{word}”"
        told = sorted(set(letters.names_of(letter)) - NOT_OF_HEALTH)
        if told and not model.of_health:
            yield model.id, f"is not of the patient's health, and says “{told[0]}”"
        yield from _replies(model, letter)
        yield from _defaults(model, letter, known)


def place_of(edition: Edition, model: LetterModel) -> tuple[str, int]:
    """The file of a model, and the line on which its body begins."""
    file = f"patient/letters/{model.id}.yaml"
    lines = edition.patient_texts.get(file, "").split("\n")
    body = next((n for n, text in enumerate(lines, 1) if text.startswith("body:")), 0)
    return file, body + 1


def _line_of(model: LetterModel, name: str, file: str, first: int) -> str:
    found = (
        number
        for number, text in enumerate(model.body.split("\n"), first)
        if re.search(rf"\{{\{{\s*{re.escape(name)}(?![\w.])", text)
    )
    return f"{file}:{next(found, first)}"


def _lead_in_vain(letter: Letter) -> Iterator[str]:
    """A field that is left out where it is not known, in the middle of a sentence."""
    for paragraph in letter.paragraphs:
        for line in paragraph:
            for place, part in enumerate(line):
                if isinstance(part, WhereKnown) and _bare(part):
                    before = line[place - 1] if place else None
                    if isinstance(before, Words) and before.text.rstrip().endswith(":"):
                        yield part.name


def _bare(part: WhereKnown) -> bool:
    only: tuple[Part, ...] = part.parts
    return len(only) == 1 and isinstance(only[0], Field) and only[0].name == part.name


def _defaults(model: LetterModel, letter: Letter, known: set[str]) -> Found:
    """What is said where nobody says anything else is said of a line of the letter, as that
    allows; what is insisted on is one of its lines."""
    asked = {one.name: one for one in letters.asked(letter)}
    for name, said in model.defaults.items():
        options = asked[name].options if name in asked else ()
        if name not in asked:
            yield model.id, f"has a default for “{name}”, which it does not say"
        elif options and said not in options:
            yield model.id, f"“{said}” is none of the options of {{{{{name}}}}}"
    for name, where in model.insists.items():
        if name not in asked:
            yield model.id, f"insists on “{name}”, which it does not say"
        if where != ALWAYS and where not in known:
            yield model.id, f"insists on “{name}” where “{where}” is known: that is no field"


def _replies(model: LetterModel, letter: Letter) -> Found:
    """A letter says by when it wishes a reply, or nobody waits for one."""
    says = BY in letters.names_of(letter)
    if says != (model.reply_within is not None):
        yield (
            model.id,
            f"has to say {{{{{BY}}}}} and reply_within together: who reads it knows by when, and "
            "the program counts from it",
        )
    options = next((o.options for o in letters.asked(letter) if o.name == URGENCY), ())
    for delay in (*filter(None, [model.reply_within]), *model.sooner.values()):
        try:
            read_duration(delay)
        except InputError as error:
            yield model.id, error.what
    for name in model.sooner:
        if name not in options:
            yield model.id, f"“{name}” is none of the options of {{{{{URGENCY}}}}}"
