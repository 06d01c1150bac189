"""Two people do it: the second confirms what stood on the page that they read, and nothing else.
What changed since is refused, shown anew, and done by nobody."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

from django.test import Client
from django.urls import reverse
from django.utils import timezone

import dolenti
from dolenti.access.models import Site, User
from dolenti.identity.person import Identity
from dolenti.records.models import Merge, Patient
from dolenti.records.patients import care, merge_proposals, merging
from dolenti.records.patients.people import Person
from dolenti.rights import erasing
from dolenti.rights.models import Tombstone
from tests.web.world import administrator, colleague, crowd, of_old, registered, sent

SOURCE = Path(dolenti.__file__).parent
BrowserOf = Callable[[User], Client]


def form(page: str) -> dict[str, str]:
    own = next(
        one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="read"' in one
    )
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', own)
    return {name: unescape(value) for name, value in found} | {"sure": "on"}


def test_an_erasure_takes_no_record_that_was_merged_in_meanwhile(
    alice: User, north: Site, browser_of: BrowserOf
) -> None:
    one, two = administrator(north, "One"), administrator(north, "Two")
    kept, other = crowd(alice, 2)
    for patient in (kept, other):
        of_old(patient, 25, patient.birth_date)
    proposal = erasing.propose(sent(one), kept, timezone.localdate())
    address, browser = reverse("erasure-confirm", args=[proposal.public_id]), browser_of(two)
    said = form(browser.get(address).text)
    Patient.objects.filter(pk=other.pk).update(absorbed_by=kept)  # as a merge does
    answer = browser.post(address, said)
    assert answer.status_code == 422
    assert "a changé depuis" in answer.text
    again = form(answer.text)  # and what stands now, nobody proposed
    assert again["read"] != said["read"]
    answer = browser.post(address, again)
    assert answer.status_code == 422
    assert "autre dossier" in answer.text
    assert Patient.objects.filter(pk__in=(kept.pk, other.pk)).count() == 2
    assert not Tombstone.objects.exists()


def test_a_merge_is_of_the_values_that_were_read_and_checked(
    alice: User, browser_of: BrowserOf
) -> None:
    bob = colleague(alice, "Basile")
    identity = Identity("Martin", "Zoé", date(1970, 3, 2), "female", "75056")
    kept, absorbed = registered(alice), registered(alice, Person(identity))
    for patient in (kept, absorbed):
        care.take(alice, patient, alice)
        care.take(alice, patient, bob)
    checked = merging.differing(kept, absorbed)
    assert checked == ["birth_date"]
    proposal = merge_proposals.propose(sent(alice), kept, absorbed, "card seen", checked)
    address, browser = reverse("merge-confirm", args=[proposal.public_id]), browser_of(bob)
    said = form(browser.get(address).text)
    Patient.objects.filter(pk=absorbed.pk).update(
        birth_date=date(1999, 12, 31), version=absorbed.version + 1
    )
    answer = browser.post(address, said)
    assert answer.status_code == 422
    assert "a changé depuis" in answer.text
    answer = browser.post(address, form(answer.text))  # the word of who proposed it is of others
    assert answer.status_code == 422
    assert "de leurs différences" in answer.text
    assert not Merge.objects.exists()
    again = reverse("patient-merge-with", args=[kept.public_id, absorbed.public_id])
    stale = {**said, "keep": kept.public_id, "reason": "card seen", "checked": checked}
    assert browser.post(again, stale).status_code == 422


def test_every_service_that_a_second_person_confirms_takes_what_was_read() -> None:
    """Any module of ours that has a ``confirm`` for two people, by its ``author`` and another."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == "confirm":
                names = [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
                if names[:1] != ["actor"]:
                    continue
                found.append(path.name)
                assert "read" in names, path
    assert len(found) >= 4, found
