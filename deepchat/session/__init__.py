"""Conversations being held: asked, answered, kept as they come, and paid for."""
