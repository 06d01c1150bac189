"""Resources that warn, suppose or conclude: flags, detected issues, risks, adverse events, reports.

None of them states what is so today, so none becomes a fact. What one speaks of, and is understood,
is in doubt; what is not understood is asked, once by its words. A report is full of
words that concern nobody here, so of them only what bears the words of a fact is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from dolenti.fhir import reasons
from dolenti.fhir.allergies import as_list
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import NO_CONCEPT, codings
from dolenti.fhir.devices import device_of
from dolenti.fhir.moments import Moment, first_moment, period_bound
from dolenti.fhir.naming import lines_of
from dolenti.fhir.spoken import tell_words
from dolenti.fhir.statements import Sheet, word
from dolenti.fhir.statuses import distrust, is_error
from dolenti.guideline.dates import Duration
from dolenti.guideline.facts import UnreadKind
from dolenti.guideline.knowledge import Text

_LIVE_VACCINE: Final = "live-vaccine-recent"
_RECENT_VACCINE: Final = Duration(months=1)
_CERTAIN: Final = 100
"""A probability is a percentage."""

_NOT_THERE: Final[dict[str, Text]] = {
    "cancelled": reasons.CANCELLED,
    "revoked": reasons.CANCELLED,
    "inactive": reasons.ENDED,
    "not-done": reasons.NOT_DONE,
}

Said = tuple[UnreadKind, object]
"""What a resource names, and as a thing of which kind: of a ``result`` only the words of a fact
count."""


def read_hint(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what a resource speaks of without stating it."""
    over = _over(sheet, resource)
    if over is not None:
        sheet.note(label, NO_CONCEPT, over)
        return
    says, kind = HINTS[str(resource.resource_type)], reasons.OF_KIND[str(resource.resource_type)]
    why = sheet.distrust or distrust(resource) or kind
    moment = moment_of_any(resource)
    told = [_speak(sheet, one, label, why, moment) for one in says(sheet, resource)]
    if not any(told):
        foretold = reasons.PREDICTION if resource.prediction else reasons.NO_FACT_NAMED
        sheet.note(label, sheet.index.concept(resource.code), foretold)


def _over(sheet: Sheet, resource: Resource) -> Text | None:
    """Why it speaks of today no more, if so."""
    if is_error(resource):
        return reasons.ENTERED_IN_ERROR
    end = first_moment(period_bound(resource.period, "end"))
    if end is not None and end.last < sheet.as_of:
        return reasons.TIME_OVER
    return (
        reasons.ENDED if resource.active is False else _NOT_THERE.get(word(resource.status) or "")
    )


def moment_of_any(resource: Resource) -> Moment | None:
    """When a resource of any kind was true, or written down."""
    return first_moment(
        resource.effective_date_time,
        period_bound(resource.effective_period, "start"),
        resource.identified_date_time,
        period_bound(resource.identified_period, "start"),
        resource.occurrence_date_time,
        period_bound(resource.occurrence_period, "start"),
        period_bound(resource.period, "start"),
        resource.authored_on,
        resource.date,
        resource.issued,
        resource.detected,
        resource.recorded_date,
        resource.recorded,
        resource.created,
    )


def _speak(sheet: Sheet, said: Said, label: str, why: Text, moment: Moment | None) -> bool:
    """Doubt or ask what is named; whether it is of any concern here, or listed as of none."""
    kind, raw = said
    text = raw.get("text") if kind == "result" and isinstance(raw, dict) else None
    if isinstance(text, str) and tell_words(sheet, text, label, why, moment):
        return True
    meaning = sheet.meanings.of(kind, raw)
    facts = [target for target in meaning.concept.targets if target.kind == "fact"]
    if not meaning.known:
        sheet.ask(kind, meaning, label, why, moment)
    elif not facts:
        if kind == "result":
            return False
        sheet.note(label, meaning.concept, meaning.noted)
    for target in facts:
        member = target.option if sheet.definition(target.id).type == "set" else None
        sheet.note(label, meaning.concept, why, target.id, member=member, moment=moment)
    return True


