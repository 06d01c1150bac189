"""MedicationStatement, MedicationRequest, MedicationDispense and MedicationAdministration: what
the patient takes now.

A medicine that was stopped says nothing of the others of its class, so it never makes a fact
false. An active request is believed whatever its age: forgetting an anticoagulant is worse than
asking about one. What was dispensed or given within the year may still be taken.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from dolenti.fhir import reasons
from dolenti.fhir.allergies import as_list
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import Concept, Target
from dolenti.fhir.meant import Meaning
from dolenti.fhir.moments import Moment, first_moment, period_bound, read_moment
from dolenti.fhir.statements import Sheet, Statement, word
from dolenti.fhir.statuses import distrust, is_error
from dolenti.guideline.dates import Duration
from dolenti.guideline.facts import Value
from dolenti.guideline.knowledge import Text

_PROPOSED: Final = frozenset({"proposal", "plan", "option"})
_HANDED_OVER: Final = frozenset({"MedicationDispense", "MedicationAdministration"})
_RECENT: Final = Duration(months=12)
"""A French prescription is renewed for a year at most."""

_NEVER_WAS: Final = {
    "cancelled": reasons.CANCELLED_BEFORE,
    "declined": reasons.CANCELLED_BEFORE,
    "not-done": reasons.NOT_DONE,
}
_NOT_YET: Final = {
    "draft": reasons.DRAFT,
    "intended": reasons.INTENDED,
    "preparation": reasons.INTENDED,
}
_NOT_CURRENT: Final = {
    "stopped": reasons.STOPPED,
    "completed": reasons.COMPLETED,
    "not-taken": reasons.NOT_TAKEN,
    "on-hold": reasons.ON_HOLD,
}


def read_medication(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what one of the four says."""
    meaning = _medicine(sheet, resource)
    concept = meaning.concept
    status = word(resource.status) or "unknown"
    if is_error(resource):
        sheet.note(label, concept, reasons.ENTERED_IN_ERROR)
        return
    if meaning.nothing:
        sheet.note(label, concept, meaning.noted)
        return
    if status in _NEVER_WAS or resource.do_not_perform is True:
        sheet.note(label, concept, _NEVER_WAS.get(status, reasons.ADVISED_AGAINST))
        return
    taken = _taken(sheet, resource, status)
    gone = not taken.current and taken.doubt is None
    if not meaning.known:
        if gone:
            sheet.note(label, concept, _NOT_CURRENT.get(status, reasons.TIME_OVER))
        else:
            sheet.ask("medicine", meaning, label, taken.doubt or meaning.why, taken.began)
    named = [
        (target.id, target.option if sheet.definition(target.id).type == "set" else None)
        for target in concept.targets
    ]
    speaks = [(fact, None) for fact in meaning.speaks]
    if sheet.is_future(taken.began, [*named, *meaning.asks, *speaks], label, concept):
        return
    if not gone:
        for fact in meaning.speaks:
            sheet.doubt(fact, label, concept, taken.doubt or reasons.TREATED, moment=taken.began)
        for fact, member in meaning.asks:
            why = taken.doubt or reasons.WHICH_ANSWER
            sheet.doubt(fact, label, concept, why, member=member, moment=taken.began)
    for target, (_, member) in zip(concept.targets, named, strict=True):
        _state(sheet, target, member, taken, label, concept)


class _Taken(NamedTuple):
    """How a medicine stands: whether it is taken today, why that is not sure, since and until
    when. ``was`` says that it was taken at some time."""

    status: str
    current: bool
    doubt: Text | None
    was: bool
    began: Moment | None
    end: Moment | None


def _taken(sheet: Sheet, resource: Resource, status: str) -> _Taken:
    began = first_moment(
        resource.effective_date_time,
        period_bound(resource.effective_period, "start"),
        resource.authored_on,
        resource.when_handed_over,
        resource.when_prepared,
        resource.date_asserted,
    )
    end = read_moment(period_bound(resource.effective_period, "end"))
    over = end is not None and end.last < sheet.as_of
    current = status == "active" and not over
    if status != "active" and end is not None and end.first > sheet.as_of:
        current = status in ("stopped", "completed")  # it ends later, so today it is still taken
    doubt = _doubt(sheet, resource, status, began, end, current=current, over=over)
    was = status != "not-taken" and not (sheet.distrust or distrust(resource))
    return _Taken(status, current, doubt, was, began, end)


def _state(
    sheet: Sheet,
    target: Target,
    member: str | None,
    taken: _Taken,
    label: str,
    concept: Concept,
) -> None:
    """What it says of one fact."""
    definition = sheet.definition(target.id)
    value: Value | None = None
    if (definition.lasting and taken.was) or (taken.current and taken.doubt is None):
        value = target.option if definition.type == "choice" else True
    else:
        why = taken.doubt or _NOT_CURRENT.get(taken.status, reasons.TIME_OVER)
        doubted = None if taken.doubt is None else target.id
        sheet.note(label, concept, why, doubted, member=member, moment=taken.began)
        if taken.current:
            return
    moment = taken.began if taken.current else taken.end or taken.began
    sheet.statements.append(
        Statement(target.id, value, moment, label, concept.token, state=True, member=member)
    )


def _doubt(
    sheet: Sheet,
    resource: Resource,
    status: str,
    began: Moment | None,
    end: Moment | None,
    *,
    current: bool,
    over: bool,
) -> Text | None:
    """Why it is not sure whether it is taken; nothing where it surely is, or surely is not."""
    why = sheet.distrust or distrust(resource)
    if why is not None and why is not reasons.PERHAPS_SOMEBODY_ELSE:
        return why  # what changes its meaning may turn the end of it too
    since = sheet.as_of if began is None else began.last
    recent = since >= _RECENT.before(sheet.as_of)
    finished = status in ("stopped", "completed", "not-taken") and not current
    if resource.resource_type in _HANDED_OVER:
        if status in ("stopped", "not-taken") or (status == "completed" and not recent):
            return None
        return why or _NOT_YET.get(status, reasons.DISPENSED if recent else reasons.TAKEN_NOT_SAID)
    if finished:
        # Of a request, completed says that all was handed over, not that all was taken.
        handed_over = resource.resource_type == "MedicationRequest" and status == "completed"
        return (why or reasons.DISPENSED) if handed_over and recent and end is None else None
    if why is not None:
        return why
    if word(resource.intent) in _PROPOSED:
        return reasons.PROPOSED
    if status in _NOT_YET:
        return _NOT_YET[status]
    if current or (status == "active" and not over):
        return None
    if status == "active":
        return reasons.TIME_OVER
    return reasons.ON_HOLD if status == "on-hold" else reasons.TAKEN_NOT_SAID


def _medicine(sheet: Sheet, resource: Resource) -> Meaning:
    """What the medicine is: written here, contained, or a resource of its own."""
    if resource.medication_codeable_concept is not None:
        return sheet.meanings.medicine(resource.medication_codeable_concept)
    reference = resource.medication_reference
    if isinstance(resource.medication, dict):  # as R5 writes it
        if isinstance(resource.medication.get("concept"), dict):
            return sheet.meanings.medicine(resource.medication["concept"])
        reference = resource.medication.get("reference")
    medication = sheet.find(reference, resource)
    code = None if medication is None else medication.code
    ingredients = None if medication is None else medication.ingredient
    if code is None and isinstance(reference, dict):
        display = reference.get("display")
        code = {"text": display} if isinstance(display, str) else None
    items = [
        one.get("itemCodeableConcept") for one in as_list(ingredients) if isinstance(one, dict)
    ]
    return sheet.meanings.medicine(code, [one for one in items if one is not None])
