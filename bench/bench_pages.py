"""Every page of the clinic, and the presses of the Assess page: server time and queries, with
1,000 patients and with 100,000.

Makes (or takes up) two demo clinics on SQLite in the folders given, asks each page as somebody
whose role has it, over different records, by Django's own client with the whole middleware, and
prints the median and the 95th percentile of the time and the number of queries.

    python bench/bench_pages.py [--folder DIR] [--rounds N] [--keep]

The first making of the large clinic takes some minutes. ``--keep`` writes the table into
docs/benchmarks.md. A page that registers itself is measured without a word here.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.said import parser

SIZES = (1_000, 100_000)
WARM_UP = 3
"""Visits of a page before those that count, as far as possible to other records."""

# Who asks a page: the first of them whose role opens it.
STAFF = {
    "practitioner": "demo", "secretary": "secretaire", "auditor": "auditrice",
    "administrator": "administrateur", "analyst": "analyste",
}  # fmt: skip
# Over which records, where the word of its address does not say it.
OVER = {
    "patient-merge-with": "pairs", "patient-open": "strangers",
    "appointment-again": "missed appointments",
}  # fmt: skip
# What of an address names a record.
BY_RECORD = ("public_id", "other_id")
# What is left out, and why.
LEFT_OUT = {
    "account_reauthenticate": "the password again: the time is that of hashing it, long on purpose",
    "mfa_activate_totp": "django-allauth's own, asked once in a lifetime",
    "mfa_add_webauthn": "django-allauth's own, asked once in a lifetime",
    "mfa_generate_recovery_codes": "django-allauth's own, asked once in a lifetime",
}


def pages() -> dict[str, tuple[str, str]]:
    """Every page that shows something behind the log-in: who asks it, and over which records."""
    from tests.web.matrix import GUARDED, PAGES, SHOWN

    asked = [name for name in [*SHOWN, *OVER] if name in GUARDED and name not in LEFT_OUT]
    return {name: (_who(PAGES[name]), OVER.get(name, _records(PAGES[name]))) for name in asked}


def _who(page: Any) -> str:
    return next(STAFF[role] for role in STAFF if page.opens_to(role))


def _records(page: Any) -> str:
    return page.kind if "public_id" in page.arguments else ""


def main() -> None:
    """Measure both clinics, each in a process of its own, and print the table."""
    said = parser(__doc__)
    said.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "dolenti-pages")
    said.add_argument("--rounds", type=int, default=30)
    said.add_argument("--only", help=argparse.SUPPRESS)
    options = said.parse_args()
    if options.only:
        print(json.dumps(measure(options.rounds)))
        return
    found = {}
    for size in SIZES:
        data = options.folder / str(size)
        environment = {**os.environ, "DOLENTI_DATA": str(data)}
        environment.pop("DATABASE_URL", None)
        subprocess.run(
            [sys.executable, "-m", "dolenti.cli", "demo", "--patients", str(size)],
            env=environment, check=True, stdout=sys.stderr,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as scratch:  # what is made for a page is made there
            shutil.copytree(data, scratch, dirs_exist_ok=True)
            measured = subprocess.run(
                [sys.executable, __file__, "--only", "x", "--rounds", str(options.rounds)],
                env={**environment, "DOLENTI_DATA": scratch, "DOLENTI_LOG_LEVEL": "error"},
                check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        found[size] = json.loads(measured.stdout.splitlines()[-1])
    from bench import page

    kept = {str(size): pages for size, pages in found.items()}
    print(page.pages(kept))
    if options.keep:
        page.keep("pages", kept)


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Each page: processor and wall milliseconds (median, p95), its queries, and all of them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from dolenti.access.models import User
    from dolenti.config.warm import warm
    from dolenti.demo.staff import email
    from tests.web.queries import own_queries

    warm()  # as the site does before its first page
    # One person asks faster here than the site lets anybody.
    settings.RATES = dict.fromkeys(settings.RATES, 1_000_000)
    browsers: dict[str, Any] = {}
    made = Made()
    found: dict[str, dict[str, float]] = {}
    for name, (who, kind) in pages().items():
        user = User.objects.get(email=email(who))
        if who not in browsers:
            browsers[who] = _browser(user)
        browser = browsers[who]
        took, shown = _asked(browser, addresses_of(user, name, kind, 10 * rounds), rounds)
        if len(took) < 2:
            browser, address = made.page(name)
            took, shown = _asked(browser, [address], rounds)
        if len(took) < 2:
            raise SystemExit(f"nothing to show for {name}")
        walls, processors = zip(*took, strict=True)
        with own_queries() as own, CaptureQueriesContext(connection) as every:
            browser.get(shown)
        found[name] = {
            "median": statistics.median(walls),
            "p95": statistics.quantiles(walls, n=20)[-1],
            "processor": statistics.median(processors),
            "own": len(own),
            "all": len(every),
        }
    presses = _presses(browsers[STAFF["practitioner"]], rounds)
    return {**found, **presses}


def _asked(
    browser: Any, addresses: list[str], rounds: int
) -> tuple[list[tuple[float, float]], str]:
    """Wall and processor milliseconds of each visit that counts, and an address that was shown."""
    took, shown = [], ""
    for address in itertools.islice(itertools.cycle(addresses), 10 * rounds):
        wall, processor = time.perf_counter(), time.process_time()
        status = browser.get(address).status_code
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        if status == 200:  # what is refused with a reason is not that page
            shown = address
            took.append((wall * 1000, processor * 1000))
        if len(took) == WARM_UP + rounds:
            break
    return took[WARM_UP:], shown


def _presses(browser: Any, rounds: int) -> dict[str, dict[str, float]]:
    """The presses of the Assess page, as htmx sends them: a row answered with a no, and taken back
    again, on one complaint after the other."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from dolenti.access.models import User
    from dolenti.demo.staff import email
    from tests.web.asked_page import parsed
    from tests.web.queries import own_queries

    user = User.objects.get(email=email(STAFF["practitioner"]))
    ends = {"complaint-row": "/row/", "complaint-undo": "/undo/"}
    took: dict[str, list[tuple[float, float, int, int]]] = {name: [] for name in ends}
    for address in addresses_of(user, "complaint", "complaints", 10 * rounds):
        shown = browser.get(address)
        for name, end in ends.items():
            forms = [
                form
                for form in parsed(shown.content.decode()).all("form")
                if form.attributes["action"].endswith(end)
            ]
            if shown.status_code != 200 or not forms:
                break
            with own_queries() as own, CaptureQueriesContext(connection) as every:
                wall, processor = time.perf_counter(), time.process_time()
                shown = browser.post(
                    forms[0].attributes["action"], forms[0].fields, headers={"HX-Request": "true"}
                )
                wall, processor = time.perf_counter() - wall, time.process_time() - processor
            if shown.status_code == 200:
                took[name].append((wall * 1000, processor * 1000, len(own), len(every)))
        if min(map(len, took.values())) == WARM_UP + rounds:
            break
    return {name: _press(each[WARM_UP:]) for name, each in took.items()}


