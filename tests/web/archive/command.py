"""The command ``dolenti`` as a process of its own, which makes the tables of a restore from what
was remembered of their migrations: of the six seconds of a restore, five."""

from __future__ import annotations

import os
from pathlib import Path

import django

from dolenti.cli import main
from tests.web.archive.remembered import Remembered

_set_up = django.setup


def _set_up_and_remember() -> None:
    _set_up()
    from dolenti.safekeeping import loading

    loading.migrate_to = Remembered(loading.migrate_to, Path(os.environ["REMEMBERED"]))


if __name__ == "__main__":
    django.setup = _set_up_and_remember
    main()
