"""The tags of the pages of the phone."""
