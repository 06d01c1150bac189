"""Where it hurts: written, changed, read from files."""
