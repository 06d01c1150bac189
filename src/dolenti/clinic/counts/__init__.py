"""The analyst’s page: what was found of the pains assessed here, in numbers."""
