"""Fields of a form, written without a template for each option and each attribute.

Django writes a list of choices by a template that includes another for each option and a third for
the attributes of each: of a session, that was a fifth of its page. The same text is put together
here; whatever else a form shows is Django's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_WIDGETS: Final = "django/forms/widgets/"
_INPUTS: Final = frozenset(
    f"{_WIDGETS}{name}.html"
    for name in (
        "text", "hidden", "number", "email", "password", "search", "tel", "url", "date", "time",
        "checkbox",
    )
)  # fmt: skip
_OPTIONS: Final = frozenset(f"{_WIDGETS}{name}_option.html" for name in ("radio", "checkbox"))


class Renderer(DjangoTemplates):
    """Django's own, but for what a page has most of."""

    def render(self, template_name: str, context: Any, request: Any = None) -> SafeString:
        """One widget."""
        if template_name == f"{_WIDGETS}select.html":
            return mark_safe("".join(_select(context["widget"])))  # noqa: S308 - escaped below
        if template_name in _INPUTS:
            return mark_safe("".join(_input(context["widget"])))  # noqa: S308 - escaped below
        if template_name in _OPTIONS:
            return mark_safe("".join(_option(context["widget"])))  # noqa: S308 - escaped below
        return mark_safe(super().render(template_name, context, request))  # noqa: S308 - Django’s


def _attributes(attributes: dict[str, Any]) -> str:
    found = []
    for name, value in attributes.items():
        if value is False:
            continue
        # ``stringformat`` makes a text of it, so that it is always escaped.
        said = "" if value is True else f'="{_text(value)}"'
        found.append(f" {conditional_escape(name)}{said}")
    return "".join(found)


def _text(value: Any) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _input(widget: dict[str, Any]) -> Iterator[str]:
    yield f'<input type="{conditional_escape(widget["type"])}"'
    yield f' name="{conditional_escape(widget["name"])}"'
    if widget["value"] is not None:
        yield f' value="{_text(widget["value"])}"'
    yield f"{_attributes(widget['attrs'])}>"


def _option(widget: dict[str, Any]) -> Iterator[str]:
    if not widget.get("wrap_label"):
        yield from _input(widget)
        return
    key = widget["attrs"].get("id")
    yield f'<label for="{conditional_escape(key)}">' if key else "<label>"
    yield from _input(widget)
    yield f" {conditional_escape(widget['label'])}</label>"


def _select(widget: dict[str, Any]) -> Iterator[str]:
    yield f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>'
    for group, options, _index in widget["optgroups"]:
        if group:
            yield f'\n  <optgroup label="{conditional_escape(group)}">'
        for one in options:
            yield f'\n  <option value="{_text(one["value"])}"{_attributes(one["attrs"])}>'
            yield f"{conditional_escape(one['label'])}</option>"
        if group:
            yield "\n  </optgroup>"
    yield "\n</select>"
