"""What a session prints and shows once it is signed: sentences, and no id of the knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from dolenti.access.models import User
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.session.report import Reporter
from dolenti.guideline.knowledge import Criterion, Edition, Entry, RedFlag
from dolenti.guideline.session.content import content as room_content
from dolenti.records import engine
from dolenti.treatment.content import Injected, Override, Preparation, kept, read
from dolenti.treatment.models import Session
from tests.web import room as make
from tests.web.world import clinic

pytestmark = pytest.mark.any_database


@pytest.fixture
def session(alice: User) -> Session:
    return clinic(alice).session


def rules(part: object) -> Iterator[str]:
    """The ids of everything that can speak against an act: whatever has a severity, every
    criterion of a therapy, every red flag."""
    if isinstance(part, (tuple, list)):
        for one in part:
            yield from rules(one)
    elif isinstance(part, dict):
        yield from rules(list(part.values()))
    elif isinstance(part, Entry):
        if hasattr(part, "severity") or isinstance(part, (Criterion, RedFlag)):
            yield str(getattr(part, "id", ""))
        for field in part.__struct_fields__:
            yield from rules(getattr(part, field))


def every_rule(edition: Edition) -> list[str]:
    return sorted({*rules(edition), *rules(room_content(edition))} - {""})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_whatever_was_overridden_is_said_in_words(
    language: str, alice: User, session: Session
) -> None:
    """« Passé outre à : red-flag-spine-age-at-onset » stood in a signed record."""
    edition = engine.edition_in_force()
    record = make.signed_off(alice, session)
    past = tuple(
        Override(
            rule=one, reason="Vu et discuté", by="practitioner", who="x", name="Alice",
            at=datetime.now(UTC),
        )
        for one in every_rule(edition)
    )  # fmt: skip
    assert len(past) > 300
    for kind, name in ((Preparation, "preparation"), (Injected, "injected")):
        part = msgspec.structs.replace(read(kind, getattr(record, name)), overrides=past)
        setattr(record, name, kept(part))
    lines = [
        f"{name} {said}"
        for chapter in Reporter(record, Lookup(edition, language)).chapters()
        for name, said in chapter.lines
    ]
    english = {"off-label"}  # an id that is the very word
    named = {one for one in every_rule(edition) if "-" in one} - english
    raw = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(named))})(?![\w-])")
    assert not [found for line in lines for found in raw.findall(line)]
