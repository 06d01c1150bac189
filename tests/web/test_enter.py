"""Enter in a field presses the first button of its form, on every page: it never signs, never says
no to all and never goes looking for something else than what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.web.asked_page import Node, parsed

ONE_LINE = {"text", "search", "email", "tel", "number", "date", "time", "password", "url"}


def buttons(page: Node, form: Node) -> list[Node]:
    """What sends a form, in the order of the page."""
    own = form.attributes.get("id")
    return [
        one
        for one in page.all("button")
        if one.attributes.get("type", "submit") == "submit"
        and (one.attributes["form"] == own if "form" in one.attributes else inside(one, form))
    ]


def inside(one: Node, form: Node) -> bool:
    up = one.parent
    while up is not None and up is not form:
        up = up.parent
    return up is form


def typed_into(form: Node) -> bool:
    return any(one.attributes.get("type", "text") in ONE_LINE for one in form.all("input"))


def by_enter(page: Node) -> Iterator[tuple[Node, list[Node]]]:
    """Each button that Enter presses where there is another, with the others."""
    for form in page.all("form"):
        found = buttons(page, form)
        if typed_into(form) and len(found) > 1:
            yield found[0], found[1:]


def test_enter_in_a_field_stores_what_was_typed_and_no_more(every_page: Mapping[str, str]) -> None:
    seen, wrong = set(), []
    for name, text in every_page.items():
        for first, others in by_enter(parsed(text)):
            seen.add(name)
            plain = not first.attributes.get("name")
            # A hidden first button does what another one does: the one that is pressed most.
            stands_for = "hidden" in first.attributes and any(
                first.attributes.get("value") == one.attributes.get("value") for one in others
            )
            signs = first.attributes.get("value") == "sign"
            if signs or not (plain or stands_for):
                wrong.append((name, first.attributes, first.text))
    assert wrong == []
    assert {"session", "course-letter", "patient-complaint-new"} <= seen
