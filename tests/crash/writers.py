"""People who write without a pause, and the list of what they were told is saved."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, count, islice
from typing import Any

from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.guideline.facts import MOST_COMPLAINTS
from dolenti.records.models import Patient
from tests.crash.browser import Answer, Browser, LostError

LETTERS = ("ba", "co", "di", "fu", "ga", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "xu")


@dataclass(frozen=True)
class Form:
    """One form as it is sent; sent again, it is the same write."""

    kind: str
    path: str
    fields: dict[str, str]


@dataclass
class Ledger:
    """What was acknowledged, what was lost on the way, and what was refused (which nothing is)."""

    saved: list[tuple[Form, Answer]] = field(default_factory=list)
    lost: list[Form] = field(default_factory=list)
    refused: list[tuple[Form, Answer]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def of(self, kind: str) -> list[tuple[Form, Answer]]:
        return [one for one in self.saved if one[0].kind == kind]

    def wait_for(self, saved: int, kinds: int = 1, seconds: float = 120) -> None:
        """Until so many forms were acknowledged, of so many kinds."""

        def happened() -> bool:
            many = len({form.kind for form, _ in self.saved}) >= kinds
            return (len(self.saved) >= saved and many) or bool(self.refused)

        with self.changed:
            enough = self.changed.wait_for(happened, seconds)
        assert not self.refused, (self.refused[0][0], self.refused[0][1].words)
        assert enough, f"{len(self.saved)} of {saved} writes after {seconds} s"


Writer = Iterator[Form]


def forms(kind: str, path: str, fields: Callable[[int], dict[str, str]]) -> Writer:
    """One form after the other, each with a token of its own."""
    for number in count(1):
        yield Form(kind, path, {"token": str(uuid.uuid4()), **fields(number)})


def registering(start: int) -> Writer:
    """New patients, nobody like the other, for 27,000 numbers."""

    def fields(number: int) -> dict[str, str]:
        n = start + number
        name = "".join(LETTERS[(n * step + n // 14**place) % 14] for place, step in
                       enumerate((1, 3, 5, 9)))  # fmt: skip
        born = date(1935, 1, 1) + timedelta(days=n * 7 % 27_000)  # no two on one day
        return {
            "birth_name": f"{name}{LETTERS[n % 14]}",
            "first_name": ("Jean", "Anne", "Luc", "Zoé")[n % 4],
            "birth_date": f"{born:%d/%m/%Y}",
            "sex": "female" if n % 2 else "male",
            "language": "fr",
        }

    return forms("register", reverse("patient-new"), fields)


def stating(patient: Patient) -> Writer:
    """The weight, again and again."""
    path = reverse("patient-fact", args=[patient.public_id, "weight"])
    day = f"{timezone.localdate():%d/%m/%Y}"
    return forms(
        "state", path, lambda n: {"said_by": "patient", "at": day, "value": str(60 + n % 50)}
    )


def describing(patient: Patient) -> Writer:
    """One complaint after the other, as many as one patient may have; then the weight."""
    path = reverse("patient-complaint-new", args=[patient.public_id])
    described = forms(
        "describe",
        path,
        lambda n: {
            "condition": "knee-osteoarthritis",
            "side": "right",
            "note": f"Marche {n}",
            "another": "on",
        },
    )
    return chain(islice(described, MOST_COMPLAINTS - 10), stating(patient))


def moving(session: Appointment, days: list[date], hour: int) -> Writer:
    """A session moved from day to day, each form based on the version that the last one made."""
    path = reverse("appointment-move", args=[session.public_id])
    who = session.practitioner.public_id

    def fields(number: int) -> dict[str, str]:
        n = session.version + number - 1
        return {
            "based_on": str(n),
            "day": f"{days[n % len(days)]:%Y-%m-%d}",
            "at": f"{hour:02}:00",
            "minutes": "30",
            "practitioner": who,
            "reason": "Le patient le demande",
        }

    return forms("move", path, fields)


def drafting(about: Patient) -> Writer:
    """A contact that is being typed, kept every moment."""
    path = reverse("draft-keep", args=["contact-new"])
    for number in count(1):
        yield Form("draft", path, {"draft-about": about.public_id, "name": f"Voisine {number}"})


def acknowledged(answer: Answer) -> bool:
    """Whether a person was told that it is saved."""
    return answer.status == 302 or (answer.status == 200 and "Brouillon" in answer.page)


@contextmanager
def at_work(port: int, user: User, writers: list[Writer], ledger: Ledger) -> Iterator[None]:
    """Each writer in a thread of its own, sending until the site is gone or this ends."""
    stop = threading.Event()
    browsers = [Browser(port, user) for _ in writers]

    def write(browser: Browser, writer: Writer) -> None:
        for form in writer:
            if stop.is_set():
                return
            try:
                answer = browser.post(form.path, form.fields)
            except LostError:
                with ledger.changed:
                    ledger.lost.append(form)
                return
            with ledger.changed:
                told = ledger.saved if acknowledged(answer) else ledger.refused
                told.append((form, answer))
                ledger.changed.notify_all()
            if told is ledger.refused:
                return

    with ThreadPoolExecutor(len(writers)) as threads:
        going: list[Any] = [
            threads.submit(write, *pair) for pair in zip(browsers, writers, strict=True)
        ]
        try:
            yield
        finally:
            stop.set()
            for one in going:
                one.result(timeout=120)
