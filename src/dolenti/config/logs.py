"""What is written to the log, and what never is.

One line of JSON per event; on a terminal, one readable line. A log says that something happened,
where in the program, in which request: never about whom. So no line ever holds an address, a
query, a form, a header, or the text of an error: all of these may carry what somebody typed about
a patient. Of an error it says the class and the places in the program. Of a library's message it
says nothing, since a library may put anything into it; its name, and the place it spoke from,
are said.
"""

from __future__ import annotations

import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

import dolenti

# The request that is being answered, by a random id made here.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# The only values that a line may carry beside its message: none of them is free text.
ALLOWED: Final = ("view", "method", "status", "ms", "role", "trouble", "rows", "seconds")

_OURS: Final = Path(dolenti.__file__).resolve().parent
# What the server says of its processes: which ended, and how. It never saw a request.
_OF_PROCESSES: Final = ("gunicorn.error", "arbiter")
_PROCESS: Final = ("Worker (pid:%s)", "WORKER TIMEOUT (pid:%s)")


def event(record: logging.LogRecord) -> dict[str, Any]:
    """What may be said of one event, in the order in which it is written."""
    said: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
    }
    if record.name.partition(".")[0] == "dolenti":
        said["message"] = str(record.msg)  # as it stands in our code: nothing is put into it
    elif (record.name, record.module) == _OF_PROCESSES and str(record.msg).startswith(_PROCESS):
        said["message"] = record.getMessage()
    else:
        said["at"] = _place(record.pathname, record.lineno)
    if current := request_id.get():
        said["request_id"] = current
    said |= {name: getattr(record, name) for name in ALLOWED if hasattr(record, name)}
    if record.exc_info and record.exc_info[0] is not None:
        said["error"] = _error(record.exc_info[1], record.exc_info[2])
    return said


def _error(error: BaseException | None, trace: TracebackType | None) -> dict[str, Any]:
    classes = []
    while error is not None:
        classes.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__
    frames = traceback.extract_tb(trace)
    # Our own frames, and the place where it happened.
    places = [
        f"{_place(frame.filename, frame.lineno)} {frame.name}"
        for i, frame in enumerate(frames)
        if _is_ours(frame.filename) or i == len(frames) - 1
    ]
    return {"classes": classes, "frames": places}


def _is_ours(filename: str) -> bool:
    return Path(filename).is_relative_to(_OURS)


def _place(filename: str, line: int | None) -> str:
    path = Path(filename)
    if _is_ours(filename):
        return f"dolenti/{path.relative_to(_OURS)}:{line}"
    return f"{'/'.join(path.parts[-3:])}:{line}"


class JsonLines(JsonFormatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        return self.serialize_log_record(event(record))


class Readable(logging.Formatter):
    """The same for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        said = event(record)
        error = said.pop("error", None)
        said.pop("time")
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        start = f"{moment:%H:%M:%S} {said.pop('level'):7} {said.pop('logger')}"
        rest = " ".join(
            str(value) if name in ("message", "at") else f"{name}={value}"
            for name, value in said.items()
        )
        lines = [f"{start}  {rest}"]
        if error:
            lines.append("    " + " < ".join(error["classes"]))
            lines += [f"    {place}" for place in error["frames"]]
        return "\n".join(lines)


class Stream(logging.StreamHandler):
    """Writes to the error output. A line that cannot be written is dropped: Python's own way is
    to print it, with every value it was given."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (Python's name)
        return


def handler() -> logging.Handler:
    """Where lines go: readable at a terminal, JSON for a machine."""
    made = Stream()
    made.setFormatter(Readable() if sys.stderr.isatty() else JsonLines())
    return made


def settings(level: str) -> dict[str, Any]:
    """Django's ``LOGGING``. ``level`` is that of our own messages; empty for the usual one."""
    usual = "WARNING" if sys.stderr.isatty() else "INFO"
    chosen = level.upper() if level.upper() in logging.getLevelNamesMapping() else usual
    # No handler at all would not do: Python then writes by itself.
    silent: dict[str, Any] = {"handlers": ["nothing"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {
            "console": {"()": "dolenti.config.logs.handler"},
            "nothing": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "dolenti": {"level": chosen},
            "django": {"handlers": [], "level": "WARNING"},
            # Its lines are addresses. ``config.observe`` says what happened to each request.
            "django.request": silent,
            "django.server": silent,
        },
    }
