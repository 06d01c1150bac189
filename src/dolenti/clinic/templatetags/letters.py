"""A line of a letter: its pieces follow each other without a space that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from dolenti.clinic.letters.shown import Piece

register = template.Library()


@register.simple_tag
def letter_line(pieces: Iterable[Piece]) -> SafeString:
    """Its text; a line that is to be filled leads to its field."""
    return format_html_join("", "{}", ((_written(one),) for one in pieces))


def _written(piece: Piece) -> str:
    if piece.blank:
        link = '<a class="letter-blank" href="#id_line-{}">{}</a>'
        return format_html(link, piece.to, piece.blank)
    return format_html("<strong>{}</strong>", piece.text) if piece.strong else piece.text
