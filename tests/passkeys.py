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
from fido2.cose import ES256, ES256K, CoseKey
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


CURVES: Final[dict[type[CoseKey], ec.EllipticCurve]] = {
    ES256: ec.SECP256R1(), ES256K: ec.SECP256K1(),
}  # fmt: skip


def registered(client: Client, kind: type[CoseKey]) -> str:
    """What the browser sends of a new key that signs in one way, for the site's challenge."""
    public = kind.from_cryptography_key(ec.generate_private_key(CURVES[kind]).public_key())
    name = os.urandom(16)
    challenge = websafe_decode(client.session[STATE_SESSION_KEY]["challenge"])
    known = AttestedCredentialData.create(Aaguid.NONE, name, public)
    return json.dumps(_registration(name, known, FLAG.UP | FLAG.UV | FLAG.AT, challenge))


def _registration(
    name: bytes, known: AttestedCredentialData, flags: Any, challenge: bytes
) -> dict[str, Any]:
    seen = AttestationObject.create("none", _data(flags, known), {})
    said = CollectedClientData.create("webauthn.create", challenge, f"https://{SITE}")
    return _sent(name, attestationObject=seen, clientDataJSON=said)


def _data(flags: Any, known: AttestedCredentialData | bytes = b"") -> AuthenticatorData:
    made: AuthenticatorData = AuthenticatorData.create(
        hashlib.sha256(SITE.encode()).digest(), flags, 0, known
    )
    return made


def _sent(called: bytes, **parts: bytes) -> dict[str, Any]:
    written = {name: websafe_encode(part) for name, part in parts.items()}
    name = websafe_encode(called)
    return {"id": name, "rawId": name, "type": "public-key", "response": written}


class Key:
    """A key that its owner's account already knows."""

    def __init__(self, owner: User) -> None:
        self._handle = owner.public_id.encode()
        self._secret = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(16)
        kind: type[CoseKey] = ES256
        public = kind.from_cryptography_key(self._secret.public_key())
        known = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        credential = _registration(self._id, known, FLAG.UP | FLAG.AT, b"")
        Authenticator.objects.create(
            user=owner, type="webauthn", data={"name": "key", "credential": credential}
        )

    def answer(self, client: Client, *, verified: bool) -> str:
        """What the browser sends for the challenge that the site gave last."""
        challenge = websafe_decode(client.session[STATE_SESSION_KEY]["challenge"])
        said = CollectedClientData.create("webauthn.get", challenge, f"https://{SITE}")
        data = _data(FLAG.UP | FLAG.UV if verified else FLAG.UP)
        signature = self._secret.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": said, "signature": signature}
        return json.dumps(_sent(self._id, **parts, userHandle=self._handle))
