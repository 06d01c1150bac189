"""Syringes for a healthy man, as a person writes them, for the examples of this folder."""

from __future__ import annotations

from datetime import date
from typing import Any

from dolenti.guideline.loading import load_folder
from dolenti.guideline.mixture import MixtureJudge, MixtureResult, read_mixture

EDITION = load_folder()
JUDGE = MixtureJudge(EDITION)
DAY = date(2026, 9, 15)
PRODUCTS = {product.id: product for product in EDITION.products}
HEALTHY: dict[str, Any] = {
    "weight": 70, "allergy": [], "medicines": [], "zone": "knee", "athlete-tested": False,
    "anticoagulant": "none", "antiplatelet": False, "coagulation-disorder": "none",
    "systemic-corticosteroid": False, "renal-failure-severe": False,
    "hepatic-failure-severe": False, "heart-failure-severe": False, "heart-failure": "none",
    "ischaemic-heart-disease": False, "cerebrovascular-or-arterial-disease": False,
    "peptic-ulcer": False, "gastrointestinal-bleeding": False, "nsaid-current": False,
    "serious-skin-reaction-history": False, "contraception": True, "epilepsy": False,
    "myasthenia": False, "av-block": False, "atopy": False, "cholinesterase-deficiency": False,
    "infection-local": False, "infection-systemic": False, "fever": False,
    "cryoglobulinaemia": False, "cold-urticaria": False, "cold-illness": [],
    "hypocalcaemia": False, "cancer-active": False,
    "cancer-history": False, "porphyria": False, "fructose-intolerance": False,
    "illness-now": [], "live-vaccine-recent": False,
    "leber-optic-neuropathy": False, "g6pd-deficiency": False, "methaemoglobinaemia": False,
}  # fmt: skip
Doses = list[dict[str, Any]]
Components = tuple[tuple[Any, ...], ...]


def content(
    *components: tuple[Any, ...], given: Doses | None = None, therapy: str = "infiltration",
    born: str = "1981-07-14", sex: str = "male", **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A mixture file. A component is (product, strength, volume), and what else it says.

    Facts are of a healthy man, then those of ``facts``; one given as ``...`` is left unknown.
    ``given`` is nothing today; leave it ``...`` (``given=UNKNOWN``) where nobody said.
    """
    facts = {**HEALTHY, **{k.replace("_", "-"): v for k, v in more.pop("facts", {}).items()}}
    age = facts.pop("age", None)
    written: dict[str, Any] = {
        "therapy": therapy,
        "jurisdiction": more.pop("jurisdiction", "FR"),
        "patient": {
            "birth-date": f"{DAY.year - int(age)}-01-01" if age is not None else born,
            "sex": sex,
        },
        "facts": {fact: value for fact, value in facts.items() if value is not ...},
        "preparation": {
            "vehicle": more.pop("vehicle", {"fluid": "none"}),
            "components": [_component(*component) for component in components],
        },
        **{key.replace("_", "-"): value for key, value in more.items()},
    }
    written.setdefault("given-before", [])
    if therapy == "infiltration" and "technique" not in written:
        written["technique"] = "intra-articular"
    written = {key: value for key, value in written.items() if value is not None}
    if given != UNKNOWN:
        written["given-today"] = given or []
    return written


UNKNOWN: Doses = [{"product": "nobody said"}]


def _component(
    product: str, strength: float, volume: float, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"product": product, "strength": strength, "volume": volume, **(more or {})}


def judge(*components: tuple[Any, ...], **said: Any) -> MixtureResult:
    """What is found of a syringe; see ``content``."""
    return JUDGE.judge(read_mixture(content(*components, **said), EDITION, DAY))


def spoken(result: MixtureResult) -> set[str]:
    """The rules that speak."""
    return {finding.rule for finding in result.findings}


def asked(result: MixtureResult) -> set[str]:
    """The rules that wait for an answer."""
    return {finding.rule for finding in result.unknown}
