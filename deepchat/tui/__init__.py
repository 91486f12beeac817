"""The app on the terminal: what is seen, typed and painted."""
