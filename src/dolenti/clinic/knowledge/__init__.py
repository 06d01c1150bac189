"""Every rule, readable."""
