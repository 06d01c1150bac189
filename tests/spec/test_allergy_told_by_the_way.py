"""An allergy that a record tells by the way (a question and its answer, a title and what stands
below it, a remark, a message) is in doubt and asked, whatever the resource it stands in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dolenti.fhir.clauses import clauses, with_answer
from dolenti.fhir.naming import lines_of
from dolenti.fhir.reasons import MODIFIED
from dolenti.guideline.judge import Assessment, Judge
from tests.fhir_bundles import EDITION, KNEE, allergy, condition, observation, record, resource

DAY = "2026-11-20"
PAUL = {"reference": "Patient/paul"}
JUDGE = Judge(EDITION)
NO_KNOWN_ALLERGY = "snomed:716186003"
Said = dict[str, Any]


def assessed(*said: Said) -> Assessment:
    return JUDGE.assess(record(condition(KNEE), *said).case(), nothing_else=True)


def asked(said: Said) -> list[str]:
    return [one.says for one in assessed(said).items]


def is_supposed_absent(fact: str, said: Said) -> bool:
    """Whether “nothing else to report” takes the fact for absent."""
    found = assessed(said)
    return fact not in found.case.in_doubt


def form(*items: Said, **more: Any) -> Said:
    given = {"status": "completed", "subject": PAUL, "authored": DAY, "item": list(items)} | more
    return resource("QuestionnaireResponse", **given)


def item(question: str | None, *answers: Said, within: tuple[Said, ...] = ()) -> Said:
    return {"linkId": "1", "text": question, "answer": list(answers), "item": list(within)}


def in_words(text: str) -> Said:
    return {"valueString": text}


def document(title: str | None, words: str) -> Said:
    section = {"title": title, "text": {"div": f"<div>{words}</div>"}}
    return resource(
        "Composition", status="final", subject=PAUL, date=DAY, title="Lettre", section=[section]
    )


def message(kind: str, **words: Any) -> Said:
    return resource(kind, status="completed", subject=PAUL, **words)


WAYS_IN: dict[str, Callable[[str], Said]] = {
    "a free answer": lambda said: form(item("Autre chose ?", in_words(said))),
    "a value": lambda said: (
        observation("x:1", DAY, valueString=said) | {"code": {"text": "Divers"}}
    ),
    "a name": lambda said: observation("x:1", DAY) | {"code": {"text": said}},
    "a remark": lambda said: condition("snomed:38341003", note=[{"text": said}]),
    "a remark of what is only named": lambda said: message("Encounter", note=[{"text": said}]),
    "a conclusion": lambda said: resource(
        "DiagnosticReport", status="final", subject=PAUL, conclusion=said
    ),
    "a section": lambda said: document("Divers", said),
    "a section without a title": lambda said: document(None, said),
    "the history": lambda said: document("Antécédents", f"<p>HTA</p><p>{said}</p>"),
    "a document": lambda said: resource(
        "Composition", status="final", subject=PAUL, text={"div": f"<div>{said}</div>"}
    ),
    "a list": lambda said: resource(
        "List", status="current", mode="snapshot", subject=PAUL, text={"div": f"<div>{said}</div>"}
    ),
    "a message": lambda said: message("Communication", payload=[{"contentString": said}]),
    "the name of a paper": lambda said: message("DocumentReference", description=said),
    "a plan": lambda said: message("CarePlan", description=said),
}
TELLING = (
    "Allergies ? Xylocaïne",
    "Allergie : xylocaïne (malaise)",
    "Allergies : oui (xylocaïne)",
    "Allergies (médicaments) : xylocaïne",
    "Allergique ? Oui, xylocaïne",
    "ATCD : HTA. Allergies : latex, xylocaïne",
    "Aucune allergie sauf xylocaïne",
    "Known allergies? Lidocaine",
)
DENYING = (
    "Allergies ? Non",
    "Allergies : aucune connue",
    "Êtes-vous allergique ? Non, aucune",
    "Pas d’allergie connue",
    "No known allergies",
)


class TestEveryWayIn:
    @pytest.mark.parametrize("text", TELLING)
    @pytest.mark.parametrize("way", WAYS_IN)
    def test_an_allergy_is_asked_with_all_that_is_said_of_it(self, way: str, text: str) -> None:
        said = WAYS_IN[way](text)
        assert not is_supposed_absent("allergy", said)
        named = text.rpartition(" ")[2].strip("()") if "(malaise)" not in text else "xylocaïne"
        assert any(named.casefold() in one.casefold() for one in asked(said))

    @pytest.mark.parametrize("text", DENYING)
    @pytest.mark.parametrize("way", [way for way in WAYS_IN if way != "the history"])
    def test_a_denial_asks_nothing_and_closes_nothing(self, way: str, text: str) -> None:
        said = WAYS_IN[way](text)
        assert asked(said) == []
        assert "allergy" not in record(condition(KNEE), said).case().facts

    @pytest.mark.parametrize("way", WAYS_IN)
    def test_it_opens_what_none_known_had_closed(self, way: str) -> None:
        told = WAYS_IN[way]("Allergies ? Xylocaïne")
        assert not assessed(allergy(NO_KNOWN_ALLERGY)).case.in_doubt & {"allergy"}
        assert "allergy" in assessed(allergy(NO_KNOWN_ALLERGY), told).case.in_doubt

    @pytest.mark.parametrize("way", [way for way in WAYS_IN if "list" not in way])
    def test_of_somebody_else_it_says_nothing(self, way: str) -> None:
        said = WAYS_IN[way]("Allergies ? Xylocaïne") | {"subject": {"reference": "Patient/zoe"}}
        assert is_supposed_absent("allergy", said)

    @pytest.mark.parametrize("way", [w for w in WAYS_IN if w not in ("a remark", "a value")])
    def test_entered_in_error_it_says_nothing(self, way: str) -> None:
        said = WAYS_IN[way]("Allergies ? Xylocaïne") | {"status": "entered-in-error"}
        assert is_supposed_absent("allergy", said)


class TestForms:
    @pytest.mark.parametrize(
        "said,named",
        [
            (form(item("Allergies ?", in_words("Xylocaïne"))), ["Xylocaïne"]),
            (form(item("Allergies ?", in_words("Xylocaïne"), in_words("Latex"))),
             ["Latex", "Xylocaïne"]),
            (form(item("Allergies ?", {"valueCoding": {"code": "1", "display": "Xylocaïne"}})),
             ["Xylocaïne"]),
            (form(item("Allergies ?", {"valueReference": {"display": "Xylocaïne"}})),
             ["Xylocaïne"]),
            (form(item("Une allergie ?", {"valueBoolean": True})), ["Une allergie ?"]),
            (form(item("Une allergie ?", in_words("je ne sais pas"))), ["je ne sais pas"]),
            (form(item("Allergies", within=(item("Précisez", in_words("Xylocaïne")),))),
             ["Xylocaïne"]),
            (form(item("Allergique ?", {"valueBoolean": False, "item": [
                item("Laquelle ?", in_words("Xylocaïne"))]})), ["Xylocaïne"]),
            (form({"linkId": "allergies", "answer": [in_words("Xylocaïne")]}), ["Xylocaïne"]),
            (form(item("Vos médicaments", in_words("Eliquis 5 mg"))), ["Eliquis 5 mg"]),
        ],
        ids=str,
    )  # fmt: skip
    def test_a_question_says_what_its_answers_are(self, said: Said, named: list[str]) -> None:
        assert asked(said) == named

    @pytest.mark.parametrize(
        "said,fact",
        [
            (item("Êtes-vous enceinte ?", {"valueBoolean": True}), "pregnancy"),
            (item("Êtes-vous enceinte ?", in_words("peut-être")), "pregnancy"),
            (item("Prenez-vous un anticoagulant ?", {"valueBoolean": True}), "anticoagulant"),
            (item("Dernier INR", {"valueDecimal": 6}), "anticoagulant"),
            (item("Dernier INR", {"valueQuantity": {"value": 6}}), "anticoagulant"),
            (item("Portez-vous un pacemaker ?", in_words("Oui")), "cardiac-device"),
        ],
        ids=str,
    )
    def test_an_answer_leaves_in_doubt_what_its_question_names(self, said: Said, fact: str) -> None:
        assert not is_supposed_absent(fact, form(said))
        assert fact not in record(condition(KNEE), form(said)).case().facts

    def test_a_no_says_nothing_and_makes_no_fact_false(self) -> None:
        questions = ("Une allergie ?", "Enceinte ?", "Un anticoagulant ?", "Diabète ?")
        for no in ({"valueBoolean": False}, in_words("Non")):
            said = form(*(item(question, no) for question in questions))
            assert asked(said) == []
            assert record(condition(KNEE), said).case().facts == {}

    def test_what_nobody_understands_is_listed_with_its_answer(self) -> None:
        said = form(item("Êtes-vous diabétique ?", in_words("Oui")))
        lines = record(condition(KNEE), said).unmapped
        assert [one["display"] for one in lines] == ["Êtes-vous diabétique ? Oui"]

    def test_an_answer_is_of_the_day_it_was_given(self) -> None:
        for question, answer in (("Allergies ?", "Xylocaïne"), ("Autre ?", "Allergie : iode")):
            said = form(item(question, in_words(answer)), id="f")
            (one,) = record(condition(KNEE), said).unread
            assert (one.resource, one.at) == ("QuestionnaireResponse/f", date(2026, 11, 20))

    def test_a_form_in_doubt_says_why(self) -> None:
        said = form(item("Enceinte ?", {"valueBoolean": True}), modifierExtension=[{"url": "x"}])
        (one,) = record(condition(KNEE), said).unread
        assert one.why == MODIFIED

    def test_odd_answers_stop_nothing(self) -> None:
        odd: tuple[Any, ...] = ("x", 7, None, [], {}, [{}], {"text": 3}, {"answer": "x"},
                                {"answer": [{"valueCoding": "x"}, 5]}, {"item": "x"})  # fmt: skip
        sound = item("Allergies ?", in_words("Xylocaïne"))
        for one in odd:
            assert asked(form(one, sound)) == ["Xylocaïne"]

    def test_a_form_that_is_too_deep_is_not_followed_for_ever(self) -> None:
        deep = item("Allergies ?", in_words("Xylocaïne"))
        for _ in range(200):
            deep = item("Partie", within=(deep,))
        assert asked(form(deep, item("Allergies ?", in_words("Latex")))) == ["Latex"]

    @pytest.mark.parametrize(
        "parameter",
        [
            {"name": "Allergies", "valueString": "Xylocaïne"},
            {"name": "allergies", "part": [{"name": "substance", "valueString": "Xylocaïne"}]},
        ],
    )
    def test_parameters_that_are_a_form_are_read_as_one(self, parameter: Said) -> None:
        assert asked({"resourceType": "Parameters", "parameter": [parameter]}) == ["Xylocaïne"]


class TestTitles:
    @pytest.mark.parametrize(
        "title",
        ["Allergies", "Allergies ?", "Terrain allergique", "Intolérances médicamenteuses",
         "ALLERGIES ET INTOLÉRANCES"],
    )  # fmt: skip
    def test_a_title_says_what_stands_below_it(self, title: str) -> None:
        assert any("Xylocaïne" in one for one in asked(document(title, "Xylocaïne")))

    def test_a_part_of_medicines_is_asked_once_as_a_whole(self) -> None:
        said = "Ordonnance : truc"
        assert asked(document("Traitement", said)) == [said]

    def test_headings_of_the_text_itself_do_too(self) -> None:
        for words in (
            "<h2>Allergies</h2><p>Xylocaïne</p>",
            "<table><tr><th>Allergies</th><td>Xylocaïne</td></tr></table>",
        ):
            assert asked(document("Divers", words)) == ["Allergies: Xylocaïne"]

    def test_every_point_of_a_list_belongs_to_its_heading(self) -> None:
        words = "<b>Allergies:</b><ul><li>Xylocaïne</li><li>Iode</li></ul><p>Examen normal</p>"
        assert asked(document("Divers", words)) == ["Allergies: - Xylocaïne - Iode"]

    def test_lines_are_those_that_are_seen(self) -> None:
        div = "<div><h2>A&#233;</h2>\n<p>un\n deux</p>trois<br/>quatre</div>"
        assert lines_of({"div": div}).split("\n") == ["Aé:", "  un deux", "trois", "quatre"]
        assert lines_of("x") == lines_of({"div": 3}) == ""


class TestWhereAListEnds:
    @pytest.mark.parametrize(
        "text,whole",
        [
            ("Allergies ? Xylocaïne", "Allergies ? Xylocaïne"),
            ("Allergies : latex, iode. Vu ce jour", "Allergies : latex, iode"),
            ("Allergies :\n- latex\n- iode\nTabac", "Allergies : - latex - iode"),
            ("Allergies : latex ; iode\nTabac", "Allergies : latex ; iode"),
            ("Allergies : latex (malaise) Tabac", "Allergies : latex (malaise) Tabac"),
            ("Allergies : latex, aucune", "Allergies : latex, aucune"),
            ("Allergies ? Traitement : Xarelto", "Allergies"),
            ("Allergies (traitement) : iode", "Allergies (traitement) : iode"),
            ("Allergies : aucune. Tabac", None),
            ("Tabac ; Allergies ? Non", None),
        ],
    )
    def test_all_of_an_answer_belongs_to_it_and_no_more(self, text: str, whole: str | None) -> None:
        parts = list(clauses(text))
        (at,) = (n for n, part in enumerate(parts) if part.said[0] == "ALLERGIES")
        assert with_answer(text, parts, at, lambda part: "TRAITEMENT" in part.said) == whole
