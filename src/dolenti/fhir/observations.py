"""Observation resources: measured values and answers, each true of its moment.

A fact has a canonical Observation in Dolenti's own code system beside its standard codes; see
``writer``, which writes what is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from dolenti.fhir import reasons
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import CodeIndex, Concept, Target, codings, system_of
from dolenti.fhir.moments import LONG_AGO, Moment, read_moment
from dolenti.fhir.naming import texts_of
from dolenti.fhir.spoken import tell_words
from dolenti.fhir.statements import NOWHERE, Sheet, Statement, site_of, word
from dolenti.fhir.statuses import distrust
from dolenti.fhir.tests_told import NOT_THERE, USED, moment_of, read_test
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import NEVER, Value, read_number
from dolenti.guideline.knowledge import FactDefinition, Text
from dolenti.guideline.near import shown
from dolenti.guideline.systems import ANSWER_SYSTEM

_NOT_YET: Final = {
    "preliminary": reasons.PRELIMINARY,
    "registered": reasons.REGISTERED,
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

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        self.why = reasons.reason(en, fr)


class _NoValueError(_NotUsableError):
    """Nobody knew the value: that speaks against no other."""


def read_observation(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what an Observation says, its value, and each of its components."""
    _read_one(sheet, resource, label)
    if isinstance(resource.component, list):
        for part in _components(sheet, resource):
            _read_one(sheet, part, label)


def _components(sheet: Sheet, resource: Resource) -> Iterator[Resource]:
    """What a panel holds, each as an observation of its moment. The answers of a fact of ours are
    read with it."""
    if any(target.kind == "fact" for target in sheet.index.concept(resource.code).targets):
        return
    for part in resource.component:
        if isinstance(part, dict) and (
            "valueString" in part
            or "valueCodeableConcept" in part
            or sheet.index.concept(part.get("code")).targets
            or sheet.meanings.tests_named(part.get("code"))
        ):
            own = msgspec.convert({**part, "component": None}, Resource)
            yield msgspec.structs.replace(
                resource,
                component=None,
                note=None,
                code=own.code,
                interpretation=own.interpretation,
                data_absent_reason=own.data_absent_reason,
                value_quantity=own.value_quantity,
                value_codeable_concept=own.value_codeable_concept,
                value_boolean=own.value_boolean,
                value_integer=own.value_integer,
                value_string=own.value_string,
                value_date_time=own.value_date_time,
            )


def _read_one(sheet: Sheet, resource: Resource, label: str) -> None:
    concept = sheet.index.concept(resource.code)
    if not concept.targets:
        concept = concept._replace(targets=sheet.meanings.tests_named(resource.code))
    status = word(resource.status)
    targets = [target for target in concept.targets if target.kind == "fact"]
    if any(target.kind == "test" for target in concept.targets):
        read_test(sheet, resource, concept, label, alone=not targets)
    elif not targets and not _tell_value(sheet, resource, status, label):
        concept = _looked_up(sheet, resource, concept, status, label)
        targets = [target for target in concept.targets if target.kind == "fact"]
    if not targets:
        return
    if status in NOT_THERE:
        sheet.note(label, concept, NOT_THERE[status])
        return
    moment = moment_of(resource)
    named = ((target.id, None) for target in targets)
    if sheet.is_future(moment, named, label, concept):
        return
    doubt = _distrusted(sheet, resource, status)
    for target in targets:
        why, at = doubt, moment
        if moment is None and target.id in sheet.dictionary.fresh_for:
            unreadable = _is_dated(resource)
            why = why or (reasons.UNREADABLE_DATE if unreadable else reasons.NO_DATE)
            at = Moment(sheet.as_of, sheet.as_of, "") if unreadable else None  # it may be of today
        try:
            if why is None:
                _read(sheet, resource, label, concept, target, moment)
            else:
                _set_aside(sheet, resource, label, concept, target, why, at)
        except _NoValueError as error:
            sheet.note(label, concept, error.why, target.id, moment=LONG_AGO)
        except _NotUsableError as error:
            _set_aside(sheet, resource, label, concept, target, error.why, moment)


def _tell_value(sheet: Sheet, resource: Resource, status: str | None, label: str) -> bool:
    """Doubt or ask what the value of an observation names in words; whether it names anything."""
    if status in NOT_THERE:
        return False
    texts = (*texts_of(resource.value_string), *texts_of(resource.value_codeable_concept))
    moment = moment_of(resource)
    told = [tell_words(sheet, text, label, reasons.OBSERVED, moment) for text in texts]
    return any(told)


def _distrusted(sheet: Sheet, resource: Resource, status: str | None) -> Text | None:
    """Why what it says cannot be relied on, if so."""
    doubt = sheet.distrust or distrust(resource)
    if status in USED or doubt is not None:
        return doubt
    unsaid = reasons.STATUS_NOT_SAID if status is None else reasons.STATUS_NOT_KNOWN
    return _NOT_YET.get(status or "", unsaid)


