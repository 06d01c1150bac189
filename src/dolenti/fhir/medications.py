"""MedicationStatement and MedicationRequest resources: what the patient takes now.

A medicine that was stopped says nothing of the others of its class, so it never makes a fact
false. An active request is believed whatever its age: forgetting an anticoagulant is worse than
asking about one.
"""

from __future__ import annotations

from typing import Final

from dolenti.fhir.allergies import ALLERGY
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import NOTHING, Concept
from dolenti.fhir.moments import Moment, first_moment, period_bound, read_moment
from dolenti.fhir.statements import Sheet, Statement, word
from dolenti.guideline.facts import Value

_PROPOSED: Final = frozenset({"proposal", "plan", "option"})
_NEVER_WAS: Final = {
    "entered-in-error": "entered in error",
    "draft": "a draft, not yet prescribed",
    "cancelled": "cancelled before it began",
    "intended": "intended, not yet taken",
}
_NOT_CURRENT: Final = {
    "stopped": "stopped; whether another of its class is taken is not said",
    "completed": "completed; whether another of its class is taken is not said",
    "not-taken": "not taken; whether another of its class is taken is not said",
    "on-hold": "on hold; whether it is still in effect is not said",
}


def read_medication(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what a MedicationStatement or MedicationRequest says."""
    concept = _medicine(sheet, resource)
    targets = [
        target for target in concept.targets if target.kind == "fact" and target.id != ALLERGY
    ]
    if not targets:
        sheet.note(label, concept, "the medicine is not in the dictionary")
        return
    status = word(resource.status) or "unknown"
    if status in _NEVER_WAS:
        sheet.note(label, concept, _NEVER_WAS[status])
        return
    if word(resource.intent) in _PROPOSED or resource.do_not_perform is True:
        sheet.note(label, concept, "proposed or advised against, not prescribed")
        return
    began = first_moment(
        resource.effective_date_time,
        period_bound(resource.effective_period, "start"),
        resource.authored_on,
        resource.date_asserted,
    )
    if sheet.is_future(began, [target.id for target in targets], label):
        return
    end = read_moment(period_bound(resource.effective_period, "end"))
    over = end is not None and end.last < sheet.as_of
    current = status == "active" and not over
    if status != "active" and end is not None and end.first > sheet.as_of:
        current = status in ("stopped", "completed")  # it ends later, so today it is still taken
    for target in targets:
        definition = sheet.definition(target.id)
        value: Value | None = None
        if current or (definition.lasting and status != "not-taken"):
            value = target.option if definition.type == "choice" else True
        if value is None and not current:
            why = "its time is over" if over else "whether it is taken is not said"
            open_ = status in ("on-hold", "unknown")
            doubt = target.id if open_ else None
            sheet.note(label, concept, _NOT_CURRENT.get(status, why), doubt)
        member = target.option if definition.type == "set" else None
        moment = _last_word(began, end, current)
        sheet.statements.append(
            Statement(target.id, value, moment, label, concept.token, state=True, member=member)
        )


def _last_word(began: Moment | None, end: Moment | None, current: bool) -> Moment | None:
    return began if current else end or began


def _medicine(sheet: Sheet, resource: Resource) -> Concept:
    """The concept of the medicine: written here, contained, or a resource of its own."""
    if resource.medication_codeable_concept is not None:
        return sheet.index.concept(resource.medication_codeable_concept)
    reference = resource.medication_reference
    text = reference.get("reference") if isinstance(reference, dict) else None
    code: object = None
    ingredients: object = None
    if isinstance(text, str) and text.startswith("#"):
        for part in resource.contained if isinstance(resource.contained, list) else ():
            if isinstance(part, dict) and part.get("id") == text[1:]:
                code, ingredients = part.get("code"), part.get("ingredient")
    elif (medication := sheet.find(reference)) is not None:
        code, ingredients = medication.code, medication.ingredient
    concept = sheet.index.concept(code) if code is not None else NOTHING
    if not concept.targets and isinstance(ingredients, list):
        for ingredient in ingredients:
            item = ingredient.get("itemCodeableConcept") if isinstance(ingredient, dict) else None
            of_item = sheet.index.concept(item)
            if of_item.targets:
                more = tuple(t for t in of_item.targets if t not in concept.targets)
                concept = of_item._replace(targets=concept.targets + more)
    return concept
