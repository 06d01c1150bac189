"""Whether a record is open to somebody, as one expression of the database.

Every guarded query asks this, some pages seventeen times. Put together from querysets it took
Django 1.5 ms each time to find the same text again, half the time of such a query; so the text
stands here, and a test compares it with the querysets (``tests/web/test_gate.py``).
"""

from __future__ import annotations

from datetime import datetime
from string import Formatter
from typing import Any, ClassVar, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateTimeField, F, Func, Value
from django.db.models.sql.compiler import SQLCompiler

from dolenti.access.models import User
from dolenti.records.models import CareRelation, Opening, OpeningEnd, Patient

# What each name of the text stands for: a table, and the columns of the two people in question.
_TABLES: Final = {
    "care": CareRelation, "opening": Opening, "opening_end": OpeningEnd, "people": Patient,
}  # fmt: skip
# The names of the rows are unlike any that Django makes, so that none of them hides one outside.
# Of a row without a patient it says no, and not that nobody knows: else neither a list nor what is
# left out of it would have it.
_TEXT: Final = """({patient} IS NOT NULL AND (
 EXISTS(SELECT 1 FROM {care} in_care
  WHERE in_care.ended_at IS NULL AND in_care.user_id = {user} AND in_care.patient_id = {patient})
 OR EXISTS(SELECT 1 FROM {opening} lent LEFT OUTER JOIN {opening_end} lent_end
  ON lent_end.opening_id = lent.id
  WHERE lent_end.id IS NULL AND lent.opened_at <= {now} AND lent.ends_at > {now}
  AND lent.user_id = {user} AND lent.patient_id = {patient})
 OR EXISTS(SELECT 1 FROM {care} in_care
  WHERE in_care.ended_at IS NULL AND in_care.user_id = {user} AND in_care.patient_id = {kept})
 OR {patient} IN (SELECT merged.absorbed_by_id FROM {people} merged
  WHERE merged.absorbed_by_id > 0 AND EXISTS(SELECT 1 FROM {care} in_care
   WHERE in_care.ended_at IS NULL AND in_care.user_id = {user}
   AND in_care.patient_id = merged.id))))"""
_IN_TURN: Final = tuple(
    name for _, name, _, _ in Formatter().parse(_TEXT) if name and name not in _TABLES
)
"""Of which part the text asks the values, one after the other."""


class IsOpen(Func):
    """Whether the record of the patient that ``patient`` leads to (``pk`` where the rows are the
    patients) is open to an account at a moment: it is in their care, or they opened it for a
    reason and it did not end; or the record it was merged into is in their care, or one that was
    merged into it. Each row is looked up by itself, so that it costs the same however many
    patients somebody has in care.

    Of the merged records a range (``> 0``) leaves out those that are merged with nobody, where
    equality would have the database walk through everyone in care, for each row again.
    """

    output_field: ClassVar[BooleanField] = BooleanField()
    conditional = True

    def __init__(self, account: User | None, now: datetime, patient: str) -> None:
        kept = "absorbed_by" if patient == "pk" else f"{patient}__absorbed_by"
        moment = Value(now, output_field=DateTimeField())
        super().__init__(F(patient), F(kept), Value(account and account.pk), moment)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_how: Any, **_extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """The text, each of its parts where it is asked for, with its values in that order."""
        names = ("patient", "kept", "user", "now")
        said = dict(zip(names, map(compiler.compile, self.source_expressions), strict=True))
        quote = connection.ops.quote_name
        tables = {name: quote(model._meta.db_table) for name, model in _TABLES.items()}
        text = _TEXT.format(**tables, **{name: part for name, (part, _) in said.items()})
        return text, tuple(value for name in _IN_TURN for value in said[name][1])
