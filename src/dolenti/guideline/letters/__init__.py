"""Letters made from a record: the models of the knowledge, read and filled.

::

    letter = letters.parse(model.body)
    filled = letters.fill(letter, {"complaint.label": "gonarthrose", "complaint.side": "droite"})
    filled.missing  # the lines that are still to be filled, by name

Pure: no database, no clock. What a field says comes from whoever has the record; what nobody said
is a line to fill, never a guess.
"""

from dolenti.guideline.letters.filling import Blank, Block, Filled, Run, fill
from dolenti.guideline.letters.parts import Asked, Field, Letter, asked, names_in, names_of, parse
from dolenti.guideline.letters.replies import reply_by

__all__ = [
    "Asked",
    "Blank",
    "Block",
    "Field",
    "Filled",
    "Letter",
    "Run",
    "asked",
    "fill",
    "names_in",
    "names_of",
    "parse",
    "reply_by",
]
