"""A course, from an assessment to its last session."""
