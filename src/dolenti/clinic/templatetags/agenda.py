"""The small parts of a card of the agenda. As tags, because a day has hundreds of them."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dolenti.clinic.agenda.board import Block, Column
from dolenti.clinic.agenda.cards import Card, Mark
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current
from dolenti.ui.templatetags.dolenti import icon

register = template.Library()
PLACE = "0" * 16
"""Stands for a public id where an address is made once, to be filled in for each card."""


@register.simple_tag
def stand(card: Card) -> SafeString:
    """How an appointment stands: icon, word and colour."""
    word = card.stands or _state(card)
    extra = " stand-long" if card.kept_waiting else ""
    extra += " stand-missed" if card.state == "missed" else ""
    return format_html(
        '<span class="stand stand-{}{}">{}{}</span>', card.place, extra, icon(card.icon), word
    )


@register.simple_tag
def stand_icon(card: Card) -> SafeString:
    """How an appointment stands where there is room for an icon only; its word is its name."""
    return icon(card.icon, card.stands or _state(card))


def _state(card: Card) -> str:
    return str(LABELS["appointment-state"].get(card.state, card.state))


@register.simple_tag
def visitor(card: Card, reads_records: bool) -> SafeString:
    """The patient's name, a link to as much of the record as is open to the reader."""
    page = "patient" if card.is_open or not reads_records else "patient-identity"
    born = format_html(' <span class="visit-born">{}</span>', card.born) if card.namesake else ""
    return format_html(
        '<a class="visit-name" href="{}" title="{}">{}{}</a>',
        address(page, card.patient), card.born, card.name or _("Without name"), born,
    )  # fmt: skip


@register.simple_tag
def visit_at(card: Card) -> SafeString:
    """The hour, a link to the appointment's own page."""
    return format_html(
        '<a class="visit-at" href="{}" title="{}">{}</a>',
        address("appointment", card.public_id), _("Move, cancel, more"), card.at,
    )  # fmt: skip


@register.simple_tag
def dangers(card: Card, unknowns: str = "count") -> SafeString:
    """What can hurt, each by its name; and in one mark what is to be asked: how much, by name, or
    nothing of it (``count``, ``names``, ``none``)."""
    return _marks(
        tuple(card.marks), card.lacks_consent, unknowns, card.unknown, card.told, current()
    )


@lru_cache(maxsize=2000)
def _marks(
    marks: tuple[Mark, ...], lacks_consent: bool, unknowns: str, unknown: str,
    told: tuple[str, ...], _language: str,
) -> SafeString:  # fmt: skip
    icons = {"comes": "go", "move": "ask"}
    parts = [("unknown", icon(icons[one]), LABELS["said-of-visit"][one]) for one in told]
    if lacks_consent:
        parts.append(("danger", icon("stop"), _("No consent")))
    parts += [("danger", icon("warn"), m.label) for m in marks if m.state == "danger"]
    if unknowns == "count" and unknown:
        count = sum(m.state == "unknown" for m in marks)
        said = format_html(
            '<span class="mark-count" title="{}" aria-hidden="true">{}</span>'
            '<span class="mark-words" title="{}">{}<span class="hidden-text">{}{}</span></span>',
            unknown, count, unknown, ngettext("%(n)s to ask", "%(n)s to ask", count) % {"n": count},
            pgettext("colon", ": "), unknown,
        )  # fmt: skip
        parts.append(("unknown", icon("ask"), said))
    if unknowns == "names" and unknown:
        said = format_html(
            '<span><span class="hidden-text">{}{}</span>{}</span>',
            _("To be asked"), pgettext("colon", ": "), unknown,
        )  # fmt: skip
        parts.append(("unknown", icon("ask"), said))
    if not parts:
        return mark_safe("")
    inner = format_html_join("", '<span class="mark mark-{}">{}{}</span>', parts)
    return format_html('<p class="visit-marks">{}</p>', inner)


@register.simple_tag
def hole(block: Block, column: Column) -> SafeString:
    """Free time as a link that books it; a week has a hundred of them."""
    slot = f"day={column.day}&who={column.person}&at={block.at}"
    return format_html(
        '<li class="hole {}"><a href="{}?{}" data-slot="{}"><span class="hole-said">{} {}'
        '<span class="hidden-text">, {}</span></span></a></li>',
        block.place, _to_book(), slot, slot, icon("plus"),
        _("Book at %(at)s") % {"at": block.words}, column.name,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _to_book() -> str:
    return reverse("appointment-find")


def address(name: str, public_id: str) -> str:
    """``reverse``, worked out once for each name: ids of ours need no escaping."""
    return _pattern(name).replace(PLACE, public_id)


@lru_cache(maxsize=40)
def _pattern(name: str) -> str:
    return reverse(name, args=[PLACE])


@register.simple_tag
def press_to(name: str, card: Card) -> str:
    """The address of a button of a card."""
    return address(name, card.public_id)
