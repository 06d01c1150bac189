"""What one press may answer for many questions, and never more.

A no to a row answers what its words name. What is asked alone is answered by no batch; what is
grave enough to stand on a button is answered only by a button that says it. Whoever writes a batch
asks here first: the page that offers it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dolenti.guideline.asking.compose import ONE, PLAIN, REST, Row
from dolenti.guideline.asking.refs import Ref, raw_of
from dolenti.guideline.asking.sheet import Sheet
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Known

_NAMES_NOTHING = (PLAIN, REST, ONE)


def no_to(sheet: Sheet, row: Row, values: Mapping[str, Known]) -> dict[str, Any]:
    """The answers, as a plain file writes them, that the button of a row gives. Raises
    ``InputError`` where the row as it stands may not give them."""
    for ref in row.refs:
        insist_batch(sheet, ref)
        if sheet.tier(ref.fact) == "button" and row.button in _NAMES_NOTHING and len(row.refs) > 1:
            raise InputError(
                f"the button does not name “{ref}” and answers several questions; ask it by itself",
                fr=f"le bouton ne nomme pas «\u00a0{ref}\u00a0» et répond à plusieurs "
                "questions\u00a0; posez celle-ci à part",
            )
    return raw_of(row.refs, sheet.dictionary.definitions, values)


def insist_batch(sheet: Sheet, ref: Ref) -> None:
    """Raises ``InputError`` for what no batch may answer."""
    if sheet.tier(ref.fact) == "alone":
        raise InputError(
            f"“{ref}” is asked alone, so no other answer may stand for it",
            fr=f"«\u00a0{ref}\u00a0» se demande à part\u00a0: aucune autre réponse ne vaut pour "
            "elle",
        )


__all__ = ["insist_batch", "no_to"]
