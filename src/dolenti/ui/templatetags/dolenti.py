"""What templates say: bilingual texts, words for values, citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from dolenti.access.covered import cover
from dolenti.access.passkeys import passkey_id
from dolenti.calendar.moments import clock, day_in_words
from dolenti.guideline.knowledge import Text
from dolenti.guideline.numbers import unit_in_words
from dolenti.guideline.words import date_in_words
from dolenti.identity.phone import as_read
from dolenti.ui.births import birth_as_listed
from dolenti.ui.labels import ICONS, LABELS
from dolenti.ui.language import current

register = template.Library()
register.filter(passkey_id)
register.filter("birth", birth_as_listed)


@register.filter
def said(text: Text | None) -> str:
    """A bilingual text in the page's language."""
    return text.in_language(current()) if text is not None else ""


@register.filter
def label(value: str, family: str) -> Any:
    """The interface's word for an enumerated value; the value itself where there is none."""
    return LABELS[family].get(value, value)


@register.filter
def icon_of(value: str, family: str) -> str:
    """The icon's name for an enumerated value."""
    return ICONS[family].get(value, "info")


@register.filter
def covered(word: str) -> str:
    """A word that would say something of a patient, as an address carries it."""
    return cover(str(word))


@register.filter
def at(values: Mapping[Any, Any], key: Any) -> Any:
    """The value under a key."""
    return values.get(key)


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """``1er mai 2026``, ``1 May 2026``; of a moment, its day where the site stands."""
    return date_in_words(value, current()) if value is not None else ""


@register.filter(expects_localtime=True)
def weekday(value: date | None) -> str:
    """``vendredi 1er mai 2026``, ``Friday 1 May 2026``."""
    return day_in_words(value, current()) if value is not None else ""


@register.filter(expects_localtime=True)
def hour(value: datetime | None) -> str:
    """``9 h 05``, ``09:05``."""
    return clock(value.time(), current()) if value is not None else ""


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """``1er mai 2026 à 9 h 05``, ``1 May 2026, 09:05``."""
    if value is None:
        return ""
    return f"{day(value)}{' à ' if current() == 'fr' else ', '}{hour(value)}"


@register.filter
def numbered(encodes: tuple[str, ...]) -> list[str]:
    """The numbered statements of an entry; labels of sections are not for readers."""
    return [one for one in encodes if one[:1].isupper() and one[1:].isdigit()]


@register.filter
def figure(value: float | None) -> str:
    """A number as the language writes it, without needless zeros."""
    if value is None:
        return ""
    text = f"{float(value):.6g}"  # of a Decimal, “g” keeps the zeros behind
    return text.replace(".", ",") if current() == "fr" else text


@register.filter
def unit(code: str | None) -> str:
    """A unit of the knowledge (UCUM) as people write it."""
    return unit_in_words(code, current())


@register.filter
def phone(number: str) -> str:
    """A telephone number as it is read, which no line breaks."""
    return as_read(number)


@register.simple_tag
def span(low: float | None, high: float | None, unit: str = "") -> SafeString:
    """“4 à 13 mm”, “≤ 4 mm”, “4 mm”: a range with its unit, kept on one line."""
    unit_text = f"\u00a0{unit}" if unit else ""
    if low is None and high is None:
        return mark_safe("")
    if low is None:
        return format_html("≤\u00a0{}{}", figure(high), unit_text)
    if high is None:
        return format_html("≥\u00a0{}{}", figure(low), unit_text)
    if low == high:
        return format_html("{}{}", figure(low), unit_text)
    joint = "à" if current() == "fr" else "to"
    return format_html("{}\u00a0{}\u00a0{}{}", figure(low), joint, figure(high), unit_text)


@register.simple_tag
def icon(name: str, words: str = "") -> SafeString:
    """An icon of our sprite. Without ``words`` it is decoration beside a word."""
    return _icon(name, str(words))


@lru_cache(maxsize=400)  # a page has hundreds of the same few
def _icon(name: str, words: str) -> SafeString:
    href = f"{static('ui/icons.svg')}#{name}"
    if words:
        return format_html(
            '<svg class="icon icon-{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            name, words, href,
        )  # fmt: skip
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true"><use href="{}"></use></svg>', name, href
    )


@register.filter
def truth_icon(truth: str) -> SafeString:
    """Present, absent or unknown, as an icon that says so."""
    return _icon(ICONS["truth"][truth], str(LABELS["truth"][truth]))


