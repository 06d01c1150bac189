"""A birth date in a column, as precise as it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from dolenti.guideline.birth import BirthDate, read_birth
from dolenti.guideline.errors import InputError

if TYPE_CHECKING:
    _Text = models.CharField[BirthDate | str | None, BirthDate | None]
else:
    _Text = models.CharField


class BirthDateField(_Text):
    """A ``BirthDate`` kept as FHIR writes it, 1950, 1950-05 or 1950-05-12; NULL where nothing is
    known. As text it sorts by year, month and day, and what begins alike lies side by side: a range
    of the index finds everybody of a year, on every database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 10, "null": True, "blank": True})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "null", "blank"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: Any) -> BirthDate | None:
        """What was kept."""
        return None if value is None else read_birth(value)

    def to_python(self, value: Any) -> BirthDate | None:
        """Raises ``ValidationError`` for what is no birth date."""
        try:
            return None if value in (None, "") else read_birth(self.get_prep_value(value))
        except InputError as error:
            raise ValidationError(str(error)) from None

    def get_prep_value(self, value: Any) -> str | None:
        """The text; one that is given, as the end of a range, is compared as it stands."""
        return value if value is None or isinstance(value, str) else value.isoformat()

    def value_to_string(self, obj: models.Model) -> str:
        """As a copy of the database writes it."""
        return self.get_prep_value(self.value_from_object(obj)) or ""
