"""A finding about a syringe names the products it is about, and says what was seen of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dolenti.guideline.loading import load_folder
from dolenti.guideline.mixture import MixtureJudge, MixtureResult, read_mixture

EDITION = load_folder()
JUDGE = MixtureJudge(EDITION)
STRENGTHS = {product.id: product.strength_range for product in EDITION.products}


def syringe(*products: str, **more: Any) -> MixtureResult:
    """These products at a usual strength, for a man of 70 kg without an illness."""
    usual = {p.id: p.usual_strengths[0] for p in EDITION.products if p.usual_strengths}
    components = [
        {"product": name, "strength": usual.get(name, STRENGTHS[name][0]), "volume": 0.5}
        for name in products
    ]
    content: dict[str, Any] = {
        "therapy": "mesotherapy",
        "jurisdiction": "FR",
        "patient": {"birth-date": "1981-07-14", "sex": "male"},
        "facts": {"weight": 70, "allergy": [], "medicines": []},
        "preparation": {"vehicle": {"fluid": "none"}, "components": components},
        "given-today": [],
        **more,
    }
    return JUDGE.judge(read_mixture(content, EDITION, date(2026, 9, 15)))


BICARBONATE = {"fluid": "bicarbonate", "volume": 1}
FOUR = ("lidocaine", "piroxicam", "calcitonin", "magnesium-sulfate")


@pytest.mark.parametrize(
    "products,fluid,rule,named",
    [
        (FOUR, None, "most-products", FOUR),
        (("lidocaine", "etamsylate"), None, "unlisted-combination", ("lidocaine", "etamsylate")),
        (("lidocaine", "ketoprofen"), None, "acid-with-alkaline", ("lidocaine", "ketoprofen")),
        (("calcitonin", "piroxicam"), None, "peptide-with-alkaline", ("calcitonin", "piroxicam")),
        (("piroxicam", "lidocaine"), None, "cosolvent-diluted", ("piroxicam",)),
        (("ketoprofen", "diclofenac"), None, "two-nsaids", ("ketoprofen", "diclofenac")),
        (("ketoprofen", "piroxicam"), None, "piroxicam-with-nsaid", ("ketoprofen", "piroxicam")),
        (("magnesium-sulfate",), BICARBONATE, "spoiled-by-bicarbonate", ("magnesium-sulfate",)),
        (("lidocaine",), BICARBONATE, "single-in-bicarbonate", ("lidocaine",)),
        (("lidocaine", "procaine"), None, "emergency-kit", ("lidocaine", "procaine")),
        (("lidocaine", "procaine"), None, "ester-test-dose", ("procaine",)),
        (("ketoprofen", "lidocaine"), None, "nsaid-tissue-injury", ("ketoprofen",)),
    ],
)
def test_a_finding_names_the_products_it_is_about(
    products: tuple[str, ...], fluid: dict[str, Any] | None, rule: str, named: tuple[str, ...]
) -> None:
    usual = syringe(*products)
    result = usual
    if fluid is not None:
        components = [
            {"product": c.product.id, "strength": c.strength, "volume": c.volume}
            for c in usual.mixture.components
        ]
        result = syringe(*products, preparation={"vehicle": fluid, "components": components})
    (found,) = (finding for finding in result.findings if finding.rule == rule)
    assert set(found.products) == set(named)


def test_what_was_given_today_is_named_beside_what_is_drawn_up() -> None:
    result = syringe("ketoprofen", **{"given-today": [{"product": "diclofenac", "dose": 50}]})
    (found,) = (one for one in result.findings if one.rule == "nsaid-given-today")
    assert found.products == ("ketoprofen", "diclofenac")


def test_a_pair_that_was_seen_unfit_speaks_by_its_own_sources() -> None:
    """Of three products, two were observed together: their observation is quoted."""
    entry = next(e for e in EDITION.compatibilities if e.result != "limpid")
    pair = tuple(component.product for component in entry.components)
    other = next(n for n in ("etamsylate", "thiocolchicoside") if n not in pair)
    result = syringe(*pair, other)
    (found,) = (one for one in result.findings if one.rule == "contains-unfit-pair")
    assert set(found.products) == set(pair)
    assert found.detail in {one.because for one in EDITION.compatibilities}
    said = next(one for one in EDITION.compatibilities if one.because == found.detail)
    assert (found.basis, found.sources) == (said.basis, said.sources)
