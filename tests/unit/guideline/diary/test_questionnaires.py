"""A questionnaire of a site: read strictly, counted by a named method."""

from __future__ import annotations

import pytest

from dolenti.guideline import diary
from dolenti.guideline.diary.questionnaires import SiteQuestionnaire, read
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from tests.questionnaires import RULER

EDITION = load_folder()
CONTENT = diary.content(EDITION)
TICKED = RULER.replace("method: percent", "method: count\nbegins: {fr: Cochez, en: Tick}\n"
                       "none: {fr: Rien, en: Nothing}")  # fmt: skip


def ruler(text: str = RULER, name: str = "ruler") -> SiteQuestionnaire:
    return read(CONTENT, EDITION, name, text)


@pytest.mark.parametrize("method, answers, score", [
    ("percent", {"ruler.stairs": "4", "ruler.bed": "1", "ruler.shop": "1"}, 50),
    ("percent", {"ruler.stairs": "4", "ruler.bed": "0"}, 50),
    ("percent", {"ruler.stairs": "4"}, None),
    ("sum", {"ruler.stairs": "4", "ruler.bed": "1", "ruler.shop": "1"}, 6),
    ("mean", {"ruler.stairs": "4", "ruler.bed": "1"}, 2.5),
    ("percent", {}, None),
])  # fmt: skip
def test_a_score_is_counted_by_its_method(
    method: str, answers: dict[str, str], score: float | None
) -> None:
    found = ruler(RULER.replace("method: percent", f"method: {method}")).score(answers)
    assert (None if found is None else float(found)) == score


def test_what_is_ticked_is_counted_and_none_is_no_want_of_an_answer() -> None:
    found = ruler(TICKED)
    (question,) = found.questions()
    assert (question.type, len(question.options)) == ("signs", 3)
    assert [found.score({"ruler": said}) for said in ([], ["bed", "shop"])] == [0, 2]
    assert found.score({}) is None


def test_koos_is_counted_as_it_is_published() -> None:
    items = "".join(f"  - {{id: q{n}, says: {{fr: a, en: a}}}}\n" for n in range(12))
    scale = "".join(f"  - {{value: {n}, says: {{fr: a, en: a}}}}\n" for n in range(5))
    head = RULER[: RULER.index("answers:")].replace("method: percent", "method: koos-12")
    found = ruler(f"{head}answers:\n{scale}items:\n{items}")
    assert found.score({f"ruler.q{n}": "1" for n in range(12)}) == 75
    assert found.score({f"ruler.q{n}": "1" for n in range(9)}) is None, "a scale is missing"


@pytest.mark.parametrize("before, after, line, says", [
    ("[knee]", "[kne]", 6, "none of the zones"),
    ("[h48, m3]", "[h48, m4]", 7, "none of the windows"),
    ("id: ruler", "id: rule", 1, "folder’s name"),
    ("least_answered: 2", "least_answered: 4", 12, "number of items"),
    ('{fr: "Se lever", en: "To rise"}', '{fr: "Se lever"}', 20, "each of the languages"),
    ("id: bed", "id: stairs", 20, "an id of its own"),
    ("{value: 1,", "{value: 0,", 19, "two answers"),
    ("method: percent", "method: average", 11, "average"),
    ("method: percent", "method: koos-12", 19, "0 to 4"),
    ("method: percent", "method: count", 11, "begins"),
    ("minutes: 2", "minute: 2", 8, "minute"),
    ("items:", "items: [", None, "YAML"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(
    before: str, after: str, line: int | None, says: str
) -> None:
    with pytest.raises(InputError, match=says) as refused:
        ruler(RULER.replace(before, after))
    assert refused.value.where.startswith("ruler/questionnaire.yaml:")
    if line is not None:
        assert refused.value.where == f"ruler/questionnaire.yaml:{line}"
    assert refused.value.fr


def test_it_is_offered_of_its_pains_at_its_windows_in_its_languages() -> None:
    only_french = RULER.replace("languages: [fr, en]", "languages: [fr]")
    for english in ("en: ",):
        only_french = "\n".join(
            line if english not in line else _without_english(line)
            for line in only_french.split("\n")
        )
    found = ruler(only_french)
    asked = [found.is_asked(*one) for one in (
        ("knee", "m3", "fr"), ("knee", "m3", "en"), ("hip", "m3", "fr"), ("knee", "m1", "fr"),
    )]  # fmt: skip
    assert asked == [True, False, False, False]


def _without_english(line: str) -> str:
    before, _, after = line.partition(", en: ")
    return before + after[after.index("}") :]
