"""Rows composed of phrases: one sentence and one button for what is open, within the limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from dolenti.guideline.asking.refs import Ref, refs_of
from dolenti.guideline.asking.sheet import Sheet
from dolenti.guideline.knowledge import AskedChip, AskedRow, Text

MOST_WORDS = 25
MOST_ITEMS = 7  # phrases: what can be pressed by itself
MOST_FACTS = 3  # that one phrase names
PLAIN = Text(fr="Non à tout", en="No to all")
REST = Text(fr="Non au reste", en="No to the rest")
ONE = Text(fr="Non", en="No")


@dataclass(frozen=True)
class Phrase:
    """Some words of a sentence, and exactly what a no to them answers."""

    says: Text
    refs: tuple[Ref, ...]
    exact: bool
    chips: tuple[AskedChip, ...] = ()

    @property
    def words(self) -> int:
        """In the longer language."""
        return max(count_words(self.says.fr), count_words(self.says.en))


@dataclass(frozen=True)
class Row:
    """One line of the page. ``name`` stays the same while the same questions are open;
    ``alone`` are asked one by one, by no batch; ``groups`` are the rows of the knowledge that it
    was made of."""

    name: str
    label: Text
    opening: Text | None
    phrases: tuple[Phrase, ...]
    button: Text
    alone: tuple[Ref, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def refs(self) -> tuple[Ref, ...]:
        """What the row's no answers: what its phrases name, no more and no less."""
        return tuple(ref for phrase in self.phrases for ref in phrase.refs)

    @property
    def all_refs(self) -> tuple[Ref, ...]:
        """All that it asks."""
        return (*self.refs, *self.alone)

    def sentence(self, language: str) -> str:
        """The row in words, as it stands on the screen."""
        said = [phrase.says.in_language(language) for phrase in self.phrases]
        if not said:
            return ""
        separator, end = ("\u00a0; ", "\u00a0?") if language == "fr" else ("; ", "?")
        opening = f"{self.opening.in_language(language)} " if self.opening else ""
        whole = opening + separator.join(said) + end
        return whole[:1].upper() + whole[1:]


def count_words(text: str) -> int:
    """Words, where a sign by itself is none."""
    return sum(any(c.isalnum() for c in word) for word in text.replace("\u00a0", " ").split())


@dataclass(frozen=True)
class Setting:
    """What the words of a row heed of the case: its ``zone``; the facts to be asked ``apart`` (what
    is spoken of, but not clearly), answered by no row, whatever their tier; and those of which
    some is so already, ``beside`` which the rest is asked."""

    zone: str | None
    apart: Collection[str] = ()
    beside: Collection[str] = ()


def compose(sheet: Sheet, refs: Iterable[Ref], setting: Setting) -> list[Row]:
    """The rows for what is open, in the order of the page."""
    wanted = tuple(dict.fromkeys(refs))
    composed: list[tuple[AskedRow, list[Row]]] = []
    for row in sheet.rows:
        own = tuple(ref for ref in wanted if sheet.asked[ref.fact][0] is row)
        if own:
            composed.append((row, _rows(sheet, row, own, setting)))
    return [row for _, rows in _joined(sheet, composed) for row in rows]


def rest_of(sheet: Sheet, row: Row, refs: Iterable[Ref], setting: Setting) -> Row:
    """The same row, asking only what of it is still open."""
    still = set(refs)
    left = tuple(ref for ref in row.all_refs if ref in still)
    phrases: list[Phrase] = []
    alone: list[Ref] = []
    for name in row.groups:
        own = tuple(ref for ref in left if sheet.asked[ref.fact][0].row == name)
        phrases += _phrases(sheet, sheet.by_name[name], own, setting)
        alone += _alone(sheet, own, setting.apart)
    button = row.button if left == row.all_refs else REST if len(phrases) > 1 else ONE
    lead = _leads(sheet, phrases)
    if left != row.all_refs and lead:
        button = _naming(lead, len(phrases) > len(lead))
    return replace(row, phrases=tuple(phrases), button=button, alone=tuple(alone))


def bare(sheet: Sheet, group: str, zone: str | None) -> Row:
    """A row that asks nothing: where all that its group asks is known already."""
    row = sheet.by_name[group]
    return Row(row.row, _label(row, zone), row.opening, (), PLAIN, groups=(row.row,))


def _rows(sheet: Sheet, row: AskedRow, refs: tuple[Ref, ...], setting: Setting) -> list[Row]:
    label = _label(row, setting.zone)
    parts = _split(_phrases(sheet, row, refs, setting))
    alone = _alone(sheet, refs, setting.apart)
    parts = parts or [()]
    return [
        Row(
            row.row if number == 0 else f"{row.row}-{number + 1}",
            label if number == 0 else _continued(label),
            row.opening,
            part,
            _button(sheet, row, part, setting),
            alone if number == len(parts) - 1 else (),
            (row.row,),
        )
        for number, part in enumerate(parts)
    ]


def _continued(label: Text) -> Text:
    """No two rows of a page are called the same: they are found by their names."""
    return Text(fr=f"{label.fr} (suite)", en=f"{label.en} (continued)")


def _label(row: AskedRow, zone: str | None) -> Text:
    return next((one.says for one in row.labels if zone in one.zones), row.label)


