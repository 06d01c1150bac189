"""A line of a letter: its pieces follow each other without a space that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable

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
def letters_to_write(about: Course | Complaint) -> dict[str, list[tuple[str, str]]]:
    """The letters that can be written about a course, or about a pain, each by its address."""
    of_course = isinstance(about, Course)
    found = (one for one in writing.models() if one.of_health)
    page = "course-letter" if of_course else "complaint-letter"
    return {
        "offered": [
            (reverse(page, args=[about.public_id, one.id]), one.title.in_language(current()))
            for one in found
            if of_course or not is_of_course(one)
        ]
    }


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
