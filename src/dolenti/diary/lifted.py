"""The alerts of patients that the next session is asked of: those that hold it back, and those that
would have and were lifted since the last session."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max
from django.db.models.functions import Coalesce

from dolenti.diary import holding
from dolenti.diary.models import Alert
from dolenti.guideline.knowledge import Text
from dolenti.records import gate
from dolenti.treatment import lately
from dolenti.treatment.lately import Sign
from dolenti.treatment.models import SessionRecord


def alerted(keys: Collection[int]) -> dict[int, list[Sign]]:
    """The alerts of these patients that hold their sessions, and those lifted since their last
    session that did; the last first. One query, and one more where something was lifted."""
    rows = (
        Alert.objects.filter(patient__in=gate.families(keys), link=None)
        .annotate(kept=Coalesce("patient__absorbed_by_id", "patient_id"))
        .only("public_id", "alarms", "urgency", "since", "ended_at", "reason")
        .order_by("-since", "-pk")
    )
    known = [(one.kept, one, signs) for one in rows if (signs := holding.holds_of(one))]
    lifted = {key for key, alert, _signs in known if alert.ended_at is not None}
    given = _last_given(lifted) if lifted else {}
    found: dict[int, list[Sign]] = {}
    for key, alert, signs in known:
        last = given.get(key)
        if alert.ended_at is not None and last is not None and alert.ended_at <= last:
            continue
        kind: lately.Kind = "open" if alert.ended_at is None else "lifted"
        at = alert.ended_at or alert.since
        says = Text(
            fr="\u00a0; ".join(one.says.fr for one in signs),
            en="; ".join(one.says.en for one in signs),
        )
        found.setdefault(key, []).append(Sign(kind, alert.public_id, at, says, alert.reason))
    return found


def _last_given(keys: Collection[int]) -> dict[int, datetime]:
    """When something was given last to each of these patients, of whatever course."""
    of_patient = "session__course__patient"
    rows = (
        SessionRecord.objects.filter(
            **{f"{of_patient}__in": gate.families(keys)},
            delivered_at__isnull=False,
            amended_by=None,
        )
        .order_by()
        .annotate(kept=Coalesce(f"{of_patient}__absorbed_by_id", f"{of_patient}_id"))
        .values("kept")
        .annotate(last=Max("delivered_at"))
    )
    return {one["kept"]: one["last"] for one in rows}


lately.SIGNS.append(alerted)
