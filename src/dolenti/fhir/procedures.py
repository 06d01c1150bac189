"""Procedure resources: acts that were done, and what they leave behind.

An act on another knee says nothing of this one: the reader believes an act about a complaint only
where place and side agree.
"""

from __future__ import annotations

from dolenti.fhir.bundle import Resource
from dolenti.fhir.moments import first_moment, period_bound
from dolenti.fhir.statements import NOWHERE, Sheet, Site, Statement, site_of
from dolenti.guideline.facts import Value


def read_procedure(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what a Procedure says."""
    concept = sheet.index.concept(resource.code)
    targets = [target for target in concept.targets if target.kind == "fact"]
    if not targets:
        sheet.note(label, concept, "the code is not in the dictionary")
        return
    if resource.status != "completed":
        sheet.note(label, concept, "not done, or not said to be done")
        return
    moment = first_moment(
        resource.performed_date_time,
        period_bound(resource.performed_period, "end"),
        period_bound(resource.performed_period, "start"),
    )
    if sheet.is_future(moment, [target.id for target in targets], label):
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
            sheet.note(label, concept, "it was done, but it does not say which answer that is")
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
