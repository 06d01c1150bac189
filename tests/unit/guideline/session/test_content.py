"""What is written of the room: read only when asked, strict, and never said to be signed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from dolenti.guideline import session
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Signature
from dolenti.guideline.loading import SHIPPED, folder_texts, load_edition, load_folder
from dolenti.guideline.reviews import governed, governed_by_id
from dolenti.guideline.signing import content_hash
from tests.small_edition import TEXTS, small_edition

EDITION = load_folder()
CONTENT = session.content(EDITION)

ASSESS = """
import sys
from datetime import date
from dolenti import guideline
edition = guideline.load_folder()
complaint = {"condition": "knee-osteoarthritis", "zone": "knee", "side": "right"}
case = guideline.read_case({"patient": {}, "complaint": complaint}, edition, date(2026, 11, 28))
guideline.as_json(guideline.Judge(edition).assess(case))
print(sorted(name for name in sys.modules if name.startswith("dolenti.guideline.session")))
"""


@pytest.fixture(autouse=True)
def _cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of a broken copy is not kept in the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def altered(name: str, old: str, new: str) -> Edition:
    """The shipped knowledge with one place of the room's changed."""
    texts = folder_texts(SHIPPED)
    assert texts[name].count(old) >= 1
    changed = texts[name].replace(old, new, 1)
    return load_edition({**TEXTS, name: changed} | _rest_of_the_session(texts, name))


def _rest_of_the_session(texts: dict[str, str], but: str) -> dict[str, str]:
    return {n: text for n, text in texts.items() if n.startswith("session/") and n != but}


def test_an_assessment_reads_nothing_of_the_room() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASSESS], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_hash_of_the_edition_is_also_of_the_room() -> None:
    texts = {**TEXTS, "session/pause/turn-to.yaml": "[]"}
    assert load_edition(texts).sha256 != small_edition().sha256


def test_a_broken_file_of_the_room_stops_no_assessment_and_says_its_line() -> None:
    broken = altered("session/pause/leaving.yaml", "title:", "titel:")
    with pytest.raises(InputError, match=r"session/pause/leaving\.yaml:\d+: .*titel"):
        session.content(broken)


def test_a_missing_and_a_strange_file_are_named() -> None:
    texts = {n: t for n, t in folder_texts(SHIPPED).items() if n.startswith("session/")}
    without = {n: t for n, t in texts.items() if n != "session/emergency/kit.yaml"}
    with pytest.raises(InputError, match=r"lacks session/emergency/kit\.yaml"):
        session.content(load_edition({**TEXTS, **without}))
    with pytest.raises(InputError, match=r"session/other\.yaml: this file is no part"):
        session.content(load_edition({**TEXTS, **texts, "session/other.yaml": "[]"}))


def test_an_edition_of_before_says_nothing_of_the_room() -> None:
    assert not session.has_content(small_edition())
    with pytest.raises(InputError, match="says nothing of the session"):
        session.content(small_edition())


def test_what_there_is() -> None:
    counts = {
        "lines": 29, "checklists": 8, "cards": 7, "events": 38, "routes": 8, "clusters": 2,
        "leaflets": 7, "zones": 11, "areas": 37, "targets": 17, "refused": 8, "nerves": 6,
        "never_frozen": 5, "usual_mixtures": 25,
    }  # fmt: skip
    assert {part: len(getattr(CONTENT, part)) for part in counts} == counts
    assert len(CONTENT.kit.items) == 21
    assert len(CONTENT.scales) == 13 + 1  # the general one
    kinds = [area.kind for area in CONTENT.areas]
    assert {kind: kinds.count(kind) for kind in kinds} == {"forbidden": 8, "limit": 22, "warn": 7}
    tiers = [mixture.tier for mixture in CONTENT.usual_mixtures]
    assert {tier: tiers.count(tier) for tier in tiers} == {
        "offer": 7, "decision": 7, "withheld": 4, "not-offered": 7,
    }  # fmt: skip


def test_no_clinician_has_read_it_and_it_says_so() -> None:
    assert session.signed(EDITION).signed == 0
    notice = session.signed(EDITION, "session/emergency").notice
    assert notice is not None
    assert notice.en == "No clinician has read this content yet."


def test_only_what_was_read_is_verified() -> None:
    marks = {line.id: (line.mark, session.verified(EDITION, line)) for line in CONTENT.lines}
    assert marks["last-session"] == ("R", True)
    assert marks["blood-thinner"] == ("K", False)
    assert marks["kit"] == ("J", False)
    # Read, but one of its sources was not: not verified either.
    assert marks["unit-state"] == ("R", False)


def test_every_rule_of_the_room_is_reviewed_and_signed_by_its_place() -> None:
    names = [rule.id for rule in governed(EDITION)]
    assert len(names) == len(set(names))
    mine = [rule for rule in governed(EDITION) if rule.place.startswith("session/")]
    assert len(mine) == session.signed(EDITION).rules > 250
    assert all(rule.id.startswith("session/") and rule.review is not None for rule in mine)


def test_a_signature_stands_on_one_rule_of_the_room_until_it_changes() -> None:
    name = "session/pause/lines/identity"

    def signed(sha256: str) -> Edition:
        one = Signature(
            rule=name, by="Dr Alice", profession="Médecin", on="2026-11-28", sha256=sha256
        )
        return replace(EDITION, signatures=(one,))

    good = signed(content_hash(governed_by_id(EDITION)[name].entry))
    assert session.signed(good, "session/pause").signed == 1
    assert session.signed(good, "session/map").signed == 0
    assert governed_by_id(good)[name].signatures
    stale = signed("f" * 64)
    assert session.signed(stale, "session/pause").signed == 0
    assert governed_by_id(stale)[name].void


def test_the_test_block_is_a_day_before_in_both_languages() -> None:
    block = CONTENT.cryoneurolysis.test_block
    assert block.says.fr.startswith(f"Bloc diagnostique au moins {block.hours_before}\u00a0h avant")
    assert f"at least {block.hours_before} h" in block.says.en
