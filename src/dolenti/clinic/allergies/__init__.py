"""An allergy stated by the name of a medicine."""
