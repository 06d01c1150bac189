"""How a field that was refused says so: its mark, its own sentence, and the first one’s focus.

A page holds ``errors``, the sentence of each refused field by its name, in the order of the form::

    <input id="f-note" name="note" {% refused "note" %}>
    {% why "note" %}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


def _errors(context: Context) -> Mapping[str, str]:
    found: Mapping[str, str] = context.get("errors") or {}
    return found


@register.simple_tag(takes_context=True)
def refused(context: Context, *names: str, group: str = "", by: str = "") -> SafeString:
    """The attributes of a field by any of these names, or of one of a ``group`` that was refused as
    a whole, whose first field takes the focus by bearing its name; ``by`` describes the field
    whatever was refused."""
    errors = _errors(context)
    why = [f"why-{one}" for one in (*names, group) if one in errors]
    said = " ".join([*why, *([by] if by else [])])
    found = format_html(' aria-describedby="{}"', said) if said else SafeString("")
    if why:
        found += SafeString(' aria-invalid="true"')
    return found + focus(context, *names)


@register.simple_tag(takes_context=True)
def focus(context: Context, *names: str) -> SafeString:
    """The focus, where what was refused first is one of these."""
    errors = _errors(context)
    return SafeString(" autofocus" if errors and next(iter(errors)) in names else "")


@register.simple_tag(takes_context=True)
def why(context: Context, name: str) -> SafeString | str:
    """The sentence of a refused field, beside it."""
    said: Any = _errors(context).get(name)
    return format_html('<p class="error" id="why-{}">{}</p>', name, capfirst(said)) if said else ""
