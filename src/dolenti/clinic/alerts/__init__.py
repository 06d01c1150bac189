"""The alerts of patients, and the links to their phones, for whoever follows them."""
