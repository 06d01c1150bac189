"""A setting of the environment that cannot be used, said in both languages."""

from __future__ import annotations


class SettingError(ValueError):
    """What is wrong with a setting, and how it is written: ``str`` in English, ``fr`` in French."""

    def __init__(self, what: str, *, fr: str) -> None:
        super().__init__(what)
        self.fr = fr
