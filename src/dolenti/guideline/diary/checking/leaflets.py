"""Whether a leaflet says of the same pains in both languages."""

from __future__ import annotations

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.leaflets import names_of
from dolenti.guideline.parts_checking import Found


def problems(content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    for leaflet in content.leaflets:
        if names_of(leaflet.body.fr) != names_of(leaflet.body.en):
            yield leaflet.id, "its lists are not of the same pains in French and in English"
