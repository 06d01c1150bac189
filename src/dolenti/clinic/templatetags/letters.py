"""A line of a letter: its pieces follow each other without a space that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dolenti.clinic.letters.shown import Piece, is_of_course
from dolenti.letters import writing
from dolenti.records.models import Complaint
from dolenti.treatment.models import Course
from dolenti.ui.language import current

register = template.Library()


@register.inclusion_tag("clinic/letters/offered.html")
def letters_to_write(about: Course | Complaint, only: str = "") -> dict[str, Any]:
    """The letters that can be written about a course, or about a pain, each by its address, the
    short names side by side; or ``only`` one of them, by its id."""
    of_course = isinstance(about, Course)
    found = (one for one in writing.models() if one.of_health and only in ("", one.id))
    page = "course-letter" if of_course else "complaint-letter"
    offered = [
        (one.title.in_language(current()), reverse(page, args=[about.public_id, one.id]))
        for one in found
        if of_course or not is_of_course(one)
    ]
    return {"patient": about.patient, "offered": sorted(offered, key=lambda one: len(one[0]))}


@register.simple_tag
def letter_line(pieces: Iterable[Piece]) -> SafeString:
    """Its text; a line that says nothing is marked and leads to its field, what only the model says
    is marked."""
    return format_html_join("", "{}", ((_written(one),) for one in pieces))


def _written(piece: Piece) -> str:
    if piece.blank:
        link = '<a class="letter-blank" href="#id_line-{}">{}</a>'
        return format_html(link, piece.to, piece.text or piece.blank)
    if piece.usual:
        return format_html('<span class="letter-usual">{}</span>', piece.text)
    return format_html("<strong>{}</strong>", piece.text) if piece.strong else piece.text
