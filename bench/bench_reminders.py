"""A run of reminders over a clinic of 100,000 patients who are asked by SMS: time and memory.

Makes one treated patient by the services in a database of its own, on SQLite and, where
``DOLENTI_TEST_POSTGRES`` answers, on PostgreSQL, copies their rows as often as asked with the
sessions spread over the last 400 days, and lets the clock come by: a message is written down for
everybody who is due one, in one run as after a stop of a year, and a second run finds nobody.

    python bench/bench_reminders.py [--patients N ...] [--keep]
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))  # finds `bench` and `tests`
from bench.said import parser

DAYS = 400
NOON = datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("Europe/Paris"))
AT_ONCE = 5_000


def main() -> None:
    """Measure each database in a process of its own, and print what was found."""
    said = parser(__doc__)
    said.add_argument("--patients", type=int, nargs="+", default=[10_000, 100_000])
    said.add_argument("--here", choices=("fill", "measure"), help="where the environment says")
    options = said.parse_args()
    if options.here:
        print(json.dumps(in_this_process(options.here, options.patients[0])))
        return
    from bench import page
    from bench.load import postgres

    found = []
    for patients in options.patients:
        found.append({"database": "SQLite", **elsewhere(patients, None)})
        with postgres() as url:
            if url is not None:
                found.append({"database": "PostgreSQL", **elsewhere(patients, url)})
    print(page.reminders(found))
    if options.keep:
        page.keep("reminders", found)


def elsewhere(patients: int, url: str | None) -> dict[str, float]:
    """What a new process finds, in a folder of its own that another one filled: the memory is the
    run's."""
    with tempfile.TemporaryDirectory() as folder:
        known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        known |= {"DOLENTI_DATA": folder} | ({"DATABASE_URL": url} if url else {})
        command = [sys.executable, __file__, "--patients", str(patients), "--here"]
        subprocess.run([*command, "fill"], env=known, check=True, stdout=subprocess.DEVNULL)
        told = subprocess.run(
            [*command, "measure"], env=known, check=True, stdout=subprocess.PIPE, text=True
        )
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    print("PostgreSQL" if url else "SQLite", found, file=sys.stderr)
    return found


def in_this_process(what: str, patients: int) -> dict[str, float]:
    """Fill a clinic where the environment says, or measure the one that stands there."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "dolenti.config.settings", "DOLENTI_LOG_LEVEL": "error",
    }  # fmt: skip
    # Everybody is invented: an SMS is a file.
    (Path(os.environ["DOLENTI_DATA"]) / "demo-password").write_text("everybody is invented\n")
    import django

    django.setup()
    from django.core.management import call_command

    if what == "measure":
        return measured(patients)
    call_command("migrate", verbosity=0)
    filled(patients)
    return {}


def measured(patients: int) -> dict[str, float]:
    """Seconds and messages of two runs after each other, and megabytes of the process."""
    from dolenti.access.actors import worker_at
    from dolenti.access.models import Site
    from dolenti.diary import reminding

    site = Site.objects.get(name="Nord")
    reminding.remind(worker_at(site), NOON - timedelta(hours=4))  # before the hours: warm
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"patients": float(patients), "before": before}
    for run in ("first", "second"):
        begun, used = time.perf_counter(), time.process_time()
        found[f"{run}-messages"] = reminding.remind(worker_at(site), NOON)
        found[f"{run}-seconds"] = time.perf_counter() - begun
        found[f"{run}-processor"] = time.process_time() - used
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def filled(patients: int) -> None:
    """A site with so many patients, each with one session of the last 400 days."""
    import time_machine
    from django.db import connection, models

    from dolenti.access import clock
    from dolenti.access.models import Site, User
    from dolenti.agenda.models import Appointment
    from dolenti.diary import reaching
    from dolenti.diary.models import Reach
    from dolenti.records.models import Complaint, Contact, Patient
    from dolenti.records.patients import contacting
    from dolenti.treatment.models import Course, Session, SessionRecord
    from tests.web.diary import treated
    from tests.web.world import sent

    site = Site.objects.create(name="Nord")
    user = User.objects.create_user(
        "alice@example.org", "correct horse battery", name="Alice", role="practitioner", site=site
    )
    with clock.at_site(site), time_machine.travel(NOON - timedelta(days=2, hours=2), tick=False):
        course = treated(user)
        contacting.add(sent(user), course.patient, {"kind": "self", "phone": "06 39 98 12 34"})
        reaching.reach(sent(user), course.patient, "sms")

    def copies(
        model: type[models.Model], row: models.Model, count: int, change
    ) -> list[models.Model]:  # type: ignore[no-untyped-def, type-arg]
        kept = {
            field.attname: getattr(row, field.attname)
            for field in model._meta.concrete_fields
            if field.attname not in ("id", "public_id")
        }
        made = model._default_manager.bulk_create(
            [model(**{**kept, **change(number)}) for number in range(count)]
        )
        return list(made)

    session = course.sessions.select_related("appointment").get()
    record = SessionRecord.objects.get(session=session)
    contact = Contact.objects.get(patient=course.patient)
    reach = Reach.objects.get(patient=course.patient)
    given = record.delivered_at
    assert given is not None

    def some(start: int, count: int) -> None:
        days = [timedelta(days=(start + number) % DAYS) for number in range(count)]
        theirs = copies(Patient, course.patient, count, lambda n: {"reference": f"{start + n}"})
        knees = copies(Complaint, course.complaint, count, lambda n: {"patient_id": theirs[n].pk})
        courses = copies(Course, course, count, lambda n: {
            "patient_id": theirs[n].pk, "complaint_id": knees[n].pk,
        })  # fmt: skip
        visits = copies(Appointment, session.appointment, count, lambda n: {
            "patient_id": theirs[n].pk, "complaint_id": knees[n].pk,
            "start": session.appointment.start - days[n],
            "end": session.appointment.end - days[n],
        })  # fmt: skip
        sessions = copies(Session, session, count, lambda n: {
            "course_id": courses[n].pk, "appointment_id": visits[n].pk,
        })  # fmt: skip
        copies(SessionRecord, record, count, lambda n: {
            "session_id": sessions[n].pk, "delivered_at": given - days[n],
        })  # fmt: skip
        copies(Contact, contact, count, lambda n: {"patient_id": theirs[n].pk})
        copies(Reach, reach, count, lambda n: {"patient_id": theirs[n].pk})
        print(f"{start + count} of {patients}", file=sys.stderr)

    for start in range(1, patients, AT_ONCE):
        some(start, min(AT_ONCE, patients - start))
    if connection.vendor == "postgresql":  # as its own clock does where people work
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
