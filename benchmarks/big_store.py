"""CPU time of the store with 1,000 conversations and 100,000 messages in it.

uv run python benchmarks/big_store.py [--conversations 1000] [--messages 100000]
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import assistant, system, user
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import Cost, Usage
from deepchat.store import conversations, ledger, word_index
from deepchat.store.migrations.m001 import STATEMENTS
from deepchat.store.search import search

MODELS: Final = ("deepseek-ai/DeepSeek-V3", "meta-llama/Meta-Llama-3.1-70B-Instruct", "Qwen/Qwen3-32B")
COMMON: Final = "the"
RARE: Final = "zyzzyva"
NOON_MS: Final = 1_780_000_000_000
_MINUTE_MS: Final = 60_000


def fill(c: sqlite3.Connection, number: int, messages: int, seed: int = 1) -> None:
    """Conversations with so many messages together, the first of them with 10,000 or, in a small store, a tenth."""
    chance = random.Random(seed)
    longest = min(10_000, messages // 10)
    each = (messages - longest) // max(number - 1, 1)
    vocabulary = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9))) for _ in range(20_000)]
    for index in range(number):
        conversations.create(c, _conversation(index, each if index else longest, vocabulary, chance))
    c.execute("UPDATE message SET body = body || ? WHERE seq = ?", (f" {RARE}", messages // 2))


def _conversation(index: int, messages: int, vocabulary: list[str], chance: random.Random) -> Conversation:
    name = f"conversation{index:04d}"
    began_ms = NOON_MS + index * 60 * _MINUTE_MS
    root = Node(f"{name}-root", None, system(""), began_ms)
    tree = Tree.of([root, *_nodes(name, began_ms, messages, vocabulary, chance)])
    title = f"About {vocabulary[index % len(vocabulary)]}"
    return Conversation(name, tree, began_ms, title, began_ms + messages * _MINUTE_MS)


def _nodes(name: str, began_ms: int, messages: int, vocabulary: list[str], chance: random.Random) -> Iterator[Node]:
    before = f"{name}-root"
    for number in range(messages):
        node_id, when_ms = f"{name}-{number:05d}", began_ms + number * _MINUTE_MS
        if number % 2 == 0:
            yield Node(node_id, before, user(_said(vocabulary, chance, 30)), when_ms)
        else:
            text = _said(vocabulary, chance, 120)
            model = chance.choice(MODELS)
            cost = Cost(chance.randint(1_000, 1_000_000), "provider")
            leg = Leg(
                f"leg-{node_id}", "deepinfra", model, when_ms, "whole", usage=Usage(200, 150), cost=cost, text=text
            )
            yield Node(node_id, before, assistant(text), when_ms, "whole", Answer("deepinfra", model, legs=(leg,)))
        before = node_id


def _said(vocabulary: list[str], chance: random.Random, words: int) -> str:
    """Words as often as words are: few of them often, most of them rarely."""
    ranks = (int(len(vocabulary) ** chance.random()) - 1 for _ in range(words))
    return " ".join(COMMON if rank == 0 else vocabulary[rank] for rank in ranks)


def _cpu_ms(work: Callable[[], object], runs: int = 5) -> float:
    """The least of a few runs."""
    times: list[float] = []
    for _ in range(runs):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1000 * min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        c = sqlite3.connect(Path(folder, "big.db"), isolation_level=None)
        c.execute("PRAGMA journal_mode = WAL")
        c.execute("PRAGMA foreign_keys = ON")
        for statement in STATEMENTS:
            c.execute(statement)
        for what, runs, work in _works(c, options.conversations, options.messages):
            print(f"{what:<44}{_cpu_ms(work, runs):10.1f} ms CPU")
        c.close()
    return 0


def _works(c: sqlite3.Connection, number: int, messages: int) -> Iterator[tuple[str, int, Callable[[], object]]]:
    yield "fill", 1, lambda: _in_one_go(c, lambda: fill(c, number, messages))
    yield "look for a common word, nothing indexed", 3, lambda: search(c, COMMON)
    yield "index everything", 1, lambda: _in_one_go(c, lambda: _index_all(c))
    yield "recent, all", 5, lambda: conversations.recent(c)
    yield "recent, 20", 5, lambda: conversations.recent(c, limit=20)
    yield "find by words", 5, lambda: conversations.find(c, "about xyz")
    yield "load about 100 messages", 5, lambda: conversations.load(c, f"conversation{number - 1:04d}")
    yield "load 10,000 messages", 5, lambda: conversations.load(c, "conversation0000")
    yield "the last 20 of 10,000", 5, lambda: conversations.load_path_end(c, "conversation0000", 20)
    yield "search, a common word", 5, lambda: search(c, COMMON)
    yield "search, two common words", 5, lambda: search(c, f"{COMMON} an")
    yield "search, a rare word", 5, lambda: search(c, RARE)
    yield "search, nothing", 5, lambda: search(c, "nothingatall")
    yield "search, Chinese", 5, lambda: search(c, "图书馆")
    yield "spent, all", 5, lambda: ledger.spent(c)
    yield "usage by day", 5, lambda: ledger.usage_by(c, "day")
    yield "usage by conversation", 5, lambda: ledger.usage_by(c, "conversation")


def _index_all(c: sqlite3.Connection) -> None:
    while word_index.index_some(c):
        pass


def _in_one_go(c: sqlite3.Connection, work: Callable[[], object]) -> None:
    c.execute("BEGIN IMMEDIATE")
    work()
    c.execute("COMMIT")


if __name__ == "__main__":
    sys.exit(main())
