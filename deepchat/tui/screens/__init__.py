"""What fills the terminal: each screen is given values, and gives values back."""
