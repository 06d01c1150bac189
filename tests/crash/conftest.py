# ruff: noqa: E402 - pytest may load this file before pytest-django has set the site up
"""The standing cast in the tests' own database, and the real server on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest

django.setup()

from django.db import connections

from dolenti.access import audit
from dolenti.access.mail import OF_DEMO
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from tests.crash.served import Served


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """The site's data folder: this process looks there too."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / OF_DEMO).write_text("everybody here is invented\n")  # an SMS is a file
    settings.DATA = folder
    return folder


@pytest.fixture
def alice(transactional_db: None, data: Path) -> User:
    site = Site.objects.create(name="North")
    audit.record(audit.FOUNDED, actor=None, kind="site", object_id=site.public_id)
    return User.objects.create_user(
        "alice@example.org", name="Dr Alice", role=Role.PRACTITIONER, site=site
    )


@pytest.fixture
def site(alice: User, data: Path) -> Iterator[Served]:
    """The site, running on the tests' database; every process of it is gone afterwards."""
    served = Served(data)
    connections.close_all()  # nobody else keeps the database open: the site repairs it alone
    try:
        served.start()
        yield served
    finally:
        served.kill()
        connections.close_all()
