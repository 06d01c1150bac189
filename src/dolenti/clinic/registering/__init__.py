"""A patient's identity, typed or read from a file."""
