"""A house in which everything that an address names stands in each state at once: of one's own
site, of another one, closed, merged away, erased. Made once for a module of tests.

What stands in an address is made by ``addresses.ABOUT``; nothing here lists a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zlib import crc32

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Permission, Role
from dolenti.identity.person import Identity
from dolenti.records import gate
from dolenti.records.gate.refusing import named
from dolenti.records.models import Patient
from dolenti.records.patients import merging
from dolenti.rights import erasing
from dolenti.rights.models import ErasureProposal
from tests.nasty import LARGE
from tests.night import IS_NIGHT
from tests.people import enter
from tests.web.addresses import ABOUT, BESIDE, OF_SERUM
from tests.web.matrix import PAGES, Listed
from tests.web.merges import merged
from tests.web.world import administrator, assessed, complaint_of, person, registered

NEVER: Final = "2" * 16
"""A public id that nothing ever had."""
OF_THE_DESK: Final = {
    Permission.READ_PATIENTS, Permission.WRITE_PATIENTS, Permission.MERGE_PATIENTS,
    Permission.READ_AGENDA, Permission.SCHEDULE, Permission.CERTIFY, Permission.BREAK_GLASS,
    Permission.ERASE,
}  # fmt: skip
"""What is done with an identity or a day, and reads no record: a closed one hinders nobody."""
OF_WHO_ASKED: Final = {"copies", "openings"}
"""A copy or an opening is of who asked for it: to everybody else there is none."""
OF_WHO_ASKS: Final = {
    "access_auditentry", "access_auditkey", "django_session", "usersessions_usersession",
}  # fmt: skip
"""The trail with its keys, and when somebody was last here."""
_WRITES: Final = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
_OF_ONE_ANSWER: Final = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"|name="(?:token|key)" value="[\w-]+"'
    r'|\s*aria-current="\w+"'
)


@dataclass
class Answer:
    """What somebody was answered, and which tables were written on the way, the trail aside."""

    status: int
    goes: str
    text: str
    written: list[str]
    kind: str = ""

    def __str__(self) -> str:
        goes = f" to {self.goes}" if self.goes else ""
        into = f", wrote {sorted(set(self.written))}" if self.written else ""
        return f"{self.status}{goes}{into}"

    def says(self, words: Iterable[str]) -> list[str]:
        """Those of some words that stand in it."""
        return [word for word in words if word in self.text]

    def hidden(self, *words: str) -> tuple[int, str, str]:
        """The same without what is of one asking, and without some words."""
        found = [self.goes, _OF_ONE_ANSWER.sub("", self.text)]
        for word in words:
            found = [one.replace(word, "") for one in found]
        return (self.status, *found)  # type: ignore[return-value]


@contextmanager
def writes() -> Iterator[list[str]]:
    """The tables that are written meanwhile, but the trail's."""
    found: list[str] = []

    def look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        into = _WRITES.match(sql)
        if into and into[1] not in OF_WHO_ASKS:
            found.append(into[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield found


def ask(browser: Client, path: str, method: str) -> Answer:
    """One asking, undone at its end, in the browser as in the database."""
    cookies = deepcopy(browser.cookies)
    with transaction.atomic(), writes() as written:
        answer = getattr(browser, method)(path)
        body = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    browser.cookies = cookies
    goes = answer.headers.get("Location", "")
    return Answer(
        answer.status_code,
        goes,
        body.decode(errors="replace"),
        written,
        answer.headers.get("Content-Type", ""),
    )


def asked(page: Listed) -> tuple[str, ...]:
    """How a page is asked: by night in each way in which it may be; by day in one of them, and the
    next page in the other, for one guard stands before both."""
    ways = ("get", "post") if page.takes_form else ("get",)
    if IS_NIGHT or LARGE:
        return ways
    return (ways[crc32(page.name.encode()) % len(ways)],)


@dataclass
class House:
    """Two sites, everybody at each of them, and one of everything, of patients of Alice's."""

    alice: User
    patient: Patient
    made: dict[str, Any]
    serum: dict[str, Any]
    beside: dict[str, str]
    here: dict[Role, Client]
    there: dict[Role, Client]
    own: Client
    whose: dict[str, list[Patient]]

    def path(self, page: Listed, *, never: bool = False) -> str:
        """The address of a page about what was made; or about what there never was."""
        about = self.serum.get(page.name) or self.made.get(page.kind)
        arguments = dict(self.beside)
        arguments["public_id"] = NEVER if never else getattr(about, "public_id", NEVER)
        return reverse(page.name, kwargs={name: arguments[name] for name in page.arguments})

    def of_a_patient(self, page: Listed) -> bool:
        """Whether a page is about something of a patient."""
        return bool(self.whose[page.kind])

    @property
    def patients(self) -> list[Patient]:
        """Everybody whom something is about."""
        return list({one.pk: one for some in self.whose.values() for one in some}.values())

    def merged_away(self) -> Patient:
        """The patient's record merged into another one, which it is."""
        merging.unmerge(self.alice, self.made["merges"], "two sisters")
        someone = Identity("Vasseur", "Odile", date(1944, 4, 4), "female")
        survivor = registered(self.alice, identity=someone)
        merged(self.alice, survivor, self.patient)
        return survivor

    def erase(self, patients: Iterable[Patient]) -> None:
        """Erase some patients, by two people, long after the last of them came."""
        today = timezone.localdate() + timedelta(days=365 * 60)
        sara = administrator(self.alice.site, "Sara")
        for patient in patients:
            if patient.absorbed_by_id is None:
                found, _ = ErasureProposal.objects.get_or_create(
                    patient=patient.public_id, dropped_at=None, done_at=None,
                    defaults={"site_id": patient.site_id, "rule": "record",
                              "kept_until": date(2020, 1, 1), "author": self.alice},
                )  # fmt: skip
                # As if it were proposed today: what was merged since would have to be seen first.
                found.records = [one.public_id for one in gate.family(patient)]
                ErasureProposal.objects.filter(pk=found.pk).update(records=found.records)
                erasing.confirm(sara, found, today)


def everything(alice: User, south: Site) -> House:
    """One of everything that an address of the site names. An address about what nobody makes
    fails here, with what to write."""
    knee = complaint_of(alice)
    stored = assessed(alice, knee)
    about = {page.kind for page in PAGES.values() if "public_id" in page.arguments}
    unknown = sorted(about - ABOUT.keys())
    assert not unknown, f"say in tests/web/addresses.py (ABOUT) how one is made of: {unknown}"
    arguments = {name for page in PAGES.values() for name in page.arguments} - {"public_id"}
    unknown = sorted(arguments - BESIDE.keys())
    assert not unknown, f"say in tests/web/addresses.py (BESIDE) what stands for: {unknown}"
    # The merge last but one, the patients after it: what is registered by the same name before
    # would be taken for the other record of it.
    beside = {name: BESIDE[name](knee) for name in sorted(arguments)}
    made = {kind: ABOUT[kind](knee, stored) for kind in sorted(about)}
    serum = {name: make(knee, stored) for name, make in OF_SERUM.items()}
    alice = User.objects.get(pk=alice.pk)
    people = {
        site.pk: {role: _browser(person(f"{site.name}{role}", role, site)) for role in Role}
        for site in (alice.site, south)
    }
    found = {one.object_id: one.patients for one in named([x.public_id for x in made.values()])}
    whose = {
        kind: list(Patient.objects.filter(public_id__in=found.get(one.public_id, ())))
        for kind, one in made.items()
    }
    patient = Patient.objects.get(pk=knee.patient_id)
    here, there = people[alice.site_id], people[south.pk]
    return House(alice, patient, made, serum, beside, here, there, _browser(alice), whose)


def _browser(user: User) -> Client:
    browser = Client()
    enter(browser, user)
    return browser
