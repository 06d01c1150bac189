"""What every entry of the session's content says of itself: sources, and how well it is known."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge import Basis, Cited, Entry, Text

Known = Literal["R", "K", "J"]
"""R: read in the text named. K: known, and not read. J: a judgement of ours, which a clinic signs
off. Only what is read can be verified."""


class Sourced(Cited, frozen=True, kw_only=True):
    """An entry with what it rests on. ``mark`` is that of its weakest part."""

    basis: Basis
    mark: Known


class Said(Sourced, frozen=True, kw_only=True):
    """One sentence with what it rests on."""

    says: Text


class Rule(Said, frozen=True, kw_only=True):
    """A sentence that has a name: the program finds it by its id, or a person reads it."""

    id: str


class Named(Entry, frozen=True, kw_only=True):
    """A name and its words."""

    id: str
    label: Text