def _alone(sheet: Sheet, refs: Iterable[Ref], apart: Collection[str]) -> tuple[Ref, ...]:
    return tuple(ref for ref in refs if sheet.tier(ref.fact) == "alone" or ref.fact in apart)


def _phrases(
    sheet: Sheet, row: AskedRow, refs: Sequence[Ref], setting: Setting
) -> tuple[Phrase, ...]:
    left = set(refs) - set(_alone(sheet, refs, setting.apart))
    found = []
    for phrase in row.phrases:
        named = refs_of(phrase.facts)
        if not set(named) <= left or (phrase.zones and setting.zone not in phrase.zones):
            continue
        left -= set(named)
        definition = sheet.dictionary.definitions[named[0].fact]
        exact = len(named) == 1 and not phrase.broader and definition.type == "boolean"
        says = phrase.beside if phrase.beside and _is_beside(named, setting) else phrase.says
        found.append(Phrase(says, named, exact, phrase.chips))
    # Words that the zone has not: the dictionary's own, so that nothing open is left unsaid.
    for ref in refs:
        if ref in left:
            definition = sheet.dictionary.definitions[ref.fact]
            found.append(Phrase(definition.label, (ref,), definition.type == "boolean"))
    return tuple(found)


def _split(phrases: Sequence[Phrase]) -> list[tuple[Phrase, ...]]:
    parts: list[list[Phrase]] = []
    for phrase in phrases:
        if parts and _fits([*parts[-1], phrase]):
            parts[-1].append(phrase)
        else:
            parts.append([phrase])
    return [tuple(part) for part in parts]


def _fits(phrases: Sequence[Phrase]) -> bool:
    return len(phrases) <= MOST_ITEMS and all(
        sum(count_words(phrase.says.in_language(language)) for phrase in phrases) <= MOST_WORDS
        for language in ("fr", "en")
    )


def _is_beside(refs: Iterable[Ref], setting: Setting) -> bool:
    return any(ref.fact in setting.beside for ref in refs)


def _button(sheet: Sheet, row: AskedRow, phrases: Sequence[Phrase], setting: Setting) -> Text:
    lead = _leads(sheet, phrases)
    if not lead:
        return PLAIN if len(phrases) > 1 else ONE
    here = {ref.fact for phrase in phrases for ref in phrase.refs}
    named = {asked.fact for asked in row.facts if asked.tier == "button"}
    if row.button is not None and named & set(sheet.dictionary.definitions) <= here:
        if row.button_beside and _is_beside((r for one in lead for r in one.refs), setting):
            return row.button_beside
        return row.button
    return _naming(lead, len(phrases) > len(lead))


def _leads(sheet: Sheet, phrases: Iterable[Phrase]) -> list[Phrase]:
    return [
        phrase for phrase in phrases if any(sheet.tier(ref.fact) == "button" for ref in phrase.refs)
    ]


def _naming(lead: Sequence[Phrase], others: bool) -> Text:
    """A button that says the gravest of what it answers."""
    french = ", ni ".join(phrase.says.fr for phrase in lead)
    english = ", nor ".join(phrase.says.en for phrase in lead)
    if others:
        return Text(fr=f"Rien de cela, ni {french}", en=f"None of these, nor {english}")
    if len(lead) > 1:
        return Text(fr=f"Ni {french}", en=f"Neither {english}")
    return Text(fr=f"Non\u00a0: {french}", en=f"No: {english}")


def _joined(
    sheet: Sheet, composed: list[tuple[AskedRow, list[Row]]]
) -> list[tuple[AskedRow, list[Row]]]:
    left = {row.row: rows for row, rows in composed}
    out = []
    for row, rows in composed:
        own, other = left[row.row], left.get(row.joins or "")
        if other and own == rows and len(own) == 1 and own[0].phrases and other[-1].phrases:
            # Of a row that splits, what is left over.
            joined = _one_of_two(sheet, own[0], other[-1])
            if _fits(joined.phrases):
                own, left[str(row.joins)] = [joined], other[:-1]
        out.append((row, own))
    return out


def _one_of_two(sheet: Sheet, first: Row, second: Row) -> Row:
    joined = list(second.phrases)
    if second.opening is not None:
        opened = Text(
            fr=f"{second.opening.fr} {joined[0].says.fr}",
            en=f"{second.opening.en} {joined[0].says.en}",
        )
        joined[0] = Phrase(opened, joined[0].refs, joined[0].exact, joined[0].chips)
    phrases = (*first.phrases, *joined)
    button = next((row.button for row in (first, second) if _leads(sheet, row.phrases)), PLAIN)
    return Row(
        f"{first.name}+{second.name}",
        Text(
            fr=f"{first.label.fr}, {_lower(second.label.fr)}",
            en=f"{first.label.en}, {_lower(second.label.en)}",
        ),
        first.opening,
        phrases,
        button,
        (*first.alone, *second.alone),
        (*first.groups, *second.groups),
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


__all__ = [
    "MOST_FACTS",
    "MOST_ITEMS",
    "MOST_WORDS",
    "Phrase",
    "Row",
    "Setting",
    "bare",
    "compose",
    "count_words",
    "rest_of",
]
