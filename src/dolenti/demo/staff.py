"""The house of the demo: two sites of one clinic, its people, its hours, its prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.models import Clinic, Membership, Site, User
from dolenti.access.policies import NOBODY, SECOND_STEP_FOR
from dolenti.access.roles import Role
from dolenti.agenda.models import Closure, OpeningHours, Privilege, Room
from dolenti.calendar.moments import to_local
from dolenti.calendar.opening import Region, public_holiday
from dolenti.treatment.models import Fee

DOMAIN: Final = "dolenti.local"
SITES: Final = (
    ("Démonstration", "12 rue des Lilas\n69003 Lyon", "04 65 71 00 10"),
    ("Démonstration Rive gauche", "3 quai des Saules\n69007 Lyon", "04 65 71 00 20"),
)
# The local part of the address, the name, the role, the site, the therapies they may perform.
PEOPLE: Final = (
    ("demo", "Dr Camille Démo", Role.PRACTITIONER, 0,
     ("mesotherapy", "infiltration", "cryoneurolysis", "autologous-conditioned-serum")),
    ("praticien", "Dr Samir Haddad", Role.PRACTITIONER, 0, ("mesotherapy", "infiltration")),
    ("infirmiere", "Nadia Colas", Role.NURSE, 0, ()),
    ("secretaire", "Lucie Bernin", Role.SECRETARY, 0, ()),
    ("analyste", "Hugo Tessier", Role.ANALYST, 0, ()),
    ("auditrice", "Ada Lorrain", Role.AUDITOR, 0, ()),
    ("administrateur", "Paul Imbert", Role.ADMINISTRATOR, 0, ()),
    ("praticienne.sud", "Dr Chloé Vannier", Role.PRACTITIONER, 1,
     ("mesotherapy", "infiltration", "cryoneurolysis")),
    ("infirmier.sud", "Bob Marchal", Role.NURSE, 1, ()),
    ("secretaire.sud", "Inès Roca", Role.SECRETARY, 1, ()),
    ("administratrice.sud", "Sonia Keller", Role.ADMINISTRATOR, 1, ()),
)  # fmt: skip
AT_BOTH: Final = ("praticienne.sud", 0, Role.PRACTITIONER)
"""Somebody who works at the other site too."""
ROOMS: Final = ("Salle 1", "Salle 2", "Salle d’échographie")
FEES: Final = (
    ("mesotherapy", "Séance de mésothérapie", 60_00),
    ("infiltration", "Séance d’infiltration", 90_00),
    ("cryoneurolysis", "Cryoneurolyse du genou", 450_00),
    ("autologous-conditioned-serum", "Injection de sérum autologue conditionné", 220_00),
    ("", "Consultation", 55_00),
)
USUAL_HOURS: Final = (time(8, 30), time(12, 30), time(13, 30), time(18, 30))
LAST_HALF_HOUR: Final = time(23, 30)
AROUND: Final = timedelta(hours=3)
SATURDAY: Final = 5
PROOF: Final = "Diplôme fictif, pour la démonstration, copie au dossier du personnel"


@dataclass(frozen=True)
class House:
    """The sites in their order, and who works there by the local part of their address."""

    sites: tuple[Site, ...]
    people: dict[str, User]

    def practitioners(self, site: Site) -> list[User]:
        """Who treats patients at a site."""
        found = (self.people[name] for name, _, role, _, _ in PEOPLE if role is Role.PRACTITIONER)
        return [one for one in found if one.site_id == site.pk]


def email(name: str) -> str:
    """The address that somebody of the demo logs in with."""
    return f"{name}@{DOMAIN}"


def furnish(password: str, today: date) -> House:
    """Make what is missing of the house. What is there already stays as it is."""
    clinic, _ = Clinic.objects.get_or_create(name="Clinique de démonstration")
    sites = []
    for name, address, phone in SITES:
        # A second factor that is printed beside its password is none: the demo does without, and
        # every page of it says so.
        site, is_new = Site.objects.get_or_create(
            name=name,
            defaults={
                "clinic": clinic,
                "address": address,
                "phone": phone,
                "policies": {SECOND_STEP_FOR: NOBODY},
            },
        )
        if is_new:
            audit.record(audit.FOUNDED, actor=None, kind="site", object_id=site.public_id)
        sites.append(site)
        _open(site, today)
    people = {name: _person(name, said, role, sites[at]) for name, said, role, at, _ in PEOPLE}
    _let_in(people.values(), password)
    house = House(tuple(sites), people)
    name, at, role = AT_BOTH
    Membership.objects.get_or_create(
        user=people[name], site=sites[at], ended_at=None, defaults={"role": role.value}
    )
    _allow(house, today)
    return house


def _open(site: Site, today: date) -> None:
    work_on(site, today)
    for name in ROOMS:
        Room.objects.get_or_create(site=site, name=name)
    if not OpeningHours.objects.filter(site=site).exists():
        OpeningHours.objects.bulk_create(
            OpeningHours(site=site, weekday=weekday, opens=opens, closes=closes)
            for weekday, opens, closes in hours(to_local(timezone.now()))
        )
    for therapy, label, cents in FEES:
        if not Fee.objects.filter(site=site, therapy=therapy).exists():
            Fee.objects.create(
                site=site, therapy=therapy, label=label, cents=cents, entered_on=today
            )
    if not Closure.objects.filter(site=site).exists():
        first = today + timedelta(days=40)
        Closure.objects.create(site=site, first=first, last=first + timedelta(days=6), why="congés")


def work_on(site: Site, day: date) -> None:
    """Open a site on a day that is a public holiday: whoever looks at the demo at Christmas finds
    a clinic at work."""
    if public_holiday(day, Region.of_zone(site.time_zone)) and day.isoformat() not in site.worked:
        site.worked = [*site.worked, day.isoformat()]
        site.save(update_fields=["worked"])


def hours(now: datetime) -> Iterator[tuple[int, time, time]]:
    """When the demo is open: on weekdays, and around the moment at which it was made, whatever the
    day and the hour, so that whoever looks at it sees people at work."""
    for weekday in range(7):
        morning, noon, afternoon, evening = USUAL_HOURS
        if weekday == now.weekday():
            half_hour = now.replace(minute=30 * (now.minute // 30), second=0, microsecond=0)
            before, after = half_hour - AROUND, half_hour + AROUND
            today = now.date()
            morning = min(morning, before.time() if before.date() == today else time.min)
            evening = max(evening, after.time() if after.date() == today else LAST_HALF_HOUR)
        elif weekday >= SATURDAY:
            continue
        yield weekday, morning, noon
        yield weekday, afternoon, evening


def _person(name: str, said: str, role: Role, site: Site) -> User:
    user = User.objects.filter(email=email(name)).first()
    return user or User.objects.create_user(email(name), name=said, role=role, site=site)


def _let_in(people: Iterable[User], password: str) -> None:
    """One password for all: made once, because its hash is slow on purpose."""
    first, *others = people
    if not first.check_password(password):
        first.password = make_password(password)
        first.save(update_fields=["password"])
    for user in others:
        if user.password != first.password:
            user.password = first.password
            user.save(update_fields=["password"])


def _allow(house: House, today: date) -> None:
    for name, _, _, at, therapies in PEOPLE:
        person, site = house.people[name], house.sites[at]
        author = next(
            house.people[n] for n, _, role, where, _ in PEOPLE
            if role is Role.ADMINISTRATOR and where == at
        )  # fmt: skip
        for place, therapy in enumerate(therapies):
            if Privilege.objects.filter(user=person, site=site, therapy=therapy).exists():
                continue
            soon = place == len(therapies) - 1  # one of them is to be renewed before long
            Privilege.objects.create(
                user=person,
                site=site,
                therapy=therapy,
                proof=PROOF,
                first=today - timedelta(days=700),
                last=today + timedelta(days=21) if soon and len(therapies) > 2 else None,
                author=author,
            )
