"""AllergyIntolerance resources: members of ``allergy``.

An allergy counts until somebody refutes or ends it; that nobody mentions one never means no. An
intolerance counts like an allergy. “None known” answers for all the others only where nothing
about it is doubtful: an allergy beside it that was not understood could be any of them.
"""

from __future__ import annotations

from dolenti.fhir import reasons
from dolenti.fhir.absent import Extent, absent_in, beside
from dolenti.fhir.bundle import Resource
from dolenti.fhir.codes import Concept
from dolenti.fhir.meaning import ALLERGY
from dolenti.fhir.meant import Meaning
from dolenti.fhir.moments import Moment, first_moment, period_bound
from dolenti.fhir.statements import Sheet, Statement
from dolenti.fhir.statuses import clinical, distrust, is_error, verification
from dolenti.guideline.knowledge import Text


def read_allergy(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what an AllergyIntolerance says."""
    raw = resource.code if resource.code is not None else resource.substance
    concept = sheet.index.concept(raw)
    absent = absent_in(raw)
    if is_error(resource):
        denied = ALLERGY if absent is not None and absent.denies else None
        sheet.note(label, concept, reasons.ENTERED_IN_ERROR, denied)
        return
    moment = first_moment(
        resource.recorded_date,
        resource.onset_date_time,
        period_bound(resource.onset_period, "start"),
    )
    doubt = sheet.distrust or distrust(resource)
    state, sure = clinical(resource), verification(resource)
    named = _named(raw, resource)
    if absent is not None and absent.known:
        nobody = reasons.PERHAPS_SOMEBODY_ELSE if _is_nobodys(resource) else None
        why_not = _why_not_none(state, sure) or doubt or nobody
        read_none_known(
            sheet,
            absent.extent,
            moment,
            label,
            concept,
            why_not or (reasons.NONE_AND_SOME if named else None),
        )
        for one in named:
            _tell(sheet, sheet.meanings.allergy(one), moment, label, None, doubt, whole=False)
        return
    if absent is not None:
        sheet.note(label, concept, reasons.NOBODY_KNOWS, ALLERGY, moment=moment)
        if not named:
            return
    over = _over(resource, state, sure)
    for one in named:
        meaning = sheet.meanings.allergy(one)
        _tell(sheet, meaning, moment, label, over, doubt, whole=sure == "refuted")
    if not named:
        _tell_nameless(sheet, concept, label, over)
    if over is not reasons.REFUTED:
        for _, manifestations in _reactions(resource):
            for one in manifestations:
                _manifest(sheet, one, moment, label, doubt)


def _over(resource: Resource, state: str | None, sure: str | None) -> Text | None:
    """Why it counts no more. What changes the meaning of an entry may turn the end of it too."""
    if distrust(resource) is not None:
        return None
    return reasons.REFUTED if sure == "refuted" else reasons.ENDED if state == "ended" else None


def _tell_nameless(sheet: Sheet, concept: Concept, label: str, over: Text | None) -> None:
    if over is None:
        sheet.ask("allergy", sheet.meanings.whole_part("allergy", label), label, reasons.NO_NAME)
    else:
        sheet.note(label, concept, over)


def _manifest(
    sheet: Sheet, one: object, moment: Moment | None, label: str, doubt: Text | None
) -> None:
    """What a reaction was is a fact of the past, so it tells of lasting facts only."""
    said = sheet.index.concept(one)
    for target in said.targets:
        if target.kind == "fact" and sheet.definition(target.id).lasting:
            if doubt is not None:
                sheet.doubt(target.id, label, said, doubt)
            else:
                _add(sheet, target.id, True, moment, label, said, None)


def _tell(
    sheet: Sheet,
    meaning: Meaning,
    moment: Moment | None,
    label: str,
    over: Text | None,
    doubt: Text | None,
    *,
    whole: bool,
) -> None:
    """What one allergen says."""
    concept = meaning.concept
    if not meaning.known:
        if over is not None:
            sheet.note(label, concept, over)
        else:
            sheet.ask("allergy", meaning, label, doubt or meaning.why, moment)
        return
    members = [
        target for target in concept.targets if target.id == ALLERGY and target.option is not None
    ]
    if not members:
        sheet.note(label, concept, reasons.OF_NO_CONCERN)
        return
    named = [(ALLERGY, target.option) for target in members]
    if sheet.is_future(moment, named, label, concept):
        return
    for target in members:
        if over is not None:
            sheet.note(label, concept, over)
        elif doubt is not None:
            sheet.doubt(ALLERGY, label, concept, doubt, member=target.option, moment=moment)
            continue
        value = True if over is None else False if whole and target.whole and not doubt else None
        _add(sheet, ALLERGY, value, moment, label, concept, target.option)


def read_none_known(
    sheet: Sheet,
    extent: Extent,
    moment: Moment | None,
    label: str,
    concept: Concept,
    why_not: Text | None,
) -> None:
    """Answer no for every allergy of this extent that nobody speaks of, unless it is doubtful."""
    if extent == "nothing":
        sheet.note(label, concept, reasons.NONE_OF_THESE)
        return
    definition = sheet.dictionary.definitions.get(ALLERGY)
    if definition is None or sheet.is_future(moment, [(ALLERGY, None)], label, concept):
        return
    if why_not is not None:
        sheet.note(label, concept, why_not, ALLERGY, moment=moment)
        return
    members = {
        option.id: False
        for option in definition.options
        if extent in ("all", option.id)
        or (extent == "drugs" and any(code.system == "atc" for code in option.codes))
    }
    statement = Statement(ALLERGY, members, moment, label, concept.token, closing=True)
    sheet.statements.append(statement)


def _why_not_none(state: str | None, sure: str | None) -> Text | None:
    if state == "ended" or sure == "refuted":
        return reasons.NONE_ENDED
    doubtful = sure in ("doubted", "unknown") or state == "unknown"
    return reasons.NONE_NOT_SURE if doubtful else None


def _is_nobodys(resource: Resource) -> bool:
    """Whether it says of nobody that it is about. What frightens is then taken for this patient's;
    what reassures is not."""
    return resource.subject is None and resource.patient is None


def _named(raw: object, resource: Resource) -> list[object]:
    """The allergens that a resource names, in its code and in its reactions; beside a code that
    says there is none, those that contradict it."""
    found = [substance for substance, _ in _reactions(resource) if substance is not None]
    if absent_in(raw) is None:
        return found if raw is None else [raw, *found]
    return [*found, *beside(raw)]


def _reactions(resource: Resource) -> list[tuple[object, list[object]]]:
    """The substance and the manifestations of each reaction."""
    return [
        (reaction.get("substance"), as_list(reaction.get("manifestation")))
        for reaction in as_list(resource.reaction)
        if isinstance(reaction, dict)
    ]


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


def as_list(raw: object) -> list[object]:
    """A list as it is; anything else as none."""
    return raw if isinstance(raw, list) else []
