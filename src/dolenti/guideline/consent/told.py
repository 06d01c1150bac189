"""Turns an entry of the knowledge into a statement, with its sources, its basis and its mark.

What an entry says to the doctor, and its note, never get here: a patient reads ``told`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar, cast

from dolenti.guideline.consent import words
from dolenti.guideline.consent.values import RECORD, ConsentRequest, Statement
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Basis, Citation, ClinicalCondition, Edition, Text


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


class Teller:
    """Makes statements that can be traced, by one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __call__(self, name: str, says: Text, entry: Any, basis: Basis | None = None) -> Statement:
        """``says`` on the authority of ``entry``, any entry that cites sources."""
        return Statement(
            id=name,
            says=says,
            sources=entry.sources,
            basis=basis or cast("Basis | None", getattr(entry, "basis", None)),
            verified=self.verified(entry.sources),
            encodes=getattr(entry, "encodes", ()),
        )

    def told(self, name: str, entry: Any) -> Statement:
        """What ``entry`` says to the patient. Raises ``InputError`` where it says nothing to them:
        the doctor's sentence is never put in its place."""
        if not isinstance(entry.told, Text):
            raise InputError(
                "this entry says nothing to the patient (told), so no consent can be composed; see "
                "“dolenti knowledge check”",
                name,
                fr="cette entrée ne dit rien au patient (told)\u00a0: aucun consentement n’est "
                "possible\u00a0; voyez «\u00a0dolenti knowledge check\u00a0»",
            )
        return self(name, entry.told, entry)

    def recorded(self, name: str, says: Text) -> Statement:
        """What the practice itself has written, or left unsaid, for this patient."""
        return Statement(id=name, says=says, sources=(RECORD,), basis="record", verified=True)

    def joint(
        self,
        name: str,
        says: Text,
        cited: tuple[Citation, ...],
        encodes: tuple[str, ...] = (),
    ) -> Statement:
        """A sentence of ours that sums up what ``cited`` say; it adds no source of its own."""
        sources = tuple(dict.fromkeys(cited))
        return Statement(
            id=name,
            says=says,
            sources=sources,
            basis=None,
            verified=self.verified(sources),
            encodes=encodes,
        )

    def verified(self, citations: Iterable[Citation]) -> bool:
        """As ``Edition.verified``; what the record says was not read in a document."""
        documents = tuple(citation for citation in citations if citation != RECORD)
        return self.edition.verified(documents)


def find(entries: Iterable[N], name: str, kind: str, french: str) -> N:
    """The entry of this id. ``french`` is the kind with its article: ``ce produit``."""
    for entry in entries:
        if entry.id == name:
            return entry
    raise InputError(
        f"this edition has no {kind} of this name; choose one from its lists",
        name,
        fr=f"{french} ne figure pas dans le référentiel en vigueur\u00a0; choisissez dans la liste",
    )


def site(
    edition: Edition, condition: ClinicalCondition | None, request: ConsentRequest
) -> tuple[str | None, Text]:
    """The zone's id and the place in words: ``Genou, côté droit``. A condition with one zone
    implies it. Raises ``InputError`` where neither says where."""
    zone = request.zone
    if zone is None and condition is not None and len(condition.zones) == 1:
        zone = condition.zones[0]
    if zone is None:
        raise InputError(
            "a consent says where; give the zone of the complaint",
            "zone",
            fr="le consentement doit préciser l’endroit traité\u00a0; indiquez la zone de la "
            "douleur",
        )
    label = find(edition.zones, zone, "zone", "cette zone").label
    if request.side is None:
        return zone, label
    side = words.SIDE[request.side]
    return zone, Text(fr=f"{label.fr}, {side.fr}", en=f"{label.en}, {side.en}")
