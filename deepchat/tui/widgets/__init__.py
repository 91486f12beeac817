"""What screens are made of: each shows what it is given, and says upward what was done to it."""
