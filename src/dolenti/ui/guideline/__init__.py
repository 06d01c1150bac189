"""How the interface says what the guideline gives, which has no words of a screen itself."""
