"""The trail as an auditor reads it: the lines that concern their site, filtered, a page at a time.

Lines are found by their number, so that a page costs the same wherever it lies and nobody counts
millions of them. Nothing here changes a line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django_tasks import task

from dolenti.access import audit, heads
from dolenti.access.chain import Fault, Head, as_text
from dolenti.access.models import AuditEntry, AuditKey, Membership, User
from dolenti.access.roles import Permission
from dolenti.access.writing import writing

PER_PAGE: Final = 30
VERIFIED: Final = "verify-trail"
BACKED_UP, DRILLED, COPIED = "backup", "drill", "backup-copy"
KEPT: Final = (BACKED_UP, DRILLED, COPIED)
COLUMNS: Final = (
    "sequence", "at", "actor_name", "role", "action", "outcome", "kind", "object_id", "patient",
    "patients", "detail",
)  # fmt: skip


VIEWS: Final = {
    "openings": Q(action="break-glass"),
    "outside": Q(),  # the lines of ``Looked.spans``
    "searches": Q(action="find-patient") | Q(kind="listed"),
    "exports": Q(action__startswith="export"),
    "refused": Q(outcome=audit.REFUSED),
}
"""What an auditor looks at again and again, by the word of its address."""
LATELY: Final = timedelta(days=7)
"""Over so long the lines of a view are counted."""
AT_ONCE: Final = 5000
"""A trail of so many lines is verified while the auditor waits; a longer one by the worker."""
MOST_FAULTS: Final = 5
"""So many faults are named in the line that says how a verification went."""


@dataclass(frozen=True)
class During:
    """What somebody did about a patient between two moments."""

    actor: str
    patient: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Looked:
    """What is looked for: between two moments, by whom, about whom, what, how it ended; a ``view``
    of ``VIEWS``, of which *outside* is given its ``spans``."""

    start: datetime | None = None
    end: datetime | None = None
    equal: dict[str, str] = field(default_factory=dict)  # of the columns in ``FILTERS``
    patient: str = ""  # in lines about several, too
    view: str = ""
    spans: tuple[During, ...] = ()


FILTERS: Final = ("actor", "action", "outcome", "kind")


@dataclass(frozen=True)
class Page:
    """Lines, the latest first; ``before`` is where the next page goes on, if there is one."""

    lines: list[AuditEntry]
    before: int | None


def lines(user: User, looked: Looked) -> QuerySet[AuditEntry]:
    """The lines of what was done at the auditor's site and of what concerns it wherever it was
    done; and those of nobody's: the command line, log-ins of no account. The latest first.
    """
    if not user.may(Permission.READ_AUDIT):
        return AuditEntry.objects.none()
    here = user.site.public_id
    concerned = Exists(AuditKey.objects.filter(key=here, entry=OuterRef("sequence")))
    nobodys = Q(site="", sites=[])
    found = AuditEntry.objects.filter(Q(site=here) | nobodys | concerned)
    found = found.filter(**{name: value for name, value in looked.equal.items() if value})
    if looked.patient:
        found = found.filter(keys__key=looked.patient)
    if looked.view == "outside":
        found = found.filter(sequence__in=_during(looked.spans))
    elif looked.view in VIEWS:
        found = found.filter(VIEWS[looked.view])
    # Numbers and moments grow together: the day's first number is found by the index of moments.
    if looked.start is not None:
        first = _first_from(looked.start)
        found = found.filter(sequence__gte=first) if first else found.none()
    if looked.end is not None:
        after = _first_from(looked.end)
        found = found.filter(sequence__lt=after) if after else found
    return found.order_by("-sequence")


def _during(spans: tuple[During, ...]) -> QuerySet[AuditEntry, Any]:
    """The numbers of what was read in these spans: found by the patients, of whom there are few."""
    every = Q(pk__in=())
    for one in spans:
        every |= Q(keys__key=one.patient, actor=one.actor, at__gte=one.start, at__lte=one.end)
    return AuditEntry.objects.filter(every, action="read").order_by().values("sequence")


def counts(user: User, spans: tuple[During, ...], now: datetime) -> dict[str, int]:
    """How many lines each view has lately: two questions, of the lines of a week."""
    if not user.may(Permission.READ_AUDIT):
        return {}
    lately = lines(user, Looked(start=now - LATELY)).order_by()
    counted = {name: Count("pk", filter=where) for name, where in VIEWS.items() if where}
    outside = lately.filter(sequence__in=_during(spans)).count() if spans else 0
    return {**lately.aggregate(**counted), "outside": outside}


def _first_from(moment: datetime) -> int | None:
    found = AuditEntry.objects.filter(at__gte=moment).order_by("at", "sequence")
    return found.values_list("sequence", flat=True).first()


def page(user: User, looked: Looked, before: int | None = None) -> Page:
    """A page of lines, those before the number ``before``."""
    found = lines(user, looked)
    if before is not None:
        found = found.filter(sequence__lt=before)
    rows = list(found[: PER_PAGE + 1])
    more = len(rows) > PER_PAGE
    return Page(rows[:PER_PAGE], rows[PER_PAGE - 1].sequence if more else None)


def people(user: User) -> list[User]:
    """Who works or worked at the auditor's site, by name."""
    if not user.may(Permission.READ_AUDIT):
        return []
    here = Membership.objects.filter(site_id=user.site_id).values("user")
    return list(User.objects.filter(pk__in=here).order_by("name", "pk"))


