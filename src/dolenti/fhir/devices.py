"""Device and DeviceUseStatement: what a patient has in or on the body.

A device of the patient's that is in use states a fact, where its code is one of the dictionary; a
joint replacement without a place is in doubt for each pain it may concern. One that nobody is
named with (the analyser of a laboratory) is asked about only where its words are those of a fact.
"""

from __future__ import annotations

from typing import Any, Final

from dolenti.fhir import reasons
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import Concept, Target, codings
from dolenti.fhir.meant import Meaning
from dolenti.fhir.moments import Moment, first_moment, period_bound
from dolenti.fhir.spoken import put_in_doubt
from dolenti.fhir.statements import NOWHERE, Sheet, Site, Statement, site_of, word
from dolenti.fhir.statuses import distrust, is_error
from dolenti.guideline.facts import Value
from dolenti.guideline.knowledge import Text

_OVER: Final = frozenset({"inactive", "completed", "stopped", "not-done"})
_NOT_YET: Final = frozenset({"intended", "preparation", "on-hold", "not-used"})


def read_device(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what a Device says of the patient it belongs to."""
    whose = resource.patient if resource.patient is not None else resource.subject
    _read(sheet, resource, _what(resource), label, NOWHERE, None, own=whose is not None)


def read_device_use(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what a DeviceUseStatement says: a device, its place, since when."""
    moment = first_moment(
        resource.timing_date_time,
        period_bound(resource.timing_period, "start"),
        resource.recorded_on,
        resource.date_asserted,  # as R5 writes it
    )
    site = NOWHERE if resource.body_site is None else site_of(sheet, resource.body_site)
    raw = device_of(sheet, resource, resource.device)
    _read(sheet, resource, raw, label, site, moment, own=True)


def device_of(sheet: Sheet, resource: Resource, reference: object) -> object:
    """What the device is that a resource refers to: in this bundle, or in words."""
    if isinstance(reference, dict) and isinstance(reference.get("concept"), dict):  # as in R5
        return reference["concept"]
    if isinstance(reference, dict) and isinstance(reference.get("reference"), dict):
        reference = reference["reference"]
    device = sheet.find(reference, resource)
    if device is not None:
        return _what(device)
    display = reference.get("display") if isinstance(reference, dict) else None
    return {"text": display} if isinstance(display, str) else None


def _what(device: Resource) -> object:
    """What a device is called: its type, or else its name."""
    kinds = device.type if isinstance(device.type, list) else [device.type]  # a list in R5
    for kind in kinds:
        if codings(kind) or (isinstance(kind, dict) and kind.get("text")):
            return kind
    names: list[Any] = device.device_name if isinstance(device.device_name, list) else []
    said = (one.get("name", one.get("value")) for one in names if isinstance(one, dict))
    return next(({"text": name} for name in said if isinstance(name, str)), None)


def _read(
    sheet: Sheet,
    resource: Resource,
    raw: object,
    label: str,
    site: Site,
    moment: Moment | None,
    *,
    own: bool,
) -> None:
    meaning = sheet.meanings.thing("device", raw)
    status = word(resource.status)
    if is_error(resource):
        sheet.note(label, meaning.concept, reasons.ENTERED_IN_ERROR)
    elif status in _OVER:
        sheet.note(label, meaning.concept, reasons.DEVICE_NO_LONGER)
    elif meaning.nothing:
        sheet.note(label, meaning.concept, meaning.noted)
    elif not own:
        _of_nobody(sheet, meaning, label)
    else:
        doubt = sheet.distrust or distrust(resource)
        if status in _NOT_YET:
            doubt = doubt or reasons.DEVICE_NOT_SURE
        if not meaning.known:
            sheet.ask("device", meaning, label, doubt or meaning.why, moment)
        for target in meaning.concept.targets:
            if target.kind == "fact":
                _state(sheet, target, meaning.concept, label, site, moment, doubt)


def _of_nobody(sheet: Sheet, meaning: Meaning, label: str) -> None:
    """A device that no patient is named with: it speaks where its words are those of a fact."""
    if not meaning.known and meaning.likely:
        sheet.ask("device", meaning, label, reasons.DEVICE_OF_NOBODY)
        return
    for test_id, _ in () if meaning.known else sheet.meanings.told_in(meaning.says):
        test = sheet.index.tests[test_id]
        put_in_doubt(sheet, test, label, meaning.concept, reasons.DEVICE_OF_NOBODY, None)
    sheet.note(label, meaning.concept, reasons.DEVICE_OF_NOBODY)
    for target in meaning.concept.targets:
        if target.kind == "fact":
            sheet.doubt(target.id, label, meaning.concept, reasons.DEVICE_OF_NOBODY)


def _state(
    sheet: Sheet,
    target: Target,
    concept: Concept,
    label: str,
    site: Site,
    moment: Moment | None,
    doubt: Text | None,
) -> None:
    definition = sheet.definition(target.id)
    member = target.option if definition.type == "set" else None
    value: Value | None = True if definition.type == "boolean" or member else target.option
    if value is None:
        doubt = doubt or reasons.WHICH_ANSWER
    if sheet.is_future(moment, [(target.id, member)], label, concept):
        return
    if doubt is not None:
        sheet.note(label, concept, doubt, target.id, member=member, moment=moment)
        return
    sheet.statements.append(
        Statement(
            target.id, value, moment, label, concept.token,
            state=True, member=member, site=site, act=definition.about == "complaint",
        )
    )  # fmt: skip
