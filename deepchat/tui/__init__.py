"""The app: what is seen of conversations in a terminal."""
