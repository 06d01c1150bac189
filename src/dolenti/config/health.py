"""Whether the site lives and can work, for machines; and its metrics.

``/health/`` asks nothing of anybody: this process answers. ``/health/ready`` looks at all that a
request will need. Strangers learn yes or no; this machine, and whoever holds the token in
``DOLENTI_METRICS_TOKEN``, learn what is wrong, whether a worker is at work (no request fails for
want of one, and what nobody waits for is left undone), when a backup was last made, one last tried
and one last copied elsewhere, and may read the metrics.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dolenti.access import at_rest, heads, trail
from dolenti.config import certificate, metrics
from dolenti.config.checks import the_way_to_the_database_is_safe
from dolenti.config.database_user import may_too_much
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import encrypted
from dolenti.safekeeping.at_work import is_at_work

CLOCKS_MAY_DIFFER: Final = timedelta(minutes=1)
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200: this process answers. Looks at no database."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 where a request would succeed, 503 where it would not."""
    found = checks()
    well = all(found.values())
    said: dict[str, Any] = {"status": "ok" if well else "unavailable"}
    if trusted(request):
        said["checks"] = found
        said["worker"] = found["database"] and is_at_work(settings.DATA)
        current = found["database"] and found["migrations"]
        kept = _kept(is_there=current)
        said |= {name: at and at.isoformat() for name, at in kept.items()}
        days = certificate.days_left()
        said["certificate_days"] = days
        if warnings := _warnings(days, is_there=found["database"], is_current=current):
            said["warnings"] = warnings
    return JsonResponse(said, status=200 if well else 503)


def _warnings(days: int | None, *, is_there: bool, is_current: bool) -> list[str]:
    """What fails no request, and somebody should see to."""
    found = {
        "certificate": days is not None and days < certificate.FEW_DAYS,
        "certificate-not-trusted": certificate.is_trusted() is False,
        "database-way": bool(the_way_to_the_database_is_safe()),
        "database-user": is_there and may_too_much(),
        "secret-key": is_current and _stays_shut(),
        "trail-end": is_current and _has_lost_the_end(),
    }
    return [name for name, is_so in found.items() if is_so]


def _stays_shut() -> bool:
    """Whether something that is stored does not open with the key in use: whoever logs in with an
    app is locked out, and no photo is seen."""
    try:
        return bool(encrypted.tried(DEFAULT_DB_ALIAS, at_rest.site_keys()).shut)
    except (DatabaseError, InterfaceError):
        return False  # the checks say so


def _has_lost_the_end() -> bool:
    """Whether a witness of the trail's end is gone, or cannot be read."""
    try:
        return bool(heads.lost())
    except InputError:  # both are named the same: no second one
        return True


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text. For strangers there is nothing here."""
    if not trusted(request):
        raise Http404
    database, migrated, _clock = _database()
    kept = _kept(is_there=database and migrated)
    said = metrics.exposition(kept, certificate.days_left())
    return HttpResponse(said, content_type=metrics.CONTENT_TYPE)


def _kept(*, is_there: bool) -> dict[str, datetime | None]:
    """When a backup was last made, one last tried and one last copied elsewhere, where the trail is
    there to say so; no request fails for want of them."""
    return trail.last_done() if is_there else dict.fromkeys(trail.KEPT)


def trusted(request: HttpRequest) -> bool:
    """Whether a request comes from this machine itself, or carries the token.

    A proxy on this machine makes everyone look local: what came through one is not.
    """
    token = os.environ.get("DOLENTI_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    if settings.BEHIND_PROXY or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket of the file system has no address
        return False


def checks() -> dict[str, bool]:
    """What a request needs, and whether it is there."""
    database, migrated, clock = _database()
    return {
        "database": database,
        "migrations": migrated,
        "clock": clock,
        "space": _space(),
        "writable": _writable(),
    }


def _database() -> tuple[bool, bool, bool]:
    """Whether the database answers, is up to date, and its times lie before ours."""
    try:
        recorder = MigrationRecorder(connection)
        if not recorder.has_table():
            return True, False, True
        applied = recorder.applied_migrations()
        migrated = _expected() <= applied.keys()
        moments = [row.applied for row in applied.values()]
        if migrated and (last := trail.newest()) is not None:
            moments.append(last)
        return True, migrated, _clock_is_sane(max(moments, default=None))
    except (DatabaseError, InterfaceError):
        return False, False, True


@cache
def _expected() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)


def _clock_is_sane(newest: datetime | None) -> bool:
    """Not before the database was last changed in form, nor before the newest line of the trail; on
    PostgreSQL, as its clock has it."""
    now = datetime.now(UTC)
    if newest is not None and now < newest - CLOCKS_MAY_DIFFER:
        return False
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    return abs(there - now) < CLOCKS_MAY_DIFFER


def _space() -> bool:
    try:
        return shutil.disk_usage(settings.DATA).free >= settings.DISK_FLOOR
    except OSError:
        return False


def _writable() -> bool:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA) as file:
            file.write(b"written")
            file.flush()
    except OSError:
        return False
    return True
