"""An app with a table of patients' own, as one that is still to come would be."""
