"""The auditor's screen: what it finds, what it never shows, and the trail as a file."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import dolenti
from dolenti.access import audit, chain, trail
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.guideline.words import date_in_words
from dolenti.records import gate
from dolenti.records.patients import opening
from dolenti.ui.labels import LABELS
from tests.web.queries import MOST, own_queries
from tests.web.world import PAUL, person, registered, sent

pytestmark = pytest.mark.each


@pytest.fixture
def at_ada(ada: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(ada)


def rows(browser: Client, **filters: str) -> str:
    response = browser.get(reverse("trail"), filters)
    assert response.status_code == 200, response.content.decode()
    found = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return " ".join(found.split())


def test_it_says_in_words_who_did_what(alice: User, at_ada: Client) -> None:
    zoe = registered(alice)
    gate.record(alice, zoe.public_id)
    found = rows(at_ada)
    assert "Alice" in found
    assert "dossier de patient créé" in found
    assert "lecture · dossier" in found
    assert "Martin" not in found  # a code, and no name


def test_it_is_filtered_by_person_patient_action_outcome_and_day(
    alice: User, bob: User, chloe: User, at_ada: Client
) -> None:
    zoe = registered(alice)
    gate.record(bob, zoe.public_id)
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert "Bob" not in rows(at_ada, actor=alice.public_id)
    assert "Bob" in rows(at_ada, actor=bob.public_id, patient=zoe.public_id)
    assert "lecture" not in rows(at_ada, action="register")
    assert rows(at_ada, outcome="refused") == ""
    assert "Bob" in rows(at_ada, first=today.isoformat(), last=today.isoformat())
    assert rows(at_ada, first=tomorrow.isoformat()) == ""


def test_another_sites_lines_are_not_there(
    alice: User, south: Site, browser_of: Callable[[User], Client]
) -> None:
    registered(alice)
    omar = person("Omar", Role.AUDITOR, south)
    assert "Alice" not in rows(browser_of(omar))


def test_mistyped_filters_say_so_and_stay(at_ada: Client) -> None:
    response = at_ada.get(reverse("trail"), {"first": "31/02/2026", "patient": "abc"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "31/02/2026" in page
    assert 'value="abc"' in page


def fill(user: User, count: int) -> None:
    for number in range(count):
        audit.record("read", actor=user, kind="record", object_id=str(number))


def test_a_long_trail_goes_on_where_the_page_ended_and_asks_no_more(
    alice: User, at_ada: Client
) -> None:
    counts = []
    for more in (20, 130):
        fill(alice, more)
        with own_queries() as asked:
            page = rows(at_ada, actor=alice.public_id)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= MOST
    assert page.count("<tr>") == trail.PER_PAGE
    first = AuditEntry.objects.filter(actor=alice.public_id).order_by("-sequence")[
        trail.PER_PAGE - 1
    ]
    rest = rows(at_ada, actor=alice.public_id, before=str(first.sequence))
    assert rest.count("<tr>") == trail.PER_PAGE


def test_a_day_is_found_without_reading_the_trail_through(ada: User) -> None:
    audit.record("read", actor=ada, kind="record")
    today = timezone.now() - timedelta(hours=1)
    query = trail.lines(ada, trail.Looked(start=today, equal={"actor": ada.public_id}))
    plan = query.explain()
    if connection.vendor == "sqlite":
        assert "USING INDEX" in plan
        assert "SCAN" not in plan


def test_a_patient_is_found_by_a_part_of_the_name_and_the_search_is_kept(
    alice: User, at_ada: Client, south: Site, browser_of: Callable[[User], Client]
) -> None:
    zoe = registered(alice)
    find = reverse("trail-find")
    for typed in ("mart", "MARTIN Zoé", "zoe martn", "02/03/1968"):
        page = at_ada.post(find, {"name": typed}).content.decode()
        assert f"{reverse('trail')}?patient={zoe.public_id}" in page, typed
    for wrong in ("z", "%", "nobody", "x" * 300, ""):
        answer = at_ada.post(find, {"name": wrong})
        assert answer.status_code == 422, wrong
        assert zoe.public_id not in answer.content.decode()
    searches = AuditEntry.objects.filter(action="find-patient").order_by("sequence")
    assert [one.detail["found"] for one in searches] == [1, 1, 1, 1, 0]
    assert "mart" not in str(list(searches.values())).lower()  # who was found, not what was typed
    elsewhere = browser_of(person("Omar", Role.AUDITOR, south))
    assert zoe.public_id not in elsewhere.post(find, {"name": "martin"}).content.decode()


def test_saved_views_count_a_week_and_show_what_was_read_from_outside(
    alice: User, bob: User, ada: User, at_ada: Client
) -> None:
    zoe, paul = registered(alice), registered(alice, PAUL)
    outsider = person("Dora", Role.PRACTITIONER, alice.site)
    opening.break_glass(sent(outsider), zoe, "collègue absent, douleur aiguë")
    gate.record(outsider, zoe.public_id)
    gate.record(bob, zoe.public_id)  # in the same hour, by right
    gate.record(alice, paul.public_id)
    page = at_ada.get(reverse("trail")).content.decode()
    outside = rows(at_ada, view="outside")
    assert "Dora" in outside
    assert "lecture" in outside
    assert "Bob" not in outside
    assert "Alice" not in outside
    counted = trail.counts(ada, opening.spans(ada, timezone.now()), timezone.now())
    assert (counted["openings"], counted["outside"]) == (1, 1)
    for name in trail.VIEWS:
        assert f"?view={name}" in page
    assert "Dora" in rows(at_ada, view="openings")
    audit.refuse(bob, sites=[], kind="record")
    assert "Bob" in rows(at_ada, view="refused")
    at_ada.post(reverse("trail-export"), {"view": "refused"})
    assert "Ada" in rows(at_ada, view="exports")


def test_a_press_verifies_the_chain_says_what_was_found_and_is_a_line(
    at_ada: Client, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "encore jamais été vérifié" in at_ada.get(reverse("trail")).content.decode()
    monkeypatch.setattr(trail.heads, "verify", chain.verify)  # no line is committed here
    verify = reverse("trail-verify")
    assert at_alice.post(verify).status_code == 403
    page = at_ada.post(verify, follow=True).content.decode()
    assert "aucune modifiée" in page
    assert f"lignes depuis le {date_in_words(timezone.localdate(), 'fr')}" in page
    asked = AuditEntry.objects.get(action="ask-to-verify")
    assert asked.actor_name == "Ada"
    checked = AuditEntry.objects.filter(action="verify-trail")
    assert checked.get().sequence > asked.sequence
    monkeypatch.setattr(trail, "AT_ONCE", 0)  # a long trail is the worker's
    queued = DBTaskResult.objects.count()
    assert "sa vérification est en cours" in at_ada.post(verify, follow=True).content.decode()
    assert (checked.count(), DBTaskResult.objects.count()) == (1, queued + 1)
    trail.note(12, [chain.Fault(3, "edited"), chain.Fault(12, "cut")])
    page = at_ada.get(reverse("trail")).content.decode()
    assert "présente 2 anomalies" in page
    assert "Ligne 3" in page
    assert "modifiée après son écriture" in page
    assert "dolenti audit verify" in page


def test_the_file_holds_the_lines_runs_nothing_and_is_itself_a_line(
    alice: User, at_ada: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(name="=cmd|'/c calc'!A1")
    alice.refresh_from_db()
    audit.record("read", actor=alice, kind="record")
    response = at_ada.post(reverse("trail-export"), {"actor": alice.public_id})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "'=cmd" in text
    assert ",=cmd" not in text
    assert AuditEntry.objects.filter(action="export-trail").count() == 1


RECORDING = {"record", "_record", "_tell", "change", "Step", "Press"}


def written_actions() -> set[str]:
    """Every action that the program writes as a word of its own."""
    found = set()
    for file in (Path(dolenti.__file__).parent).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [k.value for k in node.keywords if k.arg == "action"]
            if name in ("record", "_record", "Step", "Press") and node.args:
                texts.append(node.args[0])
            found |= {word for text in texts for word in words_of(text)}
    return found


def words_of(text: ast.AST) -> set[str]:
    """The words that an expression may be; of a word put together, its parts with ``*`` between."""
    if isinstance(text, ast.JoinedStr):
        parts = [str(p.value) if isinstance(p, ast.Constant) else "*" for p in text.values]
        return {"".join(parts)}
    if isinstance(text, ast.Constant):
        return {text.value} if isinstance(text.value, str) else set()
    return {word for child in ast.iter_child_nodes(text) for word in words_of(child)}


def test_every_action_of_the_trail_has_its_words() -> None:
    assert len(written_actions()) > 30
    known = LABELS["trail-action"]
    assert [one for one in written_actions() if not fnmatch.filter(known, one)] == []


def test_a_refused_page_is_named_by_its_address(ada: User, at_ada: Client) -> None:
    assert at_ada.get(reverse("people")).status_code == 403
    shown = at_ada.get(reverse("trail")).content.decode()
    assert '<code class="small">/people/</code>' in shown
    entry = AuditEntry.objects.get(action="enter", outcome="refused")
    assert entry.detail["page"] == "people"
