"""Condition resources: facts that hold or no longer hold, and the complaints a patient may have."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from dolenti.fhir.bundle import BundleEntry, Resource
from dolenti.fhir.codes import Concept, Target, first_code
from dolenti.fhir.moments import Moment, first_moment, period_bound, read_moment
from dolenti.fhir.statements import (
    NOWHERE,
    PossibleComplaint,
    Sheet,
    Site,
    Statement,
    keys_of,
    site_of,
)
from dolenti.guideline.facts import Complaint, Value

ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
ENDED: Final = frozenset({"inactive", "remission", "resolved"})
DOUBTED: Final = frozenset({"unconfirmed", "provisional", "differential"})

Standing = Literal["active", "ended", "refuted", "doubted", "unknown"]
WHY_NOT: Final[dict[str, str]] = {
    "ended": "it ended; whether another one holds is not said",
    "refuted": "it was refuted; other kinds of it were not",
    "doubted": "it is suspected and not confirmed",
    "unknown": "whether it still holds is not said",
}


def read_condition(sheet: Sheet, entry: BundleEntry, resource: Resource, label: str) -> None:
    """Add what a Condition says: statements, and a possible complaint."""
    concept = sheet.index.concept(resource.code)
    if not concept.targets:
        sheet.note(label, concept, "the code is not in the dictionary")
        return
    verification = first_code(resource.verification_status)
    if verification == "entered-in-error":
        sheet.note(label, concept, "entered in error")
        return
    began = first_moment(
        resource.onset_date_time, period_bound(resource.onset_period, "start")
    ) or read_moment(resource.recorded_date)
    facts = [target.id for target in concept.targets if target.kind == "fact"]
    is_complaint = any(target.kind == "condition" for target in concept.targets)
    if sheet.is_future(began, [*facts, "condition"] if is_complaint else facts, label):
        return
    ended = first_moment(
        resource.abatement_date_time, period_bound(resource.abatement_period, "end")
    )
    standing = _standing(sheet, resource, verification, ended)
    site = _site(sheet, resource, concept)
    complaint: str | None = None
    for target in concept.targets:
        if target.kind == "fact":
            moment = _moment(sheet, resource, standing, began, ended)
            _state(sheet, target, standing, moment, label, concept, site)
        elif target.kind == "condition" and complaint not in (None, target.id):
            sheet.note(label, concept, f"it is read as {complaint}, not also as {target.id}")
        elif target.kind == "condition":
            complaint = target.id
            # Without a clinical status the pain may still be there: it is offered, not hidden.
            if standing in ("active", "unknown"):
                since = _since(sheet, resource)
                if since is not None and sheet.birth_date and since < sheet.birth_date:
                    sheet.note(label, concept, "it began before the birth: since when is not known")
                    since = None
                name = resource.id if isinstance(resource.id, str) else entry.full_url
                name = name if isinstance(name, str) and name.isprintable() else label
                sheet.complaints.append(_complaint(sheet, entry, name, target.id, site, since))
            else:
                sheet.note(label, concept, f"no complaint of today: {WHY_NOT[standing]}")


def _standing(
    sheet: Sheet, resource: Resource, verification: str | None, ended: Moment | None
) -> Standing:
    if verification == "refuted":
        return "refuted"
    if verification in DOUBTED:
        return "doubted"
    clinical = first_code(resource.clinical_status)
    # What ends after the day of the assessment has not ended yet.
    over = ended is not None and ended.first <= sheet.as_of
    timeless_end = resource.abatement_string is not None or resource.abatement_age is not None
    if clinical in ENDED:
        return "active" if ended is not None and not over else "ended"
    if clinical in ACTIVE:
        return "unknown" if over or timeless_end else "active"
    if clinical is None and (over or timeless_end):
        return "ended"
    return "unknown"


def _moment(
    sheet: Sheet,
    resource: Resource,
    standing: Standing,
    began: Moment | None,
    ended: Moment | None,
) -> Moment | None:
    """The day a Condition was last said to be as it is."""
    recorded = read_moment(resource.recorded_date)
    if recorded is not None and recorded.first > sheet.as_of:
        recorded = None
    if standing == "ended":
        return ended or recorded or began
    if recorded is not None and (began is None or recorded.first > began.first):
        return recorded
    return began


def _state(
    sheet: Sheet,
    target: Target,
    standing: Standing,
    moment: Moment | None,
    label: str,
    concept: Concept,
    site: Site,
) -> None:
    definition = sheet.definition(target.id)
    present: Value | None
    if definition.type == "boolean" or target.option is not None:
        present = True if definition.type in ("boolean", "set") else target.option
    else:
        doubt = target.id if standing in ("active", "doubted", "unknown") else None
        sheet.note(label, concept, "which answer of this fact it means is not said", doubt)
        return
    value: Value | None = None
    if standing == "active" or (standing == "ended" and definition.lasting):
        value = present
    elif standing in ("ended", "refuted") and target.whole and present is True:
        value = False
    else:
        open_ = standing in ("doubted", "unknown")
        sheet.note(label, concept, WHY_NOT[standing], target.id if open_ else None)
        if open_:
            return
    sheet.statements.append(
        Statement(
            target.id,
            value,
            moment,
            label,
            concept.token,
            state=standing != "refuted",  # a denial is an answer of its day
            member=target.option if definition.type == "set" else None,
            site=site,
        )
    )


def _since(sheet: Sheet, resource: Resource) -> date | None:
    """The day a pain began; of a month or a year, its last day, so that it is not called old."""
    onset = first_moment(resource.onset_date_time, period_bound(resource.onset_period, "start"))
    return None if onset is None else min(onset.last, sheet.as_of)


def _complaint(
    sheet: Sheet, entry: BundleEntry, name: str, condition: str, site: Site, since: date | None
) -> PossibleComplaint:
    zones = sheet.dictionary.condition_zones.get(condition, ())
    zone = site.zone if site.zone in zones else None
    complaint = Complaint(id=name, condition=condition, zone=zone, side=site.side, since=since)
    return PossibleComplaint(
        complaint, zones if zone is None else (zone,), frozenset(keys_of(entry))
    )


def _site(sheet: Sheet, resource: Resource, concept: Concept) -> Site:
    site = site_of(sheet, resource.body_site) if resource.body_site is not None else NOWHERE
    zone = site.zone or next((t.id for t in concept.targets if t.kind == "zone"), None)
    return Site(zone, site.side or concept.side)
