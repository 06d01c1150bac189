"""How anything is written: once, in versions, kept, belonging to a patient."""
