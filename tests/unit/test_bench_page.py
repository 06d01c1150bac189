"""The page of the benchmarks says what was measured, and nothing else."""

from __future__ import annotations

from bench import page, picture, results
from bench.bench_pages import LEFT_OUT, PAGES


def test_the_tables_of_the_page_are_those_of_the_results() -> None:
    text = page.PAGE.read_text("utf-8")
    assert page.written(text, results.read()) == text, "run: python bench/page.py"


def test_every_table_has_its_results() -> None:
    assert set(page.TABLES) <= set(results.read())


def test_the_picture_is_that_of_the_results() -> None:
    assert picture.drawn(results.read()) == page.PICTURE.read_text("utf-8")


def test_every_page_of_the_clinic_is_measured_or_left_out_for_a_reason() -> None:
    # There, and not at the head: the matrix is made of the site's own modules
    from tests.web.test_query_counts import PAGES as SHOWN

    assert set(PAGES).isdisjoint(LEFT_OUT)
    assert set(PAGES) | set(LEFT_OUT) == set(SHOWN)
