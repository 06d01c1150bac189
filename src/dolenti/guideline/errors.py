"""The one error of this package: bad input, said so that a person can mend it.

Every message names the place, what is wrong and what was expected or what to do next, in French
and in English, side by side where it is raised.
"""

from __future__ import annotations


class InputError(Exception):
    """Something a person wrote cannot be used.

    ``where`` is a place a person can find: ``file.yaml:12``, ``Bundle.entry[3]``,
    ``facts.weight``. ``what`` is one English sentence: what is wrong, and what to do about it;
    ``fr`` is the French one. ``str`` gives the English, for logs and for other programs.
    ``others`` are what else is in the way, where whoever refuses knows it: so that nobody mends one
    thing only to be told the next.
    """

    others: tuple[InputError, ...] = ()

    def __init__(self, what: str, where: str = "", *, fr: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where = where
        self.what = what
        self.fr = fr

    def in_language(self, language: str) -> str:
        """The place and the sentence, in ``fr`` or ``en``."""
        if language != "fr":
            return str(self)
        return f"{self.where}\u00a0: {self.fr}" if self.where else self.fr

    def sentence(self, language: str) -> str:
        """The sentence alone, in ``fr`` or ``en``, where the place is seen already."""
        return self.fr if language == "fr" else self.what

    def under(self, place: str) -> InputError:
        """The same error, seen from one level higher (``facts`` + ``weight``)."""
        if not self.where:
            return InputError(self.what, place, fr=self.fr)
        joint = "" if self.where.startswith((":", "[")) else "."
        return InputError(self.what, f"{place}{joint}{self.where}", fr=self.fr)


def as_text(value: object) -> str:
    """Any value as a text of characters that can be seen; never an error of its own."""
    try:
        raw = str(value)
    except ValueError:  # a whole number of thousands of digits
        return "…"
    return raw if raw.isprintable() else "".join(c if c.isprintable() else "�" for c in raw)
