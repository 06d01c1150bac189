"""Files that come in: read, unpacked, put where they belong."""
