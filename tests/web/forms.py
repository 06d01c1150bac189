"""The forms of the pages, filled in as they stand and sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Assessment, Complaint
from tests.people import put_in_role
from tests.web.addresses import address
from tests.web.matrix import PAGES

# What a person types, where a form leaves it open.
TYPED = {
    "birth_name": "Kowalski", "first_name": "Hedwige", "birth_date": "14/07/1977",
    "sex": "female", "name": "Voisine", "phone": "0102030405", "kind": "relative",
    "reason": "Saisie sur la mauvaise personne", "condition": "hip-osteoarthritis",
    "side": "left", "value": "none", "outcome": "Vu aux urgences", "note": "Dit au téléphone",
    "said_by": "patient", "proof": "DIU 2019", "label": "Infiltration", "price": "90",
    "text": "", "sure": "on", "fact": "anticoagulant", "therapy": "infiltration",
}  # fmt: skip

FAR: Final = ("0001-01-01", "9999-12-31", "01/01/0001", "31/12/9999", "9999-12-30")
"""Days at the ends of the calendar, as they are typed."""

# A page has thousands of other tags, and Python's parser is slow: it reads those of forms alone.
_FORMS: Final = re.compile(r"</?(?:form|select|option|textarea|input|button)\b[^>]*>")
_FIELD: Final = re.compile(r"<input\b[^>]*>|<textarea\b[^>]*>.*?</textarea>", re.DOTALL)


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.buttons: list[list[dict[str, str]]] = []  # of each, those that say something
        self.files: list[list[str]] = []  # of each, the fields that take a file
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((told.get("action", ""), {}))
            self.buttons.append([])
            self.files.append([])
            return
        if not self.found:
            return
        fields, name, value = self.found[-1][1], told.get("name", ""), told.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "option":
            if self.select and ((value and not fields.get(self.select)) or "selected" in told):
                fields[self.select] = value
        elif tag == "button" and name:
            self.buttons[-1] += [{name: value}] if told.get("type", "submit") == "submit" else []
        elif tag == "textarea" and name:
            fields.setdefault(name, "")
        elif tag == "input" and name:
            self._input(told, name, value)

    def _input(self, told: dict[str, str], name: str, value: str) -> None:
        fields, kind = self.found[-1][1], told.get("type", "text")
        if kind == "radio":
            fields.setdefault(name, value)
        elif kind == "checkbox":
            if "checked" in told or name in TYPED:
                fields[name] = value or "on"
        elif kind == "file":
            self.files[-1].append(name)
        else:
            fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


def form_of(page: Any, path: str, user: User) -> dict[str, str]:
    """What the form that a page sends to itself would send, filled in as a person would."""
    forms = Forms()
    if page.status_code == 200:
        forms.feed("".join(_FORMS.findall(page.content.decode())))
    day = f"{timezone.localdate():%d/%m/%Y}"
    for action, fields in forms.found:
        if action in ("", path) and fields.keys() - {"csrfmiddlewaretoken"}:
            left = {**dict.fromkeys(("at", "since"), day), **TYPED}
            return {name: value or left.get(name, "") for name, value in fields.items()}
    # A button of another page.
    sent = {"token": str(uuid.uuid4()), "based_on": "1", "resolved": "yes"}
    return {**TYPED, **sent, "user": user.public_id}


def as_rendered(page: Any, path: str) -> dict[str, str]:
    """What the form that a page sends to itself holds, nothing ticked and nothing typed; empty
    where it has none."""
    forms = Forms()
    forms.feed("".join(_FORMS.findall(page.content.decode())))
    own = (said for action, said in forms.found if action in ("", path))
    return next((said for said in own if said.keys() - {"csrfmiddlewaretoken"}), {})


def sent(browser: Client, path: str, fields: Mapping[str, Any]) -> Any:
    answer = browser.post(path, fields)
    if answer.streaming:
        b"".join(answer)  # a file is read to its end, or stays open
    return answer


def raw(fields: Mapping[str, str]) -> dict[str, list[bytes]]:
    """The bytes of a form as a program sends them, which no browser would: halves of a character
    among them."""
    return {name: [value.encode("utf-8", "surrogatepass")] for name, value in fields.items()}


def asked(browser: Client, path: str, parameters: Mapping[str, str]) -> Any:
    """A page with what stands behind its path, halves of a character among it."""
    answer = browser.get(path, QUERY_STRING=urlencode(parameters, errors="surrogatepass"))
    if answer.streaming:
        b"".join(answer)
    return answer


def forms_of(page: Any, path: str, user: User) -> list[dict[str, str]]:
    """All that a page can send to itself, filled in as a person would: each of its forms, by each
    button of it that has a name; at least what ``form_of`` gives."""
    forms = Forms()
    if page.status_code == 200 and not page.streaming:
        forms.feed("".join(_FORMS.findall(page.content.decode())))
    usual = form_of(page, path, user)
    found = [usual]
    for (action, fields), buttons in zip(forms.found, forms.buttons, strict=True):
        if action in ("", path) and fields.keys() - {"csrfmiddlewaretoken"}:
            filled = {name: value or TYPED.get(name, "") for name, value in fields.items()}
            found += [{**filled, **button} for button in [{}, *buttons]]
    return [one for place, one in enumerate(found) if one not in found[:place]]


def files_of(page: Any) -> list[str]:
    """The fields of a page that take a file."""
    forms = Forms()
    if page.status_code == 200 and not page.streaming:
        forms.feed("".join(_FORMS.findall(page.content.decode())))
    return sorted({name for names in forms.files for name in names})


class Ready(NamedTuple):
    """Somebody's browser, a form's address, its fields filled in, and the page that holds it."""

    browser: Client
    path: str
    fields: dict[str, str]
    page: Any


def ready_to_send(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
    role: Role | None = None,
) -> Ready:
    """Alice in a role that has the form."""
    path = address(name, knee, stored)
    put_in_role(alice, role or PAGES[name].reader)
    browser = browser_of(alice)
    page = browser.get(path)
    return Ready(browser, path, form_of(page, path, alice), page)


class Fields(HTMLParser):
    """The fields of a page by name: their attributes, with what stands in them as ``value``."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.area = ""
        self.feed("".join(_FIELD.findall(page)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if "aria-invalid" in self.found.get(name, {}):
            return  # of several forms of a page, the one that was refused
        if tag == "textarea":
            self.area = name
            self.found[name] = {**told, "type": "textarea", "value": ""}
        elif tag == "input" and name:
            self.found[name] = told

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area]["value"] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
