# ruff: noqa: E402 - pytest may load this file before pytest-django has set the site up
"""The standing cast, each with a browser, and a case to look at."""

from __future__ import annotations

import io
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import django
import pytest

django.setup()

from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.config import logs
from dolenti.demo.asked import answer_with_a_no
from dolenti.ledger.once import Submission
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint
from tests.people import enter
from tests.web.world import complaint_of, person


@dataclass
class Standing:
    """What stands before each test of a module: Alice, and what its ``made_once`` made of her."""

    alice: User
    made: Any


@pytest.fixture(scope="module", autouse=True)
def _made_once(request: pytest.FixtureRequest) -> Iterator[Standing | None]:
    """A world is dear to make: a module whose tests all begin with the same one gives a function
    ``made_once(alice)``. What it writes is there for each of them, undone when the module ends."""
    make = getattr(request.module, "made_once", None)
    if make is None:
        yield None
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    around = transaction.atomic()
    around._from_testcase = True  # what must stand outside a transaction may stand in this one
    with blocker.unblock():
        around.__enter__()
        alice = person("Alice", Role.PRACTITIONER, Site.objects.create(name="North"))
        standing = Standing(alice, make(alice))
    with pytest.MonkeyPatch.context() as patch:  # a test that ends would close it, and lose all
        patch.setattr(connection, "close", lambda: None)
        yield standing
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture(scope="session")
def every_page(django_db_setup: None, django_db_blocker: Any) -> Mapping[str, str]:
    """What stands on each page of the site, by its name. One process asks them all (``TOGETHER`` in
    the conftest above)."""
    from tests.web.every_page import read  # by what makes everything there is, which few need

    with django_db_blocker.unblock(), transaction.atomic():
        pages = read()
        transaction.set_rollback(True)
    return pages


@pytest.fixture(autouse=True)
def _a_minute_of_its_own() -> None:
    """What a test asks for counts for itself: many run within a minute."""
    caches["rates"].clear()


@pytest.fixture
def standing(_made_once: Standing | None, db: None) -> Standing | None:
    """The test's own copy of what its module made once: nothing stays changed in memory."""
    return deepcopy(_made_once)


@pytest.fixture
def north(standing: Standing | None) -> Site:
    return standing.alice.site if standing else Site.objects.create(name="North")


@pytest.fixture
def south(db: None) -> Site:
    return Site.objects.create(name="South")


@pytest.fixture
def alice(standing: Standing | None, north: Site) -> User:
    return standing.alice if standing else person("Alice", Role.PRACTITIONER, north)


@pytest.fixture
def bob(north: Site) -> User:
    return person("Bob", Role.NURSE, north)


@pytest.fixture
def chloe(south: Site) -> User:
    return person("Chloe", Role.PRACTITIONER, south)


@pytest.fixture
def ada(north: Site) -> User:
    return person("Ada", Role.AUDITOR, north)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def browser(user: User) -> Client:
        client = Client()
        enter(client, user)
        return client

    return browser


@pytest.fixture
def at_alice(alice: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(alice)


@pytest.fixture
def knee(alice: User) -> Complaint:
    return complaint_of(alice)


@pytest.fixture
def stored(alice: User, knee: Complaint) -> Any:
    today = timezone.localdate()
    answer_with_a_no(lambda: Submission(alice, uuid.uuid4()), knee, today)
    seen = assessing.look(alice, knee, today)
    sent = Submission(alice, uuid.uuid4())
    return assessing.store_assessment(sent, knee, today, seen.fingerprint)


@pytest.fixture
def apart(subtests: pytest.Subtests) -> Callable[..., AbstractContextManager[Any]]:
    """One case of many that share a world: named where it fails, and undone when it ends.

    A world is dear to make, so the cases of a test meet the same one, each as if it were alone:
    ``with apart(name, alice, knee) as (alice, knee)`` gives copies, so that nothing stays changed
    in memory either, and the others are tried where one fails.
    """

    @contextmanager
    def case(name: str, *world: Any) -> Iterator[Any]:
        with subtests.test(name), transaction.atomic():
            yield deepcopy(world)
            transaction.set_rollback(True)

    return case


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that is logged, by any library, at any level, in the form of a machine."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    everyone = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    kept = [(logger, logger.level) for logger in everyone]
    for logger, _ in kept:
        if logger.level:
            logger.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    for logger, level in kept:
        logger.setLevel(level)


@pytest.fixture
def lab(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A laboratory of serum of the site of Alice and Bob, on a clock that the test moves."""
    from tests.web.serum import Bench, a_clock

    with a_clock(monkeypatch) as clock:
        yield Bench(clock, alice, bob)
