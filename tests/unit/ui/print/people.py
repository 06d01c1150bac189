"""The cast, as it stands on paper."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone

from dolenti.guideline.consent import ConsentRequest, compose
from dolenti.guideline.loading import load_folder
from dolenti.ui.print import (
    Clinic,
    ConsentDocument,
    Patient,
    Practitioner,
    QuotationDocument,
    QuotationLine,
    RecordAccess,
    RecordAssessment,
    RecordComplaint,
    RecordConsent,
    RecordContact,
    RecordCourse,
    RecordDocument,
    RecordFact,
    RecordReferral,
    RecordSession,
    RecordVerdict,
    Signature,
)

EDITION = load_folder()
PARIS = timezone(timedelta(hours=1))
AT = datetime(2026, 11, 22, 10, 30, tzinfo=PARIS)
CLINIC = Clinic("Clinique Nord", ("1, rue du Lac", "69003 Lyon"), "04 00 00 00 00")
ALICE = Practitioner("Dr Alice Martin", "Rhumatologue", "10000000000")
PAUL = Patient("DURAND", "Paul", date(1958, 3, 2), sex="male", ins="158037512345678")
ZOE = Patient("LEFÈVRE", "Zoé", date(1984, 12, 6), used_name="MOREAU", sex="female")
STROKES = (tuple((float(x), 40 + 30 * math.sin(x / 9)) for x in range(120)), ((3.0, 4.0),))
SIGNATURE = Signature("Paul Durand", AT, "Lyon", STROKES)


def paul_consent(name: str = "Paul", signature: Signature | None = SIGNATURE) -> ConsentDocument:
    told = compose(
        EDITION,
        ConsentRequest(
            therapy="mesotherapy",
            day=AT.date(),
            condition="knee-osteoarthritis",
            side="right",
            products=("lidocaine", "piroxicam"),
        ),
    )
    patient = Patient("DURAND", name, date(1958, 3, 2))
    return ConsentDocument(told, CLINIC, ALICE, patient, AT, signature)


def zoe_quotation(description: str = "Séance de mésothérapie") -> QuotationDocument:
    return QuotationDocument(
        number="2026-0148",
        clinic=CLINIC,
        practitioner=ALICE,
        patient=ZOE,
        lines=(
            QuotationLine(description, 3, 8_000, "ANLB003", 0),
            QuotationLine("Consultation de suivi", 1, 6_050, "", 3_000),
        ),
        cover=(),
        made_at=AT,
        valid_until=date(2027, 2, 22),
    )


def zoe_record(text: str = "lidocaïne") -> RecordDocument:
    verdicts = tuple(
        RecordVerdict(text, status, (text, text))
        for status in ("redirect", "contraindicated", "not-indicated", "needs-information",
                       "caution", "possible")
    )  # fmt: skip
    return RecordDocument(
        clinic=CLINIC,
        patient=ZOE,
        made_at=AT,
        made_by="Dr Alice Martin",
        made_for=text,
        facts=(RecordFact("Allergie", text, None, text, AT, text),) * 60,
        complaints=(RecordComplaint(text, text, text, text),),
        assessments=(RecordAssessment(AT, text, text, "2026.1", verdicts),),
        courses=(
            RecordCourse(text, text, text, None, (RecordSession(AT, text, text, text),)),
            RecordCourse("Infiltration", text, text, AT.date()),
        ),
        consents=(RecordConsent(text, AT, "ab" * 32, AT), RecordConsent(text, AT, "cd" * 32)),
        referrals=(RecordReferral(AT, text, text), RecordReferral(AT, text, text, text)),
        access=(RecordAccess(text, text, 14, AT),),
        contacts=(RecordContact(text, text, text, AT), RecordContact(text, "", text)),
    )
