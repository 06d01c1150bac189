"""The statuses of a therapy in words, once for the papers, the terminal and the notebook.

The screens say the same through gettext (``ui.labels``); a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dolenti.guideline.judge import Status
from dolenti.guideline.knowledge import Text

STATUS: Final[Mapping[Status, Text]] = {
    "redirect": Text(fr="À adresser d’abord", en="Refer first"),
    "contraindicated": Text(fr="Contre-indication", en="Contraindicated"),
    "not-indicated": Text(fr="Pas d’indication", en="Not indicated"),
    "needs-information": Text(fr="À préciser", en="More to ask"),
    "caution": Text(fr="Prudence", en="Caution"),
    "possible": Text(fr="Possible", en="Possible"),
}
"""The gravest first."""
