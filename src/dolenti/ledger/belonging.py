"""A table of a patient says so itself: on its model, in whatever app it stands.

From what it says follows the rest, and nobody keeps a list: the database lets none of its rows go
(``ledger.keeping``), they are counted and erased with the record, they are in its copy, and have a
name that people read. What leads to a patient and says nothing fails Django's ``check``.

This module finds the way from a row to its patient; what is done with the rows is others' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, TypeAlias, cast

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.functional import Promise

ITSELF: Final = "pk"
"""The way of a row that is the patient."""
SAID: Final = "belongs"
"""The attribute of a model that holds what it says."""


@dataclass(frozen=True)
class Blanked:
    """The law lets these fields be emptied on request. ``since`` is the moment from which they
    were; while they are empty and it is set, what stood in them before may go as well."""

    fields: tuple[str, ...]
    since: str


@dataclass(frozen=True, kw_only=True)
class BelongsToPatient:
    """What the model of a patient's table says of it.

    ``through`` is how a row leads to its patient, as a query says it (``complaint__patient``);
    several ways where a row names several patients. ``label`` is what people call such rows,
    ``kept_as`` the id of the rule that says how long they are kept (``rights/retention.yaml``).

    How rows come into the copy of a whole record, at least one of: ``copied_by``, the dotted name
    of a ``records.copying.Copier``; ``filed_by``, that of a ``records.copying.Filing``;
    ``copied_with``, the key to the row in whose words they are told; or ``not_copied``, why they
    are in no copy. ``names`` are the keys to people whom the copy names.
    """

    through: str | tuple[str, ...]
    label: str | Promise
    kept_as: str
    copied_by: str = ""
    filed_by: str = ""
    copied_with: str = ""
    not_copied: str = ""
    names: tuple[str, ...] = ()
    blanked: Blanked | None = None

    def __post_init__(self) -> None:
        if bool(self.copied_by or self.filed_by or self.copied_with) == bool(self.not_copied):
            raise ValueError(
                "say how a patient's table comes into the copy of a record (copied_by, filed_by or "
                "copied_with), or why it does not (not_copied), and not both"
            )


@dataclass(frozen=True, kw_only=True)
class WorkedOut:
    """A table that is worked out from a patient's rows and can be again: no record, so nothing
    guards or copies it, and it goes when the record goes. ``source`` says from what."""

    through: str
    source: str


Said: TypeAlias = BelongsToPatient | WorkedOut


class BelongingError(Exception):
    """What a model says of its patient does not hold; the message says what to write."""


@dataclass(frozen=True)
class Table:
    """A table of a patient: its model, what that says, and each way to the patient, key by key."""

    model: Any
    said: Said
    ways: tuple[tuple[Any, ...], ...]

    @property
    def belongs(self) -> BelongsToPatient:
        """What the model of a table of the record says; not for one that is worked out."""
        return said_by(self.model)

    @property
    def kind(self) -> str:
        """The name under which rows of the table are counted and kept: ``app.model``."""
        return kind_of(self.model)

    @property
    def table(self) -> str:
        """The table's name in the database."""
        name: str = self.model._meta.db_table
        return name

    @property
    def key(self) -> str:
        """The column of its key."""
        column: str = self.model._meta.pk.column
        return column

    @cached_property
    def lookups(self) -> tuple[str, ...]:
        """Each way as a query says it."""
        return tuple("__".join(field.name for field in way) or ITSELF for way in self.ways)

    @property
    def steps(self) -> int:
        """How many keys lie between a row and its patient."""
        return min(len(way) for way in self.ways)

    def of(self, patients: Any) -> Q:
        """The condition of rows of these patients: a query of patients, or their keys."""
        wanted = Q()
        for lookup in self.lookups:
            wanted |= Q(**{f"{lookup}__in": patients})
        return wanted

    def owners(self, row: str) -> tuple[str, ...]:
        """SQL for the key of each patient of a row that SQL calls ``row``."""
        return tuple(self._owner(row, way) for way in self.ways)

    def _owner(self, row: str, way: tuple[Any, ...]) -> str:
        if not way:
            return f'{row}."{self.key}"'
        owner = f'{row}."{way[0].column}"'
        for before, field in pairwise(way):
            above, key = field.model._meta.db_table, before.target_field.column
            owner = f'(SELECT "{field.column}" FROM "{above}" WHERE "{key}" = {owner})'  # noqa: S608 - names of ours
        return owner


def kind_of(model: Any) -> str:
    """The name of a model, its app included: two apps may have a model of one name."""
    label: str = model._meta.label_lower
    return label


def tables() -> list[Table]:
    """Every table of a patient's record, the farthest from the patient first: in this order rows
    can go."""
    found = [
        _resolved(model, said) for model, said in _saying() if isinstance(said, BelongsToPatient)
    ]
    return _children_first(found)


def worked_out() -> list[Table]:
    """Every table that is worked out from patients' rows."""
    return [_resolved(model, said) for model, said in _saying() if isinstance(said, WorkedOut)]


