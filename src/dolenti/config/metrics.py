"""What the site tells its monitoring: counts and durations. Never whom, never which record.

Labels are names from our own code: of views, methods, statuses, kinds of trouble. With several
processes each keeps its counts in a file of the folder that ``PROMETHEUS_MULTIPROC_DIR`` names
(``dolenti serve`` makes one for each run), and whichever is asked adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dolenti import __version__
from dolenti.safekeeping.trouble import Trouble

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "dolenti_requests_total",
    "Requests answered",
    ["view", "method", "status"],
    registry=_REGISTRY,
)
SECONDS = Histogram(
    "dolenti_request_seconds",
    "Time to answer a request",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
    registry=_REGISTRY,
)
DATABASE_ERRORS = Counter(
    "dolenti_database_errors_total",
    "Requests that the database did not let through",
    ["trouble"],
    registry=_REGISTRY,
)
LOGIN_FAILURES = Counter(
    "dolenti_login_failures_total", "Wrong passwords and codes", registry=_REGISTRY
)
RUNNING = Gauge(
    "dolenti_running",
    "1, with the version of the program",
    ["version"],
    multiprocess_mode="max",
    registry=_REGISTRY,
)
RUNNING.labels(__version__).set(1)
for _trouble in Trouble:  # a count that was never 1 is 0, not absent
    DATABASE_ERRORS.labels(_trouble.value)


@receiver(user_login_failed, dispatch_uid="dolenti-metrics")
def _login_failed(**_: Any) -> None:
    LOGIN_FAILURES.inc()


def exposition(kept: Mapping[str, datetime | None], certificate_days: int | None = None) -> bytes:
    """All metrics of all processes, in Prometheus's text format; with when a ``backup``, its
    copy elsewhere and a ``drill`` were last made, which the trail knows and no process counts."""
    everyone = _REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
    now = CollectorRegistry()
    now.register(_Kept(kept, certificate_days))
    return generate_latest(everyone) + generate_latest(now)


class _Kept(Collector):
    """Moments that are looked up when they are asked: a gauge of a process would outlive them."""

    def __init__(self, kept: Mapping[str, datetime | None], certificate_days: int | None) -> None:
        self._kept = kept
        self._certificate_days = certificate_days

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, at in self._kept.items():
            says = f"When a {name} was last made, in seconds since 1970; 0 for never"
            value = at.timestamp() if at else 0.0
            metric = f"dolenti_last_{name.replace('-', '_')}_seconds"
            yield GaugeMetricFamily(metric, says, value=value)
        if self._certificate_days is not None:
            says = "Days until the certificate of the site's address ends"
            yield GaugeMetricFamily(
                "dolenti_certificate_days", says, value=float(self._certificate_days)
            )
