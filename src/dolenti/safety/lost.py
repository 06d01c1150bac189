"""The strength that was lost after a freeze, as a sensory map says it, and that nobody told of as
an event yet: it stands on the pages of the patient, and waits on the first page, until somebody
does.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.knowledge import Text
from dolenti.records import gate
from dolenti.safety import events
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import lately
from dolenti.treatment.earlier import FREEZING
from dolenti.treatment.lately import Sign
from dolenti.treatment.models import Course, SensoryMap, SessionRecord

DEFICIT: Final = "motor-deficit"
"""The event of the knowledge that tells of it."""


def untold() -> QuerySet[SessionRecord]:
    """The freezes after which a map says that strength was lost, and of which no event was told.
    The last map of a moment counts. Whoever looks asks whose they are."""
    later = SensoryMap.objects.filter(
        record__session=OuterRef("record__session"),
        moment=OuterRef("moment"),
        pk__gt=OuterRef("pk"),
    )
    lost = SensoryMap.objects.filter(
        ~Exists(later), record__session=OuterRef("session"), moves=False
    )
    told = AdverseEvent.objects.filter(session=OuterRef("session"), event=DEFICIT, in_error=False)
    return SessionRecord.objects.filter(
        Q(Exists(lost)) | Q(happened__moves=False),
        ~Exists(told),
        session__course__therapy=FREEZING,
        amended_by=None,
        delivered_at__isnull=False,
        injected__freezing__nerve__isnull=False,
    )


def waiting(user: Actor) -> QuerySet[SessionRecord]:
    """Those of patients whose record is open to the user, who may tell of it. One query."""
    if not user.may(Permission.WRITE_RECORDS):
        return SessionRecord.objects.none()
    here = gate.open_here(user, "session__course__patient")
    found = untold().filter(here, session__course__site=user.site_id)
    return found.filter(session__course__patient__in_error="").order_by()


def signs(keys: Collection[int]) -> dict[int, list[Sign]]:
    """The same of these patients, as their pages say it. One query, and one more where a nerve is
    frozen: every page of every patient asks, and almost none ever is."""
    frozen = Course.objects.filter(patient__in=gate.families(keys), therapy=FREEZING)
    if not frozen.exists():
        return {}
    whose = "session__course__patient"
    rows = (
        untold()
        .filter(**{f"{whose}__in": gate.families(keys)})
        .annotate(kept=Coalesce(f"{whose}__absorbed_by_id", f"{whose}_id"))
        .order_by("-delivered_at")
        .values_list("kept", "delivered_at", "session__public_id")
    )
    found: dict[int, list[Sign]] = {}
    for key, at, about in rows:
        assert at is not None
        found.setdefault(key, []).append(Sign("lost", about, at, _says()))
    return found


def _says() -> Text:
    label = next(one.label for one in events.content().events if one.id == DEFICIT)
    return Text(
        fr=f"{label.fr}, noté sur une carte et pas encore déclaré",
        en=f"{label.en}, recorded on a map and not yet reported",
    )


lately.SIGNS.append(signs)
