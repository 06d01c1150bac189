"""What speaks against products that are planned, before anybody has said a dose: products that meet
in one syringe, and what is known of the patient.

Whatever rests on a dose, a fluid or a technique stays for the syringe itself, where all of it is
known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from dolenti.guideline.facts import Case
from dolenti.guideline.mixture.file import Mixture, read_mixture
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
    planned = list(dict.fromkeys(products))
    if len(planned) < 2:
        return ()
    result = judge.judge(_drops(judge, therapy, planned, as_of))
    return tuple(
        one
        for one in result.findings
        if one.rule in TOGETHER and one.severity in ("block", "override")
    )


def judge_known(
    judge: MixtureJudge, therapy: str, products: Iterable[str], case: Case
) -> tuple[Finding, ...]:
    """What the products' own rules hold against what is known of a patient: what blocks them, or
    asks for a reason. A product that is no more is passed over."""
    there = {one.id for one in judge.edition.products}
    kept = [one for one in dict.fromkeys(products) if one in there]
    if not kept:
        return ()
    mixture = _drops(judge, therapy, kept, case.as_of)
    return judge.about_patient(replace(mixture, case=case))


def _drops(judge: MixtureJudge, therapy: str, products: Iterable[str], as_of: date) -> Mixture:
    known = {one.id: one for one in judge.edition.products}
    components = [
        {
            "product": name,
            "strength": known[name].strength_range[0] if name in known else 1.0,
            "volume": _DROP_ML,
        }
        for name in dict.fromkeys(products)
    ]
    preparation = {"vehicle": {"fluid": "none"}, "components": components}
    file = {"therapy": therapy, "preparation": preparation}
    return read_mixture(file, judge.edition, as_of)
