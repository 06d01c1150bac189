"""Django apps that only tests install."""
