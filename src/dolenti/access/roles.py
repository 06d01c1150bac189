"""Roles as data: who may do what. Nobody may do what is not written here.

A view names one permission (see ``access.guard``); a role is a set of permissions. Whether a
person may see a particular record is another question, answered by the gate of ``records``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing a person may do."""

    READ_KNOWLEDGE = "read-knowledge"
    READ_CASES = "read-cases"
    WRITE_CASES = "write-cases"
    ASSESS = "assess"
    ATTEST = "attest"


class Role(StrEnum):
    """What a person is at their site."""

    PRACTITIONER = "practitioner"
    NURSE = "nurse"
    AUDITOR = "auditor"


PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.PRACTITIONER: frozenset(Permission),
    Role.NURSE: frozenset(
        {Permission.READ_KNOWLEDGE, Permission.READ_CASES, Permission.WRITE_CASES}
    ),
    Role.AUDITOR: frozenset({Permission.READ_KNOWLEDGE}),
}


def may(role: str, permission: Permission) -> bool:
    """Whether a role holds a permission. A role that is not known holds none."""
    return permission in PERMISSIONS.get(role, frozenset())  # type: ignore[call-overload]
