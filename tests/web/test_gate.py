"""The one gate: nobody goes round it."""

from __future__ import annotations

import re
from pathlib import Path

import dolenti
from dolenti.access.models import User
from dolenti.records import gate
from dolenti.records.models import Complaint

PACKAGE = Path(dolenti.__file__).parent


def test_no_screen_asks_the_database_itself() -> None:
    for folder in ("clinic", "ui"):
        for file in (PACKAGE / folder).rglob("*.py"):
            if file.parent.name == "demo":  # makes the demo's own site and user
                continue
            assert not re.search(r"\.objects\b|connection\.cursor|\.raw\(", file.read_text()), file


def test_a_role_that_reads_no_cases_gets_none_from_the_gate(ada: User, knee: Complaint) -> None:
    assert not gate.complaints(ada).exists()
    assert not gate.statements(ada, knee).exists()
    assert not gate.assessments(ada).exists()


def test_the_same_site_shares_its_cases(bob: User, knee: Complaint) -> None:
    assert gate.complaint(bob, knee.public_id) == knee


def test_public_ids_are_random_and_never_the_row_number(alice: User, knee: Complaint) -> None:
    ids = {alice.public_id, alice.site.public_id, knee.public_id}
    assert len(ids) == 3
    assert all(len(one) == 16 and not one.isdigit() for one in ids)
