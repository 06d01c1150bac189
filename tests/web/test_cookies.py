"""What no field may hold is no cookie and no header either; PostgreSQL alone breaks at NUL."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.test import Client

from dolenti.portal.cookies import cookie
from dolenti.portal.door import BROWSER, COOKIE, DEVICE, TRIED
from dolenti.portal.steps import COOKIE as STEPS

pytestmark = pytest.mark.each

NUL_IN_OCTAL: Final = '"aaaaaaaaaaaa\\000bbbb"'
"""Plain ASCII in the header; the framework undoes the octal."""


@pytest.mark.parametrize("path", ["/", "/login/", "/patients/", "/s/abc/", "/health/ready"])
@pytest.mark.parametrize("text", [NUL_IN_OCTAL, "a\x07b", '"a\\033[2Jb"', '"\\200"'])
def test_a_cookie_that_holds_a_control_counts_as_not_sent(
    path: str, text: str, db: None, settings: Any
) -> None:
    names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME]
    names += [cookie(name) for name in (COOKIE, STEPS, TRIED, DEVICE, BROWSER)]
    without = Client().get(path).status_code
    for name in names:
        assert Client().get(path, HTTP_COOKIE=f"{name}={text}").status_code == without, name


def test_a_bad_cookie_beside_a_good_one_logs_nobody_out(at_alice: Client) -> None:
    own = "; ".join(f"{name}={one.value}" for name, one in at_alice.cookies.items())
    assert at_alice.get("/patients/").status_code == 200
    sent = f"other={NUL_IN_OCTAL}; {own}"
    assert at_alice.get("/patients/", HTTP_COOKIE=sent).status_code == 200


def test_a_control_character_in_a_header_is_answered_400(at_alice: Client) -> None:
    latin = "École".encode().decode("latin-1")
    for name in ("user-agent", "hx-current-url", "referer"):
        assert at_alice.get("/patients/", headers={name: "a\x1bb"}).status_code == 400, name
        assert at_alice.get("/patients/", headers={name: latin}).status_code == 200, name
