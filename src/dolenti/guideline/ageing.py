"""Lists that grow old: each carries the year of which it is, and says when that of today was never
entered.

A list that comes anew each year is old as soon as the year turns, whatever it says: nobody here
knows what the next one changed. One that comes when it comes carries its year and is never called
old by the clock alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dolenti.guideline.diary.content import content, has_content
from dolenti.guideline.knowledge import Edition, Text


@dataclass(frozen=True)
class Listed:
    """A list as it stands here. ``year`` is the one of which it is, ``None`` where nobody wrote
    it; ``yearly``, whether a new one comes each year."""

    name: Text
    year: int | None
    yearly: bool = True

    def is_of(self, day: date) -> bool:
        """Whether it is the one of that day, as far as a calendar tells."""
        return not self.yearly or (self.year is not None and self.year >= day.year)

    def beside(self, day: date) -> Text:
        """The same in brackets, beside a value that rests on the list."""
        if self.is_of(day):
            return Text(fr=f" ({self.name.fr} {self.year})", en=f" ({self.name.en} {self.year})")
        fr, en = (str(self.year or none) for none in ("sans année", "of no year"))
        return Text(
            fr=f" ({self.name.fr} {fr}, celle de {day.year} n’a jamais été saisie\u00a0: vérifiez)",
            en=f" ({self.name.en} {en}, that of {day.year} was never entered: check it)",
        )

    def sentence(self, day: date) -> Text:
        """Of which year it is, and that a newer one was never entered."""
        of = {"fr": str(self.year or "sans année"), "en": str(self.year or "no year")}
        fr, en = f"{self.name.fr}\u00a0: {of['fr']}", f"{self.name.en}: {of['en']}"
        if self.is_of(day):
            return Text(fr=fr, en=en)
        missing = self.missing(day)
        return Text(fr=fr + missing.fr, en=en + missing.en)

    @staticmethod
    def missing(day: date) -> Text:
        """In brackets, that the list of that day’s year was never entered."""
        return Text(
            fr=f" (l’année {day.year} n’a jamais été saisie)", en=f" ({day.year} was never entered)"
        )


def anti_doping(year: int | None) -> Listed:
    """The prohibited list of the sport, of a year."""
    return Listed(Text(fr="Liste antidopage", en="Anti-doping List"), year)


def of_holidays(year: int) -> Listed:
    """The public holidays, by the year in which their rules were last compared with the law."""
    return Listed(Text(fr="Jours fériés", en="Public holidays"), year)


def of_edition(edition: Edition) -> tuple[Listed, ...]:
    """The lists that an edition of the knowledge holds: the sport's, the opioid equivalents."""
    years = [entry.list_year for product in edition.products for entry in product.sport]
    lists = [anti_doping(max(years, default=None))]
    if has_content(edition):
        known = content(edition)
        table = next(one for one in known.opioid_tables if one.id == known.opioids.in_force)
        name = Text(fr="Équivalents des opioïdes", en="Opioid equivalents")
        lists.append(Listed(name, table.year, yearly=False))
    return tuple(lists)


def of_status(written: date) -> Listed:
    """What the public base of medicines says of their status, by the day of its file."""
    name = Text(fr="Base publique des médicaments", en="Public base of medicines")
    return Listed(name, written.year)


def of_fees(years: list[int | None]) -> Listed | None:
    """What a site asks, by the year in which each fee was looked at last: the oldest counts, and
    one of which nobody wrote the year is older than any. Nothing where it asks nothing."""
    if not years:
        return None
    known = [one for one in years if one is not None]
    year = min(known) if len(known) == len(years) else None
    return Listed(Text(fr="Tarifs", en="Fees"), year)
