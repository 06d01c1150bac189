"""For every test: how much Hypothesis tries, what the machine offers, and no skipping in CI."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test.client import ClientHandler
from django.utils import timezone
from hypothesis import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from xdist.scheduler import LoadGroupScheduling

from dolenti.calendar import zone
from dolenti.calendar.zone import USUAL, in_zone
from tests import costs, services
from tests.night import IS_NIGHT, named_files, of_the_night

# `ci` finds the same on every run; `long` is for a night: HYPOTHESIS_PROFILE=long make test
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.register_profile("long", deadline=None, max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if services.in_ci() else "dev"))

# The site, with a data folder of its own that is gone afterwards.
os.environ["DJANGO_SETTINGS_MODULE"] = "dolenti.config.settings"
os.environ["DOLENTI_DATA"] = tempfile.mkdtemp(prefix="dolenti-test-")
(Path(os.environ["DOLENTI_DATA"]) / "demo-password").write_text("everybody here is invented\n")


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the run that follows the one on PostgreSQL."""
    parser.addoption(
        "--after-postgres",
        action="store_true",
        help="ask SQLite of the site's tests only what may differ there",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Stand where the doors stand: say at which site this is. The machine's zone says nothing."""
    # A test asks as fast as it can.
    django_settings.RATES = dict.fromkeys(("requests", "searches", "files"), 1_000_000)
    # The real hash takes half a second on purpose; how it is made is Django's affair.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for here in (in_zone(USUAL), timezone.override(USUAL)):
        here.__enter__()
        config.add_cleanup(partial(here.__exit__, None, None, None))
    _list_static_files_once()
    _ask_as_from_outside()


def _ask_as_from_outside() -> None:
    """A request says itself at which site it is, as on a server: where the test stands is not
    where the page stands."""
    call = ClientHandler.__call__

    def from_nowhere(self: ClientHandler, environ: Any) -> Any:
        here = zone._here.set(None)  # type: ignore[arg-type]
        try:
            with timezone.override(None):
                return call(self, environ)
        finally:
            zone._here.reset(here)

    ClientHandler.__call__ = from_nowhere  # type: ignore[method-assign]


def _list_static_files_once() -> None:
    """Every client of a test makes its own middleware, and WhiteNoise's looks at each static file
    as it is made: 17 ms, thousands of times, for files that stay as they are."""
    look = WhiteNoiseMiddleware.add_files_from_finders
    listed: dict[str, Any] = {}

    def once(self: WhiteNoiseMiddleware) -> None:
        if not listed:
            look(self)
            listed.update(self.files)
        self.files.update(listed)

    WhiteNoiseMiddleware.add_files_from_finders = once


def pytest_collection_finish() -> None:
    """What stands now stands to the end: the knowledge, thousands of tests. Whatever looks for
    garbage need not walk through it each time: a tenth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(os.environ["DOLENTI_DATA"], ignore_errors=True)


def pytest_report_header() -> list[str]:
    """Tell what of the machine the tests will use."""
    offers = [f"{need}: {find() or 'none'}" for need, (find, _) in services.NEEDS.items()]
    return [", ".join(offers)]


# What is dear to begin is begun by one process: Spark, Node.js, the demo clinic, a site served,
# what stands before one.
TOGETHER = {
    "tests/web/archive/test_backup.py": "backup",
    "tests/web/archive/test_beside.py": "archive",
    "tests/web/archive/test_commands.py": "archive",
    "tests/web/archive/test_sealing.py": "archive",
    "tests/web/archive/test_values.py": "archive",
    "tests/web/archive/test_wrong_places.py": "archive",
    "tests/crash/test_at_once.py": "served",
    "tests/crash/test_full.py": "served",
    "tests/crash/test_killed.py": "served",
    "tests/crash/test_restore_drill.py": "served",
    "tests/crash/test_worker.py": "served",
    "tests/cql": "node",
    "tests/e2e/test_proxies.py": "proxies",
    "tests/spec/test_population_on_spark.py": "spark",
    "tests/generative/test_spark.py": "spark",
    "tests/unit/population": "spark",
    "tests/web/test_query_counts.py": "counts",
    "tests/web/test_titles.py": "every page",
    "tests/web/test_enter.py": "every page",
    "tests/web/test_never_bare.py": "every page",
    "tests/web/test_addresses.py": "every page",
    "tests/web/test_read_by_people.py": "every page",
}


class Together(LoadGroupScheduling):
    """Spreads tests, but for those of ``TOGETHER``. By their files, and not by xdist's marks: those
    it writes into the name of a test, where pytest 9.2 does not look any more."""

    def _split_scope(self, nodeid: str) -> str:
        found = (group for where, group in TOGETHER.items() if nodeid.startswith(where))
        return next(found, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadGroupScheduling | None:
    """Who runs which test, with ``--dist loadgroup``."""
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After a whole run, where its time went."""
    stats = terminalreporter.stats.values()
    reports = (one for found in stats for one in found if isinstance(one, pytest.TestReport))
    for line in costs.told(reports):
        terminalreporter.write_line(line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with a reason, what needs something that this machine does not have.

    The site's tests are asked once. By day on SQLite, which answers in half the time; what leans on
    the database itself (``each``: locks, constraints, triggers, searches, orders) is asked of
    PostgreSQL too, and what is killed of PostgreSQL alone. By night PostgreSQL, the stricter of the
    two, is asked everything but what says the same on each, and SQLite the rest. Where there is no
    PostgreSQL, SQLite is asked everything.
    """
    named = named_files(config)
    said = {item for item in items if of_the_night(item.nodeid, named)}
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        said |= {item for item in items if not _asked_of_postgres(item, named)}
    elif config.getoption("--after-postgres"):
        said |= {item for item in items if _was_asked(item)}
    items[:] = [item for item in items if item not in said]
    config.hook.pytest_deselected(items=list(said))
    for need, (find, absence) in services.NEEDS.items():
        needy = [item for item in items if item.get_closest_marker(need)]
        if needy and find() is None:
            for item in needy:
                item.add_marker(pytest.mark.skip(reason=absence))


def _asked_of_postgres(item: pytest.Item, named: Sequence[str] = ()) -> bool:
    """Whether a test of the site is asked of PostgreSQL; by day, what leans on it."""
    if _marked(item, "sqlite", "any_database"):
        return False
    by_day = _marked(item, "each", "postgres") or _is_in(item, "tests/crash")
    return IS_NIGHT or by_day or item.nodeid.startswith(tuple(named))


def _was_asked(item: pytest.Item) -> bool:
    """Whether ``make test-postgres`` asked a test, and SQLite need not be asked as well. The
    archive's open databases of both kinds by themselves: that target leaves them out."""
    if _is_in(item, "tests/crash") and not IS_NIGHT:
        return _asked_of_postgres(item)
    of_site = _is_in(item, "tests/crash") or (
        _is_in(item, "tests/web") and not _is_in(item, "tests/web/archive")
    )
    return of_site and _asked_of_postgres(item) and not _marked(item, "each")


def _is_in(item: pytest.Item, folder: str) -> bool:
    """By the name, which begins at the root of the checkout: paths are dear by the thousand."""
    return item.nodeid.startswith(f"{folder}/")


def _marked(item: pytest.Item, *marks: str) -> bool:
    return any(map(item.get_closest_marker, marks))


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI a skipped test is a failed one: a test that did not run has shown nothing."""
    if not (services.in_ci() and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if services.SHARED_PATIENTS_ABSENT not in reason:
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped in CI, and this was. {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at each report of a test after every other plugin has."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself whole."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """A fresh copy of the migrated database, and another one after each test that commits."""
    from django.test import TransactionTestCase

    from tests import databases

    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with django_db_blocker.unblock():
        database = databases.of_worker(worker)
        database.fresh()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda self: databases.start_again(database)
        )
        yield
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium, for Playwright's ``executable_path``. For tests marked ``browser``."""
    path = services.chromium()
    assert path, "mark this test `browser`"
    return path


@pytest.fixture(scope="session")
def shared_patients(pytestconfig: pytest.Config) -> Path:
    """The folder of synthetic FHIR patients that lies beside the checkout."""
    folder = services.shared_patients(pytestconfig.rootpath)
    if folder is None:
        pytest.skip(services.SHARED_PATIENTS_ABSENT)
    return folder
