"""Referrals and changed verdicts as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dolenti.calendar.moments import local_day
from dolenti.clinic.common.ages import ago
from dolenti.clinic.common.listing import VerdictLine, called
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.courses.shown import therapy_name
from dolenti.records.judging.supports import supports_of
from dolenti.records.judging.verdict_changes import supports_now
from dolenti.records.models import Referral, VerdictChange


@dataclass(frozen=True)
class ReferralLine:
    """A patient who was sent elsewhere: how urgently, to whom, how long ago."""

    public_id: str
    who: str
    patient: str
    heading: str
    urgency: str
    to: str
    at: datetime
    ago: str
    closed_at: datetime | None
    outcome: str
    closed_by: str


@dataclass(frozen=True)
class ChangeLine:
    """An assessment some of whose verdicts another edition gives differently."""

    who: str
    patient: str
    complaint: str
    assessment: str
    heading: str
    at: datetime
    verdicts: list[tuple[VerdictLine, VerdictLine]]  # as it was, as it is now


def referral_lines(referrals: Iterable[Referral], words: Lookup, today: date) -> list[ReferralLine]:
    """Referrals, as listed."""
    return [
        ReferralLine(
            one.public_id,
            called(one.complaint.patient),
            one.complaint.patient.public_id,
            words.complaint(one.complaint.condition, one.complaint.zone, one.complaint.side),
            one.urgency,
            one.to.get(words.language, ""),
            one.created_at,
            ago(local_day(one.created_at), today, words.language),
            one.closed_at,
            one.outcome,
            one.closed_by.name if one.closed_by else "",
        )
        for one in referrals
    ]


def title_of(referral: Referral, words: Lookup) -> list[str]:
    """Why: the sentences of the red flags, as far as today's edition knows them."""
    known = {flag.id: flag.because for flag in words.edition.red_flags}
    return [known[flag].in_language(words.language) for flag in referral.flags if flag in known]


def change_lines(changes: Iterable[VerdictChange], words: Lookup) -> list[ChangeLine]:
    """Changed verdicts, those of one assessment together."""
    changes = list(changes)
    were, are = supports_of(one.assessment for one in changes), supports_now(changes)
    lines: dict[str, ChangeLine] = {}
    for change in changes:
        stored = change.assessment
        complaint = stored.complaint
        line = lines.setdefault(
            stored.public_id,
            ChangeLine(
                called(complaint.patient),
                complaint.patient.public_id,
                complaint.public_id,
                stored.public_id,
                words.complaint(complaint.condition, complaint.zone, complaint.side),
                stored.created_at,
                [],
            ),
        )
        key, therapy = (stored.pk, change.therapy), therapy_name(change.therapy, words)
        line.verdicts.append(
            (
                VerdictLine(therapy, change.was, were.get(key, "")),
                VerdictLine(therapy, change.now, are.get(key, "")),
            )
        )
    return list(lines.values())
