"""What must stand on the two pages that are signed, picked from the whole of a consent.

It picks and never rewords. What is left out is a figure, a note or what is told on another paper;
it stands, with every source, in the details. No risk is left out, and nothing that is asked of the
patient, that speaks for caution in them, or that tells them whom to call.
"""

from __future__ import annotations

from dataclasses import replace

from dolenti.guideline.consent.values import Benefit, Consent, Medicine, Risk, Statement


def in_short(consent: Consent) -> Consent:
    """The consent as it stands on the paper that is signed."""
    off_label = any(one.off_label is not None for one in consent.medicines)
    return replace(
        consent,
        proposal=_bare(consent.proposal),
        purpose=_bare(consent.purpose),
        particular=_bare(consent.particular),
        medicines=tuple(_medicine(one) for one in consent.medicines),
        about_medicines=_bare(consent.about_medicines),
        practice=_bare(
            # said of each product already, which says it better
            tuple(s for s in consent.practice if not (off_label and s.id.endswith("-off-label")))
        ),
        benefits=tuple(_benefit(one) for one in consent.benefits),
        risks=tuple(_risk(one) for one in consent.risks),
        urgent=_bare(consent.urgent),
        aftercare=(),
        alternatives=_bare(consent.alternatives),
        price=_bare(consent.price),
        rights=_bare(consent.rights),
        record=(),
    )


def _bare(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return tuple(replace(one, note=None) for one in statements)


def _medicine(medicine: Medicine) -> Medicine:
    return replace(medicine, authorisation=replace(medicine.authorisation, note=None))


def _benefit(benefit: Benefit) -> Benefit:
    return replace(benefit, claim=replace(benefit.claim, note=None), findings=())


def _risk(risk: Risk) -> Risk:
    return replace(risk, statement=replace(risk.statement, note=None))
