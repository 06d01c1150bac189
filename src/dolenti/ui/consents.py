"""The text of a consent as a page shows it, in the patient's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.guideline.consent import Consent, Statement


@dataclass(frozen=True)
class Part:
    """One chapter: a title, its sentences, each with a note where it has one."""

    title: str
    sentences: list[tuple[str, str]]


@dataclass(frozen=True)
class BenefitLine:
    """What is claimed beside what was found, and the figures."""

    claim: str
    found: str
    findings: list[str]


@dataclass(frozen=True)
class RiskLine:
    """What may happen, how often, when, how long."""

    says: str
    serious: bool
    frequency: str
    counted: str
    onset: str
    lasts: str


@dataclass(frozen=True)
class Told:
    """The whole text. ``before`` and ``after`` are the chapters around benefits and risks."""

    label: str
    place: str
    before: list[Part]
    medicines: list[tuple[str, list[str]]]
    about_medicines: list[tuple[str, str]]
    benefits: list[BenefitLine]
    risks: list[RiskLine]
    after: list[Part]
    declarations: list[str]


def told(consent: Consent, language: str) -> Told:
    """A composed consent in words. Titles are in the language that is in force."""

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
            (_("Who does it, and what the law says"), consent.practice),
        ),
        [
            (
                medicine.label.in_language(language),
                [
                    statement.says.in_language(language)
                    for statement in (
                        medicine.off_label,
                        medicine.authorisation,
                        medicine.unsourced_use,
                    )
                    if statement is not None
                ],
            )
            for medicine in consent.medicines
        ],
        said(consent.about_medicines),
        [
            BenefitLine(
                benefit.claim.says.in_language(language),
                benefit.found.says.in_language(language),
                [one.says.in_language(language) for one in benefit.findings],
            )
            for benefit in consent.benefits
        ],
        [
            RiskLine(
                risk.statement.says.in_language(language),
                risk.serious,
                risk.frequency.in_language(language),
                risk.counted.in_language(language),
                risk.onset.in_language(language),
                risk.lasts.in_language(language),
            )
            for risk in consent.risks
        ],
        parts(
            (_("When to call or go to hospital at once"), consent.urgent),
            (_("Afterwards"), consent.aftercare),
            (_("What else is possible"), consent.alternatives),
            (pgettext("course", "Price"), consent.price),
            (_("Your rights"), consent.rights),
            (_("Your record"), consent.record),
        ),
        [statement.says.in_language(language) for statement in consent.declarations],
    )
