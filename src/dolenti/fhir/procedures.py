"""Procedure resources: acts that were done, and what they leave behind.

An act on another knee says nothing of this one: the reader believes an act about a complaint only
where place and side agree.
"""

from __future__ import annotations

from dolenti.fhir import reasons
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import codings
from dolenti.fhir.moments import Moment, first_moment, period_bound
from dolenti.fhir.statements import NOWHERE, Sheet, Site, Statement, site_of
from dolenti.fhir.statuses import distrust, is_error
from dolenti.guideline.facts import Value


def read_procedure(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what a Procedure says."""
    concept = sheet.index.concept(resource.code)
    targets = [target for target in concept.targets if target.kind == "fact"]
    if not targets and codings(resource.code):
        sheet.note(label, concept, reasons.NOT_IN_DICTIONARY)
        return
    if is_error(resource) or resource.status == "not-done":
        error = is_error(resource)
        sheet.note(label, concept, reasons.ENTERED_IN_ERROR if error else reasons.NOT_DONE)
        return
    moment = first_moment(
        resource.performed_date_time,
        period_bound(resource.performed_period, "end"),
        period_bound(resource.performed_period, "start"),
    )
    if not targets:
        _read_words(sheet, resource, label, moment)
        return
    named = [(target.id, None) for target in targets]
    if sheet.is_future(moment, named, label, concept):
        return
    doubt = sheet.distrust or distrust(resource)
    if resource.status != "completed":
        doubt = doubt or reasons.DONE_NOT_SAID
    if doubt is not None:
        for target in targets:
            sheet.note(label, concept, doubt, target.id, moment=moment)
        return
    site = site_of(sheet, resource.body_site) if resource.body_site is not None else NOWHERE
    zone = site.zone or next((t.id for t in concept.targets if t.kind == "zone"), None)
    site = Site(zone, site.side or concept.side)
    for target in targets:
        definition = sheet.definition(target.id)
        value: Value
        member: str | None = None
        if definition.type == "boolean":
            value = True
        elif definition.type == "set" and target.option is not None:
            value, member = True, target.option
        elif definition.type == "date" and moment is not None:
            # Of a date known to the month only, the nearest day is the prudent one.
            value = min(moment.last, sheet.as_of)
        else:
            sheet.note(label, concept, reasons.DONE_BUT, target.id, moment=moment)
            continue
        sheet.statements.append(
            Statement(
                target.id,
                value,
                moment,
                label,
                concept.token,
                state=True,
                member=member,
                site=site,
                act=True,
            )
        )


def _read_words(sheet: Sheet, resource: Resource, label: str, moment: Moment | None) -> None:
    """An act that only words name may have left a prosthesis or a device: it is asked."""
    meaning = sheet.meanings.thing("disease", resource.code)
    if meaning.known:
        sheet.note(label, meaning.concept, meaning.noted)
    else:
        sheet.ask("disease", meaning, label, meaning.why, moment)
