"""A program that keeps answers, and says each time what is safe now; others kill it, or take its disk away."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import assistant, system, user
from deepchat.conversation.tree import Node, Tree
from deepchat.errors import StoreError
from deepchat.store import journal, turns
from deepchat.store.database import Database

PIECES = 4


async def keep(folder: Path, rounds: int) -> None:
    """Ask and answer so many times; each line that is printed was on disk before."""
    database = await Database.open(folder / "deepchat.db", now_ms=1)
    say("open")
    try:
        await _hold(database, rounds)
    finally:
        await database.close()
    say("closed")


async def _hold(database: Database, rounds: int) -> None:
    for number in range(rounds):
        talk = Conversation(f"talk{number}", Tree(Node(f"root{number}", None, system(""), 1)), 1)
        question = Node(f"question{number}", f"root{number}", user(f"question {number}"), 1)
        answer = Node(f"answer{number}", question.id, assistant(""), 1, "streaming", Answer("p", "m"))
        leg = Leg(f"leg{number}", "p", "m", 1)
        await database.write(lambda c, t=talk, q=question, a=answer, g=leg: turns.begin(c, t, [q], a, g))
        say(f"asked {number}")
        for piece in range(PIECES):
            words = f"piece {number}.{piece} "
            await database.write(lambda c, g=leg, w=words: journal.append(c, g.id, [("text", w)]))
            say(f"heard {number}.{piece}")
        text = "".join(f"piece {number}.{piece} " for piece in range(PIECES))
        done = Leg(leg.id, "p", "m", 1, "whole", text=text)
        whole = Node(answer.id, question.id, assistant(text), 1, "whole", Answer("p", "m", legs=(done,)))
        await database.write(lambda c, w=whole, d=done, t=talk: (turns.close_leg(c, d), turns.finish(c, t.id, w)))
        say(f"finished {number}")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(keep(Path(sys.argv[1]), int(sys.argv[2])))
    except StoreError as error:
        say(f"error {type(error).__name__}: {error.message}")
        sys.exit(3)
