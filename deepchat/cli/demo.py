"""The tour: the app against the simulator, in a home that is thrown away."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.ids import new_id
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parts import Text
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import Cost, Usage

if TYPE_CHECKING:
    from deepchat.tui.starting import Start

_DAY_MS: Final = 86_400_000
_MODEL: Final = "deepseek-ai/DeepSeek-V3"
_OTHER: Final = "meta-llama/Llama-3.3-70B-Instruct"
_PROVIDER: Final = "deepinfra"
_KEY: Final = "any-key-will-do"
_TOUR: Final = Path(__file__).with_name("tour.md")


def tour(start: Start) -> int:
    """Show the app until it is closed; nothing of it stays."""
    from deepchat.simulator import SimulatorThread
    from deepchat.tui.run import run

    with (
        SimulatorThread(scene="paced") as simulator,
        tempfile.TemporaryDirectory(prefix="deepchat-tour-") as home,
        _environment({"DEEPCHAT_HOME": home, "DEEPINFRA_API_KEY": _KEY}),
    ):
        _furnish(Path(home), simulator.url)
        return run({}, "", start)


@contextmanager
def _environment(changes: Mapping[str, str]) -> Generator[None]:
    """Nothing of the user's own leads elsewhere while this lasts."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(("DEEPCHAT_", "DEEPINFRA_", "LLM_")):
            del os.environ[name]
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _furnish(home: Path, url: str) -> None:
    """Settings that lead to the simulator, and conversations of the last days."""
    from deepchat.workspace.keeping import Keeping

    config = home / "config"
    config.mkdir(mode=0o700)
    settings = f'provider = "deepinfra"\nmodel = "{_MODEL}"\n\n[providers.deepinfra]\nbase_url = "{url}/v1/openai"\n'
    (config / "config.toml").write_text(f"{settings}\n[budget]\nday = 2.00\n")

    async def keep() -> None:
        async with Keeping.of_this_user() as keeping:
            library = await keeping.library()
            for conversation in _conversations(time.time_ns() // 1_000_000):
                await library.add(conversation)

    asyncio.run(keep())


def _conversations(now_ms: int) -> Iterator[Conversation]:
    """The tour itself comes last, and so it is the first of the list."""
    week, yesterday = now_ms - 6 * _DAY_MS, now_ms - _DAY_MS
    yield _conversation("Trip to Oslo", week, [("What is worth a day in Oslo?", _OSLO, _OTHER)], pinned=True)
    yield _conversation(
        "Rust lifetimes explained",
        yesterday,
        [("Explain lifetimes as if I knew C++.", _RUST, _MODEL), ("And in one sentence?", _SENTENCE, _OTHER)],
        tags=("rust",),
    )
    words = _TOUR.read_text(encoding="utf-8")
    yield _conversation("Welcome to the tour", now_ms, [("What can I do here?", words, _MODEL)])


def _conversation(
    title: str, at_ms: int, turns: list[tuple[str, str, str]], *, pinned: bool = False, tags: tuple[str, ...] = ()
) -> Conversation:
    tree = Tree(Node(new_id(), None, system(""), at_ms))
    for question, words, model in turns:
        asked = Node(new_id(), tree.leaf.id, user(question), at_ms)
        tree.add(asked)
        if title.startswith("Rust"):  # an earlier answer stands beside it
            tree.add(Node(new_id(), asked.id, assistant("A lifetime says how long a reference may be used."), at_ms))
        tree.add(Node(new_id(), asked.id, _said(words), at_ms, "whole", _how(words, model, at_ms)))
    return Conversation(new_id(), tree, at_ms, title, at_ms, pinned=pinned, tags=tags)


def _said(words: str) -> Message:
    return Message("assistant", (Text(words),), "What would help a newcomer most? The shortest way to see it work.")


def _how(words: str, model: str, at_ms: int) -> Answer:
    usage = Usage(120, len(words) // 4, 64, 12)
    leg = Leg(
        new_id(),
        _PROVIDER,
        model,
        at_ms,
        "whole",
        model,
        finish="stop",
        usage=usage,
        cost=Cost(usage.total_tokens * 380, "provider"),
        first_token_s=0.4,
        seconds=6.2,
        text=words,
    )
    return Answer(_PROVIDER, model, model, {}, "stop", 0.4, 6.2, (leg,))


_OSLO: Final = """\
Three places that reward an unhurried day:

| place | why | how long |
| --- | --- | --- |
| the opera's roof | you may walk on it | an hour |
| Vigeland's park | two hundred people of stone | an hour |
| the islands | a ferry, a bath, a ruin | half a day |

Take the ferry last: the light is best from *six to eight*.
"""
_RUST: Final = """\
In C++ **you** remember how long a pointer is good. In Rust the compiler does, and a *lifetime* is its note:

```rust
fn longest<'a>(x: &'a str, y: &'a str) -> &'a str {
    if x.len() > y.len() { x } else { y }
}
```

`'a` says: what comes out lives as long as the shorter of what went in. Nothing happens when it runs.
"""
_SENTENCE: Final = (
    "A lifetime is a promise, checked before the program runs, that a reference never outlives its value."
)
