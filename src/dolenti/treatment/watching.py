"""How long a patient is watched after the needle, before anybody can say that it was done.

The minutes are those of the line of the edition about it (``leaving.yaml``, ``watched``), which a
person reads: 15, and 30 after more than 20 mg of lidocaine or any procaine. Whether there was an
earlier reaction is for whoever reads it: no record answers that for sure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from dolenti.treatment import content
from dolenti.treatment.content import Injected, Preparation
from dolenti.treatment.models import SessionRecord

LINE: Final = "watched"
"""The line before leaving the room that says it."""
MINUTES: Final = 15
LONGER: Final = 30
LIDOCAINE_MG: Final = Decimal(20)
"""So much lidocaine, in mg, is watched for no longer than anything else."""


def minutes(doses: Mapping[str, Decimal]) -> int:
    """How long at least, in minutes, after these doses by product, each in its unit (mg)."""
    long = doses.get("lidocaine", Decimal(0)) > LIDOCAINE_MG or doses.get("procaine", Decimal(0))
    return LONGER if long else MINUTES


def cut_short(record: SessionRecord) -> int | None:
    """After how many minutes the record was signed, where that was before the time was over;
    ``None`` where it was watched to its end, or is not signed. An amendment, which comes later,
    makes no watch longer."""
    first = record
    while first.amends is not None:
        first = first.amends
    end = until(first)
    if end is None or first.signed_at is None or first.signed_at >= end:
        return None
    assert first.delivered_at is not None
    return max(0, int((first.signed_at - first.delivered_at).total_seconds() // 60))


def until(record: SessionRecord) -> datetime | None:
    """When the time is over; ``None`` before anything was given."""
    if record.delivered_at is None:
        return None
    preparation = content.read(Preparation, record.preparation)
    doses = content.doses(preparation, content.read(Injected, record.injected))
    return record.delivered_at + timedelta(minutes=minutes(doses))
