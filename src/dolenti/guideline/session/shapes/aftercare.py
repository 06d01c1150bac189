"""The leaflets that a patient takes home: lines, some of which depend on the patient."""

from __future__ import annotations

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Said, Sourced


class LeafletLine(Said, frozen=True, kw_only=True):
    """One line, with ``{fields}`` in it and ``**words**`` that stand out.

    ``only_if``: printed only where that variant is known to hold; ``unless``: only where it is
    known not to. Where it is unknown, neither is printed. ``no_sport_hours``: how long the line
    asks to go without sport, and beside a tendon, if it says so.
    """

    only_if: str | None = None
    unless: str | None = None
    no_sport_hours: int | None = None
    no_sport_beside_tendon: int | None = None


class LeafletPart(Entry, frozen=True, kw_only=True):
    """Some lines under a heading; listed, or as they stand."""

    heading: Text | None = None
    listed: bool = False
    lines: tuple[LeafletLine, ...]


class Leaflet(Entry, frozen=True, kw_only=True):
    """One leaflet. ``product_class`` where a therapy has several."""

    id: str
    therapy: str
    product_class: str | None = None
    title: Text
    parts: tuple[LeafletPart, ...]


class Variant(Sourced, frozen=True, kw_only=True):
    """What a line may depend on: ``when``, over the facts of the dictionary, or that one of the
    ``products`` was given. ``counts_if_unknown``: where nobody knows, it is taken to hold, for a
    line that is missed does harm and one too many none."""

    id: str
    label: Text
    when: Condition | None = None
    products: tuple[str, ...] = ()
    counts_if_unknown: bool = False


class LeafletField(Sourced, frozen=True, kw_only=True):
    """A field of the leaflets. Where it is not known it reads ``empty``; a ``needed`` one is not
    left empty, and without it no leaflet is printed."""

    id: str
    label: Text
    needed: bool = False
    empty: Text | None = None


class Lasting(Sourced, frozen=True, kw_only=True):
    """How long a local anaesthetic lasts, in words."""

    products: tuple[str, ...]
    says: Text


class Instead(Entry, frozen=True, kw_only=True):
    """Where a field is not known, what is said in place of the words that hold it; or nothing."""

    field: str
    sentence: Text
    says: Text | None = None


class SameSigns(Sourced, frozen=True, kw_only=True):
    """Signs that a therapy's advice and its leaflets name alike: each of ``words`` (the stem of a
    word, in either language) stands in the urgent ``advice`` and in each leaflet of its therapy."""

    id: str
    advice: tuple[str, ...]
    words: tuple[Text, ...]


class LeafletRules(Entry, frozen=True, kw_only=True):
    """What the leaflets share. No leaflet has more than ``most_words`` in either language."""

    most_words: int
    rule: Said
    variants: tuple[Variant, ...]
    fields: tuple[LeafletField, ...]
    lasting: tuple[Lasting, ...]
    instead: tuple[Instead, ...] = ()
    same_signs: tuple[SameSigns, ...] = ()
