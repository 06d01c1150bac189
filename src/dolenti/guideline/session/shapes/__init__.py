"""The shapes of what is written under ``knowledge/session/``: one file a subject."""
