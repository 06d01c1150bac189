"""What the site once answered about words and codes of records: listed, and taken back."""
