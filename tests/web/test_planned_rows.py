"""The rows of a syringe that the plan asks for: each is named after one product, and holds no
other, however it is filled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dolenti.access.models import User
from dolenti.stock.items import Presentation
from dolenti.stock.models import Lot
from dolenti.treatment.models import Session
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.world import clinic

pytestmark = pytest.mark.any_database

PROCAINE = Presentation(
    "product", "Procaïne 20 mg/mL, 2 mL", "procaine", Decimal(20), "mg/mL", Decimal(2)
)
KETOPROFEN = Presentation(
    "product", "Kétoprofène 50 mg/mL, 2 mL", "ketoprofen", Decimal(50), "mg/mL", Decimal(2)
)
PLANNED = ("lidocaine", "procaine", "thiamine")


@pytest.fixture
def session(alice: User) -> Session:
    """One for which three products are planned."""
    return clinic(alice).with_course("mesotherapy", products=PLANNED).session


@pytest.fixture
def lots(alice: User, session: Session) -> dict[str, Lot]:
    """What is in stock: two of the three, and one that nobody planned."""
    return {
        "lidocaine": make.lot_of(alice, make.LIDOCAINE, number="LI-1"),
        "procaine": make.lot_of(alice, PROCAINE, number="PR-1"),
        "ketoprofen": make.lot_of(alice, KETOPROFEN, number="KE-1"),
    }


def rows(page: Any) -> list[tuple[str, list[str]]]:
    """The name of each row that is shown, with the lots that it offers."""
    form = page.context["forms"]["preparation"]
    return [
        (str(lot.label), [value for value, _label in lot.field.choices if value])
        for lot, _volume in form.rows[: form.filled]
    ]


def values(page: Any) -> list[str]:
    return [lot.value() or "" for lot, _volume in page.context["forms"]["preparation"].rows]


def test_a_row_of_the_plan_offers_its_product_alone(
    session: Session, lots: dict[str, Lot], alice: User, browser_of: Callable[[User], Client]
) -> None:
    page = browser_of(alice).get(at("session", session))
    assert rows(page) == [
        ("Lidocaïne (prévu à la cure)\u00a0: lot", [lots["lidocaine"].public_id]),
        ("Procaïne (prévu à la cure)\u00a0: lot", [lots["procaine"].public_id]),
    ]
    assert "Thiamine (vitamine B1)\u00a0: aucun lot utilisable" in page.text


def test_a_scan_goes_into_the_row_of_its_product(
    session: Session, lots: dict[str, Lot], alice: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    page = send(browser, "session-preparation", session, scan="PR-1")
    assert values(page)[:3] == ["", lots["procaine"].public_id, ""]
    kept = {"lot_1": lots["procaine"].public_id}
    page = send(browser, "session-preparation", session, scan="KE-1", **kept)
    assert values(page)[:3] == ["", lots["procaine"].public_id, lots["ketoprofen"].public_id]
    label = page.context["forms"]["preparation"]["lot_2"].label
    assert "prévu" not in label


def test_no_row_is_named_after_what_is_not_in_it(
    session: Session, lots: dict[str, Lot], alice: User, browser_of: Callable[[User], Client]
) -> None:
    """As a page sends it that was opened while the stock was another one."""
    sent = {"lot_0": lots["procaine"].public_id, "volume_0": "0.5", "lot_1": ""}
    page = send(browser_of(alice), "session-preparation", session, **sent, volume_1="x")
    assert page.status_code == 422
    first, second = rows(page)[:2]
    assert values(page)[0] == lots["procaine"].public_id
    assert "prévu" not in first[0]
    assert second[0].startswith("Procaïne")
