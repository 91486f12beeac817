"""CPU time of setting streamed Markdown, each token of four characters fed by itself, after short and long text.

uv run python benchmarks/typeset.py [--width 100] [--words 500 50000] [--gate]

With --gate the exit status is 1 when a shape costs more than it may: mixed text 0.25 s for each 1,000 tokens, any
single long block four times as much as mixed text in the same run, and a long answer no more than 1.5 times a short.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Final

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.typesetter import Typesetter

TOKEN_CHARS: Final = 4
MIXED_S: Final = 0.25
BLOCK_FACTOR: Final = 4.0
LENGTH_FACTOR: Final = 1.5
MEASURED_TOKENS: Final = 3000

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
    "code block of 1,000 lines": "```python\n" + "def light(lamp, hour):\n    return lamp.lit  # yes\n" * 500 + "```\n",
    "list of 400 items": "".join(f"- item {number} of *all* that there are\n" for number in range(400)),
    "paragraph of 26 KB": SENTENCE * (26_000 // len(SENTENCE)),
    "table of 400 rows": "| a | b | c |\n|---|---|---|\n"
    + "".join(f"| row {number} | {'wind' * (number % 7)} | {number * number} |\n" for number in range(400)),
    "quote of 400 lines": "> Nobody has ever seen the light go out.\n" * 400,
}


def stream_s(typesetter: Typesetter, text: str) -> float:
    """CPU seconds for each 1,000 tokens of the text."""
    pieces = [SafeText(text[at : at + TOKEN_CHARS]) for at in range(0, len(text), TOKEN_CHARS)]
    began = time.process_time()
    for piece in pieces:
        typesetter.feed(piece)
    return (time.process_time() - began) / len(pieces) * 1000


def after_words(words: int, text: str, width: int) -> float:
    """The same at the end of an answer of so many words."""
    typesetter = Typesetter(width)
    typesetter.feed(SafeText(SECTION * (words // len(SECTION.split()) + 1)))
    return stream_s(typesetter, text)


def main() -> int:
    """Measures, prints, and judges when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=100)
    parser.add_argument("--words", type=int, nargs="+", default=[500, 50_000])
    parser.add_argument("--gate", action="store_true")
    arguments = parser.parse_args()
    mixed = SECTION * (MEASURED_TOKENS * TOKEN_CHARS // len(SECTION))
    stream_s(Typesetter(arguments.width), mixed)
    print("CPU seconds for 1,000 tokens, after so many words:", *arguments.words)
    broken = False
    limits = {"mixed text": MIXED_S}
    for name, text in {"mixed text": mixed, **BLOCKS}.items():
        took = [after_words(words, text, arguments.width) for words in arguments.words]
        limits.setdefault("block", BLOCK_FACTOR * min(took))
        limit = limits.get(name, limits["block"])
        broken |= max(took) > limit or took[-1] > LENGTH_FACTOR * took[0]
        print(f"{name:28}", *(f"{each:8.3f}" for each in took), f"   at most {limit:.2f}")
    return int(arguments.gate and broken)


if __name__ == "__main__":
    sys.exit(main())
