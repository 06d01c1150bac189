"""The freezers whose recorder nobody reads: a log that is silent proves no cold, and warns of
nothing by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from dolenti.access import audit, clock, messages
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.serum import chain, opening
from dolenti.serum.models import Place, Stay, TemperatureLog

SILENT: Final = "alert/freezer-silent"
"""The mail that says that a freezer is silent."""


def silent(site_id: int, now: datetime) -> QuerySet[Place]:
    """The freezers of a site that hold something, and of which nobody imported a reading for longer
    than the knowledge allows (``log-silence``): what they hold is to be checked, since a recorder
    that nobody reads warns of nothing. Each says in ``heard`` up to when it was measured."""
    bound = now - timedelta(hours=chain.in_force().most("log-silence"))
    standing = TemperatureLog.objects.standing().filter(place=OuterRef("pk"))
    # One that was never measured is silent from the moment at which something was put into it.
    kept = Stay.objects.filter(place=OuterRef("pk"), until=None, since__lt=bound)
    found = Place.objects.filter(
        Exists(kept), ~Exists(standing.filter(last__gte=bound)),
        site_id=site_id, kind=Place.Kind.FREEZER,
    )  # fmt: skip
    return found.annotate(heard=Subquery(standing.order_by("-last").values("last")[:1]))


def tell_of_silence(actor: Actor, now: datetime) -> int:
    """Tell the responsible person of the chain by mail that a freezer is silent, each silence once;
    of how many they were told. The mail says nothing of whose units they are."""
    site = actor.site
    with clock.at_site(site), writing(actor, Permission.REMIND, site.pk):
        rows = [one for one in silent(site.pk, now) if not _was_told(one)]
        told = Place.objects.filter(pk__in=[one.pk for one in rows]).update(silence_told_at=now)
        person = opening.responsible_of(site)
        if rows:
            audit.record("tell-of-silence", actor=actor, kind="site", object_id=site.public_id,
                         detail={"places": [one.public_id for one in rows]})  # fmt: skip
        if rows and person is not None:
            messages.tell(person, SILENT, {"site": site.name})
        return told


def _was_told(place: Place) -> bool:
    """Whether it was told since the last reading of a place."""
    heard: datetime | None = place.heard  # type: ignore[attr-defined] # annotated by ``silent``
    return place.silence_told_at is not None and (heard is None or place.silence_told_at > heard)
