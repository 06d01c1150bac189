"""Observation resources: measured values and answers, each true of its moment.

A fact has a canonical Observation in Dolenti's own code system beside its standard codes; see
``writer``, which writes what is read here.
"""

from __future__ import annotations

from typing import Final

from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import CodeIndex, Concept, Target, codings, system_of
from dolenti.fhir.moments import Moment, first_moment, period_bound, read_moment
from dolenti.fhir.statements import NOWHERE, Sheet, Statement, site_of, word
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Value, read_number, shown
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.systems import ANSWER_SYSTEM

_USED: Final = frozenset({"final", "amended", "corrected"})
_NOT_USED: Final = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled",
    "preliminary": "preliminary, not yet final",
    "registered": "registered, without a result yet",
}
_YES_NO: Final = {
    ("snomed", "373066001"): True,
    ("snomed", "373067005"): False,
    ("loinc", "LA33-6"): True,
    ("loinc", "LA32-8"): False,
    ("snomed", "77386006"): True,  # pregnant
    ("snomed", "60001007"): False,  # not pregnant
    ("loinc", "LA15173-0"): True,  # pregnant
    ("loinc", "LA26683-5"): False,  # not pregnant
    ("v2-0136", "Y"): True,
    ("v2-0136", "N"): False,
}
_YES_NO_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v2-0136"


class _NotUsableError(Exception):
    """Why a value cannot be taken; becomes a line of the list of what was not used."""


