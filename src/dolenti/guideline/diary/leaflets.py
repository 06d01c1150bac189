"""What a patient reads of a therapy before deciding, as it is printed and shown."""

from __future__ import annotations

import re

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.shapes.papers import TherapyLeaflet
from dolenti.guideline.session.leaflet import Line, Section, Sheet, spans

_LIST = re.compile(r"\A- ")


def leaflet_of(content: Content, therapy: str) -> TherapyLeaflet | None:
    """The leaflet of a therapy; ``None`` where none is written."""
    return next((one for one in content.leaflets if one.therapy == therapy), None)


def leaflet_sheet(leaflet: TherapyLeaflet, language: str) -> Sheet:
    """A leaflet in one language: its paragraphs and lists, in order. What a figure rests on stands
    with the leaflet, not with its lines."""
    sections: list[Section] = []
    for block in leaflet.body.in_language(language).strip().split("\n\n"):
        lines = block.split("\n")
        said = [one for one in lines if not _LIST.match(one)]
        listed = [_LIST.sub("", one) for one in lines if _LIST.match(one)]
        if said:
            sections.append(Section("", False, (_line(" ".join(said)),)))
        if listed:
            sections.append(Section("", True, tuple(_line(one) for one in listed)))
    return Sheet(leaflet.id, language, leaflet.title.in_language(language), tuple(sections), {})


def _line(text: str) -> Line:
    return Line(spans(text), ())
