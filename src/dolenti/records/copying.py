"""How the tables of a patient come into the copy of a whole record.

A table names (``ledger.belonging``) a ``Copier``, which reads its rows as values that ``fhir``
writes, a ``Filing``, which hands out files, or both. What is merged into the record is part of it;
what was entered in error is too, and marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from django.db.models import QuerySet

from dolenti.guideline.knowledge import Edition
from dolenti.records import engine, gate
from dolenti.records.models import Patient

T = TypeVar("T")
Language = Literal["fr", "en"]


@dataclass(frozen=True)
class Copying:
    """Whose record is copied, with whatever was merged into it, and in which words."""

    patient: Patient
    family: QuerySet[Patient]
    edition: Edition
    language: Language


@dataclass(frozen=True)
class Copier(Generic[T]):
    """Reads a table's rows of a patient, in order, as values of one kind. It is walked through
    more than once, and its queries are the same in number however many rows there are."""

    value: type[T]
    read: Callable[[Copying], Iterator[T]]


@dataclass(frozen=True)
class Filing:
    """Files that go into the copy as they came in, or as they were handed over.

    ``kind`` is their word in FHIR, ``names`` the folder and the beginning of a name in each
    language, ``rows`` the rows with an author and the moment they were made, ``form`` the ending
    and the media type of one, ``contents`` its bytes.
    """

    kind: str
    names: Mapping[Language, str]
    rows: Callable[[QuerySet[Patient]], QuerySet[Any]]
    form: Callable[[Any], tuple[str, str]]
    contents: Callable[[Any], bytes]


def copying(patient: Patient) -> Copying:
    """What the copy of a patient's record needs to know."""
    return Copying(patient, gate.family(patient), engine.edition_in_force(), language_of(patient))


def language_of(patient: Patient) -> Language:
    """The language in which the copy speaks: the patient's, or French."""
    return "en" if patient.language == "en" else "fr"


def therapy_label(therapy: str, copying: Copying) -> str:
    """A therapy's name in the edition of the copy; its id where it is of another one."""
    found = (t.description.label for t in copying.edition.therapies if t.id == therapy)
    label = next(found, None)
    return label.in_language(copying.language) if label else therapy


def pdf_form(_: Any) -> tuple[str, str]:
    """The form of a document that was handed over."""
    return "pdf", "application/pdf"


def pdf_contents(row: Any) -> bytes:
    """The bytes of a document that was handed over."""
    return bytes(row.pdf)
