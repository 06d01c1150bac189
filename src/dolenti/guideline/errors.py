"""The one error of this package: bad input, said so that a person can mend it.

Every message names the place, what is wrong and what was expected or what to do next.
"""

from __future__ import annotations


class InputError(Exception):
    """Something a person wrote cannot be used.

    ``where`` is a place a person can find: ``file.yaml:12``, ``Bundle.entry[3]``,
    ``facts.weight``. ``what`` is one sentence: what is wrong, and what to do about it.
    """

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where = where
        self.what = what

    def under(self, place: str) -> InputError:
        """The same error, seen from one level higher (``facts`` + ``weight``)."""
        if not self.where:
            return InputError(self.what, place)
        joint = "" if self.where.startswith((":", "[")) else "."
        return InputError(self.what, f"{place}{joint}{self.where}")
