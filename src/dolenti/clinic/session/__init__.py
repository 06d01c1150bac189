"""The session in the room, on one page from top to bottom."""
