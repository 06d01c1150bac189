"""How a patient is reached, and in whose care they are."""
