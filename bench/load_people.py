"""Thirty people at a site, each doing what their role does, one thing every few seconds.

One process, one thread: it must not take from the site the processor that it is measured on. A
browser's own requests for styles and scripts are left out: it has them already.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

CSRF = "c" * 32
PAUSE = (3.0, 8.0)
"""Seconds between two things that one person does."""
GIVEN_UP = 30.0
_BASED_ON = re.compile(r'name="based_on"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="based_on"')
_SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


@dataclass
class Measured:
    """Seconds by what was asked for; statuses; what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Person:
    """Someone with an open session."""

    port: int
    told: dict[str, Any]
    measured: Measured
    chance: random.Random

    async def get(self, what: str, path: str) -> str:
        _, page = await self._ask(what, "GET", path, None)
        return page

    async def post(self, what: str, path: str, fields: dict[str, str]) -> str:
        """Send a form, and go where it leads, as a browser does."""
        body = urlencode({"token": str(uuid.uuid4()), **fields, "csrfmiddlewaretoken": CSRF})
        location, page = await self._ask(what, "POST", path, body)
        if location:
            return await self.get(f"after {what}", location)
        return page

    async def _ask(self, what: str, method: str, path: str, body: str | None) -> tuple[str, str]:
        lines = [
            f"{method} {quote(path, safe='/?=&%#').partition('#')[0]} HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: close",
            f"Cookie: sessionid={self.told['session']}; csrftoken={CSRF}",
        ]
        if body is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body)}"]
        request = "\r\n".join([*lines, "", body or ""])
        start = time.perf_counter()
        try:
            async with asyncio.timeout(GIVEN_UP):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(request.encode())
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError) as error:
            self.measured.wrong.append(f"{what}: {type(error).__name__}")
            return "", ""
        self.measured.seconds[what].append(time.perf_counter() - start)
        head, _, page = answer.decode("utf-8", "replace").partition("\r\n\r\n")
        status = int(head.split(" ", 2)[1]) if head.startswith("HTTP") else 0
        self.measured.statuses[status] += 1
        # Nobody here asks for what they may not see, and a form is filled in rightly.
        if not 200 <= status < 400:
            self.measured.wrong.append(f"{what}: {status}")
        location = re.search(r"^location: (\S+)", head, re.IGNORECASE | re.MULTILINE)
        return (location[1] if location else ""), page

    def patient(self) -> dict[str, Any]:
        found: dict[str, Any] = self.chance.choice(self.told["patients"])
        return found

    def patient_with(self, what: str) -> str:
        """The id of a complaint or an assessment of one of this person's patients."""
        every = [one for patient in self.told["patients"] for one in patient[what]]
        chosen: str = self.chance.choice(every)
        return chosen


Deed: TypeAlias = Callable[[Person], Coroutine[Any, Any, Any]]


def page(what: str, path: Callable[[Person], str]) -> Deed:
    """Open a page."""

    async def deed(me: Person) -> None:
        await me.get(what, path(me))

    return deed


home = page("home", lambda me: "/")
patients = page("patients", lambda me: "/patients/")
patient = page("patient", lambda me: f"/patients/{me.patient()['id']}/")
identity = page("identity", lambda me: f"/patients/{me.patient()['id']}/identity/")
facts = page("facts", lambda me: f"/patients/{me.patient()['id']}/facts/")
complaint = page("assess", lambda me: f"/complaints/{me.patient_with('complaints')}/")
assessment = page("assessment", lambda me: f"/assessments/{me.patient_with('assessments')}/")
knowledge = page("knowledge", lambda me: f"/knowledge/{me.chance.choice(CHAPTERS)}")
agenda = page("agenda", lambda me: "/agenda/")
week = page("agenda of the week", lambda me: "/agenda/week/")
privileges = page("privileges", lambda me: "/privileges/")


async def search(me: Person) -> None:
    """A name, typed half."""
    await me.post("search", "/patients/", {"q": me.patient()["name"][:6]})


async def state(me: Person) -> None:
    """A weight, written down."""
    day, weight = date.today(), me.chance.randrange(48, 110)  # noqa: DTZ011
    fields = {"said_by": "patient", "at": f"{day:%d/%m/%Y}", "value": str(weight)}
    await me.post("state a fact", f"/patients/{me.patient()['id']}/facts/weight/", fields)


