"""What the site makes before its first page, and keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

ASKED = """
import gc
from dolenti.config.wsgi import application
from django.template import engines
(loader,) = engines["django"].engine.template_loaders
print(gc.get_freeze_count(), len(gc.get_objects()), len(loader.get_template_cache))
print(*gc.get_threshold())
"""


def test_all_that_stays_is_loaded_and_out_of_the_collector_s_way(tmp_path: Path) -> None:
    environment = {**os.environ, "DOLENTI_DATA": str(tmp_path)}
    asked = [sys.executable, "-c", ASKED]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    frozen, left, templates, young, times, all_times = map(int, done.stdout.split())
    assert frozen > 100_000
    assert left < frozen / 20
    assert templates > 100
    assert young * times * all_times > 1_000_000, "a page waits for no look at all that is kept"
