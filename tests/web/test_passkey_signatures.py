"""A passkey signs in a way that the standards have, or is not taken."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256, ES256K, CoseKey

from dolenti.access.models import User
from tests.passkeys import registered
from tests.people import log_in

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize("kind, taken", [(ES256, True), (ES256K, False)])
def test_a_key_of_another_curve_is_refused(
    kind: type[CoseKey], taken: bool, client: Client, alice: User
) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    log_in(client, alice.email, "correct horse battery")
    address = reverse("mfa_add_webauthn")
    assert client.get(address).status_code == 200
    sent = {"name": "la clé", "credential": registered(client, kind)}
    answer = client.post(address, sent)
    assert (answer.status_code == 302) is taken
    assert Authenticator.objects.filter(user=alice, type="webauthn").exists() is taken


@pytest.mark.parametrize("sent", ["[]", "{}", '{"a": 1}', '"x"', '{"response": {}}',
    '{"id": "", "rawId": "", "type": "public-key", "response": {"attestationObject": "oA",'
    ' "clientDataJSON": "e30"}}'])  # fmt: skip
def test_what_is_no_key_is_refused(sent: str, client: Client, alice: User) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    log_in(client, alice.email, "correct horse battery")
    address = reverse("mfa_add_webauthn")
    client.get(address)
    assert client.post(address, {"name": "la clé", "credential": sent}).status_code == 422
