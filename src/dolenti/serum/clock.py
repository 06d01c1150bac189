"""The moment of a step: the clock's, and what the machine has counted since it was started."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

from django.utils import timezone

from dolenti.guideline.serum.windows import Reading

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def read() -> Reading:
    """Now. Without a start that can be named (another system than Linux) the count says nothing."""
    return Reading(timezone.now(), _boot(), _ticks())


def _ticks() -> int:
    """Milliseconds since the machine was started; they go on where its clock is moved."""
    counter = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(counter) // 1_000_000


@cache
def _boot() -> str:
    try:
        return _BOOT.read_text().strip()[:36]
    except OSError:
        return ""