@register.simple_tag
def criterion_lines(criteria: Iterable[Any], rules: str) -> SafeString:
    """A line for each criterion: its truth, and its sentence with the way to the rule.

    There are two hundred on a page, and they hardly ever change: each is written once.
    """
    language = current()
    return SafeString(
        "".join(
            _criterion_line(one.truth, one.id, one.sentence, rules, language) for one in criteria
        )
    )


@lru_cache(maxsize=8192)
def _criterion_line(
    truth: str, criterion: str, sentence: str, rules: str, language: str
) -> SafeString:
    line = '<li class="truth-{}">{}<a href="{}#{}">{}</a></li>'
    return format_html(line, truth, truth_icon(truth), rules, criterion, sentence)


@register.simple_tag
def reason_lines(reasons: Iterable[Any], how: str = "") -> SafeString:
    """Each rule with what became of it; ``bare``: without what kind of rule it is.

    There are forty on a page, and from one press to the next hardly one changes: each is written
    once for what it says, and what it says names nobody.
    """
    language = current()
    return SafeString("".join(_reason_line(one, how != "bare", language) for one in reasons))


@lru_cache(maxsize=4096)
def _reason_line(reason: Any, kind: bool, _language: str) -> SafeString:
    return render_to_string("ui/reason.html", {"reason": reason, "kind": kind})


@register.simple_tag
def claim_lines(claims: Iterable[Any]) -> SafeString:
    """What is claimed beside what was found, without the sources: the same on every page."""
    language = current()
    return SafeString(
        "".join(
            _claim(one.judgement, one.sentence, tuple(f.sentence for f in one.findings), language)
            for one in claims
        )
    )


@lru_cache(maxsize=1024)
def _claim(judgement: str, sentence: str, findings: tuple[str, ...], _language: str) -> SafeString:
    found = {"judgement": judgement, "sentence": sentence, "findings": findings}
    return render_to_string("ui/claim.html", found)


@register.simple_tag
def question_body(question: Any, field: Any, key: str) -> SafeString:
    """A question with what answers it, inside the form that sends it; written once as it stands."""
    write = _question_body.__wrapped__ if field.error else _question_body  # what was typed is kept
    return write(question, field, key, current())


@lru_cache(maxsize=4096)
def _question_body(question: Any, field: Any, key: str, _language: str) -> SafeString:
    return render_to_string("ui/question.html", {"question": question, "field": field, "key": key})


@register.simple_tag
def fact_fields(fields: Iterable[Any]) -> SafeString:
    """Facts that a form asks, each by its field. There are a hundred and thirty, and most are left
    open: of those each is written once. What was typed of somebody is kept by no process."""
    language = current()
    return SafeString(
        "".join((_open_fact if one.is_open else _fact)(one, language) for one in fields)
    )


def _fact(field: Any, _language: str) -> SafeString:
    return render_to_string("ui/fact.html", {"field": field})


_open_fact = lru_cache(maxsize=1024)(_fact)


@register.simple_tag
def verdict_badge(status: str, support: str = "", of: str = "", past: bool = False) -> SafeString:
    """A verdict in small: icon, word and colour. Where it lets a therapy be done, in one word what
    that rests on, which its shape says too. ``of`` is the therapy, where a line has several; one
    that is ``past`` has no colour of today."""
    name, word = ICONS["status"].get(status, "info"), str(LABELS["status"].get(status, status))
    rests = format_html("<small>\u00a0– {}</small>", LABELS["support-short"].get(support, support))
    return format_html(
        '<span class="badge{}{}">{}<span>{}{}{}</span></span>',
        "" if past else f" status-{status}",
        f" support-{support}" if support else "",
        "" if past else icon(name),
        f"{of}{pgettext('colon', ': ')}" if of else "",
        word.lower() if of else word,
        rests if support else "",
    )


@register.filter
def all_read(lines: Iterable[Any]) -> bool:
    """Whether every source that a sentence cites was read; none cited is not read."""
    seen = [line.seen for line in lines]
    return bool(seen) and all(seen)


@register.simple_tag
def basis_badge(basis: str, verified: bool) -> SafeString:
    """What a sentence rests on, and whether anybody of the project read it."""
    unverified = (
        ""
        if verified
        else format_html(
            '<span class="tag tag-unverified">{}{}</span>', icon("ask"), gettext("Not verified")
        )
    )
    return format_html(
        '<span class="tag basis-{}">{}</span>{}', basis, LABELS["basis"][basis], unverified
    )
