"""What a record tells in words alone: the value of an observation, a conclusion, a remark.

Words never become a fact. What is understood puts its fact in doubt, an allergy that is named is
asked as an item, and a denial that surely is of the word beside it (“pas de fracture”) says
nothing: it makes no fact false either.
"""

from __future__ import annotations

from dolenti.fhir import reasons
from dolenti.fhir.allergies import as_list
from dolenti.fhir.bundle import Resource
from dolenti.fhir.clauses import LONGEST_TEXT, affirms_alone, denies_all, is_heading_alone
from dolenti.fhir.codes import Concept, Test
from dolenti.fhir.moments import Moment
from dolenti.fhir.naming import lines_of, texts_of
from dolenti.fhir.statements import Sheet, Statement
from dolenti.guideline.facts import UnreadKind
from dolenti.guideline.knowledge import Text
from dolenti.guideline.near import shown


def remarks_of(resource: Resource) -> list[str]:
    """The texts of a resource's notes."""
    found = [one.get("text") for one in as_list(resource.note) if isinstance(one, dict)]
    return [one for one in found if isinstance(one, str) and one.strip()]


def messages_of(resource: Resource) -> list[str]:
    """What a resource that is not read otherwise says in words, beside its notes."""
    found = [resource.description, lines_of(resource.text)]
    found += [
        one.get("contentString") for one in as_list(resource.payload) if isinstance(one, dict)
    ]
    return [one for one in found if isinstance(one, str) and one.strip()]


def is_too_old(sheet: Sheet, test: Test, moment: Moment | None) -> bool:
    """Whether what a test says speaks of today no more."""
    since = None if test.speaks_for is None else test.speaks_for.before(sheet.as_of)
    return since is not None and moment is not None and moment.last < since


def put_in_doubt(
    sheet: Sheet, test: Test, label: str, concept: Concept, why: Text, moment: Moment | None
) -> None:
    """Leave in doubt what a test speaks of."""
    for fact in test.facts:
        sheet.note(label, concept, why, fact, moment=moment)


def measured_otherwise(
    sheet: Sheet, test: Test, label: str, concept: Concept, moment: Moment | None
) -> None:
    """A number that was measured in a form that is not read is not known: an older one may not
    stand for it."""
    if test.measures is not None and test.measures in sheet.dictionary.definitions:
        token = concept.token
        sheet.statements.append(Statement(test.measures, None, moment, label, token))


def tell_words(
    sheet: Sheet,
    text: str,
    label: str,
    why: Text,
    moment: Moment | None,
    asked: UnreadKind | None = None,
) -> bool:
    """Doubt or ask what a free text names; whether it names anything. Things of the kind ``asked``
    are asked already, with the whole text."""
    concept = Concept((), "", None, shown(" ".join(text.split())))
    if len(text) > LONGEST_TEXT:
        sheet.note(label, concept, reasons.TEXT_TOO_LONG)
    found = False
    for test_id, clause in sheet.meanings.told_in(text):
        test = sheet.index.tests[test_id]
        if test.limits or is_too_old(sheet, test, moment) or test.carries == asked is not None:
            continue  # a number in a sentence is no measurement
        found = True
        if test.carries is not None:
            tell_thing(sheet, test.carries, {"text": clause}, label, why, moment)
        else:
            put_in_doubt(sheet, test, label, concept, why, moment)
    for fact in sheet.meanings.taken_in(text):
        found = True
        sheet.doubt(fact, label, concept, why, moment=moment)
    return found


def tell_thing(
    sheet: Sheet, kind: UnreadKind, raw: object, label: str, why: Text, moment: Moment | None
) -> None:
    """Doubt or ask an allergy, a medicine or a disease that is named in no resource of its own."""
    meaning = sheet.meanings.of(kind, raw)
    if meaning.nothing:
        sheet.note(label, meaning.concept, meaning.noted)
    elif not meaning.known:
        sheet.ask(kind, meaning, label, why, moment)
    for target in meaning.concept.targets:
        if target.kind == "fact":
            sheet.doubt(target.id, label, meaning.concept, why, member=target.option, moment=moment)
    for fact, member in (*meaning.asks, *((fact, None) for fact in meaning.speaks)):
        sheet.doubt(fact, label, meaning.concept, why, member=member, moment=moment)


def tell_value(
    sheet: Sheet, kind: UnreadKind, resource: Resource, label: str, moment: Moment | None
) -> None:
    """Read the value of an observation that carries allergies, medicines or diseases."""
    name = next(iter(texts_of(resource.code)), "")
    values: list[object] = []
    if isinstance(resource.value_string, str) and resource.value_string.strip():
        values.append({"text": resource.value_string})
    if isinstance(resource.value_codeable_concept, dict):
        values.append(resource.value_codeable_concept)
    for raw in values:
        said = texts_of(raw)
        if said and all(denies_all(one) for one in said):
            sheet.note(label, sheet.index.concept(raw), reasons.NONE_OF_THESE)
        elif said and all(affirms_alone(one) for one in said):
            _ask_whole(sheet, kind, name, label, moment)
        else:
            tell_thing(sheet, kind, raw, label, reasons.OBSERVED, moment)
    if resource.value_boolean is True:
        _ask_whole(sheet, kind, name, label, moment)
    elif resource.value_boolean is False:
        sheet.note(label, sheet.index.concept(resource.code), reasons.NONE_OF_THESE)
    elif not values:
        # “Allergie : xylocaïne” is the whole of it, but where a panel or a reason says the rest
        alone = not resource.component and resource.data_absent_reason is None
        names = [text for text in texts_of(resource.code) if alone and not is_heading_alone(text)]
        told = [tell_words(sheet, text, label, reasons.OBSERVED, moment) for text in names]
        if not any(told):
            sheet.note(label, sheet.index.concept(resource.code), reasons.NO_NAME)


def _ask_whole(
    sheet: Sheet, kind: UnreadKind, name: str, label: str, moment: Moment | None
) -> None:
    sheet.ask(kind, sheet.meanings.whole_part(kind, name or label), label, reasons.NO_NAME, moment)
