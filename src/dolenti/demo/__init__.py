"""The demo clinic: two sites, their people, and a year of invented patients.

The same seed on the same day makes the same clinic, but for the random ids. Loading it twice
changes nothing. The same code makes as many patients as somebody wants to measure with.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final, TextIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from dolenti.access import clock
from dolenti.access.clock import in_time_zone
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import Site, User
from dolenti.access.secret import write_private
from dolenti.agenda import absences
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import Span
from dolenti.calendar.zone import USUAL as ZONE
from dolenti.demo import agenda, courses, readiness, room, staff
from dolenti.demo.filing import Filed, file_patients, noon, written_on_the_visit
from dolenti.demo.staff import House
from dolenti.guideline.errors import InputError
from dolenti.ledger.models import Receipt
from dolenti.ledger.once import Submission, was_written
from dolenti.records import engine
from dolenti.records.files import arrivals, intake
from dolenti.records.models import Patient
from dolenti.records.patients import merging, opening, registering
from dolenti.ui.labels import LABELS

NAMESPACE: Final = uuid.UUID("5f2d2c1e-9f43-4d57-8d0a-6f3f4d1f7a10")
EXAMPLES: Final = ("examples", "examples/fhir")
KINDS: Final = (".yaml", ".json", ".gz")
SEED: Final = 20261122
USUAL: Final = 120
"""Patients of the year that the demo tells."""
CROWD_YEARS: Final = 10
"""Over how long a crowd came: a clinic of a few people sees no thousand patients a day."""
AT_ONCE: Final = 1000
"""Patients of a crowd that are written in one transaction."""


_WORDS: Final = {
    "fr": {
        "ready": "Établissement fictif prêt : {loaded} nouveaux exemples, {all} patients en tout. "
        "Personne n’y existe.\n",
        "password": "  un seul mot de passe pour tous : {0}\n",
        "left-out": "{0} a été laissé de côté : {1}\n",
    },
    "en": {
        "ready": "Demo clinic ready, {loaded} new example cases, {all} patients in all. "
        "Everyone in it is invented.\n",
        "password": "  one password for all of them: {0}\n",
        "left-out": "{0} was left out: {1}\n",
    },
}


@dataclass(frozen=True)
class Login:
    """How to enter the demo clinic as its practitioner."""

    email: str
    password: str


def login() -> Login | None:
    """The demo's login, as kept in the data folder when it was made."""
    file = _password_file()
    return Login(staff.email("demo"), file.read_text().strip()) if file.exists() else None


def _password_file() -> Path:
    data: Path = settings.DATA
    return data / OF_DEMO


def load(
    stdout: TextIO,
    patients: int = USUAL,
    tell: Callable[[float], None] = lambda part: None,
    language: str = "fr",
) -> None:
    """Make what is missing of the demo: the house, the example files, a year of patients; and, up
    to ``patients`` of them, a crowd. ``tell`` is told how far it is, from 0 to 1; what is there
    then is told in ``language``."""
    with in_time_zone(ZONE), override(language):
        _load(stdout, patients, tell, language)


def _load(stdout: TextIO, patients: int, tell: Callable[[float], None], language: str) -> None:
    words = _WORDS[language]
    today = clock.today()
    house = staff.furnish(_password(), today)
    loaded = _examples(stdout, house.people["demo"], language)
    told = min(patients, USUAL)
    if told:
        _once(house, "year", lambda: _year(house, told, today, tell))
    for number, first in enumerate(range(told, patients, AT_ONCE)):
        count = min(AT_ONCE, patients - first)
        _once(house, f"crowd {number}", partial(_crowd, house, first, count, today))
        tell((first + count) / patients)
    found = login()
    assert found is not None
    stdout.write(words["ready"].format(loaded=loaded, all=Patient.objects.count()))
    for name, said, role, _, _ in staff.PEOPLE:
        label = str(LABELS["role"][role.value])
        stdout.write(f"  {staff.email(name):<36} {said}, {label.lower()}\n")
    stdout.write(words["password"].format(found.password))


def _password() -> str:
    file = _password_file()
    if not file.exists():
        settings.DATA.mkdir(parents=True, exist_ok=True)
        write_private(file.with_suffix(".draft"), secrets.token_urlsafe(12), file)
    return file.read_text().strip()


def _once(house: House, what: str, make: Callable[[], list[Filed]]) -> None:
    """Make a part of the demo where it was not made before, all of it or nothing."""
    sent = Submission(house.people["demo"], uuid.uuid5(NAMESPACE, what))
    if was_written(sent):
        return
    with transaction.atomic():
        filed = make()
        Receipt.objects.create(
            author=sent.user, token=sent.token, made="patient", made_id=filed[0].patient.pk
        )


# --- The example files ---------------------------------------------------------------------------


def _examples(stdout: TextIO, user: User, language: str) -> int:
    loaded = 0
    for file in _files():
        try:
            loaded += _case(user, file)
        except InputError as error:
            said = error.sentence(language)
            stdout.write(_WORDS[language]["left-out"].format(file.name, said))
    return loaded


