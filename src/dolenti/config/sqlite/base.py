"""The SQLite back end, with the SQLite that ``pysqlite3`` carries in place of the system's.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode that two processes write to. Django
imports ``sqlite3`` by name, so the name is lent to ``pysqlite3`` while Django's own modules are
imported, and given back at once: nothing else in the process is touched.
"""

from __future__ import annotations

import sys
from importlib import import_module

import pysqlite3

_LENT = ("sqlite3", "sqlite3.dbapi2")
_kept = {name: sys.modules.get(name) for name in _LENT}
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
try:
    for _module in ("base", "creation"):
        import_module(f"django.db.backends.sqlite3.{_module}")
finally:
    for _name, _module_kept in _kept.items():
        if _module_kept is None:
            del sys.modules[_name]
        else:
            sys.modules[_name] = _module_kept

from django.db.backends.sqlite3 import base as django_base  # noqa: E402  (after the loan above)

# What ``django.db.backends.sqlite3.base`` holds if someone imported it before us is the system's
# SQLite; the system check in ``dolenti.config.checks`` refuses to start on it.
SQLITE_VERSION: tuple[int, ...] = vars(django_base)["Database"].sqlite_version_info


class DatabaseWrapper(django_base.DatabaseWrapper):
    """Django's wrapper, unchanged: the class must stand in this module to be found."""
