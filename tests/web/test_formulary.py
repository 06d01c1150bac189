"""What a plan offers: the usual of the site for that zone, its stock and strengths, the rest."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.records import engine
from dolenti.records.models import Assessment
from dolenti.stock import items
from dolenti.stock.items import Presentation
from dolenti.treatment import formulary
from tests.web.stock import LIDOCAINE, stocked
from tests.web.world import (
    POSSIBLE,
    allow,
    assessed,
    begun,
    complaint_of,
    named,
    open_every_weekday,
    sent,
    workday,
)

pytestmark = pytest.mark.django_db

THERAPY = "infiltration"
ELBOW = POSSIBLE.replace("knee-osteoarthritis", "lateral-epicondylitis")


@pytest.fixture
def stored(alice: User) -> Assessment:
    """An assessment from which an infiltration may be planned."""
    allow(alice, THERAPY)
    open_every_weekday(alice.site)
    return assessed(alice, named(complaint_of(alice, POSSIBLE)))


def offered(browser: Client, stored: Assessment) -> str:
    page = browser.get(reverse("course-new", args=[stored.public_id, THERAPY])).content.decode()
    return re.sub(r"\s+", " ", html.unescape(page))


def test_a_plan_offers_the_sites_usual_then_its_stock_then_the_rest(
    alice: User, at_alice: Client, stored: Assessment
) -> None:
    bare = offered(at_alice, stored)
    assert "Au livret du site" not in bare  # a site without a formulary has one list
    assert 'id="other-products"' not in bare
    item = stocked(alice, LIDOCAINE)
    kept = offered(at_alice, stored)
    assert re.search(r"Au livret du site.*Lidocaïne \(10\s?mg/mL\).*Autres produits", kept)
    assert "Habituels ici" not in kept
    for ahead in (7, 14):
        other = assessed(alice, named(complaint_of(alice, POSSIBLE)))
        begun(alice, other, days=[workday(ahead)], products=("bupivacaine",))
    usual = offered(at_alice, stored)
    first = usual.index("Habituels ici, pour cette zone")
    assert first < usual.index('value="bupivacaine"') < usual.index("Au livret du site")
    elbow = assessed(alice, named(complaint_of(alice, ELBOW)))  # another zone has other habits
    assert "Au livret du site" in offered(at_alice, elbow)
    assert "Habituels ici" not in offered(at_alice, elbow)
    items.close(sent(alice), item, item.version, closed=True)
    assert "Lidocaïne (10" not in offered(at_alice, stored)


def test_what_is_ticked_is_never_folded(alice: User, at_alice: Client, stored: Assessment) -> None:
    stocked(alice, LIDOCAINE)
    course = begun(alice, stored, products=("bupivacaine",))
    page = at_alice.get(reverse("course-products", args=[course.public_id])).content.decode()
    assert 'value="bupivacaine"' in page
    assert 'id="other-products"' not in page


def test_what_is_not_sold_in_france_comes_last_though_the_site_keeps_and_plans_it(
    alice: User, stored: Assessment
) -> None:
    what = Presentation(
        "product", "Piroxicam 20 mg/mL, 1 mL", "piroxicam", Decimal(20), "mg/mL", Decimal(1)
    )
    items.add(sent(alice), what, seen=True)
    stocked(alice, LIDOCAINE)
    every = engine.edition_in_force().products
    meant = [one for one in every if one.id in ("piroxicam", "lidocaine", "procaine")]
    found = formulary.offered(alice, meant, "mesotherapy", stored.complaint, clock.today())
    assert [one.product.id for one in found] == ["lidocaine", "procaine", "piroxicam"]
    assert (found[-1].usual, found[-1].stocked) == (False, False)