def _set_aside(
    sheet: Sheet,
    resource: Resource,
    label: str,
    concept: Concept,
    target: Target,
    why: Text,
    moment: Moment | None,
) -> None:
    """What cannot be used leaves its fact in doubt. A measured value has none to be doubted: it
    takes part in which entry wins, and is unknown where it does."""
    sheet.note(label, concept, why, target.id, moment=moment)
    if sheet.definition(target.id).type == "number" and why is not reasons.NO_DATE:
        _add(sheet, resource, label, concept, target, None, moment)


def _looked_up(
    sheet: Sheet, resource: Resource, concept: Concept, status: str | None, label: str
) -> Concept:
    """What a result without a code of the dictionary means; no target
    where it is asked, or means nothing here."""
    if not concept.token or concept.foreign:
        meaning = sheet.meanings.result(resource.code)
        if meaning.concept.targets:
            return meaning.concept
        if not meaning.known and status not in NOT_THERE:
            sheet.ask("result", meaning, label, meaning.why, moment_of(resource))
            return concept
    sheet.note(label, concept, reasons.NOT_IN_DICTIONARY)
    return concept


def _is_dated(resource: Resource) -> bool:
    return any(
        said is not None
        for said in (
            resource.effective_date_time,
            resource.effective_instant,
            resource.effective_period,
            resource.issued,
        )
    )


def _read(
    sheet: Sheet,
    resource: Resource,
    label: str,
    concept: Concept,
    target: Target,
    moment: Moment | None,
) -> None:
    definition = sheet.definition(target.id)
    if definition.type == "set":
        about = _about(sheet, resource)
        for member, present in _members(definition, resource, target).items():
            said = target.id, present, moment, label, concept.token, False, member
            sheet.statements.append(Statement(*said, **about))
        return
    value = _value(sheet, definition, resource, target)
    _add(sheet, resource, label, concept, target, value, moment)


def _add(
    sheet: Sheet,
    resource: Resource,
    label: str,
    concept: Concept,
    target: Target,
    value: Value | None,
    moment: Moment | None,
) -> None:
    said = target.id, value, moment, label, concept.token
    sheet.statements.append(Statement(*said, **_about(sheet, resource)))


def _value(sheet: Sheet, definition: FactDefinition, resource: Resource, target: Target) -> Value:
    if resource.data_absent_reason is not None and not _has_value(resource):
        raise _NoValueError(
            "the value is absent, with a reason", "la valeur est absente, avec un motif"
        )
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
            raise _NotUsableError(
                "it gives a limit (less than, more than), not a value",
                "c’est une limite (inférieur à, supérieur à), non une valeur",
            )
        number = quantity.get("value")
        unit = quantity.get("code") or quantity.get("unit")
    else:
        number = resource.value_integer
    if number is None:
        raise _NotUsableError("it has no number", "il n’y a pas de nombre")
    if unit is not None and not isinstance(unit, str):
        raise _NotUsableError("its unit is not a text", "son unité n’est pas un texte")
    try:
        return read_number(definition, number, _unit(definition, unit))
    except InputError as error:
        raise _NotUsableError(error.what, error.fr) from None


def _unit(definition: FactDefinition, unit: str | None) -> str | None:
    """The unit as the dictionary writes it. UCUM's braces are remarks: {INR} and 1 are the same."""
    own = definition.unit
    dimensionless = own is None or own == "1" or own.startswith("{")
    if unit is None:
        if dimensionless:
            return None
        raise _NotUsableError(
            f"it has no unit; {own} is not taken for granted",
            f"il n’y a pas d’unité\u00a0; {own} n’est pas supposé",
        )
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
        raise _NotUsableError("its value is neither yes nor no", "sa valeur n’est ni oui ni non")
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
        raise _NotUsableError(
            "its value is not one of the answers known here",
            "sa valeur n’est pas une réponse connue ici",
        )
    return str(found.pop())


def _date(sheet: Sheet, definition: FactDefinition, resource: Resource) -> Value:
    if resource.value_string == "never":
        return NEVER
    moment = read_moment(resource.value_date_time)
    if moment is None:
        raise _NotUsableError("its value is not a date", "sa valeur n’est pas une date")
    if definition.past and moment.first > sheet.as_of:
        raise _NotUsableError(
            "its value lies after the day of the assessment and must be past",
            "sa valeur est postérieure à l’évaluation, alors qu’elle doit être passée",
        )
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
                raise _NotUsableError(
                    f"“{shown(code)}” is not one of the answers known here",
                    f"«\u00a0{shown(code)}\u00a0» n’est pas une réponse connue ici",
                )
            members[code] = part["valueBoolean"]
    return members


def _about(sheet: Sheet, resource: Resource) -> dict[str, Any]:
    """Which place, and which complaint, an observation is about, as far as it says so."""
    if resource.body_site is None and resource.focus is None:
        return {}  # as most do
    site = NOWHERE if resource.body_site is None else site_of(sheet, resource.body_site)
    focus = resource.focus if isinstance(resource.focus, list) else ()
    said = [one.get("reference") for one in focus if isinstance(one, dict)]
    texts = [one.partition("/_history/")[0] for one in said if isinstance(one, str)]
    found = {one: sheet.find({"reference": one}) for one in texts}
    about = {one: of for one, of in found.items() if of is None or of.resource_type != "Patient"}
    astray = bool(about) and not any(about.values())
    return {"site": site, "focus": tuple(about), "astray": astray}
