"""What the commands of a site ask and show at the terminal. It decides nothing."""
