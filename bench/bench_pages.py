"""Every page of the clinic: server time and queries, with 1,000 patients and with 100,000.

Makes (or takes up) two demo clinics on SQLite in the folders given, asks each page as somebody
whose role has it, over different records, by Django's own client with the whole middleware, and
prints the median and the 95th percentile of the time and the number of queries.

    python bench/bench_pages.py [--folder DIR] [--rounds N] [--keep]

The first making of the large clinic takes some minutes. ``--keep`` writes the table into
docs/benchmarks.md. A page of the permission matrix that is missing here fails the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES = (1_000, 100_000)
ROOT = Path(__file__).resolve().parent.parent
BUDGET_MS, BUDGET_QUERIES = 50.0, 8

# Who asks each page, and over which records: the name of a list in ``records_of``.
PRACTITIONER, SECRETARY, AUDITOR, ADMINISTRATOR = (
    "demo", "secretaire", "auditrice", "administrateur",
)  # fmt: skip
PAGES: dict[str, tuple[str, str]] = {
    "home": (PRACTITIONER, ""),
    "agenda": (SECRETARY, ""),
    "agenda-week": (PRACTITIONER, ""),
    "absences": (PRACTITIONER, ""),
    "patients": (PRACTITIONER, ""),
    "patient-new": (SECRETARY, ""),
    "patient": (PRACTITIONER, "patients"),
    "patient-identity": (SECRETARY, "patients"),
    "patient-facts": (PRACTITIONER, "patients"),
    "patient-edit": (SECRETARY, "patients"),
    "patient-appointment": (SECRETARY, "patients"),
    "patient-complaint-new": (PRACTITIONER, "patients"),
    "patient-copy": (PRACTITIONER, "patients"),
    "complaint": (PRACTITIONER, "complaints"),
    "complaint-edit": (PRACTITIONER, "complaints"),
    "complaint-facts": (PRACTITIONER, "complaints"),
    "complaints": (PRACTITIONER, ""),
    "assessments": (PRACTITIONER, ""),
    "assessment": (PRACTITIONER, "assessments"),
    "course": (PRACTITIONER, "courses"),
    "course-consent": (PRACTITIONER, "courses"),
    "referrals": (PRACTITIONER, ""),
    "changed-verdicts": (PRACTITIONER, ""),
    "knowledge": (PRACTITIONER, ""),
    "knowledge-facts": (PRACTITIONER, ""),
    "knowledge-sources": (PRACTITIONER, ""),
    "trail": (AUDITOR, ""),
    "openings": (AUDITOR, ""),
    "people": (ADMINISTRATOR, ""),
    "privileges": (ADMINISTRATOR, ""),
    "site": (ADMINISTRATOR, ""),
    "retention": (ADMINISTRATOR, ""),
}


def main() -> None:
    """Measure both clinics, each in a process of its own, and print the table."""
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "dolenti-pages")
    said.add_argument("--rounds", type=int, default=30)
    said.add_argument("--keep", action="store_true")
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
        measured = subprocess.run(
            [sys.executable, __file__, "--only", "x", "--rounds", str(options.rounds)],
            env={**environment, "DOLENTI_LOG_LEVEL": "error"},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        found[size] = json.loads(measured.stdout.splitlines()[-1])
    table = as_table(found)
    print(table)
    if options.keep:
        sys.path.insert(0, str(ROOT))
        from bench.results import keep

        keep("pages", {str(size): pages for size, pages in found.items()})
        _write(table)


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Each page: processor and wall milliseconds (median, p95), its queries, and all of them."""
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from dolenti.access.models import User
    from dolenti.clinic.demo.staff import email
    from tests.people import enter
    from tests.web.queries import own_queries

    browsers: dict[str, Any] = {}
    found: dict[str, dict[str, float]] = {}
    for name, (who, kind) in PAGES.items():
        user = User.objects.get(email=email(who))
        if who not in browsers:
            browsers[who] = _browser(user, enter)
        browser = browsers[who]
        ids = records_of(user, kind, rounds)
        addresses = [reverse(name, args=[one]) for one in ids] or [reverse(name)] * rounds
        for address in addresses[:3]:
            browser.get(address)
        walls, processors = [], []
        for address in addresses:
            wall, processor = time.perf_counter(), time.process_time()
            response = browser.get(address)
            walls.append((time.perf_counter() - wall) * 1000)
            processors.append((time.process_time() - processor) * 1000)
            assert response.status_code == 200, (name, response.status_code)
        with own_queries() as own, CaptureQueriesContext(connection) as every:
            browser.get(addresses[-1])
        found[name] = {
            "median": statistics.median(walls),
            "p95": statistics.quantiles(walls, n=20)[-1],
            "processor": statistics.median(processors),
            "own": len(own),
            "all": len(every),
        }
    return found


def _browser(user: Any, enter: Any) -> Any:
    from django.test import Client

    browser = Client(HTTP_HOST="localhost")
    enter(browser, user)
    return browser


def records_of(user: Any, kind: str, count: int) -> list[str]:
    """The public ids of records that are open to somebody, spread over all there are."""
    from dolenti.records import gate, gate_courses

    lists = {
        "patients": lambda: gate.patients(user) if user.role == "secretary" else gate.in_care(user),
        "complaints": lambda: gate.complaints(user),
        "assessments": lambda: gate.assessments(user),
        "courses": lambda: gate_courses.courses(user).filter(state__in=("consented", "active")),
    }
    if not kind:
        return []
    rows = lists[kind]().order_by("pk")
    if kind == "patients":
        rows = rows.filter(absorbed_by=None, in_error="").exclude(identity="none")
    ids = list(rows.values_list("public_id", flat=True)[:20_000])
    step = max(1, len(ids) // count)
    return ids[::step][:count]


def as_table(found: dict[int, dict[str, dict[str, float]]]) -> str:
    """The figures as Markdown: a page a line, both sizes side by side."""
    small, large = SIZES
    lines = [
        f"| page | p95, {small:,} patients | p95, {large:,} | median | processor "
        f"| own queries, {small:,} | {large:,} | in all |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in PAGES:
        one, other = found[small][name], found[large][name]
        late = "**" if other["p95"] > BUDGET_MS else ""
        lines.append(
            f"| {name} | {one['p95']:.0f} ms | {late}{other['p95']:.0f} ms{late} "
            f"| {other['median']:.0f} ms | {other['processor']:.0f} ms "
            f"| {one['own']:.0f} | {other['own']:.0f} | {other['all']:.0f} |"
        )
    over = [n for n in PAGES if found[large][n]["p95"] > BUDGET_MS]
    many = [n for n in PAGES if found[large][n]["own"] > BUDGET_QUERIES]
    lines.append("")
    lines.append(
        f"{len(PAGES) - len(over)} of {len(PAGES)} pages are within {BUDGET_MS:.0f} ms at the 95th "
        f"percentile, {len(PAGES) - len(many)} within {BUDGET_QUERIES} queries of their own."
    )
    return "\n".join(lines)


def _write(table: str) -> None:
    file = ROOT / "docs" / "benchmarks.md"
    text = file.read_text("utf-8")
    begin, end = "<!-- pages: begin -->", "<!-- pages: end -->"
    new = f"{begin}\n{table}\n{end}"
    if begin in text:
        text = re.sub(f"{begin}.*{end}", lambda _: new, text, flags=re.DOTALL)
    else:
        text = f"{text.rstrip()}\n\n## Pages of the clinic\n\n{new}\n"
    file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
