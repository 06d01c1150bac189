"""A letter to somebody who cares for the patient elsewhere, as it was signed.

All is of plain words that the caller has. Only what the letter says stands on it: no head of ours
names the patient, their number or the place beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Picture


@dataclass(frozen=True)
class LetterDocument:
    """A letter. Each block is its kind (``head``, ``date``, ``to``, ``list``, ``text`` or
    ``signature``) and its lines, each of pieces (text, strong). ``about`` stands on each page that
    follows; ``amends`` names the letter that it corrects, empty where it corrects none."""

    title: str
    place: str
    about: str
    blocks: tuple[tuple[str, tuple[tuple[tuple[str, bool], ...], ...]], ...]
    amends: str
    signed_at: datetime
    logo: Picture | None = None


def letter(document: LetterDocument) -> bytes:
    """The PDF/UA of a letter, in French; the same bytes for the same letter."""
    content: dict[str, Any] = {
        "lang": "fr",
        "words": words.in_language(words.SHARED, language="fr"),
        "title": document.title,
        "place": document.place,
        "clinic": clinic_head(Clinic(document.place, logo=document.logo), "fr"),
        "about": document.about,
        "amends": document.amends,
        "blocks": [
            {"kind": kind, "lines": [[[text, strong] for text, strong in line] for line in lines]}
            for kind, lines in document.blocks
        ],
        "sources": [],
    }
    return pdf("letter", content, document.signed_at)
