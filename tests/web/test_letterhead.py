"""The head of the papers: numbers that are checked, a logo drawn anew, and the papers that bear
them."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from dolenti.access.models import AuditEntry, Site, User
from dolenti.identity.registered import compact, is_finess, is_rpps, is_siret
from dolenti.treatment import letterhead
from dolenti.treatment.models import Course
from dolenti.treatment.pictures import LOGO_BYTES, LOGO_SIDE
from tests.printed import Print
from tests.web.world import POSSIBLE, administrator, clinic, signed

SIRET, FINESS, RPPS = "732 829 320 00074", "2A 0000123", "10001234565"


@pytest.fixture
def at_rene(north: Site, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(administrator(north, "Rene"))


def picture(form: str, mode: str = "RGBA", size: tuple[int, int] = (1600, 400)) -> bytes:
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "SECRET-OF-THE-FILE")
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(
        out, form, **({"pnginfo": hidden} if form == "PNG" else {})
    )
    return out.getvalue()


def send(browser: Client, logo: bytes | None = None, **fields: str) -> Any:
    page = browser.get(reverse("site-letterhead")).context["form"]
    form: dict[str, Any] = {
        "token": str(uuid.uuid4()), "based_on": page["based_on"].value(),
        "finess": page["finess"].value(), "siret": page["siret"].value(), **fields,
    }  # fmt: skip
    if logo is not None:
        form["logo"] = SimpleUploadedFile("logo.png", logo)
    return browser.post(reverse("site-letterhead"), form)


def test_numbers_are_checked_as_they_are_typed() -> None:
    assert [is_siret(compact(one)) for one in (SIRET, "73282932000075", "7328293200007", "")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [is_finess(compact(one)) for one in (FINESS, "750000018", "2C0000123", "75000001")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [is_rpps(one) for one in (RPPS, "10001234566", "1000123456", "١٠٠٠١٢٣٤٥٦٥")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_it_is_kept_shown_changed_and_refused_at_its_field(at_rene: Client, north: Site) -> None:
    assert send(at_rene, picture("PNG"), siret=SIRET, finess=FINESS).status_code == 302
    head = letterhead.of(north)
    assert head.identifiers == (("FINESS", "2A0000123"), ("SIRET", "73282932000074"))
    assert head.logo is not None
    assert head.logo.width <= LOGO_SIDE
    assert len(head.logo.png) <= LOGO_BYTES
    assert b"SECRET" not in head.logo.png
    shown = at_rene.get(reverse("site-logo"))
    assert (shown.headers["Content-Type"], shown.content) == ("image/png", head.logo.png)
    large = io.BytesIO()
    Image.new("L", (5_001, 5_000)).save(large, "PNG")
    blank = large.getvalue()
    for fields, logo, expected in (
        ({"siret": "73282932000075"}, None, "Ce n’est pas un numéro SIRET"),
        ({"finess": "75000001"}, None, "Ce n’est pas un numéro FINESS"),
        ({}, b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "ne peut pas être lu"),
        ({}, b"%PDF-1.7", "ne peut pas être lu"),
        ({}, picture("JPEG", "RGB")[:5_000], "ne peut pas être lu"),
        ({}, blank, "trop de pixels"),
        ({}, b"\0" * (10 * 1024 * 1024 + 1), "dépasse 10"),
    ):
        refused = send(at_rene, logo, **fields)
        assert refused.status_code == 422
        assert expected in refused.content.decode(), expected
    assert letterhead.of(north) == head
    assert send(at_rene).status_code == 302, "the same is no change"
    plain = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(plain, "JPEG")
    assert send(at_rene, plain.getvalue()).status_code == 302
    changed = letterhead.of(north).logo
    assert changed is not None
    assert (changed.width, changed.height) == (300, 300)
    assert send(at_rene, without="on", siret="").status_code == 302
    assert letterhead.of(north) == letterhead.Head(finess="2A0000123")
    assert at_rene.get(reverse("site-logo")).headers["Location"] == reverse("site-letterhead")
    lines = AuditEntry.objects.filter(action="change-letterhead").order_by("pk")
    assert [line.detail["fields"] for line in lines] == [
        ["finess", "siret", "logo"], ["logo"], ["siret", "logo"],
    ]  # fmt: skip


def test_what_somebody_changed_meanwhile_is_shown_and_kept(at_rene: Client, north: Site) -> None:
    based_on = at_rene.get(reverse("site-letterhead")).context["form"]["based_on"].value()
    assert send(at_rene, siret=SIRET).status_code == 302
    stale = send(at_rene, finess=FINESS, based_on=based_on)
    assert stale.status_code == 409
    assert "73282932000074" in stale.content.decode()
    assert letterhead.of(north).finess == ""


def test_an_rpps_number_is_corrected_by_the_site_that_answers_for_the_account(
    alice: User, at_rene: Client, chloe: User
) -> None:
    place = reverse("person-rpps", args=[alice.public_id])
    wrong = at_rene.post(place, {"rpps": "10001234566"})
    assert wrong.status_code == 422
    assert "Ce n’est pas un numéro RPPS" in wrong.content.decode()
    assert at_rene.post(place, {"rpps": "1000 123 456 5"}).status_code == 302
    alice.refresh_from_db()
    assert alice.rpps == RPPS
    (line,) = AuditEntry.objects.filter(action="change-rpps")
    assert line.detail == {"before": "", "rpps": RPPS}
    assert at_rene.post(reverse("person-rpps", args=[chloe.public_id])).status_code == 404
    User.objects.filter(pk=alice.pk).update(home=chloe.site)
    elsewhere = at_rene.post(place, {"rpps": ""})
    assert elsewhere.status_code == 422
    assert place not in at_rene.get(reverse("person", args=[alice.public_id])).content.decode()


def test_consents_and_quotations_bear_it(
    alice: User, at_alice: Client, at_rene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    course: Course = clinic(alice).with_complaint(POSSIBLE).course
    send(at_rene, picture("PNG"), siret=SIRET, finess=FINESS)
    User.objects.filter(pk=alice.pk).update(rpps=RPPS)
    printed = Print()
    monkeypatch.setattr(import_module("dolenti.ui.print.consent"), "fitted", printed.fitted)
    for name in ("quotation", "consent_details"):
        monkeypatch.setattr(import_module(f"dolenti.ui.print.{name}"), "pdf", printed.pdf)
    consent = signed(alice, course)
    for address, about in (
        ("course-consent-document", course), ("consent-details", consent),
        ("quotation-new", course),
    ):  # fmt: skip
        place = reverse(address, args=[about.public_id])
        printed.template = ""
        if address == "quotation-new":
            line = {"label_1": "Infiltration", "count_1": "1", "price_1": "90"}
            at_alice.post(place, {"token": str(uuid.uuid4()), **line})
        else:
            at_alice.get(place)
        assert printed.template, address
        assert printed.content is not None
        head = printed.content["clinic"]
        assert head["numbers"] == "FINESS\u00a02A0000123 · SIRET\u00a073282932000074"
        assert head["logo"]["svg"].startswith("<svg")
        assert head["logo"]["width"] > 0
        if "practitioner" in printed.content:
            assert printed.content["practitioner"]["number"] == f"RPPS\u00a0{RPPS}"
