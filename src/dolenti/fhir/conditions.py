"""Condition resources: facts that hold or no longer hold, and the complaints a patient may have."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from dolenti.fhir import reasons
from dolenti.fhir.bundle import BundleEntry, Resource
from dolenti.fhir.codes import Concept, Target
from dolenti.fhir.moments import Moment, first_moment, period_bound, read_moment
from dolenti.fhir.statements import (
    NOWHERE,
    PassedOver,
    PossibleComplaint,
    Sheet,
    Site,
    Statement,
    keys_of,
    site_of,
)
from dolenti.fhir.statuses import clinical, distrust, is_error, verification
from dolenti.guideline.birth import first_day
from dolenti.guideline.facts import Complaint, Ignored, Value
from dolenti.guideline.knowledge import Text

Standing = Literal["active", "ended", "refuted", "doubted", "unknown"]
WHY_NOT: Final[dict[str, Text]] = {
    "ended": reasons.CONDITION_ENDED,
    "refuted": reasons.CONDITION_REFUTED,
    "doubted": reasons.CONDITION_DOUBTED,
    "unknown": reasons.CONDITION_UNKNOWN,
}
WHY_NO_COMPLAINT: Final[dict[str, Text]] = {
    "ended": reasons.ENDED,
    "refuted": reasons.REFUTED,
    "doubted": reasons.CONDITION_DOUBTED,
}


def read_condition(sheet: Sheet, entry: BundleEntry, resource: Resource, label: str) -> None:
    """Add what a Condition says: statements, and a possible complaint."""
    concept = sheet.index.concept(resource.code)
    if is_error(resource):
        sheet.note(label, concept, reasons.ENTERED_IN_ERROR)
        _pass_over(sheet, concept, entry, label, reasons.ENTERED_IN_ERROR)
        return
    onset = first_moment(resource.onset_date_time, period_bound(resource.onset_period, "start"))
    recorded = read_moment(resource.recorded_date)
    began = onset or recorded
    ended = first_moment(
        resource.abatement_date_time, period_bound(resource.abatement_period, "end")
    )
    standing = _standing(sheet, resource, ended)
    doubt = sheet.distrust or distrust(resource)
    if not concept.targets or all(target.kind == "zone" for target in concept.targets):
        found = _looked_up(sheet, resource, standing, doubt, began, label)
        if found is None:
            return
        concept = found
    if doubt is not None or (began is not None and began.first > sheet.as_of):
        _leave_open(sheet, concept, began, label, entry, doubt)
        return
    site = _site(sheet, resource, concept)
    complaint: str | None = None
    for target in concept.targets:
        if target.kind == "fact":
            moment = _moment(sheet, recorded, standing, began, ended)
            _state(sheet, target, standing, moment, label, concept, site)
        elif target.kind == "condition" and complaint not in (None, target.id):
            sheet.note(label, concept, _read_as(complaint, target.id))
        elif target.kind == "condition":
            complaint = target.id
            # Without a clinical status the pain may still be there: it is offered, not hidden.
            if standing in ("active", "unknown"):
                since = _since(sheet, onset, label, concept)
                name = _name(entry, label)
                sheet.complaints.append(_complaint(sheet, entry, name, target.id, site, since))
            else:
                why = WHY_NO_COMPLAINT[standing]
                sheet.note(label, concept, _not_of_today(why))
                _pass_over(sheet, concept, entry, label, why)


def _looked_up(
    sheet: Sheet,
    resource: Resource,
    standing: Standing,
    doubt: Text | None,
    began: Moment | None,
    label: str,
) -> Concept | None:
    """What a disease without a code of the dictionary means; nothing where it is asked, or of no
    concern."""
    meaning = sheet.meanings.thing("disease", resource.code)
    if meaning.known and meaning.concept.targets:
        return meaning.concept
    if meaning.known:
        sheet.note(label, meaning.concept, meaning.noted)
    elif standing in ("ended", "refuted"):
        sheet.note(label, meaning.concept, reasons.NOT_IN_DICTIONARY)
    else:
        sheet.ask("disease", meaning, label, doubt or meaning.why, began)
    return None


def _leave_open(
    sheet: Sheet,
    concept: Concept,
    began: Moment | None,
    label: str,
    entry: BundleEntry,
    doubt: Text | None,
) -> None:
    """A disease that is not to be trusted, or of a day to come: its facts are in doubt."""
    facts = [(t.id, _member(sheet, t)) for t in concept.targets if t.kind == "fact"]
    pains = any(target.kind == "condition" for target in concept.targets)
    if sheet.is_future(began, facts, label, concept):
        doubt = reasons.AFTER_AS_OF
        if pains and began is not None:
            sheet.ignored.append(Ignored("condition", "after-as-of", began.first, label))
    elif doubt is not None:
        for fact, member in facts:
            sheet.note(label, concept, doubt, fact, member=member, moment=began)
        if pains:
            sheet.note(label, concept, doubt)
    if doubt is not None:
        _pass_over(sheet, concept, entry, label, doubt)


def _pass_over(sheet: Sheet, concept: Concept, entry: BundleEntry, label: str, why: Text) -> None:
    """Keep the painful conditions that are none of today, to say so where no other is left."""
    pains = [target.id for target in concept.targets if target.kind == "condition"]
    sheet.passed_over += (PassedOver(_name(entry, label), pain, why) for pain in pains)


def _name(entry: BundleEntry, label: str) -> str:
    """The name under which a complaint may be asked for."""
    own = None if entry.resource is None else entry.resource.id
    name = own if isinstance(own, str) else entry.full_url
    return name if isinstance(name, str) and name.isprintable() else label


def _since(sheet: Sheet, onset: Moment | None, label: str, concept: Concept) -> date | None:
    # Of a month or a year, its last day, so that the pain is not called old.
    since = None if onset is None else min(onset.last, sheet.as_of)
    if since is not None and sheet.birth_date and since < first_day(sheet.birth_date):
        sheet.note(label, concept, reasons.BEFORE_BIRTH)
        return None
    return since


def _read_as(complaint: str | None, other: str) -> Text:
    return reasons.reason(
        f"it is read as {complaint}, not also as {other}",
        f"c’est lu comme {complaint}, et non aussi comme {other}",
    )


def _not_of_today(why: Text) -> Text:
    return reasons.reason(
        f"no complaint of today: {why.en}",
        f"ce n’est pas une douleur d’aujourd’hui\u00a0: {why.fr}",
    )


def _member(sheet: Sheet, target: Target) -> str | None:
    return target.option if sheet.definition(target.id).type == "set" else None


def _standing(sheet: Sheet, resource: Resource, ended: Moment | None) -> Standing:
    sure = verification(resource)
    if sure == "refuted":
        return "refuted"
    if sure == "doubted":
        return "doubted"
    state = clinical(resource)
    # What ends after the day of the assessment has not ended yet.
    over = ended is not None and ended.first <= sheet.as_of
    timeless_end = resource.abatement_string is not None or resource.abatement_age is not None
    if sure == "unknown":
        return "unknown"
    if state == "ended":
        return "active" if ended is not None and not over else "ended"
    if state == "active":
        return "unknown" if over or timeless_end else "active"
    if state is None and (over or timeless_end):
        return "ended"
    return "unknown"


def _moment(
    sheet: Sheet,
    recorded: Moment | None,
    standing: Standing,
    began: Moment | None,
    ended: Moment | None,
) -> Moment | None:
    """The day a Condition was last said to be as it is."""
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
        sheet.note(label, concept, reasons.WHICH_ANSWER, doubt)
        return
    value: Value | None = None
    if standing == "active" or (standing == "ended" and definition.lasting):
        value = present
    elif standing in ("ended", "refuted") and target.whole and present is True:
        value = False
    else:
        open_ = standing in ("doubted", "unknown")
        member = _member(sheet, target)
        doubt = target.id if open_ else None
        sheet.note(label, concept, WHY_NOT[standing], doubt, member=member, moment=moment)
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
