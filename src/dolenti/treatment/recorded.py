"""What the sessions given here say of a complaint: that something was given, and how many times a
corticosteroid was, in this joint and in all of them; that something was frozen here before, be it
signed or not, and of whatever nerve.

A session counts as one with a corticosteroid where its record says that one went in, of what was
drawn up; and at the joint of its target, where the record names one. Where the record says nothing
of what was given, its course counts: if it was planned with one, or if no product
was named in a therapy that uses them, since nobody can say that it held none. Only what was
delivered counts, once, as its record stands after every amendment, and at the place and side for
which it was given: correcting the pain afterwards moves nothing that went in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import methodcaller
from typing import Any, Final

from dolenti.calendar.moments import local_day
from dolenti.guideline import session as guided
from dolenti.guideline.dates import Duration
from dolenti.guideline.facts import Known
from dolenti.guideline.knowledge import Product
from dolenti.records import engine, gate
from dolenti.records.facts.recorded import RECORDED
from dolenti.records.models import Complaint
from dolenti.records.places import may_be_one_side, zones_of
from dolenti.treatment import content
from dolenti.treatment.content import Injected, Preparation
from dolenti.treatment.earlier import FREEZING, was_block
from dolenti.treatment.models import SessionRecord
from dolenti.treatment.sessions import GIVEN

CORTICOSTEROID: Final = "corticosteroid"
_YEAR: Final = Duration(months=12)


@dataclass(frozen=True)
class _Given:
    """One session that was given: when, for which place, by which therapy and products; ``None``
    where nobody knows which. ``froze``: it was no block before a freeze."""

    day: date
    complaint: int
    zones: tuple[str, ...]
    side: str
    therapy: str
    products: tuple[str, ...] | None
    froze: bool

    def at_place_of(self, complaint: Complaint) -> bool:
        """Whether it was the place that hurts; of an unsaid side, or of both, it may have been, and
        of a pain whose diagnosis leaves several places open, at any of them."""
        here = zones_of(complaint.condition, complaint.zone)
        same_place = (
            not {*self.zones}.isdisjoint(here) if self.zones else (self.complaint == complaint.pk)
        )
        return same_place and may_be_one_side(self.side, complaint.side)


def facts_of(complaint: Complaint, as_of: date, besides: int | None = None) -> Mapping[str, Known]:
    """The facts of the dictionary that the sessions given to the patient answer on a day;
    ``besides`` the session that is itself looked at: it does not stand before itself."""
    given = [one for one in _given(complaint, besides) if one.day <= as_of]
    if not given:
        return {}
    edition = engine.edition_in_force()
    steroids = [product for product in edition.products if CORTICOSTEROID in product.classes]
    with_steroid = [one for one in given if _may_hold_one(one, steroids)]
    year = [one for one in with_steroid if one.day >= _YEAR.before(as_of)]
    at_place = methodcaller("at_place_of", complaint)
    here = [*filter(at_place, with_steroid)]
    frozen = [one.day for one in given if one.froze and at_place(one)]
    answers = {
        "corticosteroid-sessions-on-record-12-months": float(len(year)),
        "corticosteroid-sessions-of-joint-on-record-12-months": float(sum(map(at_place, year))),
        "last-corticosteroid-on-record": max((one.day for one in here), default=None),
        # Whoever was treated at another place was not "never" treated; here too, says who knows.
        "injected-before": "here" if any(map(at_place, given)) else "elsewhere",
        "previous-cryoneurolysis": bool(frozen),
        "last-cryoneurolysis-on-record": max(frozen, default=None),
        "cryoneurolysis-sessions-on-record-12-months": float(
            sum(day >= _YEAR.before(as_of) for day in frozen)
        ),
    }
    known = {fact.id for fact in edition.facts}
    return {
        fact: Known(value, as_of, RECORDED)
        for fact, value in answers.items()
        if value and fact in known
    }


def _given(complaint: Complaint, besides: int | None) -> list[_Given]:
    rows = SessionRecord.objects.filter(
        session__course__patient__in=gate.family(complaint.patient), state__in=GIVEN
    ).values_list(
        "session_id",
        "delivered_at",
        "session__course__complaint",
        "session__course__complaint__condition",
        "session__course__complaint__zone",
        "session__course__complaint__side",
        "session__course__therapy",
        "session__course__products",
        "preparation",
        "injected",
        "pause",
        "treated",
    )
    found = list(rows.exclude(delivered_at=None).order_by("pk"))
    zones = _zones() if any(row[-3].get("target") for row in found) else {}
    by_session = {
        session: _Given(
            local_day(at),
            pain,
            _places(
                zones.get(injected.get("target", "")),
                given_for.get("condition", condition),
                given_for.get("zone", zone),
            ),
            given_for.get("side", side),
            therapy,
            _products(preparation, injected, planned),
            therapy == FREEZING and not was_block(pause, content.read(Injected, injected)),
        )
        for (
            session,
            at,
            pain,
            condition,
            zone,
            side,
            therapy,
            planned,
            preparation,
            injected,
            pause,
            given_for,
        ) in found
        if at is not None and session != besides
    }
    return list(by_session.values())


def _places(of_target: str | None, condition: str, zone: str) -> tuple[str, ...]:
    """Where it went in: at its target; else where it hurt."""
    return (of_target,) if of_target else zones_of(condition, zone)


def _zones() -> Mapping[str, str]:
    """Where each target of an infiltration lies."""
    return {one.id: one.zone for one in guided.content(engine.edition_in_force()).targets}


def _products(
    preparation: Mapping[str, Any], injected: Mapping[str, Any], planned: Sequence[str]
) -> tuple[str, ...] | None:
    """What went in, of what was drawn up; what was planned, where the record says nothing of what
    was given."""
    if not injected:
        drawn = tuple(one["product"] for one in preparation.get("drawn", ()))
        return drawn or tuple(planned) or None
    given = content.doses(content.read(Preparation, preparation), content.read(Injected, injected))
    return tuple(product for product, dose in given.items() if dose)


def _may_hold_one(given: _Given, corticosteroids: Sequence[Product]) -> bool:
    if given.products is None:
        return any(given.therapy in product.used_in for product in corticosteroids)
    names = {name for product in corticosteroids for name in (product.id, *product.other_ids)}
    return not names.isdisjoint(given.products)


__all__ = ["CORTICOSTEROID", "facts_of"]
