"""The site itself, for whoever administers it."""
