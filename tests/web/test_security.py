"""What the browser is told, and what stays out of addresses and titles."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import dolenti
from dolenti.access.models import User
from dolenti.config.checks import wal_is_safe
from dolenti.records.models import Assessment, Complaint, Patient
from tests.people import enter, log_in

PACKAGE = Path(dolenti.__file__).parent


def test_the_policy_allows_nothing_inline_and_nothing_foreign(client: Client, db: None) -> None:
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for nothing in ("object-src", "base-uri", "frame-ancestors"):
        assert f"{nothing} 'none'" in policy
    assert "img-src 'self' data:" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:", policy)


@pytest.mark.parametrize("address", ["/login/", "/health/", "/nowhere/"])
def test_every_answer_tells_the_browser_what_to_keep_to(
    address: str, client: Client, db: None
) -> None:
    headers = client.get(address).headers
    assert headers["Content-Type"] in ("text/html; charset=utf-8", "application/json")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_a_page_answers_no_trace(client: Client, db: None) -> None:
    assert client.trace(reverse("account_login")).status_code == 405


def test_no_script_reads_a_cookie_and_no_other_site_sends_one(client: Client, alice: User) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    client.get(reverse("account_login"))
    log_in(client, alice.email, "correct horse battery")
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert {"sessionid", "csrftoken", "django_language"} <= client.cookies.keys()
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("hosts", ["", "localhost,127.0.0.1", "clinic.example.org"])
def test_cookies_are_named_for_tls_where_there_is_tls(hosts: str, tmp_path: Path) -> None:
    """A browser drops a cookie of such a name without TLS, and this machine has none."""
    looked = """
import django
django.setup()
from django.conf import settings
from django.contrib.messages import storage
from django.utils.module_loading import import_string
from dolenti.portal import door
from dolenti.portal.cookies import cookie
kinds = import_string(settings.MESSAGE_STORAGE).storage_classes
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
print(*(kind.cookie_name for kind in kinds if hasattr(kind, "cookie_name")))
print(*map(cookie, (door.COOKIE, door.BROWSER, door.DEVICE, door.TRIED)))
"""
    done = subprocess.run(
        [sys.executable, "-c", looked],
        env={**os.environ, "DOLENTI_HOSTS": hosts, "DOLENTI_DATA": str(tmp_path / "data")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    site, notices, phone = (line.split() for line in done.stdout.splitlines())
    host, secure = ("__Host-", "__Secure-") if "clinic" in hosts else ("", "")
    plain = ["sessionid", "csrftoken", "django_language", "messages"]
    assert [*site, *notices] == [host + name for name in plain]
    assert phone == [
        secure + name for name in ("phone", "phone_browser", "phone_device", "phone_tried")
    ]


def test_no_cookie_goes_round_the_names() -> None:
    """Whoever sets a cookie takes its name from the settings or from ``portal.cookies``."""
    setting = re.compile(r"\.(?:set|delete)_cookie\(\s*([\w.]+)")
    named = [
        name for file in PACKAGE.rglob("*.py") for name in setting.findall(file.read_text("utf-8"))
    ]
    assert named
    assert {*named} <= {"cookie", "settings.LANGUAGE_COOKIE_NAME"}


OF_ITS_DIGEST = "<style>{{ page_style }}</style>"
"""The style in a page of the phone: its policy names these very words (``portal/look.py``)."""


def test_no_template_needs_more_than_the_policy_allows() -> None:
    for file in PACKAGE.rglob("*.html"):
        text = file.read_text("utf-8").replace(OF_ITS_DIGEST, "")
        inline = r"""\sstyle=|<style|\son[a-z]+=["']|hx-on|javascript:|\bjs:"""
        assert not re.search(inline, text), file
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), file
        assert not re.search(r"hx-trigger=\"[^\"]*\[", text), file


def test_pages_are_kept_by_no_browser(at_alice: Client, knee: Complaint) -> None:
    response = at_alice.get(reverse("complaint", args=[knee.public_id]))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_titles_and_addresses_say_nothing_of_a_patient(
    at_alice: Client, knee: Complaint, stored: Assessment
) -> None:
    for name, public_id in (("complaint", knee.public_id), ("assessment", stored.public_id)):
        address = reverse(name, args=[public_id])
        page = at_alice.get(address).content.decode()
        title = re.search(r"<title>(.*?)</title>", page)
        assert title
        assert title[1] in ("Évaluation – Dolenti", "Évaluation enregistrée – Dolenti")
        assert "knee" not in address


def test_htmx_keeps_no_snapshot_and_runs_no_text() -> None:
    base = (PACKAGE / "ui/templates/ui/base.html").read_text()
    told = re.search(r"name=\"htmx-config\"\s+content='(.*?)'", base, re.DOTALL)
    assert told
    settings = json.loads(told[1])
    assert settings["historyCacheSize"] == 0
    assert settings["allowEval"] is False
    assert settings["includeIndicatorStyles"] is False


def test_what_a_stranger_writes_is_shown_as_text(at_alice: Client, knee: Complaint) -> None:
    Patient.objects.filter(pk=knee.patient_id).update(reference="<b>x</b>")
    page = at_alice.get(reverse("complaint", args=[knee.public_id])).content.decode()
    assert "&lt;b&gt;x" in page
    assert "<b>x</b>" not in page


def test_a_form_without_its_token_is_refused_politely(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    enter(strict, alice)
    response = strict.post(reverse("complaint-new"), {"condition": "knee-osteoarthritis"})
    assert response.status_code == 403
    assert "expiré" in response.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "version,safe",
    [
        ((3, 6, 23), True),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_wal_is_refused_where_sqlite_may_corrupt_it(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_the_database_keeps_what_it_is_given(db: None) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    from dolenti.config.sqlite.base import SQLITE_VERSION

    assert wal_is_safe(SQLITE_VERSION)
    with connection.cursor() as cursor:
        found = {}
        for name in ("journal_mode", "synchronous", "mmap_size", "foreign_keys"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "mmap_size": 0, "foreign_keys": 1}


# What is filled by a number: no name of a prototype is one.
BY_PLACE = {"map.points", "points"}


def test_no_script_fills_an_object_that_has_a_prototype() -> None:
    """A value filed under a name that came from elsewhere (``__proto__``) would stand in every
    object of the page. What is filled by names is made by ``Object.create(null)``."""
    filled = re.compile(r"([\w.]+)\[(?:[^\[\]\"']|\[[^\]]*\])+\]\s*=(?!=)")
    scripts = [file for file in PACKAGE.rglob("*.js") if "vendor" not in file.parts]
    assert scripts
    wrong = set()
    for file in scripts:
        text = file.read_text("utf-8")
        assert "__proto__" not in text
        beside = "\n".join(one.read_text("utf-8") for one in file.parent.glob("*.js"))
        for name in {*filled.findall(text)} - BY_PLACE:
            last = re.escape(name.rpartition(".")[2])
            plain = re.search(rf"\b{last}(?: =|:) \{{", text)
            if plain or not re.search(rf"\b{last}\b.*Object\.create\(null\)", beside):
                wrong.add((file.name, name))
    assert wrong == set()