def _press(each: list[tuple[float, float, int, int]]) -> dict[str, float]:
    walls, processors, own, every = zip(*each, strict=True)
    return {
        "median": statistics.median(walls), "p95": statistics.quantiles(walls, n=20)[-1],
        "processor": statistics.median(processors), "own": max(own), "all": max(every),
    }  # fmt: skip


def _browser(user: Any) -> Any:
    from django.test import Client

    from tests.people import enter

    browser = Client(HTTP_HOST="localhost")
    enter(browser, user)
    return browser


def addresses_of(user: Any, name: str, kind: str, count: int) -> list[str]:
    """The addresses of a page over the records of the demo clinic, spread over all there are;
    none where it has none of that kind."""
    from django.urls import reverse

    from tests.web.addresses import BESIDE
    from tests.web.matrix import PAGES

    fixed = [BESIDE[word](None) for word in PAGES[name].arguments if word not in BY_RECORD]
    if not kind:
        return [reverse(name, args=fixed)] * count
    found = list(records_of(user, kind)[:20_000])
    step = max(1, len(found) // count)
    return [
        reverse(name, args=[*(one if isinstance(one, tuple) else (one,)), *fixed])
        for one in found[::step][:count]
    ]


def records_of(user: Any, kind: str) -> Any:
    """The public ids of the records of a kind that somebody may open and the demo clinic has many
    of."""
    from django.utils import timezone

    from dolenti.access.models import User
    from dolenti.agenda.models import Appointment
    from dolenti.records import gate
    from dolenti.records.gate import referrals as referral_gate
    from dolenti.records.models import Contact
    from dolenti.stock import gate as stock_gate
    from dolenti.treatment import gate as treatment_gate
    from dolenti.treatment.models import Session

    now = timezone.now()
    named = gate.patients(user).filter(absorbed_by=None, in_error="").exclude(identity="none")
    mine = gate.in_care(user).values("pk")
    courses = treatment_gate.courses(user)
    if kind == "pairs":
        ids = list(named.order_by("pk").values_list("public_id", flat=True)[:2_000])
        return list(itertools.pairwise(ids))
    rows = {
        "patients": lambda: named if user.role == "secretary" else named.filter(pk__in=mine),
        "strangers": lambda: named.exclude(pk__in=mine),
        "complaints": lambda: gate.complaints(user),
        "assessments": lambda: gate.assessments(user),
        "referrals": lambda: referral_gate.referrals(user),
        "courses": lambda: courses,
        "sessions": lambda: Session.objects.filter(course__in=courses.values("pk")),
        "appointments": lambda: Appointment.objects.filter(
            patient_id__in=mine, state="planned", start__gt=now
        ),
        "missed appointments": lambda: Appointment.objects.filter(
            site=user.site, state__in=("missed", "cancelled")
        ),
        "contacts": lambda: Contact.objects.filter(patient__site=user.site),
        "lots": lambda: stock_gate.lots(user),
        "people": lambda: User.objects.filter(site=user.site),
    }
    if kind not in rows:
        return []
    return rows[kind]().order_by("pk").values_list("public_id", flat=True)


class Made:
    """A site as the tests make one, beside the demo clinic: what a page needs that the demo clinic
    has nothing of is made there for it, by its name."""

    def __init__(self) -> None:
        from dolenti.access import clock
        from dolenti.access.models import Site
        from dolenti.access.roles import Role
        from dolenti.demo.asked import answer_with_a_no
        from dolenti.ledger.once import Submission
        from dolenti.records.judging import assessing
        from tests.web.world import complaint_of

        self._site = Site.objects.create(name="Bench")
        user = self._person(Role.PRACTITIONER)
        with clock.at_site(self._site):
            today = clock.today()
            self._knee = complaint_of(user)
            answer_with_a_no(lambda: Submission(user, uuid.uuid4()), self._knee, today)
            seen = assessing.look(user, self._knee, today)
            sent = Submission(user, uuid.uuid4())
            self._stored = assessing.store_assessment(sent, self._knee, today, seen.fingerprint)

    def _person(self, role: Any) -> Any:
        from dolenti.access.models import User

        email = f"{role}@bench.example"
        found = User.objects.filter(email=email).first()
        return found or User.objects.create_user(email, name="Bench", role=role, site=self._site)

    def page(self, name: str) -> tuple[Any, str]:
        """A browser of somebody who opens a page, and the address of one that shows something."""
        from dolenti.access import clock
        from tests.web.addresses import address
        from tests.web.matrix import PAGES

        with clock.at_site(self._site):
            found = address(name, self._knee, self._stored)
        return _browser(self._person(PAGES[name].reader)), found


if __name__ == "__main__":
    main()
