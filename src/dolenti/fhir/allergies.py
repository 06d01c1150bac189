"""AllergyIntolerance resources, and the lists that say there is none: members of ``allergy``.

An allergy counts until somebody refutes or ends it; that nobody mentions one never means no. An
intolerance counts like an allergy.
"""

from __future__ import annotations

from typing import Final

from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import Concept, codings, first_code, system_of
from dolenti.fhir.moments import Moment, first_moment, period_bound, read_moment
from dolenti.fhir.statements import Sheet, Statement

ALLERGY: Final = "allergy"
_IPS: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
# Codes that say there is none, and of what.
NONE_KNOWN: Final = {
    ("snomed", "716186003"): "all",
    ("snomed", "409137002"): "drugs",
    ("snomed", "716184000"): "latex",
    (_IPS, "no-known-allergies"): "all",
    (_IPS, "no-known-medication-allergies"): "drugs",
}
_ALLERGY_LIST: Final = "48765-2"


def read_allergy(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what an AllergyIntolerance says."""
    concept = sheet.index.concept(resource.code)
    verification = first_code(resource.verification_status)
    if verification == "entered-in-error":
        sheet.note(label, concept, "entered in error")
        return
    moment = first_moment(
        resource.recorded_date,
        resource.onset_date_time,
        period_bound(resource.onset_period, "start"),
    )
    if sheet.is_future(moment, [ALLERGY], label):
        return
    ended = first_code(resource.clinical_status) in ("inactive", "resolved")
    refuted = verification == "refuted"
    extent = _none_known(resource.code)
    if extent is not None:
        if ended or refuted:
            sheet.note(label, concept, "it is no longer said that there is none")
        else:
            close(sheet, extent, moment, label, concept)
        return
    reactions = [
        sheet.index.concept(part)
        for reaction in (resource.reaction if isinstance(resource.reaction, list) else ())
        if isinstance(reaction, dict)
        for part in (reaction.get("substance"), *_list(reaction.get("manifestation")))
    ]
    found = False
    for one in (concept, *reactions):
        for target in one.targets:
            if target.kind != "fact":
                continue
            definition = sheet.definition(target.id)
            if target.id == ALLERGY and target.option is not None:
                found = True
                value = _value(ended, refuted, target.whole)
                if value is not True:
                    sheet.note(label, concept, "refuted" if refuted else "it ended")
                _add(sheet, ALLERGY, value, moment, label, one, target.option)
            elif one is not concept and definition.lasting and not refuted:
                # What a reaction was is a fact of the past, so it tells of lasting facts only.
                _add(sheet, target.id, True, moment, label, one, None)
    if not found:
        sheet.note(label, concept, "the allergen is not in the dictionary")


def read_empty_list(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what an empty allergy List, or the empty section of a document, says: none known."""
    sections = [{"code": resource.code, "emptyReason": resource.empty_reason}]
    sections += [part for part in _list(resource.section) if isinstance(part, dict)]
    for part in sections:
        about_allergy = any(
            system_of(coding.get("system")) == "loinc" and coding.get("code") == _ALLERGY_LIST
            for coding in codings(part.get("code"))
        )
        if about_allergy and first_code(part.get("emptyReason")) == "nilknown":
            moment = read_moment(resource.date)
            if not sheet.is_future(moment, [ALLERGY], label):
                concept = sheet.index.concept(part.get("code"))
                close(sheet, "all", moment, label, concept)


def close(sheet: Sheet, extent: str, moment: Moment | None, label: str, concept: Concept) -> None:
    """Answer no for every allergy of this extent that nobody speaks of."""
    if ALLERGY not in sheet.dictionary.definitions:
        return
    options = sheet.definition(ALLERGY).options
    members = {
        option.id: False
        for option in options
        if extent in ("all", option.id)
        or (extent == "drugs" and any(code.system == "atc" for code in option.codes))
    }
    statement = Statement(ALLERGY, members, moment, label, concept.token, closing=True)
    sheet.statements.append(statement)


def _none_known(code: object) -> str | None:
    for coding in codings(code):
        uri = coding.get("system")
        system = system_of(uri) or (uri if isinstance(uri, str) else "")
        extent = NONE_KNOWN.get((system, str(coding.get("code"))))
        if extent is not None:
            return extent
    return None


def _value(ended: bool, refuted: bool, whole: bool) -> bool | None:
    if refuted and whole:
        return False
    return None if ended or refuted else True


def _add(
    sheet: Sheet,
    fact: str,
    value: bool | None,
    moment: Moment | None,
    label: str,
    concept: Concept,
    member: str | None,
) -> None:
    sheet.statements.append(
        Statement(fact, value, moment, label, concept.token, value is not False, member)
    )


def _list(raw: object) -> list[object]:
    return raw if isinstance(raw, list) else []