def _within(raw: object, element: str) -> Iterator[object]:
    """An element of each of a list's objects; where it is a list, each of it."""
    for one in as_list(raw):
        found = one.get(element) if isinstance(one, dict) else None
        yield from found if isinstance(found, list) else () if found is None else (found,)


def _flag(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    yield "warning", resource.code


def _detected_issue(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    # The code says of what sort it is (an interaction), the detail what was found.
    code: dict[str, Any] = resource.code if isinstance(resource.code, dict) else {}
    yield "warning", code | ({"text": resource.detail} if word(resource.detail) else {})
    for one in _within(resource.evidence, "code"):
        yield "disease", one


def _risk(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    """What is certain is a statement; what is only more or less likely foretells, and is none."""
    for prediction in as_list(resource.prediction):
        if isinstance(prediction, dict) and _is_certain(prediction):
            yield "warning", prediction.get("outcome")
    if not as_list(resource.prediction):
        yield "warning", resource.code


def _is_certain(prediction: dict[str, Any]) -> bool:
    said = prediction.get("qualitativeRisk")
    codes = [one.get("code") for one in codings(said)]
    likely = [prediction.get(key) for key in ("probabilityDecimal", "probabilityRange")]
    if "certain" in codes or likely[0] == _CERTAIN:
        return True
    return said is None and likely == [None, None] and prediction.get("relativeRisk") is None


def _adverse_event(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    yield "warning", resource.event
    for reference in _within(resource.suspect_entity, "instance"):
        named = sheet.find(reference, resource)
        raw: object = None
        if named is not None:
            elements = (named.code, named.medication_codeable_concept, named.vaccine_code)
            raw = next((one for one in elements if one is not None), None)
        if raw is None and isinstance(reference, dict) and word(reference.get("display")):
            raw = {"text": reference["display"]}
        yield "allergy", raw


def _impression(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    for one in _within(resource.finding, "itemCodeableConcept"):
        yield "disease", one
    for text in (resource.summary, resource.description):
        if word(text):
            yield "result", {"text": text}


def _body_structure(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    if resource.morphology is not None:
        yield "disease", resource.morphology


def _report(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    for one in as_list(resource.conclusion_code):
        yield "disease", one
    if word(resource.conclusion):
        yield "result", {"text": resource.conclusion}
    elif said := lines_of(resource.text):
        yield "result", {"text": said}


def _basic(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    yield "result", resource.code


def _device_request(sheet: Sheet, resource: Resource) -> Iterator[Said]:
    raw = resource.code_codeable_concept
    yield "device", raw if raw is not None else device_of(sheet, resource, resource.code_reference)


HINTS: Final[dict[str, Callable[[Sheet, Resource], Iterator[Said]]]] = {
    "AdverseEvent": _adverse_event,
    "Basic": _basic,
    "BodyStructure": _body_structure,
    "ClinicalImpression": _impression,
    "DetectedIssue": _detected_issue,
    "DeviceRequest": _device_request,
    "DiagnosticReport": _report,
    "Flag": _flag,
    "RiskAssessment": _risk,
}


def read_immunization(sheet: Sheet, resource: Resource, label: str) -> None:
    """A vaccine of the last month, or to come, may be a live one."""
    concept = sheet.index.concept(resource.vaccine_code)
    over = _over(sheet, resource)
    moment = moment_of_any(resource)
    recent = moment is None or moment.last >= _RECENT_VACCINE.before(sheet.as_of)
    if over is None and recent and _LIVE_VACCINE in sheet.dictionary.definitions:
        sheet.note(label, concept, reasons.WHICH_VACCINE, _LIVE_VACCINE, moment=moment)
    else:
        sheet.note(label, concept, over or reasons.OLD_VACCINE)
