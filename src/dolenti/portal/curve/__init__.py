"""The patient's own pain over time: a code, the curve, and nothing else of the record."""
