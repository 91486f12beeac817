"""What a message is made of: words, pictures, calls to tools and what the tools gave back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    """Exact, as it was typed, read from a file or heard from the wire."""


@dataclass(frozen=True, slots=True)
class Image:
    media_type: str
    """`image/png`, `image/jpeg` or `image/webp`."""
    data: bytes
    name: str = ""
    """The file it came from, for showing only."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: str
    """JSON text as the model wrote it; it may be broken."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    call_id: str
    text: str


Part = Text | Image | ToolCall | ToolResult
