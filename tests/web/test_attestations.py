"""What the law leaves open: attested by the clinic in the very words, or said not to be."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from html import unescape
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AppendOnlyError, User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.clinic.common import request as common
from dolenti.clinic.site import checklist
from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.report import as_json
from dolenti.ledger.once import Submission
from dolenti.readiness import cards
from dolenti.records import engine, gate
from dolenti.records.judging import assessing, attestations
from dolenti.records.judging.attestations import Standing, attest, fingerprint, standings, text_of
from dolenti.records.models import Assessment, Attestation, Complaint
from dolenti.serum import opening
from tests.web.world import administrator, person, sent

pytestmark = pytest.mark.any_database

EDITION = engine.edition_in_force()
SERUM = "acs-status-fr"


def send(browser: Client, notice: str = SERUM, **form: str) -> Any:
    if not form:
        form = {"text": fingerprint(text_of(notice)), "sure": "yes"}
    return browser.post(reverse("knowledge-attest", args=[notice]), form)


def state(user: User, notice: str = SERUM) -> str:
    return standings(user, engine.edition_in_force())[notice].state


def card(browser: Client, notice: str = SERUM) -> str:
    page = unescape(browser.get(reverse("knowledge-choices")).content.decode())
    start = page.index(f'id="{notice}"')
    return page[start : page.index("</article>", start)]


@pytest.fixture
def next_edition(monkeypatch: pytest.MonkeyPatch) -> Iterator[Edition]:
    """The edition in force is another one, which attests the serum in other words."""
    notices = tuple(
        msgspec.structs.replace(one, attestation=Text(fr="Autre phrase.", en="Another sentence."))
        if one.id == SERUM
        else one
        for one in EDITION.notices
    )
    changed = msgspec.structs.replace(EDITION, notices=notices, sha256="f" * 64)
    for module in (attestations.engine, common.engine):
        monkeypatch.setattr(module, "edition_in_force", lambda: changed)
    return changed


def test_nothing_is_attested_by_default(at_alice: Client, alice: User) -> None:
    assert {one.state for one in standings(alice, EDITION).values()} == {"missing"}
    assert "Non attesté" in card(at_alice)


def test_a_practitioner_attests_the_very_words_for_the_clinic(
    alice: User, browser_of: Any, time_machine: Any
) -> None:
    time_machine.move_to("2026-11-22T10:00:00Z")
    at_alice = browser_of(alice)
    response = send(at_alice)
    assert response.headers["Location"] == reverse("knowledge-choices") + f"#{SERUM}"
    kept = Attestation.objects.get()
    assert (kept.site, kept.author, kept.withdrawn) == (alice.site, alice, False)
    assert Text(fr=kept.text_fr, en=kept.text_en) == text_of(SERUM)
    assert kept.edition_sha256 == EDITION.sha256
    assert "Attesté par Alice le 22 novembre 2026" in card(at_alice)


def test_a_second_sending_is_the_same_attestation(at_alice: Client) -> None:
    send(at_alice)
    assert send(at_alice).status_code == 302
    assert Attestation.objects.count() == 1


def test_an_attestation_is_withdrawn_by_a_further_row_and_given_again(
    at_alice: Client, alice: User
) -> None:
    send(at_alice, withdraw="yes")
    assert not Attestation.objects.exists()  # there was nothing to take back
    send(at_alice)
    for _twice in range(2):
        send(at_alice, withdraw="yes")
    assert [one.withdrawn for one in Attestation.objects.all()] == [False, True]
    assert "Non attesté : retiré par Alice" in card(at_alice).replace("\u00a0", " ")
    send(at_alice)
    assert state(alice) == "attested"
    assert Attestation.objects.count() == 3


def test_an_unticked_sentence_is_not_attested(at_alice: Client) -> None:
    response = send(at_alice, text=fingerprint(text_of(SERUM)))
    assert response.status_code == 422
    assert "Cochez la phrase" in response.content.decode()
    assert not Attestation.objects.exists()


def test_a_sentence_that_was_not_shown_is_not_attested(
    at_alice: Client, next_edition: Edition
) -> None:
    shown = next(one.attestation for one in EDITION.notices if one.id == SERUM)
    assert shown is not None
    response = send(at_alice, text=fingerprint(shown), sure="yes")
    assert response.status_code == 409
    assert not Attestation.objects.exists()


@pytest.mark.parametrize("who", ["bob", "ada"])
def test_other_roles_see_the_state_and_cannot_change_it(
    who: str,
    alice: User,
    request: pytest.FixtureRequest,
    browser_of: Callable[[User], Client],
) -> None:
    attest(alice, SERUM)
    browser = browser_of(request.getfixturevalue(who))
    assert "Attesté par Alice" in card(browser)
    assert "<form" not in card(browser)
    assert send(browser, withdraw="yes").status_code == 403
    assert send(browser, "off-label-disclosure-fr").status_code == 403
    assert Attestation.objects.count() == 1


def test_another_clinic_attests_for_itself(alice: User, chloe: User) -> None:
    attest(alice, SERUM)
    assert state(chloe) == "missing"
    attest(chloe, SERUM, withdraw=True)
    assert state(alice) == "attested"


def test_a_closed_account_learns_nothing(alice: User) -> None:
    attest(alice, SERUM)
    alice.is_active = False
    assert gate.attestations(alice) == {}


@pytest.mark.parametrize("notice", ["soho-2027", "no-such-notice"])
def test_what_asks_for_no_attestation_gets_none(notice: str, at_alice: Client) -> None:
    assert send(at_alice, notice, text="x", sure="yes").status_code == 404


def test_an_attestation_counts_only_for_the_text_attested(
    at_alice: Client, alice: User, request: pytest.FixtureRequest
) -> None:
    send(at_alice)
    send(at_alice, "off-label-disclosure-fr")
    request.getfixturevalue("next_edition")
    assert state(alice) == "renew"
    assert state(alice, "off-label-disclosure-fr") == "attested"
    assert "À renouveler : le texte a changé" in card(at_alice).replace("\u00a0", " ")
    send(at_alice)
    assert state(alice) == "attested"
    last = gate.attestations(alice)[SERUM]
    assert (last.text_fr, last.edition_sha256) == ("Autre phrase.", "f" * 64)


def test_what_was_attested_is_never_changed_or_removed(alice: User) -> None:
    attest(alice, SERUM)
    kept = Attestation.objects.get()
    for change in (kept.save, kept.delete):
        with pytest.raises(AppendOnlyError):
            change()


def law(browser: Client, address: str) -> str:
    """The one line on the law that a doctor reads."""
    html = browser.get(address).content.decode()
    line = re.search(r'<p class="small muted law[^>]*>(.*?)</p>', html, re.DOTALL)
    assert line is not None
    return " ".join(re.sub(r"<[^>]+>", "", line[1]).split())


def waiting(user: User) -> list[str]:
    """The notices that the checklist of the site counts."""
    stands = attestations.standings(user, engine.edition_in_force())
    return [notice for notice, one in stands.items() if one.state != "attested"]


def test_a_missing_attestation_is_one_line_and_changes_no_verdict(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    today = timezone.localdate()
    before = assessing.look(alice, knee, today)
    address = reverse("complaint", args=[knee.public_id])
    attest(alice, "decision-support-status")
    assert "Sérum autologue conditionné" in law(at_alice, address)
    assert "3 attendent l’attestation" in law(at_alice, address)  # each once, as the checklist says
    assert len(waiting(alice)) == 3
    assert "Cryoneurolyse" not in law(at_alice, address)
    attest(alice, SERUM)
    assert "Sérum" not in law(at_alice, address)
    assert "Attesté par Alice" in at_alice.get(reverse("knowledge-choices")).content.decode()
    after = assessing.look(alice, knee, today)
    assert as_json(after.judgement) == as_json(before.judgement)
    assert after.fingerprint != before.fingerprint


def test_a_stored_assessment_keeps_where_the_clinic_stood(
    at_alice: Client, alice: User, stored: Assessment
) -> None:
    attest(alice, SERUM)
    assert stored.attestations[SERUM] == asdict(Standing())
    address = reverse("assessment", args=[stored.public_id])
    assert "Attesté par" not in at_alice.get(address).content.decode()
    assert "4 attendent l’attestation" in law(at_alice, address)  # as on its day
    assert "Sérum autologue conditionné" in law(at_alice, address)
    assert engine.replay(stored).identical


def test_what_changed_since_it_was_seen_is_not_stored(alice: User, knee: Complaint) -> None:
    today = timezone.localdate()
    seen = assessing.look(alice, knee, today)
    attest(alice, SERUM)
    with pytest.raises(assessing.ChangedMeanwhileError):
        assessing.store_assessment(Submission(alice, uuid.uuid4()), knee, today, seen.fingerprint)


@pytest.mark.parametrize(
    "role", [Role.PRACTITIONER, Role.ADMINISTRATOR, Role.NURSE, Role.ANALYST, Role.AUDITOR]
)
def test_who_is_asked_for_an_attestation_may_enter_it_and_the_others_are_told_who_may(
    alice: User, browser_of: Callable[[User], Client], role: Role
) -> None:
    """The checklist asked the administrator for it, and the page let practitioners alone enter
    it."""
    who = person("Somebody", role, alice.site)
    browser = browser_of(who)
    page = browser.get(reverse("knowledge-choices")).content.decode()
    asked = [one for one in EDITION.notices if one.attestation is not None]
    buttons = page.count("Attester pour l’établissement")
    told = page.count("Un praticien du site ou son administrateur l’atteste")
    may = role in (Role.PRACTITIONER, Role.ADMINISTRATOR)
    assert (buttons, told) == ((len(asked), 0) if may else (0, len(asked)))
    for one in asked:
        answer = send(browser, one.id)
        assert answer.status_code == (302 if may else 403)
    stand = {one.state for one in standings(who, EDITION).values()}
    assert stand == {"attested" if may else "missing"}


def test_what_the_checklist_asks_of_the_administrator_is_open_to_them(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    rene = administrator(alice.site, "Rene")
    browser = browser_of(rene)
    for one in checklist.points_of(rene):
        if one.leads:
            assert browser.get(one.leads).status_code == 200, one.name


def test_the_administrator_states_on_what_the_serum_chain_rests(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    rene = administrator(alice.site, "Rene")
    attest(rene, SERUM)
    browser = browser_of(rene)
    address = reverse("serum-statement")
    assert address in browser.get(reverse("knowledge-choices")).content.decode()
    assert browser.get(address).status_code == 200
    said = {
        "token": str(uuid.uuid4()), "code": "LILA", "advice": "Cabinet Droit & Santé, avis 2026-14",
        "advice_on": "2026-09-01", "agreement": "Accord du 1er octobre 2026",
        "responsible": alice.public_id, "appointed": "Lettre du 2 octobre 2026",
    }  # fmt: skip
    assert browser.post(address, said, follow=True).status_code == 200
    assert opening.standing(alice).is_on


def test_the_administrator_signs_no_emergency_card(alice: User) -> None:
    rene = administrator(alice.site, "Rene")
    one = next(iter(cards.standing(rene.site)))
    with pytest.raises(NotAllowedError):
        cards.sign(sent(rene), rene.site, one.card.id, one.sha256)
