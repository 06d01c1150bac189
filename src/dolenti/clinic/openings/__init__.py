"""Records opened for a reason, outside the care team."""
