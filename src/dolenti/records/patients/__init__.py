"""Who the patients are: registered, found, merged, in whose care, opened for a reason."""
