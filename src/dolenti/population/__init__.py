"""Judges whole populations: the conditions of the knowledge as Ibis expressions over one wide
table, on DuckDB or on a Spark cluster, with the evaluator's own true, false and unknown.

::

    from dolenti.population import DuckDBEngine, Request, judge_population

    request = Request("patients.parquet", date(2026, 11, 22), out="verdicts.parquet")
    outcome = judge_population(DuckDBEngine(), guideline.load_folder(), request)

A table in memory, as Arrow or pandas has it, is judged by ``judge_table``.

It reads and writes parquet and knows no database of records, no screen, and no clock.
"""

from dolenti.population.engines import DuckDBEngine
from dolenti.population.rows import to_row, to_table
from dolenti.population.run import Outcome, Request, Summary, judge_population, judge_table
from dolenti.population.schema import wide_schema

__all__ = [
    "DuckDBEngine",
    "Outcome",
    "Request",
    "Summary",
    "judge_population",
    "judge_table",
    "to_row",
    "to_table",
    "wide_schema",
]
