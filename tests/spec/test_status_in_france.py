"""The status of our products in France is what the public base of July 2026 says."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Product
from dolenti.guideline.loading import SHIPPED, folder_texts, load_edition, load_folder
from dolenti.guideline.mixture.one_product import status_on
from dolenti.medicines.base import base_of
from dolenti.medicines.status import (
    as_entry,
    differences,
    status_in_france,
    statuses_in_france,
    strength_in,
)
from dolenti.medicines.status_file import written
from dolenti.medicines.store import delivered
from tests.spec.syringes import judge, spoken

EDITION = load_folder()
PRODUCTS = {product.id: product for product in EDITION.products}
NOT_READ = {
    "buflomedil",  # suspended by law since 2011, which says more than its absence
    "deoxycholate-phosphatidylcholine",  # banned by decree
    "organic-silica",  # never a medicine
    "sodium-hyaluronate",  # a device: the medicine is hyaluronate-medicine
    "trace-elements",  # too many, and none named by a source
}


@pytest.mark.parametrize(
    "product,state,marketed,routes",
    [
        ("piroxicam", "not-marketed", 0, {"intramuscular"}),
        ("diclofenac", "not-marketed", 0, {"intramuscular"}),
        ("diclofenac-cyclodextrin", "not-authorised", 0, set()),
        ("pentoxifylline", "not-authorised", 0, set()),
        ("etamsylate", "authorised", 1, {"intramuscular", "intravenous"}),
        ("ketoprofen", "authorised", 1, {"intramuscular"}),
        ("calcitonin", "authorised", 1, {"subcutaneous", "intramuscular", "intravenous"}),
        ("thiocolchicoside", "authorised", 1, {"intramuscular"}),
        ("magnesium-sulfate", "authorised", 5, {"intravenous"}),
        ("procaine", "authorised", 2, {"infiltration", "intradermal", "subcutaneous"}),
        ("mepivacaine", "authorised", 4, {"infiltration", "intradermal"}),
        ("lidocaine", "authorised", 12, {"infiltration", "intra-articular", "periarticular"}),
        ("bupivacaine", "authorised", 2, {"infiltration"}),
        ("triamcinolone-acetonide", "authorised", 1, {"intra-articular", "intralesional"}),
        ("methylprednisolone", "authorised", 1, {"intra-articular", "periarticular"}),
        ("betamethasone", "authorised", 4, {"intra-articular", "periarticular"}),
        ("dexamethasone", "authorised", 6, {"infiltration", "periarticular"}),
        ("betamethasone-phosphate", "authorised", 2, {"intra-articular", "periarticular"}),
        ("betamethasone-acetate", "authorised", 1, {"intra-articular", "periarticular"}),
        ("betamethasone-dipropionate", "authorised", 1, {"intra-articular", "periarticular"}),
        ("prednisolone-acetate", "authorised", 1, {"intra-articular", "epidural"}),
        ("triamcinolone-hexacetonide", "authorised", 1, {"intra-articular"}),
        ("hyaluronate-medicine", "authorised", 1, {"intra-articular"}),
        ("dexketoprofen", "authorised", 1, {"intramuscular"}),
        ("thiamine", "authorised", 4, {"intramuscular"}),
        ("cyanocobalamin", "authorised", 2, {"intramuscular"}),
        ("magnesium-pidolate", "authorised", 1, {"intramuscular"}),
    ],
)
def test_what_the_base_says_of_a_product(
    product: str, state: str, marketed: int, routes: set[str]
) -> None:
    status = status_in_france(PRODUCTS[product], delivered())
    assert status is not None
    assert status.state == state
    assert len(status.marketed) == marketed
    assert routes <= set(status.routes)
    assert status.as_of == date(2026, 7, 7)


def test_what_is_archived_or_abrogated_is_not_authorised() -> None:
    piroxicam = status_in_france(PRODUCTS["piroxicam"], delivered())
    assert piroxicam is not None
    assert {one.name.split(" 20 mg")[0] for one in piroxicam.not_authorised} == {
        "FELDENE", "PIROXICAM PFIZER",
    }  # fmt: skip
    assert {one.name.split(" 20 mg")[0] for one in piroxicam.not_marketed} == {
        "ZOFORA", "PIROXICAM TEVA",
    }  # fmt: skip
    triamcinolone = status_in_france(PRODUCTS["triamcinolone-acetonide"], delivered())
    assert triamcinolone is not None
    assert "80 mg" in triamcinolone.not_authorised[0].name


def test_what_is_for_the_dentist_is_no_product_of_ours() -> None:
    for status in EDITION.statuses:
        assert not [one for one in status.specialities if "dentaire" in one.lower()]
    mepivacaine = next(one for one in EDITION.statuses if one.id == "mepivacaine")
    assert mepivacaine.strengths == (10, 20)


@pytest.mark.parametrize(
    "product,fr,en",
    [
        ("articaine", "celles qui existent sont dentaires", "those that exist are dental"),
        ("prilocaine", "sont intrathécales", "those that exist are intrathecal"),
        ("chloroprocaine", "sont intrathécales", "those that exist are intrathecal"),
    ],
)
def test_what_is_authorised_for_another_use_is_not_said_to_be_authorised_nowhere(
    product: str, fr: str, en: str
) -> None:
    status = status_in_france(PRODUCTS[product], delivered())
    assert status is not None
    entry = as_entry(status)
    assert entry.state == "not-authorised"
    assert "n’est autorisée en France pour cet usage local" in entry.because.fr
    assert fr in entry.because.fr
    assert en in entry.because.en


@pytest.mark.parametrize(
    "product,strength,routes",
    [
        ("lidocaine", 10, {"infiltration", "intra-articular"}),
        ("bupivacaine", 5, {"infiltration", "epidural"}),
        ("betamethasone-dipropionate", None, {"intra-articular"}),
    ],
)
def test_the_routes_are_those_of_each_strength(
    product: str, strength: float | None, routes: set[str]
) -> None:
    (found,) = [
        set(one.routes)
        for status in EDITION.statuses
        if status.id == product
        for one in status.labelled_at
        if one.strength == strength
    ]
    assert routes <= found
    assert "intra-articular" in found or product == "bupivacaine"


@pytest.mark.parametrize(
    "product,strength,speaks",
    [
        ("bupivacaine", 5, True),
        ("lidocaine", 20, True),
        ("lidocaine", 10, False),
        ("levobupivacaine", 5, True),
        ("ropivacaine", 2, True),
        ("triamcinolone-acetonide", 40, False),
        ("betamethasone-dipropionate", 7, False),
        ("sodium-hyaluronate", 10, False),
    ],
)
def test_a_route_on_no_label_of_this_strength_is_told(
    product: str, strength: float, speaks: bool
) -> None:
    told = judge((product, strength, 0.2), technique="intra-articular")
    assert ("route-on-no-label" in spoken(told)) is speaks
    beside = judge((product, strength, 0.2), technique="periarticular")
    assert "route-on-no-label" not in spoken(beside)


def test_cortivazol_is_gone_from_the_base() -> None:
    assert not [one for one in delivered() if "ALTIM" in one.name.split()[0]]
    names = {substance.name for one in delivered() for substance in one.composition}
    assert not [name for name in names if "CORTIVAZOL" in name]


def test_every_product_says_what_it_is_in_the_base_or_why_not() -> None:
    assert {product.id for product in EDITION.products if product.in_base is None} == NOT_READ


def test_no_status_in_france_is_typed_where_it_is_read() -> None:
    """One typed period may stand before the base: what was not known until then."""
    for product in EDITION.products:
        if product.in_base is None:
            continue
        *typed, read = [period for period in product.status if period.jurisdiction == "FR"]
        assert read.since == "2026-07-07"
        assert [period.state for period in typed] in ([], ["verify"])


def test_the_file_of_statuses_is_what_the_delivered_base_says() -> None:
    texts = folder_texts(SHIPPED)
    read = statuses_in_france(EDITION.products, delivered())
    assert texts["medicines/status.yaml"] == written(read)
    assert differences(EDITION.products, EDITION.statuses, delivered()) == ()


def test_the_day_of_the_base_is_part_of_the_edition() -> None:
    texts = folder_texts(SHIPPED)
    texts["medicines/status.yaml"] = texts["medicines/status.yaml"].replace(
        "2026-07-07", "2026-07-08"
    )
    other = load_edition(texts)
    assert other.sha256 != EDITION.sha256
    lidocaine = next(product for product in other.products if product.id == "lidocaine")
    assert lidocaine.status[-1].since == "2026-07-08"


def test_a_status_of_a_product_that_is_not_in_the_base_is_refused() -> None:
    texts = folder_texts(SHIPPED)
    texts["medicines/status.yaml"] = texts["medicines/status.yaml"].replace(
        "- id: lidocaine", "- id: buflomedil"
    )
    with pytest.raises(InputError, match="in_base"):
        load_edition(texts)


def test_the_edition_holds_the_period_read() -> None:
    etamsylate = status_on(PRODUCTS["etamsylate"], "FR", date(2026, 11, 22))
    assert etamsylate is not None
    assert etamsylate.state == "authorised"
    assert "DICYNONE 250 mg/2 ml" in etamsylate.because.fr
    assert "7 juillet 2026" in etamsylate.because.fr
    assert etamsylate.strengths == (125,)


@pytest.mark.parametrize("product", [p for p in EDITION.products if p.kind == "device"])
def test_a_device_is_never_called_authorised(product: Product) -> None:
    assert status_on(product, "FR", date(2026, 11, 22)) is None


@pytest.mark.parametrize(
    "name,unit,strength",
    [
        ("BETNESOL 4 mg/1 ml, solution injectable", "mg", 4),
        ("CELESTENE CHRONODOSE 5,70 mg/ml, suspension injectable", "mg", 5.7),
        ("DEXAMETHASONE MEDISOL 20 mg/5 ml, solution injectable", "mg", 4),
        ("BEVITINE 500 mg/ 10 mL, solution injectable", "mg", 50),
        ("SULFATE DE MAGNESIUM LAVOISIER 15 POUR CENT (0,15 g/ml)", "mg", 150),
        ("SULFATE DE MAGNESIUM RENAUDIN 10 %, solution injectable (IV)", "mg", 100),
        ("HYDROCORTANCYL 2,5 POUR CENT, suspension injectable", "mg", 25),
        ("VITAMINE B12 GERDA 1000 µg/4 ml, solution injectable (IM) et buvable", "mg", 0.25),
        ("CALCITONINE PHARMY II 100 U.I./1 ml, solution injectable", "IU", 100),
        ("CALCITONINE PHARMY II 100 U.I./1 ml, solution injectable", "mg", None),
        ("DIPROSTENE, suspension injectable en seringue pré-remplie", "mg", None),
    ],
)
def test_the_strength_that_a_name_tells(name: str, unit: str, strength: float | None) -> None:
    assert strength_in(name, unit) == strength


def test_the_strengths_sold_are_those_of_our_products() -> None:
    """A strength that is sold lies in the range that a file accepts."""
    for status in EDITION.statuses:
        product = PRODUCTS[status.id]
        if status.id == "adrenaline":  # pens hold more than is ever drawn up
            continue
        low, high = product.strength_range
        assert all(low <= strength <= high for strength in status.strengths), status.id


def test_a_newer_base_is_compared_with_what_the_edition_says() -> None:
    without = base_of(
        delivered().provenance,
        (one for one in delivered() if not one.name.startswith("DICYNONE")),
    )
    (found,) = differences(EDITION.products, EDITION.statuses, without)
    assert found.product.id == "etamsylate"
    assert (found.said and found.said.state, found.read.state) == ("authorised", "not-authorised")
    (unknown,) = differences([PRODUCTS["lidocaine"]], (), delivered())
    assert unknown.said is None


def test_a_product_that_is_not_in_the_base_has_no_status_read() -> None:
    assert status_in_france(PRODUCTS["organic-silica"], delivered()) is None


def test_a_sentence_names_three_at_most_and_counts_the_others() -> None:
    lidocaine: Product = PRODUCTS["lidocaine"]
    status = status_in_france(lidocaine, delivered())
    assert status is not None
    entry = as_entry(status)
    assert "autres" in entry.because.fr
    assert len(entry.specialities) == 12
    assert msgspec.to_builtins(entry)["as_of"] == "2026-07-07"
