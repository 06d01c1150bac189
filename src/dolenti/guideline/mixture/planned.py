"""What speaks against products that are planned together, before anybody has said a dose.

Only the rules that look at which products meet are asked; whatever rests on a dose, a fluid or the
patient stays for the syringe itself, where all of it is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from dolenti.guideline.mixture.file import read_mixture
from dolenti.guideline.mixture.judge import MixtureJudge
from dolenti.guideline.mixture.look import Finding

TOGETHER: Final = frozenset(
    (
        "most-products", "stands-alone", "unlisted-combination", "acid-with-alkaline",
        "peptide-with-alkaline", "alkali-sensitive-with-alkaline", "contains-unfit-pair",
        "seen-unfit", "two-nsaids", "piroxicam-with-nsaid", "corticosteroid-in-mesotherapy",
    )
)  # fmt: skip
"""The rules that look at which products meet, whatever their dose."""
_DROP_ML: Final = 0.01
"""A volume that no such rule looks at."""


def judge_planned(
    judge: MixtureJudge, therapy: str, products: Iterable[str], as_of: date
) -> tuple[Finding, ...]:
    """What blocks these products in one syringe, or asks for a reason; nothing of a single one.
    Raises ``InputError`` for a product that there is not."""
    known = {one.id: one for one in judge.edition.products}
    components = [
        {
            "product": name,
            "strength": known[name].strength_range[0] if name in known else 1.0,
            "volume": _DROP_ML,
        }
        for name in dict.fromkeys(products)
    ]
    if len(components) < 2:
        return ()
    preparation = {"vehicle": {"fluid": "none"}, "components": components}
    file = {"therapy": therapy, "preparation": preparation}
    result = judge.judge(read_mixture(file, judge.edition, as_of))
    return tuple(
        one
        for one in result.findings
        if one.rule in TOGETHER and one.severity in ("block", "override")
    )
