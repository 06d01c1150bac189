"""The interface’s words, and icons, of backups: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

LABELS: Final[dict[str, dict[str, Any]]] = {
    "trail-action": {
        "backup": _("backup made"),
        "restore": _("database restored"),
        "move": _("database moved"),
        "drill": _("backup tried"),
        "backup-copy": _("backup copied to another place"),
    },
    "trail-kind": {
        "database": _("database"),
    },
}
