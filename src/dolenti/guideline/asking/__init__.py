"""How questions are put: rows of phrases, composed for one case, each answered by one press.

``Sheet`` holds the rows of one edition; ``open_questions`` says which questions a case opens with
and which wait for another answer; ``compose`` puts them into rows.
"""

from dolenti.guideline.asking.batch import insist_batch, no_to
from dolenti.guideline.asking.compose import Phrase, Row, Setting, bare, compose, rest_of
from dolenti.guideline.asking.open import (
    Situation,
    core_open,
    needed_by,
    open_questions,
    thought_of,
)
from dolenti.guideline.asking.refs import SUPPOSED, Ref, calm, is_open, raw_of, refs_of
from dolenti.guideline.asking.sheet import Sheet

__all__ = [
    "SUPPOSED",
    "Phrase",
    "Ref",
    "Row",
    "Setting",
    "Sheet",
    "Situation",
    "bare",
    "calm",
    "compose",
    "core_open",
    "insist_batch",
    "is_open",
    "needed_by",
    "no_to",
    "open_questions",
    "raw_of",
    "refs_of",
    "rest_of",
    "thought_of",
]
