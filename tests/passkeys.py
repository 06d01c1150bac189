"""A key that answers as a security key does, without a browser: touched, or verified by a PIN."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from dolenti.access.models import User

SITE: Final = "testserver"
FLAG = AuthenticatorData.FLAG


class Key:
    """A key that its owner's account already knows."""

    def __init__(self, owner: User) -> None:
        self._handle = owner.public_id.encode()
        self._secret = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(16)
        Authenticator.objects.create(
            user=owner, type="webauthn", data={"name": "key", "credential": self._registration()}
        )

    def answer(self, client: Client, *, verified: bool) -> str:
        """What the browser sends for the challenge that the site gave last."""
        challenge = websafe_decode(client.session[STATE_SESSION_KEY]["challenge"])
        said = CollectedClientData.create("webauthn.get", challenge, f"https://{SITE}")
        data = self._data(FLAG.UP | FLAG.UV if verified else FLAG.UP)
        signature = self._secret.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": said, "signature": signature}
        return json.dumps(self._sent(**parts, userHandle=self._handle))

    def _registration(self) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self._secret.public_key())
        known = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        seen = AttestationObject.create("none", self._data(FLAG.UP | FLAG.AT, known), {})
        said = CollectedClientData.create("webauthn.create", b"", f"https://{SITE}")
        return self._sent(attestationObject=seen, clientDataJSON=said)

    def _data(self, flags: Any, known: AttestedCredentialData | bytes = b"") -> AuthenticatorData:
        return AuthenticatorData.create(hashlib.sha256(SITE.encode()).digest(), flags, 0, known)

    def _sent(self, **parts: bytes) -> dict[str, Any]:
        written = {name: websafe_encode(part) for name, part in parts.items()}
        name = websafe_encode(self._id)
        return {"id": name, "rawId": name, "type": "public-key", "response": written}
