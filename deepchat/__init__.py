"""DeepChat: a terminal chat for open models."""

__version__ = "0.1.0"
