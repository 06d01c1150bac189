"""The stock: received, used, counted, discarded; what cannot be used is refused, by the database
itself; who received a lot is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.guideline.errors import InputError
from dolenti.ledger import belonging
from dolenti.ledger.versions import StaleEditError
from dolenti.records.models import Patient
from dolenti.records.patients import care
from dolenti.scanning.gs1 import read_package
from dolenti.stock import gate, items, letters, life, lots
from dolenti.stock.life import LotRefusedError
from dolenti.stock.lots import Arrival, Record
from dolenti.stock.models import Item, Lot, Movement, RecallLetter, Use
from dolenti.stock.standing import Stands, level, stands
from tests.web.stock import (
    GTIN,
    LIDOCAINE,
    NEEDLES,
    in_stock,
    letter_to,
    no_letter,
    recalled,
    stocked,
    used,
)
from tests.web.world import PAUL, colleague, registered, sent

pytestmark = pytest.mark.each

RECORD = Record("treatment.sessionrecord", "r" * 16)


@pytest.fixture
def zoe(alice: User) -> Patient:
    return registered(alice)


def anew(lot: Lot) -> Lot:
    return Lot.objects.get(pk=lot.pk)


def test_what_is_left_is_the_sum_of_what_moved(bob: User, zoe: Patient) -> None:
    lot = in_stock(bob, quantity=10)
    in_stock(bob, number=lot.number, quantity=5, expiry=lot.expiry)
    use = used(bob, zoe, lot, 3)
    lots.count(sent(bob), lot, 11, "one broken in the box")
    lots.discard(sent(bob), lot, 2, "opened by mistake")
    lots.give_back(bob, use, "another lot was used")
    lot = anew(lot)
    assert lot.left == sum(lot.movements.values_list("quantity", flat=True)) == 12
    kinds = list(lot.movements.order_by("pk").values_list("kind", "quantity"))
    assert kinds == [
        ("receipt", 10), ("receipt", 5), ("use", -3), ("count", -1), ("discard", -2), ("back", 3)
    ]  # fmt: skip


def test_a_form_sent_twice_is_one_receipt(bob: User) -> None:
    form, item = sent(bob), stocked(bob)
    arrival = Arrival("A1", 10, date(2031, 1, 1))
    assert lots.receive(form, item, arrival) == lots.receive(form, item, arrival)
    assert Movement.objects.count() == 1


def test_the_uses_of_a_record_are_what_they_are_last_said_to_be(bob: User, zoe: Patient) -> None:
    one, two = in_stock(bob), in_stock(bob)
    lots.uses(bob, zoe, RECORD, {one: 2})
    lots.uses(bob, zoe, RECORD, {one: 2, two: 1})
    lots.uses(bob, zoe, RECORD, {one: 2, two: 1})
    assert (anew(one).left, anew(two).left) == (8, 9)
    assert Movement.objects.filter(kind="use").count() == 2, "said again, it is the same"
    (left,) = lots.uses(bob, zoe, RECORD, {two: 4})
    assert (left.lot, left.quantity) == (two, 4)
    assert (anew(one).left, anew(two).left) == (10, 6)
    assert lots.uses(bob, zoe, RECORD, {}) == []
    assert (anew(one).left, anew(two).left) == (10, 10)


def expired(bob: User, lot: Lot) -> Lot:
    Lot.objects.filter(pk=lot.pk).update(expiry=clock.today() - timedelta(days=1))
    return anew(lot)


def emptied(bob: User, lot: Lot) -> Lot:
    lots.discard(sent(bob), lot, lot.left, "fell to the ground")
    return anew(lot)


def quarantined(bob: User, lot: Lot) -> Lot:
    return life.quarantine(bob, lot, lot.version, "cloudy")


@pytest.mark.parametrize(
    "make, stand",
    [
        (expired, Stands.EXPIRED),
        (emptied, Stands.EMPTY),
        (quarantined, Stands.QUARANTINED),
        (recalled, Stands.RECALLED),
    ],
)
def test_what_cannot_be_used_is_refused_by_the_service_and_by_the_database(
    make: object, stand: Stands, bob: User, zoe: Patient
) -> None:
    lot = make(bob, in_stock(bob))  # type: ignore[operator]
    assert stands(lot, clock.today()) is stand
    assert lot not in gate.usable(bob, clock.today())
    with pytest.raises(LotRefusedError, match=r"take another one"):
        lots.uses(bob, zoe, RECORD, {lot: 1})
    assert not Use.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(used=1, used_on=clock.today(), left=lot.left - 1)


@pytest.mark.parametrize("make", [expired, quarantined, recalled])
def test_what_a_record_had_of_a_lot_may_fall_and_come_back_and_nobody_else_has_it(
    make: object, bob: User, zoe: Patient
) -> None:
    lot = in_stock(bob)
    day = timezone.now() - timedelta(days=10)
    lots.uses(bob, zoe, RECORD, {lot: 3}, at=day)
    lot = make(bob, anew(lot))  # type: ignore[operator]
    for pieces in (2, 3, 0, 1, 3):
        lots.uses(bob, zoe, RECORD, {lot: pieces}, at=day)
        assert (anew(lot).left, anew(lot).used) == (10 - pieces, 3)
    assert Use.objects.get(undone=None).at == day
    with pytest.raises(LotRefusedError):
        lots.uses(bob, zoe, RECORD, {lot: 4})
    with pytest.raises(LotRefusedError):
        lots.uses(bob, zoe, Record("treatment.sessionrecord", "b" * 16), {lot: 1})
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(used=4, used_on=clock.today())


def test_more_than_is_left_is_refused(bob: User, zoe: Patient) -> None:
    lot = in_stock(bob, quantity=2)
    with pytest.raises(LotRefusedError, match="2 are left"):
        lots.uses(bob, zoe, RECORD, {lot: 3})
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(left=-1)


def test_a_lot_is_used_on_the_day_of_its_expiry(bob: User, zoe: Patient) -> None:
    lot = in_stock(bob, expiry=clock.today())
    assert used(bob, zoe, lot).quantity == 1


def test_nothing_is_taken_where_one_of_the_lots_is_refused(bob: User, zoe: Patient) -> None:
    fine, bad = in_stock(bob), recalled(bob, in_stock(bob))
    with pytest.raises(LotRefusedError):
        lots.uses(bob, zoe, RECORD, {fine: 1, bad: 1})
    assert anew(fine).left == 10


def test_a_lot_of_another_site_is_refused_by_the_service_and_by_the_database(
    bob: User, chloe: User, zoe: Patient
) -> None:
    theirs = in_stock(chloe)
    with pytest.raises(NotAllowedError):
        lots.uses(bob, zoe, RECORD, {theirs: 1})
    with pytest.raises(Http404):
        gate.lot(bob, theirs.public_id)
    moved = Movement.objects.create(
        lot=theirs, kind="use", quantity=-1, day=clock.today(), author=bob
    )
    with pytest.raises(IntegrityError, match="another site"), transaction.atomic():
        Use.objects.create(
            patient=zoe, lot=theirs, movement=moved, quantity=1, kind="x", record="x", author=bob
        )


def test_a_use_is_taken_back_once_and_never_changed(bob: User, zoe: Patient) -> None:
    use = used(bob, zoe, in_stock(bob), 2)
    for _ in range(2):
        lots.give_back(bob, use, "another lot was used")
    assert anew(use.lot).left == 10
    for change in ({"quantity": 1}, {"record": "other"}, {"undone": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Use.objects.filter(pk=use.pk).update(**change)


def test_a_difference_of_a_count_asks_for_its_reason(bob: User) -> None:
    lot = in_stock(bob)
    assert lots.count(sent(bob), lot, 10, "").quantity == 0
    with pytest.raises(LotRefusedError, match="10 were to be there"):
        lots.count(sent(bob), lot, 9, "")
    for wrong in (-1, 10_000_000):
        with pytest.raises(LotRefusedError):
            lots.count(sent(bob), lot, wrong, "why not")


def test_a_product_is_of_the_knowledge_and_its_lots_have_an_expiry(bob: User) -> None:
    item = stocked(bob, LIDOCAINE)
    with pytest.raises(LotRefusedError, match="expiry date"):
        lots.receive(sent(bob), item, Arrival("A1", 1))
    assert lots.receive(sent(bob), stocked(bob), Arrival("A1", 1)).expiry is None
    for wrong in (
        {"product": "snake-oil"}, {"product": ""}, {"kind": "needle"}, {"unit": ""},
        {"strength": 0}, {"volume": 0},
    ):  # fmt: skip
        with pytest.raises(InputError):
            replace(LIDOCAINE, **wrong)  # type: ignore[arg-type]


def test_an_expired_lot_is_not_taken_in_and_one_of_two_expiries_is_looked_at(bob: User) -> None:
    with pytest.raises(LotRefusedError, match="send it back"):
        in_stock(bob, expiry=clock.today() - timedelta(days=1))
    lot = in_stock(bob)
    with pytest.raises(LotRefusedError, match="another expiry"):
        in_stock(bob, number=lot.number, expiry=clock.today() + timedelta(days=9))


def test_an_item_with_lots_stays_what_it_is(bob: User) -> None:
    item = stocked(bob, LIDOCAINE)
    items.change(sent(bob), item, 1, replace(LIDOCAINE, minimum=5))
    in_stock(bob, item)
    item.refresh_from_db()
    with pytest.raises(LotRefusedError, match="another item"):
        items.change(sent(bob), item, 2, replace(LIDOCAINE, product="procaine"))
    with pytest.raises(LotRefusedError, match="already"):
        items.add(sent(bob), replace(LIDOCAINE, name=LIDOCAINE.name.upper()))
    assert items.close(sent(bob), item, 2, closed=True).closed


def test_what_is_short_and_what_expires_is_said(bob: User) -> None:
    item, today = stocked(bob, NEEDLES), clock.today()
    in_stock(bob, item, 40, expiry=today + timedelta(days=300))
    in_stock(bob, item, 30, expiry=today + timedelta(days=10))
    recalled(bob, in_stock(bob, item, 500))
    found = level(Lot.objects.filter(item=item), today, item.ahead)
    assert (found.usable, found.soon, found.first_expiry) == (70, 30, today + timedelta(days=10))
    assert found.is_short(item.minimum), "40 of 50: what expires soon is no provision"


def test_a_scanned_package_is_the_lot_that_was_received(bob: User) -> None:
    day = date(2031, 5, 31)
    lot = in_stock(bob, stocked(bob, LIDOCAINE), number="AB12", gtin=GTIN, expiry=day)
    package = read_package(f"01{GTIN}1731053110AB12")
    assert gate.scanned(bob, package) == lot
    assert gate.item_of(bob, GTIN) == lot.item
    with pytest.raises(LotRefusedError, match="received here"):
        gate.scanned(bob, replace(package, lot="ZZ"))
    with pytest.raises(LotRefusedError, match="another expiry"):
        gate.scanned(bob, replace(package, expiry=date(2030, 5, 31)))


def test_quarantine_is_for_a_doubt_and_a_recall_for_good(bob: User) -> None:
    lot = quarantined(bob, in_stock(bob))
    lot = life.free(bob, lot, lot.version, "maker says it is fine")
    assert (lot.state, lot.reason) == ("usable", "")
    lot = recalled(bob, lot)
    with pytest.raises(LotRefusedError, match="recalled"):
        life.free(bob, lot, lot.version, "no")
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(state="usable")
    other = in_stock(bob)
    with pytest.raises(StaleEditError):
        life.quarantine(bob, other, 9, "x")


def test_who_received_a_lot_is_told_of_records_that_are_open(
    alice: User, bob: User, zoe: Patient
) -> None:
    lot = in_stock(bob)
    used(bob, zoe, lot, record="a" * 16)
    used(bob, registered(colleague(alice), PAUL), lot, record="b" * 16)
    assert [use.patient for use in gate.received(alice, lot)] == [zoe]
    assert gate.beyond(alice, lot) == 1
    assert {use.patient.birth_name for use in gate.received(bob, lot)} == {"Martin", "Lefèvre"}
    assert gate.beyond(bob, lot) == 0
    read = AuditEntry.objects.filter(action="read", kind="use", actor=alice.public_id)
    assert [line.patient for line in read] == [zoe.public_id]


def test_a_use_that_was_none_is_not_recalled(bob: User, zoe: Patient) -> None:
    lot = in_stock(bob)
    lots.give_back(bob, used(bob, zoe, lot), "the ampoule broke")
    assert gate.received(bob, lot) == []
    assert letters.write(sent(bob), recalled(bob, lot), lambda _: None) == 0


def test_which_lots_two_sessions_had_in_common_is_asked_here(bob: User, zoe: Patient) -> None:
    one, two, three = in_stock(bob), in_stock(bob), in_stock(bob)
    lots.uses(bob, zoe, Record("x", "a"), {one: 1, two: 1})
    lots.uses(bob, zoe, Record("x", "b"), {two: 1, three: 1})
    by_record: dict[str, set[Lot]] = {}
    for use in gate.uses_of(bob, "x", ["a", "b"]):
        by_record.setdefault(use.record, set()).add(use.lot)
    assert by_record["a"] & by_record["b"] == {two}


def test_a_recall_writes_to_everybody_once_and_says_whom_it_reached(
    bob: User, zoe: Patient
) -> None:
    lot, asked = in_stock(bob), []
    used(bob, zoe, lot, record="a" * 16)
    used(bob, zoe, lot, record="b" * 16)
    used(bob, registered(bob, PAUL), lot, record="c" * 16)
    with pytest.raises(LotRefusedError, match="once the lot is recalled"):
        letters.write(sent(bob), lot, asked.append)
    lot = recalled(bob, lot)
    assert [letters.write(sent(bob), lot, asked.append) for _ in range(2)] == [2, 0]
    assert asked == [lot.public_id]
    assert [letters.make(lot.public_id, no_letter) for _ in range(2)] == [2, 0]
    first, second = RecallLetter.objects.order_by("pk")
    first = letters.send(bob, first, first.version)
    first = letters.lose(bob, first, first.version, "letter came back")
    first = letters.reach(bob, first, first.version, "by telephone")
    assert (first.state, first.note) == ("reached", "by telephone")
    with pytest.raises(letters.LetterRefusedError):
        letters.lose(bob, first, first.version, "no")
    assert second.state == "to-send"


def test_a_letter_that_is_not_made_yet_is_not_sent(bob: User, zoe: Patient) -> None:
    letter = letter_to(bob, zoe)
    RecallLetter.objects.filter(pk=letter.pk).update(pdf=None)
    with pytest.raises(letters.LetterRefusedError, match="still being made"):
        letters.send(bob, letter, letter.version)


def test_a_colleague_without_the_patient_sees_no_letter(alice: User, bob: User) -> None:
    sam = colleague(alice, "Sam")
    letter = letter_to(bob, registered(alice))
    assert list(gate.letters(sam, letter.lot)) == []
    with pytest.raises(Exception, match="outside the care team"):
        gate.letter(sam, letter.public_id)
    care.entrust(alice, letter.patient, sam)
    assert gate.letter(sam, letter.public_id) == letter


def test_what_a_patient_received_belongs_to_the_record(bob: User, zoe: Patient) -> None:
    kinds = {table.kind for table in belonging.tables()}
    assert {"stock.use", "stock.recallletter"} <= kinds
    assert kinds.isdisjoint({"stock.item", "stock.lot", "stock.movement"})
    use = used(bob, zoe, in_stock(bob))
    with pytest.raises(IntegrityError, match="kept"), transaction.atomic():
        Use.objects.filter(pk=use.pk).delete()
    assert [one.lot for one in gate.received_by(bob, zoe)] == [use.lot]


def test_who_keeps_no_stock_sees_none(ada: User, bob: User) -> None:
    lot = in_stock(bob)
    assert not gate.lots(ada).exists()
    assert not gate.items(ada).exists()
    assert not gate.movements(ada, lot).exists()
    assert gate.received(ada, lot) == []
    with pytest.raises(Http404):
        gate.item(ada, lot.item.public_id)
    assert Item.objects.count() == 1