@dataclass(frozen=True)
class Check:
    """The last time that the whole chain was verified: when, how many lines, how many faults, the
    first of them, and since when the trail is kept."""

    at: datetime
    lines: int
    faults: int
    named: tuple[Fault, ...] = ()
    since: datetime | None = None


def ask_to_verify(user: User) -> bool:
    """Verify the whole chain because an auditor asks for it, which is itself a line. Whether it is
    done; a long trail is the worker's. Raises ``NotAllowedError``, ``InputError``."""
    with writing(user, Permission.READ_AUDIT, user.site_id):
        audit.record("ask-to-verify", actor=user, kind="trail")
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    if last > AT_ONCE:
        verify_later.enqueue()
        return False
    note(*heads.verify())
    return True


@task
def verify_later() -> None:
    """Verify a long trail while nobody waits."""
    note(*heads.verify())


def note(count: int, faults: list[Fault]) -> None:
    """Write into the trail that it was verified, and what was found."""
    named = [f"{one.sequence} {one.what}" for one in faults[:MOST_FAULTS]]
    audit.record(
        VERIFIED,
        actor=None,
        outcome=audit.FAILED if faults else audit.DONE,
        kind="trail",
        detail={"lines": count, "faults": len(faults), **({"named": named} if named else {})},
    )


def note_end(before: list[Head]) -> None:
    """Write into the trail that its end is kept anew, and which ends were kept until then."""
    detail = {"head_before": ", ".join(map(str, before))}
    audit.record("keep-end", actor=None, kind="trail", detail=detail)


def last_check(user: User) -> Check | None:
    """The last verification, if there was one."""
    return _last_check() if user.may(Permission.READ_AUDIT) else None


def _last_check() -> Check | None:
    found = AuditEntry.objects.filter(action=VERIFIED).order_by("-sequence").first()
    if found is None:
        return None
    named = [one.partition(" ") for one in found.detail.get("named", ())]
    return Check(
        found.at,
        found.detail.get("lines", 0),
        found.detail.get("faults", 0),
        tuple(Fault(int(number), what) for number, _, what in named),
        AuditEntry.objects.order_by("sequence").values_list("at", flat=True).first(),
    )


def last_verified(user: User) -> Check | None:
    """The same for who administers: when, and whether something was found."""
    return _last_check() if user.may(Permission.ADMINISTER) else None


def last_kept(user: User) -> dict[str, datetime | None]:
    """When a backup was last written, one last tried, and one last copied elsewhere; only for who
    administers."""
    return last_done() if user.may(Permission.ADMINISTER) else dict.fromkeys(KEPT)


def last_done() -> dict[str, datetime | None]:
    """When a backup was last written, one last tried, and one last copied elsewhere, as the trail
    has it; for the machine's own eyes. What failed is not done."""
    rows = AuditEntry.objects.filter(action__in=KEPT).exclude(outcome=audit.FAILED)
    found = dict(rows.order_by().values_list("action").annotate(last=Max("at")))
    return {action: found.get(action) for action in KEPT}


def newest() -> datetime | None:
    """When the last line was written; for the machine's own eyes."""
    last = AuditEntry.objects.order_by("-sequence").values_list("at", flat=True)
    return last.first()


def last_copy(user: User) -> tuple[datetime | None, bool]:
    """When the last copy to another place failed, nothing where it was made; and whether it lies on
    the very disk of the data, which is not said of what was copied before this was looked at."""
    if not user.may(Permission.ADMINISTER):
        return None, False
    last = AuditEntry.objects.filter(action=COPIED).order_by("-sequence").first()
    if last is None:
        return None, False
    failed = last.outcome == audit.FAILED
    return (last.at if failed else None), bool((last.detail or {}).get("same_disk"))


class _Line:
    """What ``csv`` writes to: it hands each line on."""

    def write(self, text: str) -> str:
        return text


def as_csv(user: User, looked: Looked) -> Iterator[str]:
    """The lines as CSV, one after the other, whatever their number. That it was taken out is
    itself a line of the trail, written before the first is given."""
    audit.record(
        "export-trail",
        actor=user,
        kind="trail",
        detail={name: value for name, value in _said(looked).items() if value},
    )
    found = lines(user, looked)

    def rows() -> Iterator[str]:
        out = csv.writer(_Line())
        yield out.writerow(COLUMNS)
        for entry in found.iterator(chunk_size=2000):
            yield out.writerow([_cell(getattr(entry, name)) for name in COLUMNS])

    return rows()


def _said(looked: Looked) -> dict[str, str]:
    days = {"start": looked.start, "end": looked.end}
    said = {name: moment.isoformat() for name, moment in days.items() if moment}
    return {**said, **looked.equal, "patient": looked.patient, "view": looked.view}


def _cell(value: Any) -> str:
    """A value as a spreadsheet shows it, and never runs it: a formula begins with one of these."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, list):
        value = " ".join(value)
    text = as_text(value) if isinstance(value, dict) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
