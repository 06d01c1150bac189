"""The chain of a patient's own serum, as functions of values.

``machine``   what may follow what, for a tube and for a unit
``windows``   whether a time, a volume, an interval keeps to its limit
``curves``    a temperature log: read, and its excursions found
``counting``  every number accounted for: the equations of the report
``checking``  whether the knowledge of the chain agrees with itself

Nothing here knows a database, a clock or a patient's name.
"""

from dolenti.guideline.serum.machine import (
    END_IS_STRUCK,
    HELD,
    Chain,
    Machine,
    RefusedStepError,
    Standing,
    chain_of,
)

__all__ = [
    "END_IS_STRUCK",
    "HELD",
    "Chain",
    "Machine",
    "RefusedStepError",
    "Standing",
    "chain_of",
]
