"""What is still asked of a mixture comes with the lines that answer it."""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import Any

import pytest
import yaml
from rich.console import Console

from dolenti.guideline.facts import Dictionary, read_facts
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.mixture import MixtureResult, mixture_as_json, read_mixture
from dolenti.guideline.mixture.look import EXCIPIENTS, GIVEN_BEFORE, GIVEN_TODAY, TECHNIQUE
from dolenti.guideline.mixture.written import lines_for, lines_for_fact
from dolenti.terminal.mixture import show_mixture
from tests.spec.syringes import DAY, EDITION, JUDGE, PRODUCTS, content

LANGUAGES = ("fr", "en")
KETOPROFEN, TRIAMCINOLONE = ("ketoprofen", 50, 2), ("triamcinolone-acetonide", 40, 1)
DICTIONARY = Dictionary.of(EDITION)


def judged(written: dict[str, Any]) -> MixtureResult:
    return JUDGE.judge(read_mixture(written, EDITION, DAY))


def is_whole(line: str) -> bool:
    return "<" not in line and "…" not in line


def with_line(written: dict[str, Any], line: str) -> dict[str, Any]:
    """The file with a line that somebody copied into it."""
    added = yaml.safe_load(line)
    facts = {**written["facts"], **added.pop("facts", {})}
    return {**written, **added, "facts": facts}


@pytest.mark.parametrize("definition", EDITION.facts, ids=lambda one: one.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fact_has_a_line_that_the_file_takes(
    definition: FactDefinition, language: str
) -> None:
    lines = lines_for_fact(definition, language)
    whole = [line for line in lines if is_whole(line)]
    for line in whole:
        known, ignored = read_facts(with_line({"facts": {}}, line)["facts"], DICTIONARY, DAY)
        assert list(known) == [definition.id]
        assert not ignored
    assert len(lines) - len(whole) == (definition.type in ("number", "date"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_copies_the_first_line_of_each_question_has_answered_them_all(
    language: str,
) -> None:
    written = content(
        KETOPROFEN, therapy="mesotherapy", technique="nappage", facts={"medicines": ...}
    )
    written.pop("given-before")
    written.pop("given-today")
    result = judged(written)
    assert result.verdict == "incomplete"
    asked = mixture_as_json(result, language)["questions"]
    assert {"medicines", "given-today", "given-before"} <= {one["fact"] for one in asked}
    for one in asked:
        written = with_line(written, one["write"][0])
    assert judged(written).questions == ()


def test_what_is_no_fact_has_lines_of_the_products_that_wait_for_it() -> None:
    lidocaine, ketoprofen = (PRODUCTS[name] for name in ("lidocaine", "ketoprofen"))
    asked = partial(lines_for, products=[ketoprofen, lidocaine], techniques=["nappage", "ids"])
    assert asked(TECHNIQUE, language="fr") == ["technique: nappage", "technique: ids"]
    assert asked(GIVEN_TODAY, language="fr") == [
        "given-today: []", "given-today: [{product: ketoprofen, dose: <mg>}]",
    ]  # fmt: skip
    assert asked(GIVEN_BEFORE, language="en") == [
        "given-before: []", "given-before: [{product: ketoprofen, days: <days>}]",
    ]  # fmt: skip
    assert asked(EXCIPIENTS, language="en") == [
        "{product: ketoprofen, …, excipients: []}", "{product: lidocaine, …, excipients: []}",
    ]  # fmt: skip


def test_the_plainest_answer_stands_first() -> None:
    first = {one.id: lines_for_fact(one, "fr")[0] for one in EDITION.facts}
    assert first["anticoagulant"] == "facts: {anticoagulant: none}"
    assert first["pregnancy"] == "facts: {pregnancy: false}"
    assert first["weight"] == "facts: {weight: <kg>}"


def of_the_day(**more: Any) -> dict[str, Any]:
    given = [{"product": "triamcinolone-acetonide", "dose": 40, **more}]
    return content(TRIAMCINOLONE, given=given, technique="intra-articular")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dose_of_the_day_whose_joint_is_not_said_comes_with_both_lines(language: str) -> None:
    result = judged(of_the_day())
    assert result.verdict == "override"
    (finding,) = (one for one in mixture_as_json(result, language)["findings"] if one["write"])
    verdicts = {line: judged(with_line(of_the_day(), line)).verdict for line in finding["write"]}
    assert {line.rpartition("joint: ")[2]: said for line, said in verdicts.items()} == {
        "same}]": "blocked", "other}]": "allowed",
    }  # fmt: skip


def test_where_the_joint_is_said_there_is_nothing_to_write() -> None:
    for joint in ("same", "other"):
        answer = mixture_as_json(judged(of_the_day(joint=joint)))
        assert all(one["write"] == [] for one in answer["findings"])


@pytest.mark.parametrize(
    "language,words", [("fr", "à écrire dans le fichier\u00a0: "), ("en", "to write in the file: ")]
)
def test_the_terminal_says_what_to_write(language: str, words: str) -> None:
    console = Console(file=StringIO(), width=200)
    show_mixture(console, judged(of_the_day(joint="unknown")), language)
    show_mixture(console, judged(content(KETOPROFEN, facts={"medicines": ...})), language)
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"{words}given-today: [{{product: triamcinolone-acetonide" in told
    assert f"{words}facts: {{medicines: []}}" in told


@pytest.mark.parametrize(
    "language,begins", [("fr", "Qu’a déjà reçu"), ("en", "What has the patient")]
)
def test_the_answer_speaks_one_language_and_says_the_unit(language: str, begins: str) -> None:
    written = content(("lidocaine", 10, 2), therapy="mesotherapy", technique="nappage")
    written.pop("given-today")
    answer = mixture_as_json(judged(written), language)
    asked = {one["fact"]: one["ask"] for one in answer["questions"]}
    assert asked["given-today"].startswith(begins)
    assert [one["unit"] for one in answer["totals"]["products"]] == ["mg"]
    too_much = content(("lidocaine", 20, 20), therapy="mesotherapy", technique="nappage")
    told = mixture_as_json(judged(too_much), language)["findings"][0]
    found = judged(too_much).findings[0]
    assert found.detail is not None
    assert told["detail"] == found.detail.in_language(language)
