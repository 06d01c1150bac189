"""Forms that were begun."""
