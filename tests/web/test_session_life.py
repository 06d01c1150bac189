"""A session driven by whoever presses whatever, and cut at every write: no path ends in an
impossible state, and each step is done or not done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.guideline.errors import InputError
from dolenti.ledger.versions import StaleEditError
from dolenti.records.models import Complaint
from dolenti.stock.models import Lot, Use
from dolenti.treatment import given as lives
from dolenti.treatment import recording, room
from dolenti.treatment.content import Happened, Injected, Preparation, read
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.recording import Pressed
from tests.web import room as make
from tests.web.world import clinic, colleague, sent

REFUSED = (InputError, StaleEditError, PermissionDenied)
ONE, HALF = Decimal(1), Decimal("0.5")
EVENTS = (
    "prepare", "prepare-cloudy", "prepare-much", "answer", "answer-red", "give", "give-much",
    "happen", "sign", "undo", "amend", "correct", "nurse-gives", "stale", "again",
)  # fmt: skip


class Room:
    """One session with two people and one lot; what is pressed is done, or refused."""

    def __init__(self, alice: User, bob: User, session: Session, lot: Lot) -> None:
        self.alice, self.bob, self.session, self.lot = alice, bob, session, lot
        self.form = sent(alice)

    @property
    def record(self) -> SessionRecord | None:
        return SessionRecord.objects.filter(session=self.session, amended_by=None).first()

    @property
    def version(self) -> int:
        return self.record.version if self.record else 0

    def _drawn(self, user: User, volume: Decimal = HALF, looks: str = "even") -> Any:
        return make.drawn_up(
            user, self.session, lot=self.lot, rows=((self.lot.public_id, volume),), looks=looks
        )

    def _give(self, user: User, volume: Decimal = HALF, version: int | None = None) -> Any:
        what = Injected(target="knee", guidance="ultrasound", volume_ml=volume)
        based = self.version if version is None else version
        return recording.inject(sent(user), self.session, based, what, make.Always())

    def _happen(self, *, sign: bool) -> Any:
        said = Happened(events=(), pain_before=6, **make.SEEN_TO)
        return recording.happen(sent(self.alice), self.session, self.version, said, sign=sign)

    def _amend(self) -> Any:
        assert self.record is not None
        return lives.amend(sent(self.alice), self.record, "something was wrong")

    def _again(self) -> Any:
        """The same form, whatever was pressed meanwhile."""
        return recording.happen(self.form, self.session, 0, Happened(events=(), note="once"))

    def press(self, event: str) -> None:
        doing: dict[str, Callable[[], Any]] = {
            "prepare": lambda: self._drawn(self.bob),
            "prepare-cloudy": lambda: self._drawn(self.bob, looks="cloudy"),
            "prepare-much": lambda: self._drawn(self.alice, volume=ONE),
            "answer": lambda: make.answered(self.alice, self.session),
            "answer-red": lambda: make.answered(self.alice, self.session, side=Pressed(safe=False)),
            "give": lambda: self._give(self.alice),
            "give-much": lambda: self._give(self.alice, volume=Decimal(9)),
            "happen": lambda: self._happen(sign=False),
            "sign": lambda: self._happen(sign=True),
            "undo": lambda: make.undone(self.alice, self.session),
            "amend": self._amend,
            "correct": lambda: self._drawn(self.alice, volume=ONE),
            "nurse-gives": lambda: self._give(self.bob),
            "stale": lambda: self._give(self.alice, version=0),
            "again": self._again,
        }
        if event == "amend" and self.record is None:
            return
        with transaction.atomic():
            try:
                with transaction.atomic():
                    doing[event]()
            except REFUSED:
                pass

    def stands(self) -> None:
        """What holds whatever was pressed."""
        self.lot.refresh_from_db()
        used = sum(Use.objects.filter(lot=self.lot).values_list("quantity", flat=True))
        assert self.lot.left + used == 10
        records = list(SessionRecord.objects.filter(session=self.session).order_by("pk"))
        assert sum(one.amends_id is None for one in records) <= 1
        for one in records:
            injected = read(Injected, one.injected)
            preparation = read(Preparation, one.preparation)
            if one.state == "prepared":
                assert injected == Injected()
                assert not used
                continue
            assert injected.volume_ml is not None
            assert injected.volume_ml <= preparation.volume
            assert one.delivered_by == self.alice
            assert read(Happened, one.happened).events is not None or one.state == "delivered"
            if one.state == "signed":
                found = SessionRecord.objects.select_related("session__course", "signed_by").get(
                    pk=one.pk
                )
                assert lives.is_sealed(found)
        if records and records[-1].state != "prepared":
            last = read(Preparation, records[-1].preparation)
            assert used == sum(one.pieces for one in last.drawn)


@pytest.fixture
def here(alice: User, knee: Complaint) -> Room:
    session = clinic(alice).with_complaint(knee).session
    return Room(alice, colleague(alice, "Bob", Role.NURSE), session, make.lot_of(alice))


USUAL = ["prepare", "answer", "give", "happen", "sign"]


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(begun=st.integers(0, 5), pressed=st.lists(st.sampled_from(EVENTS), max_size=7))
def test_no_path_ends_in_an_impossible_state(here: Room, begun: int, pressed: list[str]) -> None:
    mark = transaction.savepoint()
    try:
        for event in [*USUAL[:begun], *pressed]:
            here.press(event)
            here.stands()
    finally:
        transaction.savepoint_rollback(mark)
        transaction.savepoint_commit(transaction.savepoint())


class CutError(Exception):
    """The lights went out."""


@contextmanager
def cut_at(number: int) -> Iterator[list[int]]:
    """The server dies at the n-th write."""
    seen = [0]

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            seen[0] += 1
            if seen[0] == number:
                raise CutError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield seen


@pytest.mark.parametrize("step", ["give", "sign"])
def test_a_server_that_dies_at_any_write_of_a_step_leaves_it_undone(here: Room, step: str) -> None:
    for event in USUAL[: USUAL.index(step)]:
        here.press(event)
    before = SessionRecord.objects.filter(session=here.session).values().get()
    number = 0
    while True:
        number += 1
        with cut_at(number) as seen:
            try:
                with transaction.atomic():
                    here.press(step)
                break
            except CutError:
                assert seen == [number]
        assert SessionRecord.objects.filter(session=here.session).values().get() == before
        here.stands()
    assert number > 3
    after = room.standing(here.alice, here.session).record
    assert after is not None
    assert after.state == {"give": "delivered", "sign": "signed"}[step]
