"""Content that an edition carries unread: how its files become one value, and which are its rules.

The room (``session/``) and the patient between the visits (``patient/``) are a good part of the
knowledge and no part of a verdict. Each has a ``Layout``: which file may hold what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.guideline.loading import Parsed, convert

Places: TypeAlias = Mapping[str, tuple[str, Any]]


@dataclass(frozen=True)
class Layout:
    """The parts of a content by name, each with the files that hold it and its shape.

    ``lists`` are gathered over their files, entries of ``folders`` have a file of their own, and
    of what is in ``single`` there is one. ``called`` names the whole in an error.
    """

    place: str
    called: Text
    lists: Places = field(default_factory=dict)
    folders: Places = field(default_factory=dict)
    single: Places = field(default_factory=dict)

    def parts(self, parsed: Parsed) -> dict[str, Any]:
        """The parts of parsed files, by name. Raises ``InputError`` with file and line, for a
        file that is missing, and for one that has no place here."""
        unused = set(parsed)
        made: dict[str, Any] = {}
        for part, (pattern, shape) in self.lists.items():
            made[part] = tuple(
                entry
                for name in self._matching(pattern, parsed, unused)
                for entry in convert(name, parsed, list[shape])  # type: ignore[valid-type]
            )
        for part, (pattern, shape) in self.folders.items():
            names = self._matching(pattern, parsed, unused)
            made[part] = tuple(convert(name, parsed, shape) for name in names)
        for part, (pattern, shape) in self.single.items():
            (name,) = self._matching(pattern, parsed, unused)
            made[part] = convert(name, parsed, shape)
        if unused:
            raise InputError(
                f"this file is no part of {self.called.en}",
                min(unused),
                fr=f"ce fichier n’a pas sa place dans {self.called.fr}",
            )
        return made

    def rules(self, made: Any, not_rules: frozenset[str]) -> Iterator[tuple[str, Any]]:
        """Every entry of a content with its place, as ``session/pause/lines``, in its order."""
        for part in made.__struct_fields__:
            if part in not_rules:
                continue
            value = getattr(made, part)
            place = self.place_of(part)
            if isinstance(value, tuple):
                yield from ((place, entry) for entry in value)
            else:
                yield place.rpartition("/")[0], value

    def place_of(self, part: str) -> str:
        """The file of a part, or the folder of its files, without its ending."""
        pattern, _ = {**self.lists, **self.folders, **self.single}[part]
        return pattern.replace("\\.yaml", "").removesuffix("/[^/]+")

    def _matching(self, pattern: str, parsed: Parsed, unused: set[str]) -> list[str]:
        names = [name for name in sorted(parsed) if re.fullmatch(pattern, name)]
        unused.difference_update(names)
        if not names:
            wanted = pattern.replace("\\", "")
            raise InputError(
                f"{self.called.en} lacks {wanted}",
                wanted,
                fr=f"il manque {wanted} dans {self.called.fr}",
            )
        return names


_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def rule_name(place: str, entry: Any) -> str:
    """The name of a rule, by which it is signed: ``session/pause/lines/identity``."""
    kind = _CAPITAL.sub("-", type(entry).__name__).lower()
    return f"{place}/{getattr(entry, 'id', None) or kind}"
