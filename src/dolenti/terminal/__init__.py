"""What the command line shows to people: tables and sentences. It decides nothing."""
