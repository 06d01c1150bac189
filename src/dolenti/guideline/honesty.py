"""Whether the knowledge says what it rests on: part of ``knowledge check``.

A basis must be borne out by a source of its kind, a source that nothing cites must say why it is
kept, and nothing is called authorised that nobody looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dolenti.guideline.checking import Problem, walk_structs
from dolenti.guideline.diary.content import content as diary_content
from dolenti.guideline.diary.content import has_content as has_diary
from dolenti.guideline.knowledge import Basis, Citation, Edition, Source
from dolenti.guideline.session.content import content, has_content

BACKED_BY: dict[Basis, frozenset[str] | None] = {
    "claim": None,
    "leaflet": frozenset({"leaflet", "patient-information"}),
    "label": frozenset({"label"}),
    "regulation": frozenset({"regulation"}),
    "guideline": frozenset({"guideline"}),
    "trial": frozenset({"trial", "review of trials"}),
    "observational": frozenset({"observational", "review of trials", "review of studies"}),
    "case-report": frozenset({"case-report", "review of cases"}),
    "bench": frozenset({"bench"}),
    "expert": None,
}
"""The kinds of sources of which one must be cited. A claim and an opinion are anybody's, so any
source may carry them; no source makes more of them than that."""

SOLE_KINDS: frozenset[str] = frozenset({"case-report", "observational", "bench"})
"""Kinds that name the basis by themselves: what rests on nothing else is no expert's opinion."""

CALLED_AUTHORISED = ("authorised", "not-marketed", "shortage")


def check_honesty(edition: Edition) -> list[Problem]:
    """Every entry that says more of what it rests on than its sources do."""
    sources = {source.id: source for source in edition.sources}
    return [
        *_bases(edition, sources),
        *_unused(edition, sources),
        *_authorised(edition),
    ]


def _everything(edition: Edition) -> Iterator[tuple[str, Any]]:
    """All that an edition says, of the room and between the visits as well."""
    yield from walk_structs(edition)
    if has_content(edition):
        yield from walk_structs(content(edition), "session")
    if has_diary(edition):
        yield from walk_structs(diary_content(edition), "patient")


def _bases(edition: Edition, sources: dict[str, Source]) -> Iterator[Problem]:
    for place, entry in _everything(edition):
        basis: Basis | None = getattr(entry, "basis", None)
        if basis is None:
            continue
        kinds = {_kind(sources[citation.id]) for citation in entry.sources}
        backed_by = BACKED_BY[basis]
        if backed_by is not None and not kinds & backed_by:
            wanted = " or ".join(sorted(backed_by))
            yield Problem(place, f"has the basis {basis} and cites no source of kind {wanted}")
        if basis == "expert" and len(kinds) == 1 and kinds <= SOLE_KINDS:
            yield Problem(place, f"has the basis expert; its sources make it {min(kinds)}")


def _kind(source: Source) -> str:
    """A review is as good as what it goes through."""
    return f"review of {source.reviews}" if source.reviews else source.kind


def _unused(edition: Edition, sources: dict[str, Source]) -> Iterator[Problem]:
    cited = {entry.id for _, entry in _everything(edition) if isinstance(entry, Citation)}
    for source in edition.sources:
        if source.id not in cited and source.unused is None:
            yield Problem(source.id, "is cited by nothing; say why it is kept (unused), or drop it")
        if source.id in cited and source.unused is not None:
            yield Problem(source.id, "is cited, and says why it is not (unused); drop one")
        if (source.kind == "review") != (source.reviews is not None):
            yield Problem(source.id, "a review, and nothing else, says what it reviews (reviews)")
        if (source.mark == "K") != (source.read == "none"):
            yield Problem(source.id, "mark K and read none go together: nobody read it")


def _authorised(edition: Edition) -> Iterator[Problem]:
    for product in edition.products:
        for period in product.status:
            if period.state not in CALLED_AUTHORISED:
                continue
            if product.kind == "device":
                yield Problem(product.id, f"is a device, and none is called {period.state}")
            elif not edition.verified(period.sources):
                yield Problem(
                    product.id, f"is called {period.state} by a source that nobody read; verify"
                )
