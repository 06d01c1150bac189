"""What was typed into a form of the serum waits on the server where the network is cut; never what
proves whose the blood is."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import dolenti.clinic.serum
from dolenti.access.roles import Role
from dolenti.clinic.drafts import views
from dolenti.clinic.serum import site_views
from dolenti.clinic.serum.step_views import MAKES, PROOF
from dolenti.ledger.models import Draft
from dolenti.serum import bench
from dolenti.serum.models import Tube, Unit
from tests.people import enter
from tests.web.merges import colleague_named
from tests.web.serum import TWO, Bench, course_of_serum

pytestmark = pytest.mark.django_db
WITHOUT = {
    "check.html": "two ticks, each of this moment",
    "close.html": "one line, of the administrator",
    "cold.html": "one name, of a place",
    "count.html": "a button",
    "issue.html": "a label and an identifier: proof alone",
    "place.html": "a file, and a button",
    "proposal.html": "two buttons",
    "thing.html": "a button",
}
"""The forms of the serum of which no draft is kept, and why."""


def test_every_form_of_the_serum_keeps_what_is_typed_or_says_why_not() -> None:
    folder = Path(dolenti.clinic.serum.__file__).parent
    forms = {one.name for one in folder.glob("*.html") if 'method="post"' in one.read_text()}
    kept = {one.name for one in folder.glob("*.html") if "drafts/attributes" in one.read_text()}
    assert forms - kept == set(WITHOUT)
    for name in kept:
        text = (folder / name).read_text()
        for part in ("clinic/drafts/offer.html", "clinic/drafts/state.html", "ui/drafts.js"):
            assert part in text, (name, part)


def test_of_no_step_what_proves_whose_it_is_is_kept() -> None:
    for event in MAKES:
        assert views._FORMS[f"serum-{event}"] == set(PROOF)
    assert views._FORMS[site_views.STATEMENT] == {"code"}, "a second step is no draft"


@pytest.fixture
def spun(lab: Bench) -> Any:
    draw, tubes = lab.incubated(course_of_serum(lab.alice), 1)
    bench.spin(lab.form(), draw, lab.proof(*tubes), run="r", whole=True)
    return draw


def keep(browser: Client, form: str, about: str, **said: str) -> Any:
    to = reverse("draft-keep", args=[form])
    return browser.post(to, {"draft-about": about, "token": str(uuid.uuid4()), **said})


def test_a_step_is_taken_up_again_without_its_proof_and_gone_once_it_is_recorded(
    lab: Bench, spun: Any, client: Client
) -> None:
    enter(client, lab.bob)
    to = reverse("serum-step", args=[spun.public_id, "portion"])
    proof = {"scan": "ACS1", "identifier": "02/03/1968"}
    kept = keep(client, "serum-portion", spun.public_id, volumes="2 2 2", **proof)
    assert kept.json()["said"].startswith("Brouillon")
    assert Draft.objects.get().content == {"volumes": ["2 2 2"]}
    page = client.get(to).content.decode()
    assert "Vous aviez commencé" in page
    assert f'data-draft-about="{spun.public_id}"' in page
    again = client.get(f"{to}?draft={Draft.objects.get().public_id}").content.decode()
    assert 'value="2 2 2"' in again
    for one in proof.values():
        assert one not in again
    tube = Tube.objects.get(draw=spun)
    bench.portion(lab.form(), spun, lab.proof(tube), [TWO] * 3, bench_clear=True)
    unit = Unit.objects.filter(draw=spun).first()
    assert unit is not None
    label = reverse("serum-step", args=[spun.public_id, "label"])
    keep(client, "serum-label", unit.public_id, look="clear", **proof)
    page = client.get(f"{label}?of={unit.public_id}").content.decode()
    draft = Draft.objects.get(form="serum-label")
    assert f"?of={unit.public_id}&amp;draft={draft.public_id}" in page
    taken_up = client.get(f"{label}?of={unit.public_id}&draft={draft.public_id}")
    assert taken_up.status_code == 200


def test_where_only_the_proof_was_typed_nothing_is_kept(
    lab: Bench, spun: Any, client: Client
) -> None:
    enter(client, lab.bob)
    answer = keep(client, "serum-portion", spun.public_id, identifier="02/03/1968", scan="ACS1")
    assert answer.status_code == 204
    assert not Draft.objects.exists()


def test_nobody_else_finds_it_on_the_same_device_and_no_page_is_kept_there(
    lab: Bench, spun: Any, client: Client
) -> None:
    enter(client, lab.bob)
    keep(client, "serum-portion", spun.public_id, volumes="2 2 2")
    draft = Draft.objects.get()
    to = reverse("serum-step", args=[spun.public_id, "portion"])
    assert "no-store" in client.get(to).headers["Cache-Control"]
    other = Client()
    enter(other, colleague_named("Nina", Role(lab.bob.role), lab.bob.site))
    page = other.get(to).content.decode()
    assert "Vous aviez commencé" not in page
    assert other.get(f"{to}?draft={draft.public_id}").status_code == 404