def _files() -> list[Path]:
    """The examples beside the program: in the checkout, or where the site was started."""
    for root in (Path(__file__).resolve().parents[3], Path.cwd()):
        found = [
            file
            for folder in EXAMPLES
            for file in sorted((root / folder).glob("*"))
            if file.suffix in KINDS
        ]
        if found:
            return found
    return []


def _case(user: User, file: Path) -> int:
    data = file.read_bytes()
    submission = Submission(user, uuid.uuid5(NAMESPACE, file.name))
    if was_written(submission):
        return 0
    today = clock.today()
    read = intake.read(data, file.name, engine.edition_in_force(), today)
    read = replace(read, invented=True)
    arrivals.receive(submission, data, read, today, reference=file.name.split(".")[0])
    return len(read.cases)


# --- The year ------------------------------------------------------------------------------------


def _year(house: House, count: int, today: date, tell: Callable[[float], None]) -> list[Filed]:
    """The patients of a year at both sites, with all that came of their first visit."""
    everyone: list[Filed] = []
    shares = (count - count // 3, count // 3)
    for site, share in zip(house.sites, shares, strict=True):
        if not share:
            continue
        draw = _draw(f"year {site.name} {today}")
        carers = house.practitioners(site)
        first = len(everyone)
        filed = file_patients(draw, site, carers, range(first, first + share), today)
        books = agenda.books(site, carers)
        visits = []
        for one in filed:
            book = books[one.practitioner.pk]
            visits.append(agenda.first_visit(draw, book, one))
            courses.live(draw, book, one)
            everyone.append(one)
            tell(len(everyone) / count)
        Appointment.objects.bulk_create(visits)
        written_on_the_visit(filed)
        if site == house.sites[0]:
            _rooms(draw, house, books, today)
        _this_day(draw, site, books, filed, today)
    _oddities(house, [one for one in everyone if one.patient.site_id == house.sites[0].pk], today)
    return everyone


def _this_day(
    draw: Random, site: Site, books: dict[int, agenda.Book], filed: list[Filed], today: date
) -> None:
    """Today, or the next day that the site is open, as a day of work."""
    coming = {
        row.patient_id
        for row in Appointment.objects.filter(site=site, start__date__gte=today).only("patient_id")
    }
    for book in books.values():
        day = today
        while not any(book.free(day)):
            day += timedelta(days=1)
        mine = [
            one
            for one in filed
            if one.practitioner.pk == book.practitioner.pk and one.patient.pk not in coming
        ]
        draw.shuffle(mine)
        Appointment.objects.bulk_create(agenda.busy_day(draw, book, mine, day))


def _rooms(draw: Random, house: House, books: dict[int, agenda.Book], today: date) -> None:
    """A stock, a course of which one session was signed and the next is due, emergency kits, and
    an infection."""
    stock = room.furnish(house.people["demo"], today)
    course = room.live(draw, books, stock, today)
    readiness.make_ready(house.people["demo"], today)
    readiness.go_wrong(course, today)


def _oddities(house: House, filed: list[Filed], today: date) -> None:
    """What happens in every clinic: two records of one person, a record made by mistake, one opened
    by somebody who does not have the patient in care, and a practitioner who will be away."""
    carer, other = house.people["demo"], house.people["praticien"]
    mine = [one.patient for one in filed if one.practitioner.pk == carer.pk]
    if len(mine) < 3:
        return
    kept, mistaken, closed = mine[:3]  # whoever has them in care alone may do all this
    (twin,) = file_patients(
        _draw(f"twin {today}"), house.sites[0], [carer], range(900_000, 900_001), today
    )
    Patient.objects.filter(pk=twin.patient.pk).update(
        birth_name=kept.birth_name, first_name=kept.first_name, birth_date=kept.birth_date,
        sex=kept.sex, sort_name=kept.sort_name, ins="", ins_oid="",
    )  # fmt: skip
    why = "Même pièce d’identité présentée à l’accueil"
    merging.merge(Submission(carer, uuid.uuid4()), kept, twin.patient, why)
    mistaken.refresh_from_db()
    registering.mark_in_error(carer, mistaken, mistaken.version, "Dossier d’essai de la formation")
    reason = "Douleur aiguë un jour d’absence du Dr Démo, renouvellement demandé"
    opening.break_glass(Submission(other, uuid.uuid4()), closed, reason)
    away = noon(today + timedelta(days=18))
    congress = Span(away, away + timedelta(hours=30))
    absences.add(Submission(house.people["secretaire"], uuid.uuid4()), carer, congress)


# --- A crowd, for measuring ----------------------------------------------------------------------


def _crowd(house: House, first: int, count: int, today: date) -> list[Filed]:
    """Patients with their identity, contacts, complaint, facts and past and coming visits."""
    filed: list[Filed] = []
    for place, site in enumerate(house.sites):
        share = count - count // 3 if place == 0 else count // 3
        if not share:
            continue
        draw = _draw(f"crowd {first} {site.name}")
        numbers = range(first + len(filed), first + len(filed) + share)
        carers = house.practitioners(site)
        some = file_patients(draw, site, carers, numbers, today, CROWD_YEARS)
        Appointment.objects.bulk_create(agenda.past_visits(draw, some))
        filed += some
    return filed


def _draw(what: str) -> Random:
    return Random(f"{SEED} {what}")  # noqa: S311 - an invented clinic keeps no secret
