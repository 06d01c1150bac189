"""What rows have in common: a random public id, a version, packed contents."""

from __future__ import annotations

import json
import zlib
from typing import Any

import msgspec
from django.db import models

from dolenti.access.identifiers import LENGTH, new_public_id


class Identified(models.Model):
    """A row that can be named in an address."""

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.public_id


class Versioned(Identified):
    """A row that changes, one version after the other (see ``records.versions``)."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def pack(value: Any) -> bytes:
    """Values as compressed JSON."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 6)


def unpack(packed: bytes | memoryview) -> Any:
    """What ``pack`` was given. PostgreSQL hands out memoryviews."""
    return msgspec.json.decode(zlib.decompress(bytes(packed)))
