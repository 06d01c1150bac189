"""Which therapies the clinician thinks of: opening is choosing, and chips add others."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dolenti.access.covered import cover, uncover
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.agenda import privileges
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.request import today
from dolenti.guideline.facts import Case
from dolenti.guideline.facts import Complaint as Pain
from dolenti.records import engine
from dolenti.records.facts.knowing import began
from dolenti.records.judging.questions import indicated
from dolenti.records.models import Complaint
from dolenti.treatment import fees
from dolenti.ui.print.writing import euros

FIELD = "for"


@dataclass(frozen=True)
class Chip:
    """One therapy to think of, and the address that adds it or takes it away."""

    therapy: str
    label: str
    in_play: bool
    url: str


@dataclass(frozen=True)
class Way:
    """A link that opens the Assess page."""

    label: str
    url: str


def chosen(request: HttpRequest) -> tuple[str, ...]:
    """The therapies that the address or the form names."""
    known = [therapy.id for therapy in engine.edition_in_force().therapies]
    covered = uncover(request.GET.get(FIELD, "")) or ""
    named = (request.POST.get(FIELD) or covered).split(",")
    return tuple(therapy for therapy in known if therapy in named)


@dataclass(frozen=True)
class AtSite:
    """Who may perform what at a site today (therapy, person), and what it asks for a therapy
    (therapy, label, cents)."""

    held: tuple[tuple[str, int], ...]
    fees: tuple[tuple[str, str, int], ...]


def at_site(user: User, complaint: Complaint) -> AtSite:
    """What the site of a complaint offers. One query: what a page may ask is counted."""
    held = privileges.valid_at(complaint.patient.site_id, today()).order_by()
    asked = fees.of_therapies(user).order_by()
    nobody = Cast(Value(None), BigIntegerField())
    no_label, no_price = Value("", CharField()), Value(0, IntegerField())
    rows = held.values_list("therapy", "user_id", no_label, no_price).union(
        asked.values_list("therapy", nobody, "label", "cents"), all=True
    )
    people, prices = [], []
    for therapy, person, label, cents in rows:
        if person is None:
            prices.append((therapy, label, cents))
        else:
            people.append((therapy, person))
    return AtSite(tuple(people), tuple(sorted(prices)))


def offered(user: User, complaint: Complaint, site: AtSite) -> tuple[str, ...]:
    """The therapies with an indication here that the site is equipped for and this person may
    perform; else that somebody at the site may; else all that the rules speak for: they may still
    be thought of."""
    own = {therapy for therapy, person in site.held if person == user.pk}
    anybody = {therapy for therapy, _person in site.held}
    return _offered(user, indicated_by(complaint), own, anybody)


def _offered(
    user: User, here: tuple[str, ...], own: Container[str], anybody: Container[str]
) -> tuple[str, ...]:
    equipped = tuple(one for one in here if user.site.is_equipped_for(one)) or here
    for entitled in (own, anybody):
        found = tuple(therapy for therapy in equipped if therapy in entitled)
        if found:
            return found
    return equipped


def with_privileges(user: User, complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Complaints, each with what this person, and what anybody, may perform at its site: asked in
    the query that finds them."""
    valid = privileges.valid_at(OuterRef("patient__site"), today())
    of_each = {}
    for therapy in (one.id for one in engine.edition_in_force().therapies):
        held = valid.filter(therapy=therapy)
        of_each[_column("own", therapy)] = Exists(held.filter(user=user))
        of_each[_column("anybody", therapy)] = Exists(held)
    return complaints.annotate(**of_each)


def _column(who: str, therapy: str) -> str:
    return f"{who}_{therapy.replace('-', '_')}"


def _performed(who: str, complaint: Complaint, therapies: Iterable[str]) -> set[str]:
    return {one for one in therapies if getattr(complaint, _column(who, one))}


def ways(user: User, complaints: list[Complaint], words: Lookup) -> dict[str, list[Way]]:
    """By complaint (found ``with_privileges``): a link that assesses it for each therapy that is
    offered, and one for all of them."""
    if not user.may(Permission.ASSESS):
        return {}
    found = {}
    for one in complaints:
        here = indicated_by(one)
        therapies = _offered(
            user, here, _performed("own", one, here), _performed("anybody", one, here)
        )
        links = [
            Way(
                words.therapies[therapy].description.short.in_language(words.language),
                address(one, (therapy,)),
            )
            for therapy in therapies
        ]
        if len(links) > 1:
            links.append(Way(_("All of them"), address(one, therapies)))
        found[one.public_id] = links
    return found


def indicated_by(complaint: Complaint) -> tuple[str, ...]:
    """The therapies that the diagnosis alone speaks for."""
    pain = Pain(
        complaint.public_id, complaint.condition or None, complaint.zone or None,
        complaint.side or None, began(complaint, today()),
    )  # fmt: skip
    patient = complaint.patient
    case = Case(today(), pain, {}, patient.birth_date, patient.sex or None)
    return indicated(engine.judge(engine.edition_in_force(), {}).assess(case))


def address(complaint: Complaint, therapies: tuple[str, ...]) -> str:
    """The Assess page with these therapies in play."""
    query = urlencode({FIELD: cover(",".join(therapies))})
    return f"{reverse('complaint', args=[complaint.public_id])}?{query}"


def chips(complaint: Complaint, in_play: tuple[str, ...], words: Lookup) -> list[Chip]:
    """Every therapy, in play or to be added."""
    order = [therapy.id for therapy in words.edition.therapies]
    made = []
    for therapy in order:
        on = therapy in in_play
        others = [t for t in order if (t in in_play) != (t == therapy)]
        label = words.therapies[therapy].description.short.in_language(words.language)
        made.append(Chip(therapy, label, on, address(complaint, tuple(others)) if others else ""))
    return made


def prices(site: AtSite, language: str) -> dict[str, list[str]]:
    """What the site asks for each therapy, in words."""
    found: dict[str, list[str]] = {}
    for therapy, label, cents in site.fees:
        found.setdefault(therapy, []).append(f"{label}, {euros(cents, language)}")
    return found


__all__ = [
    "FIELD",
    "Chip",
    "Way",
    "address",
    "at_site",
    "chips",
    "chosen",
    "offered",
    "prices",
    "ways",
    "with_privileges",
]
