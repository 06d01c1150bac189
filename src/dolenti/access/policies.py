"""A site's choices about who enters, kept in ``Site.policies`` beside those about medicine."""

from __future__ import annotations

from typing import Final

from dolenti.access.bad_setting import SettingError
from dolenti.access.roles import Role

SECOND_STEP_FOR: Final = "second-step-for"  # roles with commas, or "nobody"
NOBODY: Final = "nobody"


def roles_in(text: str) -> frozenset[str]:
    """The roles in “practitioner,administrator”; none in “nobody”.

    Raises ``SettingError`` for a word that is no role: a mistyped one would ask nobody.
    """
    words = {word.strip() for word in text.split(",") if word.strip()}
    if words == {NOBODY}:
        return frozenset()
    unknown = words - {role.value for role in Role}
    if unknown or not words:
        known = ", ".join(role.value for role in Role)
        raise SettingError(
            f"“{text}” names no roles: write some of {known}, or {NOBODY}",
            fr=f"«\u00a0{text}\u00a0» ne nomme aucun rôle\u00a0; écrivez-en parmi {known}, ou "
            f"{NOBODY}",
        )
    return frozenset(words)
