"""The curve of a pain: what is joined, what is marked, and that its table says the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.ui.curve import Curve, Point, Sat, drawn

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def curve(*points: Point, sessions: tuple[Sat, ...] = (), language="fr") -> Curve:
    return drawn(points, sessions, language=language, name="pain")


def classes(found: Curve) -> list[str]:
    return [one.get("class", "") for one in ElementTree.fromstring(found.svg).iter()]


def test_answers_are_joined_and_a_missing_one_breaks_the_line():
    joined = curve(Point(at(0), 8), Point(at(7), 6), Point(at(14), 4))
    assert classes(joined).count("curve-line") == 1
    broken = curve(
        Point(at(0), 8), Point(at(7), 6), Point(at(10), None), Point(at(14), 4), Point(at(21), 3)
    )
    assert classes(broken).count("curve-line") == 2
    assert classes(broken).count("curve-missing") == 1


def test_late_answers_and_sessions_are_marked_without_colour():
    found = curve(Point(at(0), 8), Point(at(9), 6, late=True), sessions=(Sat(1, at(0)),))
    assert classes(found).count("curve-late") == 1
    assert 'fill="#fff"' in found.svg
    assert "stroke-dasharray" in found.svg


def test_the_table_and_the_sentence_say_the_same_in_both_languages():
    points = (
        Point(at(0), 8, is_baseline=True), Point(at(7), 6.5, late=True), Point(at(9), None)
    )  # fmt: skip
    found = curve(*points, sessions=(Sat(1, at(0.1)),))
    assert [(row.pain, row.notes) for row in found.rows] == [
        ("8", ("départ",)),
        ("", ("Séance 1",)),
        ("6,5", ("réponse tardive",)),
        ("–", ("sans réponse",)),
    ]
    assert found.says == (
        "Douleur de 8 sur 10 le 2 mars 2026 à 6,5 le 9 mars 2026\u00a0; 2 réponses, "
        "1 sans réponse, 1 séance."
    )
    english = curve(*points, language="en")
    assert english.says.startswith("Pain from 8 out of 10 on 2 March 2026 to 6.5 on 9 March 2026")


def test_a_screen_reader_finds_a_name_and_a_description():
    tree = ElementTree.fromstring(curve(Point(at(0), 8)).svg)
    ids = {one.get("id") for one in tree.iter()}
    assert set((tree.get("aria-labelledby") or "").split()) <= ids
    assert tree.get("role") == "img"


@pytest.mark.parametrize("points", [(), (Point(at(0), None),)])
def test_without_an_answer_nothing_is_drawn(points):
    found = curve(*points)
    assert found.svg == ""
    assert found.says == "Aucune douleur n’est encore notée."


@given(
    st.lists(
        st.builds(
            Point,
            st.integers(-400, 4000).map(lambda hours: START + timedelta(hours=hours)),
            st.none() | st.integers(0, 10),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.randoms(),
)
def test_in_any_order_it_is_one_drawing_and_nothing_leaves_it(points, random):
    mixed = list(points)
    random.shuffle(mixed)
    found = drawn(points, (), language="fr", name="pain")
    assert drawn(mixed, (), language="fr", name="pain").svg == found.svg
    for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', found.svg):
        assert 0 <= float(x) <= 400
        assert 0 <= float(y) <= 232
