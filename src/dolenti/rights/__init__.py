"""What patients are owed of their data: copies, terms, erasure."""
