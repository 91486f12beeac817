"""DeepChat: a terminal chat for open models."""
