"""The Assess page as somebody uses it: reads what stands on it, and presses only that."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.covered import cover, uncover
from dolenti.access.models import User
from dolenti.records.models import Complaint
from tests.web.world import complaint_of

VOID = {"input", "br", "img", "hr", "meta", "link", "use", "path"}


@dataclass
class Node:
    """An element of the page."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def all(self, tag: str, **wanted: str) -> list[Node]:
        """Every element below with this tag and these attributes (``_`` for ``-``)."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag and all(
                    value in child.attributes.get(name.strip("_").replace("_", "-"), "").split()
                    if name == "class_"
                    else child.attributes.get(name.replace("_", "-")) == value
                    for name, value in wanted.items()
                ):
                    found.append(child)
                found += child.all(tag, **wanted)
        return found

    @property
    def text(self) -> str:
        """What a person reads."""
        parts = [c.text if isinstance(c, Node) else c for c in self.children]
        return " ".join("".join(parts).replace("\u00a0", " ").split())

    @property
    def fields(self) -> dict[str, Any]:
        """The hidden fields of a form."""
        sent: dict[str, Any] = {}
        for one in self.all("input", type="hidden"):
            sent.setdefault(one.attributes["name"], []).append(one.attributes.get("value", ""))
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag: str) -> None:
        at: Node | None = self.at
        while at is not None and at.tag != tag:
            at = at.parent
        if at is not None and at.parent is not None:
            self.at = at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def parsed(html: str) -> Node:
    """The page as a tree."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


def therapies_of(address: str) -> list[str]:
    """The therapies that the address of a page puts in play."""
    return (uncover(address.partition("?for=")[2]) or "").split(",")


class AskedPage:
    """One clinician before one page. ``clicks`` counts what was pressed, the opening included."""

    def __init__(self, browser: Client, complaint: Complaint, *therapies: str) -> None:
        self.browser, self.complaint, self.clicks = browser, complaint, 1
        record = reverse("patient", args=[complaint.patient.public_id])
        offered = [
            therapies_of(link.attributes["href"])
            for link in parsed(browser.get(record).content.decode()).all("a", class_="button")
            if f"/complaints/{complaint.public_id}/?for=" in link.attributes["href"]
        ]
        # The link that opens most of them, and none that is not wanted.
        wanted = set(therapies)
        best = max((way for way in offered if set(way) <= wanted), key=len, default=therapies[:1])
        self._open(tuple(best))
        for therapy in therapies:
            if therapy not in best:
                self.add(therapy)

    def _open(self, therapies: tuple[str, ...]) -> None:
        query = {"for": cover(",".join(therapies))} if therapies else {}
        address = reverse("complaint", args=[self.complaint.public_id])
        self.read(self.browser.get(address, query))

    def read(self, response: Any) -> None:
        """What came back."""
        self.status = response.status_code
        self.html = response.content.decode()
        self.page = parsed(self.html)

    def reload(self) -> None:
        """The page again, with the same therapies in play."""
        query = {"for": cover(self.page.all("input", name="for")[0].attributes["value"])}
        self.read(self.browser.get(reverse("complaint", args=[self.complaint.public_id]), query))

    def add(self, therapy: str) -> None:
        """Press a chip."""
        for chip in self.page.all("a", class_="chip"):
            named = therapies_of(chip.attributes["href"])
            if therapy in named and "chip-on" not in chip.attributes["class"]:
                self.clicks += 1
                self.read(self.browser.get(chip.attributes["href"]))
                return
        raise AssertionError(f"no chip adds {therapy}")

    @property
    def rows(self) -> list[Node]:
        """Every row, and what stands under it."""
        return [one for one in self.page.all("div", class_="row") if "data-row" in one.attributes]

    @property
    def open_rows(self) -> list[Node]:
        """The forms whose one press answers a row."""
        return [
            form for form in self.page.all("form") if form.attributes["action"].endswith("/row/")
        ]

    def button(self, form: Node) -> str:
        """What stands on the button."""
        return form.all("button")[0].text

    def send(self, form: Node, **more: Any) -> None:
        """Press the button of a form, as htmx sends it."""
        self.clicks += 1
        self.read(
            self.browser.post(
                form.attributes["action"], {**form.fields, **more}, headers={"HX-Request": "true"}
            )
        )

    def no(self, row: str) -> None:
        """Press the button of a row, by its name."""
        form = next(f for f in self.open_rows if f.fields["row"] == [row])
        self.send(form)

    def row_of(self, name: str) -> Node:
        """A row, by its name."""
        return next(one for one in self.rows if one.attributes["id"] == f"row-{name}")

    def forms_of(self, row: str, kind: str) -> list[Node]:
        """The forms of a row that go to an address of this end."""
        forms = self.row_of(row).all("form")
        return [form for form in forms if form.attributes["action"].endswith(kind)]

    def confirm(self, row: str) -> None:
        """Confirm what the record holds beside a row."""
        self.send(self.forms_of(row, "/confirm/")[0])

    def undo(self, row: str) -> None:
        """Undo the last press of a row."""
        self.send(self.forms_of(row, "/undo/")[0])

    def no_to_all(self) -> int:
        """Press the button of every row from the top until none is open; how many it took."""
        pressed = 0
        while self.open_rows:
            assert pressed < 40, "the page never ends"
            self.send(self.open_rows[0])
            assert self.status == 200
            pressed += 1
        return pressed

    def yes(self, fact: str) -> None:
        """Press a phrase that says exactly this fact."""
        for form in self.page.all("form"):
            if form.fields.get("fact") == [fact] and form.all("button", class_="phrase-yes"):
                self.send(form, value="yes")
                return
        raise AssertionError(f"no phrase says {fact} by itself")

    def chip(self, fact: str, value: str) -> None:
        """Press a yes within a phrase."""
        for form in self.page.all("form", class_="phrase-chip"):
            if form.fields.get("fact") == [fact] and form.all("button", value=value):
                self.send(form, value=value)
                return
        raise AssertionError(f"no chip says {fact}: {value}")

    def exact(self, fact: str, value: str) -> None:
        """Open the exact question of a phrase, and press or type an answer."""
        for form in self.page.all("form", class_="question"):
            if form.fields.get("fact") == [fact]:
                inside: Node | None = form
                while inside is not None and inside.tag != "details":
                    inside = inside.parent
                self.clicks += inside is not None
                self.send(form, value=value)
                return
        raise AssertionError(f"{fact} is not on the page")

    def store(self) -> Any:
        """Press the last button."""
        form = self.page.all("form", id="store")[0]
        self.clicks += 1
        return self.browser.post(form.attributes["action"], form.fields)


def case(
    alice: User, condition: str, *, age: int = 45, sex: str = "male", side: str = "right",
    zone: str = "", facts: str = "{}",
) -> Complaint:  # fmt: skip
    """Somebody with a pain, of whom nothing was asked yet."""
    born = timezone.localdate().year - age - 1
    placed = f", zone: {zone}" if zone else ""
    sided = f", side: {side}" if side else ""
    return complaint_of(
        alice,
        f"patient: {{birth-date: {born}-12-31, sex: {sex}}}\n"
        f"complaint: {{condition: {condition}{placed}{sided}, since: 2025-11-01}}\n"
        f"facts: {facts}\n",
        uuid.uuid4(),
    )
