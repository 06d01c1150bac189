"""Numbers the sources of a document in the order they are met, and lists them at its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dolenti.guideline.consent import RECORD, Statement
from dolenti.guideline.knowledge import Citation, Source
from dolenti.ui.print.words import SOURCE_KIND, word


class References:
    """The numbers of the sources cited so far."""

    def __init__(self, sources: Iterable[Source], language: str) -> None:
        self._sources = {source.id: source for source in sources}
        self._language = language
        self._numbers: dict[str, int] = {}

    def numbers(self, citations: Iterable[Citation]) -> list[int]:
        """The sorted numbers of these sources; the patient's record has none."""
        cited = dict.fromkeys(citation.id for citation in citations if citation != RECORD)
        return sorted(self._numbers.setdefault(name, len(self._numbers) + 1) for name in cited)

    def said(self, statement: Statement) -> dict[str, Any]:
        """A statement for a template: its text, its numbers, whether it is unverified."""
        return {**self.unnumbered(statement), "refs": self.numbers(statement.sources)}

    def unnumbered(self, statement: Statement) -> dict[str, Any]:
        """A statement that leads to no source. The title of a document can say what the sentence
        keeps back (“signs of a bone tumour”); what was read of it is in the record."""
        return {
            "text": statement.says.in_language(self._language),
            "refs": [],
            "unverified": not statement.verified,
        }

    def listed(self) -> list[dict[str, Any]]:
        """The sources cited, by number."""
        return [self._line(name, number) for name, number in self._numbers.items()]

    def _line(self, name: str, number: int) -> dict[str, Any]:
        source = self._sources.get(name)
        if source is None:
            return {"number": number, "text": name, "unverified": True}
        year = str(source.year) if source.year and str(source.year) not in source.title else ""
        details = [source.title, source.publisher or "", year]
        return {
            "number": number,
            "kind": word(SOURCE_KIND[source.kind], self._language),
            "text": ", ".join(detail for detail in details if detail),
            "unverified": source.mark == "K",
        }