async def store(me: Person) -> None:
    """An assessment read, and kept."""
    path = f"/complaints/{me.patient_with('complaints')}/"
    seen = _SEEN.search(await me.get("assess", path))
    if seen:
        await me.post("store an assessment", f"{path}store/", {"seen": seen[1]})


async def describe(me: Person) -> None:
    """A new pain."""
    path = f"/patients/{me.patient()['id']}/complaints/new/"
    await me.get("complaint form", path)
    await me.post(
        "new complaint", path, {"condition": "de-quervain", "side": "left", "another": "on"}
    )


async def register(me: Person) -> None:
    """Somebody who comes for the first time."""
    await me.get("patient form", "/patients/new/")
    letters = "".join(me.chance.choices("abcdefghijlmnoprstuv", k=11))
    born = date(1930, 1, 1) + timedelta(days=me.chance.randrange(30_000))
    draft = {"birth_name": letters[:6], "draft-about": ""}
    await me.post("keep a draft", "/drafts/patient-new/", draft)
    fields = {
        "birth_name": letters,
        "first_name": letters[::-1][:7],
        "birth_date": f"{born:%d/%m/%Y}",
        "sex": me.chance.choice(("female", "male")),
        "language": "fr",
    }
    await me.post("register", "/patients/new/", fields)


async def move(me: Person) -> None:
    """A session to another day."""
    if not me.told["sessions"]:
        return await home(me)
    session = me.chance.choice(me.told["sessions"])
    path = f"/appointments/{session['id']}/move/"
    found = _BASED_ON.search(await me.get("session form", path))
    if not found:
        return None
    # Far away, at an hour that no other of the thirty takes from this practitioner.
    day = date.today() + timedelta(days=100 + me.chance.randrange(400))  # noqa: DTZ011
    while day.weekday() > 3 or (day.month, day.day) in HOLIDAYS or day.month == 5:
        day += timedelta(days=1)
    minutes = me.chance.randrange(0, 60 * 9, 10)
    fields = {
        "based_on": found[1] or found[2],
        "day": f"{day:%Y-%m-%d}",
        "at": f"{9 + minutes // 60:02}:{minutes % 60:02}",
        "minutes": "10",
        "practitioner": session["with"],
        "reason": "Le patient le demande",
    }
    await me.post("move a session", path, fields)
    return None


CHAPTERS = ("", "alerts/", "therapies/mesotherapy/", "products/", "sources/")
HOLIDAYS = {(1, 1), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
# What each role does, and how often beside the other things.
DAYS: dict[str, dict[Deed, int]] = {
    "practitioner": {
        home: 2, agenda: 3, week: 1, patients: 2, search: 2, patient: 5, facts: 2, state: 3,
        complaint: 4, store: 2, assessment: 2, describe: 1, knowledge: 1,
    },
    "nurse": {
        home: 2, agenda: 4, patients: 3, search: 3, patient: 5, facts: 3, state: 4, identity: 1,
        move: 1,
    },
    "secretary": {
        home: 1, agenda: 5, week: 2, patients: 3, search: 5, identity: 5, register: 3, move: 3,
    },
    "analyst": {home: 1, knowledge: 4},
    "auditor": {home: 1, knowledge: 4},
    "administrator": {home: 1, privileges: 2, patients: 2, identity: 2, knowledge: 1},
}  # fmt: skip


async def _work(me: Person, end: float) -> None:
    deeds = DAYS[me.told["role"]]
    await asyncio.sleep(me.chance.uniform(0, PAUSE[1]))  # nobody begins with the others
    while time.monotonic() < end:
        (deed,) = me.chance.choices(list(deeds), list(deeds.values()))
        await deed(me)
        await asyncio.sleep(me.chance.uniform(*PAUSE))


async def _everybody(port: int, told: list[dict[str, Any]], seconds: float, seed: int) -> Measured:
    measured = Measured()
    end = time.monotonic() + seconds
    people = [
        Person(port, one, measured, random.Random(f"{seed} {number}"))
        for number, one in enumerate(told)
    ]
    await asyncio.gather(*(_work(me, end) for me in people))
    return measured


def at_work(port: int, told: list[dict[str, Any]], seconds: float, seed: int) -> Measured:
    """Let them work for so long; what it took. Another seed is another day."""
    return asyncio.run(_everybody(port, told, seconds, seed))
