"""A new edition of the knowledge: whose verdict it changes.

The last stored assessment of every active complaint is judged again from its stored inputs, so
that nothing but the edition differs. Complaints are read a page at a time: memory does not grow
with them, and no transaction is held open while judging.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery

from dolenti.access import audit
from dolenti.access.actors import Actor, worker_at
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.guideline.dates import read_date
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, read_value
from dolenti.guideline.judge import Judge, Verdict
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.weighing import Support
from dolenti.records import engine, gate
from dolenti.records.facts.inputs import case_from_json
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.judging.supports import OPEN_TO_CHOICE, support_by
from dolenti.records.models import Assessment, Complaint, EditionSnapshot, VerdictChange

PAGE: Final = 200


@dataclass(frozen=True)
class Progress:
    """How far a search is: complaints looked at, of how many, and what was found since."""

    looked_at: int
    of: int
    changes: tuple[VerdictChange, ...]


def find_everywhere() -> Iterator[Progress]:
    """The same at every site, one after the other; the progress is that of all of them."""
    sites = list(Site.objects.order_by("pk"))
    counts = {site.pk: _active(site.pk).count() for site in sites}
    before, of = 0, sum(counts.values())
    for site in sites:
        for progress in find(worker_at(site)):
            yield Progress(before + progress.looked_at, of, progress.changes)
        before += counts[site.pk]


def find(actor: Actor) -> Iterator[Progress]:
    """Judge again at the actor's site, page by page, by the edition in force; store each change
    once. Raises ``NotAllowedError``.

    Run twice it stores nothing new, and tells the changes again.
    """
    insist(actor, Permission.JUDGE_AGAIN, actor.site_id)
    edition, snapshot = engine.edition_in_force(), snapshot_in_force()
    judges: dict[tuple[tuple[str, str], ...], Judge] = {}
    active = _active(actor.site_id)
    count, looked_at, after = active.count(), 0, 0
    while True:
        page = list(active.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:PAGE])
        if not page:
            audit.record(
                "judge-again",
                actor=actor,
                kind="editionsnapshot",
                object_id=_mark(edition),
                detail={"of": count},
            )
            return
        found = [
            change
            for stored in _last_of(page, snapshot)
            for change in _changes(stored, edition, snapshot, judges)
        ]
        with writing(actor, Permission.JUDGE_AGAIN, actor.site_id):
            VerdictChange.objects.bulk_create(found, ignore_conflicts=True)
        looked_at, after = looked_at + len(page), page[-1]
        yield Progress(looked_at, count, tuple(found))


def _active(site: int) -> QuerySet[Complaint]:
    active = Complaint.objects.filter(state=Complaint.State.ACTIVE, in_error="")
    return active.filter(patient__site_id=site)


def was_searched(site: Site) -> bool:
    """Whether the search was once brought to its end there for the edition in force."""
    mark = _mark(engine.edition_in_force())
    found = AuditEntry.objects.filter(action="judge-again", object_id=mark)
    return found.filter(site=site.public_id).exists()


def _mark(edition: Edition) -> str:
    return edition.sha256[:40]  # as long as the trail's names are


def _last_of(complaints: list[int], snapshot: EditionSnapshot) -> QuerySet[Assessment]:
    """The last assessment of each of these complaints, where another edition judged it."""
    last = Assessment.objects.filter(complaint=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    chosen = Complaint.objects.filter(pk__in=complaints).values(last=Subquery(last))
    return (
        Assessment.objects.filter(pk__in=chosen)
        .exclude(edition=snapshot)
        .select_related("complaint", "complaint__patient")
        .defer("packed")
        .order_by("pk")
    )


def _changes(
    stored: Assessment,
    edition: Edition,
    snapshot: EditionSnapshot,
    judges: dict[tuple[tuple[str, str], ...], Judge],
) -> Iterator[VerdictChange]:
    now = {one.therapy.id: one.status for one in _verdicts(stored, edition, judges)}
    for therapy, was in stored.statuses.items():
        if now.get(therapy, "") != was:
            yield VerdictChange(
                assessment=stored,
                site_id=stored.complaint.patient.site_id,
                edition=snapshot,
                therapy=therapy,
                was=was,
                now=now.get(therapy, ""),
            )


def _verdicts(
    stored: Assessment, edition: Edition, judges: dict[tuple[tuple[str, str], ...], Judge]
) -> tuple[Verdict, ...]:
    """What an edition says of the inputs of an assessment."""
    policies = _known_policies(stored.inputs["policies"], edition)
    key = tuple(sorted(policies.items()))
    if key not in judges:
        judges[key] = Judge(edition, policies)
    judge = judges[key]
    case = case_from_json(readable(stored.inputs, judge.dictionary), judge.dictionary)
    return judge.assess(case).verdicts


def supports_now(changes: Iterable[VerdictChange]) -> dict[tuple[int, str], Support]:
    """What each verdict of today that lets a therapy be done rests on, by both."""
    judges: dict[tuple[tuple[str, str], ...], Judge] = {}
    said = {}
    for change in changes:
        if change.now not in OPEN_TO_CHOICE:
            continue
        stored = change.assessment
        for verdict in _verdicts(stored, engine.edition_in_force(), judges):
            if verdict.therapy.id == change.therapy:
                held = [one.rule for one in verdict.criteria if one.proof.holds is True]
                said[stored.pk, change.therapy] = support_by(stored, verdict.therapy, held)
    return said


def _known_policies(chosen: Mapping[str, str], edition: Edition) -> dict[str, str]:
    """The choices that this edition still offers; the rest stand at its defaults."""
    offered = {policy.id: {option.id for option in policy.options} for policy in edition.policies}
    return {name: value for name, value in chosen.items() if value in offered.get(name, ())}


def readable(inputs: Mapping[str, Any], dictionary: Dictionary) -> dict[str, Any]:
    """The inputs without the answers that this edition cannot read: unknown, so asked again."""
    as_of = read_date(inputs["as_of"])
    facts = {}
    for fact, said in inputs["facts"].items():
        if fact not in dictionary.definitions:
            continue
        try:
            read_value(dictionary.definition(fact), said["value"], as_of)
        except InputError:
            continue
        facts[fact] = said
    return {**inputs, "facts": facts}


def of_care(user: User) -> QuerySet[VerdictChange]:
    """What the edition in force changes for the user's patients, as long as nobody assessed the
    complaint again; the last found first."""
    last = (
        Assessment.objects.filter(complaint=OuterRef("assessment__complaint"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return (
        VerdictChange.objects.filter(
            gate.is_open(user, "assessment__complaint__patient"),
            edition__sha256=engine.edition_in_force().sha256,
            site_id=user.site_id,
            assessment=Subquery(last),
            assessment__complaint__state=Complaint.State.ACTIVE,
        )
        .select_related("assessment", "assessment__complaint", "assessment__complaint__patient")
        .defer("assessment__packed")
        .order_by("-assessment_id", "therapy")
    )
