"""When a practitioner takes no patients."""
