"""The chain of the knowledge in force."""

from __future__ import annotations

from dolenti.guideline.serum import Chain, chain_of
from dolenti.records import engine

NOTICE = "acs-status-fr"
"""The notice of the knowledge whose attestation the chain waits for."""
MARKERS = ("hiv", "hbsag", "anti-hbc", "hcv", "syphilis")
"""Of which markers a result is to be there before a unit is stored for good; HTLV-I by origin."""
BY_ORIGIN = "htlv-i"
CIRCUIT = "dedicated-virus-circuit"
"""The site's policy on a separate circuit."""


def in_force() -> Chain:
    """The chain of the edition in force. Raises ``InputError`` where it has none."""
    return chain_of(engine.edition_in_force())
