"""What the answers of the measurements say: ordinary mixed Markdown, and single blocks that grow long."""

from __future__ import annotations

from typing import Final

TOKEN_CHARS: Final = 4
"""A token of English is about so long."""

SECTION: Final = """## Keeping the light

The keeper climbs the stairs and **lights the lamp** before the ships come home; see [the log](https://example.org/log)
for what he wrote about `oil` and *weather* that night, and for the names of all who passed.

- trim the wick, then wait
- write down the hour
  1. in the book
  1. on the wall

> Nobody has ever seen the light go out, and nobody wants to be the first.

```python
def light(lamp: Lamp, hour: int) -> bool:
    return lamp.lit or hour > 18  # never later
```

| hour | wind | ships |
|-----:|:-----|------:|
| 18 | north by east | 4 |
| 19 | none at all | 11 |

"""
SENTENCE: Final = "The keeper climbs the *stairs* and lights the lamp, as `told`, before the ships come home. "
BLOCKS: Final = {
    "code": "```python\n" + "def light(lamp, hour):\n    return lamp.lit  # yes\n" * 500 + "```\n",
    "list": "".join(f"- item {number} of *all* that there are\n" for number in range(400)),
    "paragraph": SENTENCE * (26_000 // len(SENTENCE)),
    "table": "| a | b | c |\n|---|---|---|\n"
    + "".join(f"| row {number} | {'wind' * (number % 7)} | {number * number} |\n" for number in range(400)),
    "quote": "> Nobody has ever seen the light go out.\n" * 400,
}
"""Single blocks: a code block of 1,000 lines, a list of 400 items, a paragraph of 26 KB, a table of 400 rows …"""
_FENCE: Final = "```"


def mixed(tokens: int) -> str:
    """Headings, paragraphs, lists, code and tables, about so many tokens long."""
    chars = tokens * TOKEN_CHARS
    text = (SECTION * (chars // len(SECTION) + 1))[:chars]
    return f"{text}\n{_FENCE}" if text.count(_FENCE) % 2 else text


def mixed_words(words: int) -> str:
    """The same, about so many words long."""
    return SECTION * round(words / len(SECTION.split()))


def answer(shape: str, tokens: int) -> str:
    """Mixed text of so many tokens, or a whole block, however long that is; raises KeyError of a shape unknown."""
    return mixed(tokens) if shape == "mixed" else BLOCKS[shape]


def tokens_of(text: str) -> list[str]:
    """The text as a server would stream it."""
    return [text[at : at + TOKEN_CHARS] for at in range(0, len(text), TOKEN_CHARS)]