def read_observation(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what an Observation says."""
    concept = sheet.index.concept(resource.code)
    targets = [target for target in concept.targets if target.kind == "fact"]
    if not targets:
        sheet.note(label, concept, "the code is not in the dictionary")
        return
    status = word(resource.status)
    if status not in _USED:
        why = "its status is not said" if status is None else "its status is not known"
        sheet.note(label, concept, _NOT_USED.get(status or "", why))
        return
    moment = first_moment(
        resource.effective_date_time,
        resource.effective_instant,
        period_bound(resource.effective_period, "end"),
        period_bound(resource.effective_period, "start"),
        resource.issued,
    )
    if sheet.is_future(moment, [target.id for target in targets], label):
        return
    for target in targets:
        if moment is None and target.id in sheet.dictionary.fresh_for:
            why = "it has no date, and this value does not keep for long"
            sheet.note(label, concept, why, target.id)
            continue
        try:
            _read(sheet, resource, label, concept, target, moment)
        except _NotUsableError as reason:
            sheet.note(label, concept, str(reason), target.id)


def _read(
    sheet: Sheet,
    resource: Resource,
    label: str,
    concept: Concept,
    target: Target,
    moment: Moment | None,
) -> None:
    definition = sheet.definition(target.id)
    focus = _focus(resource)
    site = NOWHERE if resource.body_site is None else site_of(sheet, resource.body_site)
    if definition.type == "set":
        for member, present in _members(definition, resource, target).items():
            sheet.statements.append(
                Statement(
                    target.id, present, moment, label, concept.token, False, member, site, focus
                )
            )
        return
    value = _value(sheet, definition, resource, target)
    sheet.statements.append(
        Statement(target.id, value, moment, label, concept.token, site=site, focus=focus)
    )


def _value(sheet: Sheet, definition: FactDefinition, resource: Resource, target: Target) -> Value:
    if resource.data_absent_reason is not None and not _has_value(resource):
        raise _NotUsableError("the value is absent, with a reason")
    if definition.type == "number":
        return _number(definition, resource)
    if definition.type == "boolean":
        return _boolean(sheet.index, definition, resource)
    if definition.type == "date":
        return _date(sheet, definition, resource)
    return _choice(sheet.index, definition, resource, target)


def _has_value(resource: Resource) -> bool:
    return any(
        value is not None
        for value in (
            resource.value_quantity,
            resource.value_codeable_concept,
            resource.value_boolean,
            resource.value_integer,
            resource.value_string,
            resource.value_date_time,
        )
    )


def _number(definition: FactDefinition, resource: Resource) -> float:
    quantity = resource.value_quantity
    unit: object = None
    if isinstance(quantity, dict):
        if quantity.get("comparator") is not None:
            raise _NotUsableError("it gives a limit (less than, more than), not a value")
        number = quantity.get("value")
        unit = quantity.get("code") or quantity.get("unit")
    else:
        number = resource.value_integer
    if number is None:
        raise _NotUsableError("it has no number")
    if unit is not None and not isinstance(unit, str):
        raise _NotUsableError("its unit is not a text")
    try:
        return read_number(definition, number, _unit(definition, unit))
    except InputError as error:
        raise _NotUsableError(error.what) from None


def _unit(definition: FactDefinition, unit: str | None) -> str | None:
    """The unit as the dictionary writes it. UCUM's braces are remarks: {INR} and 1 are the same."""
    own = definition.unit
    dimensionless = own is None or own == "1" or own.startswith("{")
    if unit is None:
        if dimensionless:
            return None
        raise _NotUsableError(f"it has no unit; {own} is not taken for granted")
    if dimensionless and (unit == "1" or (unit.startswith("{") and unit.endswith("}"))):
        return None
    return unit


def _boolean(index: CodeIndex, definition: FactDefinition, resource: Resource) -> bool:
    if isinstance(resource.value_boolean, bool):
        return resource.value_boolean
    answers = set()
    for coding in codings(resource.value_codeable_concept):
        uri, code = coding.get("system"), coding.get("code")
        system = "v2-0136" if uri == _YES_NO_SYSTEM else system_of(uri)
        answer = _YES_NO.get((system or "", str(code)))
        if answer is not None:
            answers.add(answer)
        elif any(target.id == definition.id for target in index.coding(uri, code).targets):
            answers.add(True)
    if len(answers) != 1:
        raise _NotUsableError("its value is neither yes nor no")
    return answers.pop()


def _choice(
    index: CodeIndex, definition: FactDefinition, resource: Resource, target: Target
) -> str:
    options = [option.id for option in definition.options]
    found = set()
    for coding in codings(resource.value_codeable_concept):
        uri, code = coding.get("system"), coding.get("code")
        if uri == ANSWER_SYSTEM and code in options:
            found.add(code)
        for meant in index.coding(uri, code).targets:
            if meant.id == definition.id and meant.option is not None:
                found.add(meant.option)
    if target.option is not None and resource.value_boolean is True:
        found.add(target.option)
    if len(found) != 1:
        raise _NotUsableError("its value is not one of the answers known here")
    return str(found.pop())


def _date(sheet: Sheet, definition: FactDefinition, resource: Resource) -> Value:
    if resource.value_string == "never":
        return NEVER
    moment = read_moment(resource.value_date_time)
    if moment is None:
        raise _NotUsableError("its value is not a date")
    if definition.past and moment.first > sheet.as_of:
        raise _NotUsableError("its value lies after the day of the assessment and must be past")
    return min(moment.last, sheet.as_of) if definition.past else moment.first


def _members(definition: FactDefinition, resource: Resource, target: Target) -> dict[str, bool]:
    options = {option.id for option in definition.options}
    if target.option is not None and isinstance(resource.value_boolean, bool):
        return {target.option: resource.value_boolean}
    members: dict[str, bool] = {}
    for part in resource.component if isinstance(resource.component, list) else ():
        if not isinstance(part, dict) or not isinstance(part.get("valueBoolean"), bool):
            continue
        for coding in codings(part.get("code")):
            code = coding.get("code")
            if coding.get("system") != ANSWER_SYSTEM:
                continue
            if not isinstance(code, str) or code not in options:
                raise _NotUsableError(f"“{shown(code)}” is not one of the answers known here")
            members[code] = part["valueBoolean"]
    return members


def _focus(resource: Resource) -> tuple[str, ...]:
    focus = resource.focus if isinstance(resource.focus, list) else ()
    found = [one.get("reference") for one in focus if isinstance(one, dict)]
    return tuple(one for one in found if isinstance(one, str))
