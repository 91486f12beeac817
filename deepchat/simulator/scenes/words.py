"""What the faulty answers say, so that whoever listens knows what should have been heard."""

from __future__ import annotations

FOX = "The quick brown fox jumps over the lazy dog."
"""Said by every answer that arrives whole."""
CUT = "The quick brown fox"
"""Said by every answer that breaks off."""
REST = " jumps over the lazy dog."
WIDE = "The quick brown 🦊 jumps over the lazy 犬 — voilà."
"""For what only bytes beyond ASCII can show."""
CONTROLS = "The quick\x00 brown\x1b[31m fox\x9b2J jumps\x07 over\x1b]0;title\x1b\\ the lazy\u202e dog."
"""Must be kept as it is and never reach a terminal as it is."""
THOUGHT = "A sentence with every letter is wanted. The fox will do."
MANY = "word " * 20_000
OTHER_MODEL = "other/model-that-answered"

TALE_HEAD = (
    "The lighthouse keeper counted the ships each evening and wrote their names in a green ledger.\n\n"
    "On the ninth night he counted one ship too"
)
TALE_TAIL = " many, and the last name he wrote was his own. In the morning both the ledger and the harbour were gone."
TALE = TALE_HEAD + TALE_TAIL
"""Said in two legs by the scenes that are carried on."""
