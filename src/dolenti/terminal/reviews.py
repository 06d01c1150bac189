"""Who answers for the rules: what is due, what nobody signed, what is overridden most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal, Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Review
from dolenti.guideline.near import nearest
from dolenti.guideline.report import edition_as_json
from dolenti.guideline.reviews import Governed, governed, governed_by_id
from dolenti.guideline.signing import content_hash
from dolenti.guideline.words import date_in_words

_SHOWN = 10

_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Relecture des règles au", "covers": "Porte sur", "asked": "Relecteur voulu",
        "reviewer": "Relecteur", "nobody": "personne encore", "by": "À relire avant le",
        "rules": "Règles", "signed": "Signées", "due": "échue", "colon": "\u00a0: ",
        "counts": "Règles\u00a0: {rules}, dont signées {signed}, à relire {due}.",
        "void": "Signature sans valeur, la règle ayant changé depuis", "who": "Signé par",
        "unsigned": "personne",
        "no-site": "Pas de site ici\u00a0: les règles auxquelles on passe outre ne se "
        "comptent que là où un site tourne.",
        "passed": "Verdicts auxquels on a passé outre sur ce site",
        "syringes": "Seringues préparées malgré un avertissement, par décision écrite",
        "of": "Quoi", "verdict": "verdict", "syringe": "seringue", "times": "Fois", "rule": "Règle",
        "therapy": "Traitement", "no-indication": "aucune indication retenue",
    },
    "en": {
        "title": "Review of the rules on", "covers": "Covers", "asked": "Reviewer wanted",
        "reviewer": "Reviewer", "nobody": "nobody yet", "by": "Review by",
        "rules": "Rules", "signed": "Signed", "due": "due", "colon": ": ",
        "counts": "Rules: {rules}; signed: {signed}; due for review: {due}.",
        "void": "Void signature: the rule has changed since", "who": "Signed by",
        "unsigned": "nobody",
        "no-site": "There is no site here: overridden rules are counted where a site runs.",
        "passed": "Overridden verdicts on this site",
        "syringes": "Syringes prepared by a written decision",
        "of": "Of", "verdict": "verdict", "syringe": "syringe", "times": "Times", "rule": "Rule",
        "therapy": "Therapy", "no-indication": "no indication met",
    },
}  # fmt: skip


class Overridden(Protocol):
    """A rule that was overridden: of a verdict or of a syringe, and how often."""

    @property
    def kind(self) -> Literal["verdict", "syringe"]: ...
    @property
    def therapy(self) -> str: ...
    @property
    def rule(self) -> str | None: ...
    @property
    def times(self) -> int: ...


class Overrides(Protocol):
    """What was overridden on a site: ``records.judging.overridden.Overrides``."""

    @property
    def verdicts(self) -> int: ...
    @property
    def syringes(self) -> int: ...
    @property
    def rules(self) -> Sequence[Overridden]: ...


def as_json(
    edition: Edition, as_of: date, passed: Overrides | None, language: str
) -> dict[str, Any]:
    """All of it; ``overridden`` is null where there is no site."""
    found = governed(edition)
    return {
        "edition": edition_as_json(edition),
        "as_of": as_of.isoformat(),
        "rules": len(found),
        "due": [_rule(rule, language) for rule in found if rule.due(as_of)],
        "unsigned": [rule.id for rule in found if not rule.signatures],
        "signed": [_rule(rule, language) for rule in found if rule.signatures],
        "void": [{"rule": rule.id, **_signature(one)} for rule in found for one in rule.void],
        "reviews": [
            {
                "covers": list(review.covers),
                "reviewer": review.reviewer,
                "asked": review.asked.in_language(language),
                "review_by": review.review_by,
                "due": any(rule.due(as_of) for rule in mine),
                "rules": len(mine),
                "signed": sum(bool(rule.signatures) for rule in mine),
            }
            for review, mine in _by_review(edition, found)
        ],
        "overridden": None if passed is None else {
            "verdicts": passed.verdicts,
            "syringes": passed.syringes,
            "rules": [
                {"of": one.kind, "therapy": one.therapy, "rule": one.rule, "times": one.times}
                for one in passed.rules
            ],
        },
    }  # fmt: skip


def _rule(rule: Governed, language: str) -> dict[str, Any]:
    review = rule.review
    return {
        "rule": rule.id,
        "place": rule.place,
        "kind": rule.kind,
        "reviewer": review.reviewer if review else None,
        "asked": review.asked.in_language(language) if review else None,
        "review_by": review.review_by if review else None,
        "signed": [_signature(one) for one in rule.signatures],
    }


def _signature(one: Any) -> dict[str, str]:
    return {"by": one.by, "profession": one.profession, "on": one.on}


def _by_review(edition: Edition, found: Iterable[Governed]) -> list[tuple[Review, list[Governed]]]:
    mine: dict[int, list[Governed]] = {id(review): [] for review in edition.reviews}
    for rule in found:
        if rule.review is not None:
            mine[id(rule.review)].append(rule)
    return [(review, mine[id(review)]) for review in edition.reviews]


def reviewed(rule: Governed, language: str) -> str:
    """The reviewer line of one rule, and who signed it."""
    words, review = _WORDS[language], rule.review
    if review is None:
        return words["nobody"]
    reviewer = review.reviewer or f"{words['nobody']} ({review.asked.in_language(language)})"
    day = date_in_words(date.fromisoformat(review.review_by), language)
    signed = "; ".join(f"{one.by}, {one.profession}, {one.on}" for one in rule.signatures)
    return (
        f"{words['reviewer']}{words['colon']}{reviewer}. {words['by']} {day}. "
        f"{words['who']}{words['colon']}{signed or words['unsigned']}."
    )


def reviews_of(entry: Any, edition: Edition, language: str) -> list[str]:
    """The reviewer lines of one entry of the knowledge."""
    return [reviewed(one, language) for one in governed(edition) if one.entry is entry]


def show(
    console: Console, edition: Edition, as_of: date, passed: Overrides | None, language: str
) -> None:
    """Tables: who is to review what, who signed, and what is overridden."""
    words, found = _WORDS[language], governed(edition)
    console.print(Text(f"{words['title']} {date_in_words(as_of, language)}", style="bold"))
    table = Table(header_style="bold")
    for heading in ("covers", "reviewer", "by"):
        table.add_column(words[heading], overflow="fold")
    for heading in ("rules", "signed"):
        table.add_column(words[heading], justify="right")
    for review, mine in _by_review(edition, found):
        day = Text(date_in_words(date.fromisoformat(review.review_by), language))
        if any(rule.due(as_of) for rule in mine):
            day.append(f" ({words['due']})", style="bold red")
        asked = review.asked.in_language(language)
        table.add_row(
            Text("\n".join(review.covers)),
            Text(review.reviewer or f"{words['nobody']} ({asked})"),
            day,
            str(len(mine)),
            str(sum(bool(rule.signatures) for rule in mine)),
        )
    console.print(table)
    for rule in found:
        for one in rule.signatures:
            console.print(
                Text(f"  ✓ {rule.id}{words['colon']}{one.by}, {one.profession}, {one.on}")
            )
        for one in rule.void:
            line = f"  ✗ {rule.id}{words['colon']}{words['void']} ({one.by}, {one.on})"
            console.print(Text(line, style="red"))
    counts = words["counts"].format(
        rules=len(found),
        signed=sum(bool(rule.signatures) for rule in found),
        due=sum(rule.due(as_of) for rule in found),
    )
    console.print(counts)
    _show_passed(console, edition, passed, language)


def _show_passed(
    console: Console, edition: Edition, passed: Overrides | None, language: str
) -> None:
    words = _WORDS[language]
    if passed is None:
        console.print(Text(words["no-site"], style="dim"))
        return
    console.print(Text(f"{words['passed']}{words['colon']}{passed.verdicts}", style="bold"))
    console.print(Text(f"{words['syringes']}{words['colon']}{passed.syringes}", style="bold"))
    if not passed.rules:
        return
    known = governed_by_id(edition)
    table = Table(words["therapy"], words["of"], words["rule"], header_style="bold")
    table.add_column(words["times"], justify="right")
    for one in passed.rules[:_SHOWN]:
        rule = known.get(one.rule or "")
        says = rule.entry.because.in_language(language) if rule else one.rule
        of, times = words[one.kind], str(one.times)
        table.add_row(one.therapy, of, says or words["no-indication"], times)
    console.print(table)


def signatures(edition: Edition, rules: Sequence[str], by: str, profession: str, on: date) -> str:
    """Lines for ``signatures.yaml``. Raises ``InputError`` for what is no rule."""
    known = governed_by_id(edition)
    if not by.strip() or not profession.strip():
        raise InputError(
            "a signature bears a name and a profession; write --by and --profession",
            fr="une signature porte un nom et une profession\u00a0; écrivez --by et --profession",
        )
    lines = []
    for name in rules:
        if name not in known:
            close = nearest(name, known)
            raise InputError(
                f"“{name}” is no rule that can be signed{close.en}",
                fr=f"«\u00a0{name}\u00a0» n’est pas une règle qui se signe{close.fr}",
            )
        lines += [
            f"- rule: {name}",
            f"  by: {_quoted(by)}",
            f"  profession: {_quoted(profession)}",
            f'  on: "{on.isoformat()}"',
            f"  sha256: {content_hash(known[name].entry)}",
        ]
    return "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    """A text as YAML writes it, whatever is in it: JSON is YAML."""
    import msgspec

    return msgspec.json.encode(text).decode()
