"""Markdown -> plain styled lines, incrementally; it knows no widget."""
