"""CPU time of the store with 10,000 conversations and 1,000,000 messages in it.

uv run python benchmarks/big_store.py [--conversations 10000] [--messages 1000000]
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, get_args

from deepchat.store import conversations, ledger, trash, turns
from deepchat.store.migrations import migrate
from deepchat.store.search import Filter, search

MODELS: Final = ("deepseek-ai/DeepSeek-V3", "meta-llama/Meta-Llama-3.1-70B-Instruct", "Qwen/Qwen3-32B")
COMMON: Final = "the"
RARE: Final = "zyzzyva"
NOON_MS: Final = 1_780_000_000_000
_MINUTE_MS: Final = 60_000
_SENTENCES: Final = 20_000
_SENTENCE_WORDS: Final = 12
_CONVERSATION: Final = """
    INSERT INTO conversation (id, title, created_ms, updated_ms, touched, root, active) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_MESSAGE: Final = """
    INSERT INTO message (id, conversation, parent, role, created_ms, provider, model, parameters, body, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'whole')
"""
_LEG: Final = """
    INSERT INTO leg (id, conversation, message, provider, model, asked_ms, cost_nano, state, cost_source,
        prompt_tokens, completion_tokens)
    VALUES (?, ?, ?, ?, ?, ?, ?, 'whole', 'provider', 200, 150)
"""


def make(path: Path, number: int, messages: int, seed: int = 1) -> None:
    """A store with so many conversations and messages, all in the index of words.

    The first conversation has 10,000 of the messages or, in a small store, a tenth. What is one word of 20,000 is said
    as often as words are: few of them often, most of them rarely.
    """
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9))) for _ in range(20_000)]
    sentences = [_sentence(vocabulary, chance) for _ in range(_SENTENCES)]
    longest = min(10_000, messages // 10)
    each = (messages - longest) // max(number - 1, 1)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        for pragma in ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = OFF", "cache_size = -262144"):
            c.execute(f"PRAGMA {pragma}")
        migrate(c, path, path.parent, NOON_MS)
        c.execute("BEGIN IMMEDIATE")
        for index in range(number):
            title = f"About {vocabulary[index % len(vocabulary)]}"
            _converse(c, index, title, each if index else longest, sentences, chance)
        c.execute("UPDATE message SET body = body || ? WHERE seq = ?", (f" {RARE}", messages // 2))
        c.execute("INSERT INTO found (found) VALUES ('rebuild')")
        c.execute("UPDATE meta SET value = (SELECT max(seq) FROM message) WHERE key = 'indexed'")
        c.execute("COMMIT")
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _sentence(vocabulary: list[str], chance: random.Random) -> str:
    ranks = (int(len(vocabulary) ** chance.random()) - 1 for _ in range(_SENTENCE_WORDS))
    return " ".join(COMMON if rank == 0 else vocabulary[rank] for rank in ranks).capitalize() + "."


def _converse(
    c: sqlite3.Connection, index: int, title: str, messages: int, sentences: list[str], chance: random.Random
) -> None:
    """One conversation: its root, and questions and answers in turn."""
    name, began_ms = f"conversation{index:05d}", NOON_MS + index * 60 * _MINUTE_MS
    ids = [f"{name}-{place:05d}" for place in range(messages + 1)]
    c.execute(_CONVERSATION, (name, title, began_ms, began_ms + messages * _MINUTE_MS, index, ids[0], ids[-1]))
    said: list[tuple[str | int | None, ...]] = [(ids[0], name, None, "system", began_ms, "", "", "", "")]
    asked: list[tuple[str | int, ...]] = []
    for place in range(1, messages + 1):
        when_ms = began_ms + place * _MINUTE_MS
        if place % 2:
            text = " ".join(chance.choices(sentences, k=1))
            said.append((ids[place], name, ids[place - 1], "user", when_ms, "", "", "", text))
        else:
            text, model = " ".join(chance.choices(sentences, k=4)), chance.choice(MODELS)
            said.append((ids[place], name, ids[place - 1], "assistant", when_ms, "deepinfra", model, "{}", text))
            cost = chance.randint(1_000, 1_000_000)
            asked.append((f"leg-{ids[place]}", name, ids[place], "deepinfra", model, when_ms, cost))
    c.executemany(_MESSAGE, said)
    c.executemany(_LEG, asked)


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
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "big.db")
        make(path, options.conversations, options.messages)
        with closing(sqlite3.connect(path, isolation_level=None)) as c:
            for what, work in works(c):
                print(f"{what:<44}{_cpu_ms(work):10.1f} ms CPU")
    return 0


def works(c: sqlite3.Connection) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is done with a store, in words, and how."""
    yield "recent, all", lambda: conversations.recent(c)
    yield "recent, 20", lambda: conversations.recent(c, limit=20)
    yield "find by words", lambda: conversations.find(c, "about xyz")
    yield "the last 20 of 10,000", lambda: conversations.load_path_end(c, "conversation00000", 20)
    yield "search, a common word", lambda: search(c, f"{COMMON} ")
    yield "search, two common words", lambda: search(c, f'{COMMON} "{COMMON}"')
    yield "search, a common beginning", lambda: search(c, "a")
    yield "search, a rare word", lambda: search(c, RARE)
    yield "search, a rare and a common word", lambda: search(c, f"{COMMON} {RARE}")
    yield "search, a phrase", lambda: search(c, _phrase(c))
    yield "search, nothing", lambda: search(c, "nothingatall")
    yield "search, a common word, one role", lambda: search(c, COMMON, Filter(role="user"))
    yield "search, Chinese", lambda: search(c, "图书馆")
    yield "spent, all", lambda: ledger.spent(c)
    yield "spent, a conversation", lambda: ledger.spent(c, conversation="conversation00000")
    for by in get_args(ledger.By):
        yield f"usage by {by}", lambda by=by: ledger.usage_by(c, by)
    yield "what a start looks for", lambda: (turns.unfinished(c), turns.forgotten(c, NOON_MS), trash.thrown(c))


def _phrase(c: sqlite3.Connection) -> str:
    """Three words as they were said once."""
    body = str(c.execute("SELECT body FROM message WHERE seq = 1000").fetchone()[0])
    return f'"{" ".join(body.split()[:3])}"'


if __name__ == "__main__":
    sys.exit(main())
