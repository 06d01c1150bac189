"""The page of the benchmarks says what was measured, and nothing else."""

from __future__ import annotations

from bench import page, picture, results


def test_the_tables_of_the_page_are_those_of_the_results() -> None:
    text = page.PAGE.read_text("utf-8")
    assert page.written(text, results.read()) == text, "run: python bench/page.py"


def test_every_table_has_its_results() -> None:
    assert set(page.TABLES) <= set(results.read())


def test_the_picture_is_that_of_the_results() -> None:
    assert picture.drawn(results.read()) == page.PICTURE.read_text("utf-8")
