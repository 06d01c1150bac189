"""QuestionnaireResponse resources: a question in words, and what was answered.

Whose words a form has nobody knows, so no answer becomes a fact. A question and its answer are read
as an observation that is named in words: what they speak of is in doubt, an allergy, a medicine or
a disease that is named is asked, and a clear “no” says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from dolenti.fhir import reasons
from dolenti.fhir.allergies import as_list
from dolenti.fhir.bundle import Resource
from dolenti.fhir.clauses import denies_all
from dolenti.fhir.codes import NO_CONCEPT, Concept, Target
from dolenti.fhir.moments import read_moment
from dolenti.fhir.naming import texts_of
from dolenti.fhir.spoken import tell_words
from dolenti.fhir.statements import Sheet
from dolenti.fhir.statuses import is_error
from dolenti.fhir.tests_told import read_test
from dolenti.guideline.near import shown

_MOST_DEEP: Final = 20


class _Answer(NamedTuple):
    """One answer, the question it is of, and what that question tells of."""

    question: str
    value: dict[str, Any]
    tells: tuple[Target, ...]


def read_answers(sheet: Sheet, resource: Resource, label: str) -> None:
    """Add what the answers of a form speak of."""
    if is_error(resource):
        sheet.note(label, NO_CONCEPT, reasons.ENTERED_IN_ERROR)
        return
    for one in _answers(sheet, resource.item, (), _MOST_DEEP):
        _tell(sheet, resource, one, label)


def _answers(sheet: Sheet, raw: object, above: tuple[Target, ...], deep: int) -> Iterator[_Answer]:
    """The answers of items and of those within them. “If so, which?” tells of what the question
    above it tells of."""
    for item in as_list(raw) if deep else ():
        if not isinstance(item, dict):
            continue
        text = item.get("text")
        question = text if isinstance(text, str) and text.strip() else str(item.get("linkId", ""))
        tells = sheet.meanings.tests_named({"text": question}) or above
        for answer in as_list(item.get("answer")):
            if isinstance(answer, dict):
                yield _Answer(question, answer, tells)
                yield from _answers(sheet, answer.get("item"), tells, deep - 1)
        yield from _answers(sheet, item.get("item"), tells, deep - 1)


def _tell(sheet: Sheet, form: Resource, one: _Answer, label: str) -> None:
    """Doubt or ask what a question and its answer name, or list them."""
    answer = _as_observation(form, one)
    concept = Concept(one.tells, "", None, one.question)
    if one.tells:
        read_test(sheet, answer, concept, label, alone=True)
    moment = read_moment(form.authored)
    said = _said(answer)
    told = [tell_words(sheet, text, label, reasons.ANSWERED, moment) for text in said]
    if one.tells or any(told):
        return
    named = concept._replace(display=shown(" ".join([one.question, *said])))
    meaning = sheet.meanings.result(answer.code)
    if answer.value_boolean is False or (said and all(denies_all(text) for text in said)):
        sheet.note(label, named, reasons.NONE_OF_THESE)
    elif meaning.known:
        sheet.note(label, named, reasons.NO_FACT_NAMED)
    else:
        sheet.ask("result", meaning, label, reasons.ANSWERED, moment)


def _said(answer: Resource) -> list[str]:
    return [*texts_of(answer.value_string), *texts_of(answer.value_codeable_concept)]


def _as_observation(form: Resource, one: _Answer) -> Resource:
    """The question as the name of a result, and the answer as its value."""
    value = one.value
    named = value.get("valueCoding", value.get("valueReference"))
    number = value.get("valueInteger", value.get("valueDecimal"))
    text = value.get("valueString", value.get("valueDate", value.get("valueDateTime")))
    if isinstance(named, dict):
        named = {"coding": [named], "text": named.get("display")}
    return Resource(
        resource_type="Observation",
        status="final",
        modifier_extension=form.modifier_extension,
        implicit_rules=form.implicit_rules,
        code={"text": one.question},
        effective_date_time=form.authored,
        value_string=text,
        value_boolean=value.get("valueBoolean"),
        value_quantity=value.get("valueQuantity", None if number is None else {"value": number}),
        value_codeable_concept=named,
    )
