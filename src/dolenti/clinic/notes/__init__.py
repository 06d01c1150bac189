"""Notes of visits: one written, one corrected, one withdrawn."""
