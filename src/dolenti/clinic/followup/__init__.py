"""How a course goes on: its curve, what it comes to, what is decided."""
