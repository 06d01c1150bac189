"""Whether the site's account at PostgreSQL may more than the site needs: its own database, whose
tables it owns, because it brings them up to date itself."""

from __future__ import annotations

from django.db import connection

_TOO_MUCH = """
SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls
FROM pg_roles WHERE rolname = current_user
"""


def may_too_much() -> bool:
    """An account that reads or changes what is not the site's: a superuser, one that makes
    accounts, that copies the whole server, that no rule of rows holds. ``False`` on SQLite, which
    has no accounts. Raises what the database raises."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MUCH)
        (found,) = cursor.fetchone()
    return bool(found)