def label_of(kind: str) -> str:
    """What people call the rows of a kind, in the language of the moment."""
    return str(said_by(apps.get_model(kind)).label)


def said_by(model: Any) -> BelongsToPatient:
    """What the model of a table of a patient's record says."""
    return cast("BelongsToPatient", getattr(model, SAID))


def ways_of(model: Any) -> tuple[str, ...]:
    """The ways from a row of a model to its patients; none where it is no table of a patient."""
    said = getattr(model, SAID, None)
    if not isinstance(said, (BelongsToPatient, WorkedOut)):
        return ()
    return (said.through,) if isinstance(said.through, str) else said.through


def _saying() -> Iterator[tuple[Any, Said]]:
    for model in _models():
        said = getattr(model, SAID, None)
        if isinstance(said, (BelongsToPatient, WorkedOut)):
            yield model, said


def _models() -> list[Any]:
    """Every model with a table of its own, those included that Django makes for many-to-many."""
    return [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy]


def _keys(model: Any) -> list[Any]:
    """The keys of a table that point at another one."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model not in (None, model)
    ]


def _resolved(model: Any, said: Said) -> Table:
    """The table with its ways. Raises ``BelongingError`` where one does not lead to a patient."""
    ways = ways_of(model)
    if ways == (ITSELF,):
        return Table(model, said, ((),))
    if not ways:
        raise BelongingError("names no way to a patient: write the key that leads there, `through`")
    found = tuple(tuple(_way(model, way)) for way in ways)
    if all(any(field.null for field in way) for way in found):
        raise BelongingError(
            f"has rows without a patient, by `{ways[0]}`: nobody could erase them. Make the keys "
            "on the way NOT NULL, or write a way on which none may be empty"
        )
    return Table(model, said, found)


def _way(model: Any, way: str) -> Iterator[Any]:
    here = model
    for name in way.split("__"):
        try:
            field = here._meta.get_field(name)
        except FieldDoesNotExist:
            raise BelongingError(
                f"leads nowhere by `{way}`: {here._meta.label} has no field `{name}`"
            ) from None
        if field not in _keys(here):
            raise BelongingError(
                f"leads nowhere by `{way}`: `{name}` is no foreign key in the table of "
                f"{here._meta.label}"
            )
        yield field
        here = field.related_model
    said = getattr(here, SAID, None)
    if not isinstance(said, BelongsToPatient) or said.through != ITSELF:
        raise BelongingError(
            f"does not lead to a patient by `{way}`, but to {here._meta.label}: go on from there"
        )


def _children_first(found: list[Table]) -> list[Table]:
    """No table before one whose rows point at it."""
    left = {one.model: one for one in found}
    ordered: list[Table] = []
    while left:
        pointed_at = {key.related_model for one in left.values() for key in _keys(one.model)}
        free = sorted((m for m in left if m not in pointed_at), key=kind_of)
        if not free:  # a circle: foreign keys are deferred to the end of the transaction
            free = [max(left, key=lambda model: (left[model].steps, kind_of(model)))]
        ordered += [left.pop(model) for model in free]
    return ordered


def check(**_: Any) -> list[CheckMessage]:
    """Every model that leads to a patient says so, and what it says holds."""
    return [*_silent(), *_mistaken()]


def _silent() -> Iterator[CheckMessage]:
    known = {model for model, _ in _saying()}
    near, models = set(known), _models()
    while more := {
        m for m in models if m not in near and near & {key.related_model for key in _keys(m)}
    }:
        near |= more
    for model in sorted(near - known, key=kind_of):
        key = next(key for key in _keys(model) if key.related_model in near)
        label = model._meta.label
        if model._meta.auto_created:
            what = f"{label} is made by Django for a many-to-many field and leads to a patient."
            hint = (
                "Write a model of your own for it (`through=`), and say there whose its rows are."
            )
        else:
            what = (
                f"{label} leads to a patient by `{key.name}`, and does not say whose its rows are."
            )
            hint = (
                f'Write on it: {SAID} = BelongsToPatient(through="{key.name}…", label=_("…"), '
                'kept_as="record", copied_by="…"), or WorkedOut(…) where its rows are worked out '
                "from others (see dolenti.ledger.belonging)."
            )
        yield Error(what, hint=hint, obj=model, id="dolenti.E001")


def _mistaken() -> Iterator[CheckMessage]:
    for model, said in _saying():
        try:
            _resolved(model, said)
        except BelongingError as error:
            yield Error(f"{model._meta.label} {error}.", obj=model, id="dolenti.E002")
            continue
        if isinstance(said, BelongsToPatient):
            yield from (
                Error(f"{model._meta.label} has no field `{name}`, which it says it has.",
                      obj=model, id="dolenti.E003")
                for name in _missing(model, said)
            )  # fmt: skip


def _missing(model: Any, said: BelongsToPatient) -> Iterable[str]:
    there = {field.name for field in model._meta.concrete_fields}
    blanked = (*said.blanked.fields, said.blanked.since) if said.blanked else ()
    with_whom = (said.copied_with,) if said.copied_with else ()
    return sorted({*said.names, *blanked, *with_whom} - there)
