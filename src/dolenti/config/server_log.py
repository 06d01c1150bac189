"""Gunicorn's messages, in the site's own form: its own would hold addresses."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from dolenti.config import logs


class ServerLog(Logger):
    """Gunicorn's logger, with our handler in place of its own."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = [logs.handler()]

    # Said as by whoever says it, so that the site's own form knows what may be told.

    def critical(self, msg: str, *args: Any, **kwargs: Any) -> None:
        self.error_log.critical(msg, *args, **_as_caller(kwargs))

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        self.error_log.error(msg, *args, **_as_caller(kwargs))

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        self.error_log.warning(msg, *args, **_as_caller(kwargs))

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        self.error_log.exception(msg, *args, **_as_caller(kwargs))


def _as_caller(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"stacklevel": 2, **kwargs}
