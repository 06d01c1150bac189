"""Who may perform which therapy."""
