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
