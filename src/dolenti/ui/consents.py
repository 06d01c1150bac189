"""The text of a consent as a page shows it, in the patient's language: what the paper has, and no
more. Its figures and sources are a document beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.guideline.consent import Consent, Statement, in_short, together
from dolenti.guideline.consent.words import FREQUENCY, NOT_COUNTED
from dolenti.guideline.words import lower_first


@dataclass(frozen=True)
class Part:
    """One chapter: a title, its sentences, each with a note where it has one."""

    title: str
    sentences: list[tuple[str, str]]


@dataclass(frozen=True)
class BenefitLine:
    """What is claimed beside what was found."""

    claim: str
    found: str


@dataclass(frozen=True)
class RiskLine:
    """What would be serious: how often it happens, and when."""

    says: str
    frequency: str
    counted: str
    onset: str

    @property
    def begins(self) -> str:
        """When it begins, within a sentence."""
        return lower_first(self.onset)


@dataclass(frozen=True)
class Told:
    """The whole text. ``before`` and ``after`` are the chapters around benefits and risks;
    ``risks`` those that are not serious, by how often they happen."""

    label: str
    place: str
    before: list[Part]
    medicines: list[tuple[str, list[str]]]
    about_medicines: list[tuple[str, str]]
    benefits: list[BenefitLine]
    risks: list[tuple[str, list[str]]]
    serious: list[RiskLine]
    after: list[Part]
    declarations: list[str]


def told(consent: Consent, language: str) -> Told:
    """A composed consent in words. Titles are in the language that is in force."""
    consent = in_short(consent)

    def said(statements: Iterable[Statement]) -> list[tuple[str, str]]:
        return [
            (s.says.in_language(language), s.note.in_language(language) if s.note else "")
            for s in statements
        ]

    def parts(*chapters: tuple[str, Iterable[Statement]]) -> list[Part]:
        made = (Part(title, said(statements)) for title, statements in chapters)
        return [part for part in made if part.sentences]

    place = [consent.site, *([consent.condition] if consent.condition else [])]
    return Told(
        consent.label.in_language(language),
        " · ".join(text.in_language(language) for text in place),
        parts(
            (_("What is proposed"), consent.proposal),
            (_("Why"), consent.purpose),
            (_("In your case"), consent.particular),
            (_("How it is done"), consent.practice),
        ),
        [
            (
                medicine.label.in_language(language),
                [statement.says.in_language(language) for statement in medicine.statements],
            )
            for medicine in consent.medicines
        ],
        said(consent.about_medicines),
        [
            BenefitLine(
                benefit.claim.says.in_language(language),
                benefit.found.says.in_language(language),
            )
            for benefit in consent.benefits
        ],
        [
            (often.in_language(language), says)
            for often in FREQUENCY.values()
            if (
                says := [
                    risk.statement.says.in_language(language)
                    for risk in consent.risks
                    if risk.frequency == often and not risk.serious
                ]
            )
        ],
        [
            RiskLine(
                risk.statement.says.in_language(language),
                risk.frequency.in_language(language),
                "" if risk.counted == NOT_COUNTED else risk.counted.in_language(language),
                risk.onset.in_language(language),
            )
            for risk in consent.risks
            if risk.serious
        ],
        parts(
            (_("When to call or go to hospital at once"), consent.urgent),
            (_("What else is possible"), together(consent.alternatives)),
            (pgettext("course", "Price"), consent.price),
            (_("Your rights"), consent.rights),
        ),
        [statement.says.in_language(language) for statement in consent.declarations],
    )
