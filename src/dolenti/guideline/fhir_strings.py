r"""JSON whose strings are strings of FHIR R4.

R4 lets a ``string`` or a ``markdown`` hold no white space but the space, the tab and the line
breaks (``[ \r\n\t\S]+``, https://hl7.org/fhir/R4/datatypes.html#string). French typography is
full of another one, the no-break space: in what leaves it becomes a space.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

# What ECMA-262 calls white space and R4 does not allow. Written raw, it stands only within strings.
_OTHER_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")


def plain(text: str) -> str:
    """A text with no white space that R4 does not allow."""
    return _OTHER_SPACE.sub(" ", text)


def as_json(value: Any, indent: int | None = None) -> str:
    """A resource, or a part of a bundle, as JSON."""
    return plain(json.dumps(value, ensure_ascii=False, indent=indent))
