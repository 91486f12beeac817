"""CPU time of setting streamed Markdown, each token of four characters fed by itself, after short and long text.

uv run python -m benchmarks.typeset [--width 100] [--words 500 50000]

The targets: mixed text 0.25 s for each 1,000 tokens, any single long block four times as much as mixed text in the same
run, and behind many words no more than 1.3 times what it costs behind few.
"""

from __future__ import annotations

import argparse
import time
from typing import Final

from benchmarks.texts import BLOCKS, mixed, mixed_words, tokens_of
from deepchat.safe_text import SafeText
from deepchat.tui.typeset.typesetter import Typesetter

WIDTH: Final = 100
TOKENS: Final = 3_000


def cpu_for_1000(text: str, words: int, width: int = WIDTH) -> float:
    """Seconds for each 1,000 tokens of the text, at the end of an answer of so many words."""
    typesetter = Typesetter(width)
    typesetter.feed(SafeText(mixed_words(words)))
    tokens = [SafeText(token) for token in tokens_of(text)]
    began = time.process_time()
    for token in tokens:
        typesetter.feed(token)
    return 1000 * (time.process_time() - began) / len(tokens)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--words", type=int, nargs="+", default=[500, 50_000])
    options = parser.parse_args()
    texts = {"mixed": mixed(TOKENS), **BLOCKS}
    cpu_for_1000(texts["mixed"], 0)  # fills caches
    print("CPU seconds for 1,000 tokens, after so many words:", *options.words)
    for name, text in texts.items():
        took = [cpu_for_1000(text, words, options.width) for words in options.words]
        print(f"{name:12}", *(f"{each:8.3f}" for each in took))


if __name__ == "__main__":
    main()
