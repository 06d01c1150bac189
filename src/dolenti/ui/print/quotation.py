"""The written price before care (devis): who, what, how much, until when, what is covered.

What it holds follows French law as far as the sources named here say: the written information of
article L. 1111-3 of the code de la santé publique (source ``csp-l1111-3``; ``arrete-2008-10-02``
for its threshold) and the list of a departmental council (``order-calvados-quotation-2015``):
date, practitioner, patient, validity, description, total, what is reimbursed, signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dolenti.guideline.consent import Statement
from dolenti.guideline.errors import InputError
from dolenti.ui.print import words
from dolenti.ui.print.drawing import signature_svg
from dolenti.ui.print.heads import clinic_head, patient_head, practitioner_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Patient, Practitioner, Signature
from dolenti.ui.print.writing import day, euros, moment


@dataclass(frozen=True)
class QuotationLine:
    """One kind of care. ``unit_cents`` is its price, tax included; ``tariff_cents`` what the
    national insurance sets for one, ``None`` where that is not known. ``code`` is the CCAM's."""

    description: str
    quantity: int
    unit_cents: int
    code: str = ""
    tariff_cents: int | None = None

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.unit_cents < 0 or (self.tariff_cents or 0) < 0:
            raise InputError(
                "a quantity is at least 1 and a price is not negative; correct this line",
                self.description,
                fr="une quantité vaut au moins 1 et un prix n’est pas négatif\u00a0; corrigez "
                "cette ligne",
            )


@dataclass(frozen=True)
class QuotationDocument:
    """A quotation. ``cover`` is what the knowledge says of reimbursement (``consent.cover``); a
    quotation has no bibliography. ``made_at`` is aware. ``jurisdiction`` names the law printed."""

    number: str
    clinic: Clinic
    practitioner: Practitioner
    patient: Patient
    lines: tuple[QuotationLine, ...]
    cover: tuple[Statement, ...]
    made_at: datetime
    valid_until: date
    therapy: str = ""
    jurisdiction: str = "FR"
    signature: Signature | None = None

    def __post_init__(self) -> None:
        if not self.lines:
            raise InputError(
                "a quotation needs at least one line; add the care proposed",
                "lines",
                fr="un devis compte au moins une ligne\u00a0; ajoutez les soins proposés",
            )
        if self.valid_until < self.made_at.date():
            raise InputError(
                "a quotation cannot end before it is made; choose a later date",
                "valid_until",
                fr="un devis ne peut pas expirer avant d’être établi\u00a0; choisissez une date "
                "plus tardive",
            )

    @property
    def total_cents(self) -> int:
        """What the patient pays, in cents."""
        return sum(line.quantity * line.unit_cents for line in self.lines)

    @property
    def tariff_cents(self) -> int | None:
        """The sum of the tariffs, in cents; ``None`` as soon as one is unknown."""
        tariffs = [line.tariff_cents for line in self.lines]
        if any(tariff is None for tariff in tariffs):
            return None
        return sum(
            line.quantity * (line.tariff_cents or 0) for line in self.lines
        )  # fmt: skip


def quotation(document: QuotationDocument, language: str) -> bytes:
    """The PDF/UA of a quotation, in ``fr`` or ``en``."""
    drawing = signature_svg(document.signature.strokes) if document.signature else ""
    return pdf("quotation", _content(document, language), document.made_at, drawing=drawing)


def _content(document: QuotationDocument, language: str) -> dict[str, Any]:
    fixed = words.in_language(words.SHARED, words.QUOTATION, language=language)
    tariff = document.tariff_cents
    signature = document.signature
    return {
        "lang": language,
        "words": fixed,
        "title": f"{fixed['number']} {document.number}",
        "clinic": clinic_head(document.clinic, language),
        "patient": patient_head(document.patient, language),
        "practitioner": practitioner_head(document.practitioner),
        "therapy": document.therapy,
        "number": document.number,
        "date": day(document.made_at.date(), language),
        "valid-until": day(document.valid_until, language),
        "lines": [_line(line, language) for line in document.lines],
        "with-codes": any(line.code for line in document.lines),
        "with-tariffs": any(line.tariff_cents is not None for line in document.lines),
        "total": euros(document.total_cents, language),
        "tariff": None if tariff is None else euros(tariff, language),
        "excess": (
            None if tariff is None else euros(max(document.total_cents - tariff, 0), language)
        ),
        "cover": [
            {
                "text": statement.says.in_language(language),
                "refs": [],
                "unverified": not statement.verified,
            }
            for statement in document.cover
        ],
        "law": fixed["law"] if document.jurisdiction == "FR" else "",
        "signature": signature
        and {
            "name": signature.name,
            "place": signature.place,
            "at": moment(signature.at, language),
        },
        "sources": [],
    }


def _line(line: QuotationLine, language: str) -> dict[str, Any]:
    return {
        "description": line.description,
        "code": line.code,
        "quantity": str(line.quantity),
        "unit": euros(line.unit_cents, language),
        "tariff": "–" if line.tariff_cents is None else euros(line.tariff_cents, language),
        "amount": euros(line.quantity * line.unit_cents, language),
    }
