"""An entry of the knowledge as Markdown: for a wiki, a ticket, a review by mail."""

from __future__ import annotations

import re
from typing import Any, Final

from dolenti.guideline.facts import Dictionary
from dolenti.guideline.knowledge import Edition, Rule, Source
from dolenti.guideline.words import in_words
from dolenti.terminal.knowledge import example_said, said
from dolenti.terminal.reviews import reviews_of

_WORDS: Final = {
    "fr": {
        "rule": "Règle", "field": "Champ", "value": "Valeur", "sources": "Sources",
        "examples": "Exemples", "review": "Relecture", "unread": "non lue", "yes": "oui",
        "no": "non", "unknown": "indéterminé", "verified": "vérifié", "unverified": "non vérifié",
    },
    "en": {
        "rule": "Rule", "field": "Field", "value": "Value", "sources": "Sources",
        "examples": "Examples", "review": "Review", "unread": "not read", "yes": "yes",
        "no": "no", "unknown": "unknown", "verified": "verified", "unverified": "not verified",
    },
}  # fmt: skip
# Said in lines of their own, or for our own machines.
_APART: Final = frozenset({"id", "when", "examples", "because", "sources", "verified"})
# What would be read as a mark of the form.
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|])")


def entry_as_markdown(entry: Any, edition: Edition, language: str) -> str:
    """An entry whole: what it says, its rule in words, each field, source, review and example.
    A rule that nobody verified says so beside its basis."""
    words = _WORDS[language]
    lines = [f"# {_plain(getattr(entry, 'id', type(entry).__name__))}", ""]
    if isinstance(entry, Rule):
        because = _plain(entry.because.in_language(language))
        when = _plain(in_words(entry.when, Dictionary.of(edition), language))
        lines += [because, "", f"**{words['rule']}** {when}", ""]
    rows = [
        (field, said(getattr(entry, field), language))
        for field in entry.__struct_fields__
        if field not in _APART and getattr(entry, field) not in (None, (), False)
    ]
    if hasattr(entry, "basis"):
        seen = edition.verified(getattr(entry, "sources", ()))
        rows.append(("verified", words["verified" if seen else "unverified"]))
    lines += [f"| {words['field']} | {words['value']} |", "|---|---|"]
    lines += [f"| {_plain(field)} | {_plain(value)} |" for field, value in rows]
    lines += _sources(entry, edition, words)
    reviews = reviews_of(entry, edition, language)
    if reviews:
        lines += ["", f"## {words['review']}", "", *(f"- {_plain(one)}" for one in reviews)]
    lines += _examples(entry, language, words)
    return "\n".join(lines) + "\n"


def _sources(entry: Any, edition: Edition, words: dict[str, str]) -> list[str]:
    by_id = {source.id: source for source in edition.sources}
    cited = [one for one in getattr(entry, "sources", ()) if hasattr(one, "id")]
    if not cited:
        return []
    return ["", f"## {words['sources']}", "", *(_source(one, by_id, words) for one in cited)]


def _source(cited: Any, by_id: dict[str, Source], words: dict[str, str]) -> str:
    source = by_id.get(cited.id)
    if source is None:
        return f"- {_plain(cited.id)}"
    parts = [source.title, source.publisher, source.year and str(source.year), source.identifier]
    text = ", ".join(_plain(part) for part in parts if part)
    place = f" ({_plain(cited.at)})" if getattr(cited, "at", None) else ""
    return f"- {text}{place}" + (f" – *{words['unread']}*" if source.mark == "K" else "")


def _examples(entry: Any, language: str, words: dict[str, str]) -> list[str]:
    found = []
    for example in getattr(entry, "examples", ()):
        answer, told = example_said(example, language)
        named = {True: words["yes"], False: words["no"], None: words["unknown"]}
        shown = answer if isinstance(answer, str) else named[answer]
        found.append(f"- {_plain(shown)}: {_plain(told)}" if shown else f"- {_plain(told)}")
    return ["", f"## {words['examples']}", "", *found] if found else []


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
