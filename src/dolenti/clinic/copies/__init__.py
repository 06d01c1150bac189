"""A copy of a whole record."""
