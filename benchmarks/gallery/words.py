"""What is said in the pictures: made up, the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from deepchat.catalog.model import Flag, Model, Prices
from deepchat.conversation.conversation import Summary
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import assistant, user
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, State
from deepchat.conversation.usage import Cost, Total, Usage
from deepchat.tui.entries import Entries, Entry
from deepchat.tui.page import Page
from deepchat.tui.screens.models import Candidate
from deepchat.tui.screens.search import MARKS, Hit
from deepchat.workspace.outlook import Outlook

NOON: Final = int(datetime.now().astimezone().replace(hour=14, minute=2, second=0, microsecond=0).timestamp() * 1000)
"""Two minutes past two, today: a message of today tells the time alone, whichever day that is."""
HOUR_MS: Final = 3_600_000
MODEL: Final = "deepseek-ai/DeepSeek-V3"
COST: Final = Cost(412_000, "provider")

QUESTION: Final = "Explain lifetimes as if I knew C++."
ANSWER: Final = """A **lifetime** is the span of code in which a reference is valid. In C++ you keep it in your \
head; in Rust the compiler keeps it for you, and refuses what would dangle.

```rust
// What comes back lives as long as both that went in.
fn longest<'a>(x: &'a str, y: &'a str) -> &'a str {
    if x.len() > y.len() { x } else { y }
}
```

Three rules let you leave most of them out:

1. each reference that goes in has its own,
2. if there is *one*, what comes out has it too,
3. of a method, what comes out lives as long as `&self`.
"""
SO_FAR: Final = ANSWER[: ANSWER.rindex("```")]
"""Of it, all before the last line of the code."""
LISTS: Final = """## Before you sail

- [x] charts, and a **second** set of them
- [ ] water for four days
  - two cans of 20 l
  - tablets, [as the coast guard says](https://example.org/water)
- [ ] ~~flares~~ an electric light

> A ship in harbour is safe, but that is not what ships are built for.

| light | height | seen from | built |
|---|--:|--:|---|
| Bell Rock | 35 m | 18 nmi | 1810 |
| Eddystone | 49 m | 17 nmi | 1882 |
| 神威岬灯台 | 17 m | 21 nmi | 1888 |

---

```python
def seen_from(height: float) -> float:
    \"\"\"Nautical miles, for an eye at the water.\"\"\"
    return 2.08 * height ** 0.5  # the air bends light a little
```
"""
THOUGHT: Final = (
    "They know C++, so I can compare with dangling pointers. I should begin with what a lifetime is, then show one."
)
TIDES: Final = "When is high water at Oslo tomorrow?"
CALLED: Final = (
    Text("I look that up."),
    ToolCall("call", "tides__next", '{"harbour": "Oslo", "day": "2026-11-22"}'),
    ToolResult("call", "high water 05:48 and 18:12, 0.6 m above the mean"),
    Text("High water is at **05:48** and again at **18:12**, about 60 cm above the mean."),
)


def question(text: str = QUESTION, name: str = "q") -> Entry:
    return Entry(Node(name, None, user(text), NOON))


def answer(
    text: str = ANSWER,
    name: str = "a",
    *,
    parts: tuple[Part, ...] = (),
    state: State = "whole",
    reasoning: str = "",
    legs: int = 1,
    error: str = "",
) -> Entry:
    leg = Leg("leg", "deepinfra", MODEL, NOON, "whole", usage=Usage(820, 410, 512), cost=COST)
    told = Answer("deepinfra", MODEL, MODEL, legs=(leg,) * legs if legs else (), error=error)
    message = assistant(text)
    message = replace(message, parts=parts or message.parts, reasoning=reasoning)
    return Entry(Node(name, None, message, NOON, state, told))


def coming(model: str = MODEL) -> Entry:
    return Entry(Node("asked-answer", None, assistant(""), NOON, "streaming", Answer("deepinfra", model)))


def page(*entries: Entry, read_only: bool = False) -> Page:
    return Page(
        "c1",
        "Rust lifetimes explained",
        Entries.of(entries),
        read_only=read_only,
        total=Total(Cost(6_100_000, "provider")),
        usage=Usage(12_480, 4_410, 8_192, 700),
        by_model=(
            (MODEL, Total(Cost(5_200_000, "provider"))),
            ("meta-llama/Llama-3.3-70B-Instruct", Total(Cost(900_000, "provider"))),
        ),
        outlook=Outlook(27_900, False, 163_840, 1_200_000),
    )


def summaries(many: int = 0) -> Sequence[Summary]:
    titles = (
        *("Rust lifetimes explained", "Trip to Oslo", "Budget review", "A regex for ISO dates", "灯台の歴史"),
        *("Why is the sky blue, and why is it red in the evening?", "Sourdough", "untangle the build"),
        *(f"Conversation number {number}" for number in range(many)),
    )
    return [
        Summary(
            f"c{at + 1}",
            title,
            created_ms=NOON - at * at * HOUR_MS,
            updated_ms=NOON - at * at * HOUR_MS,
            messages=4 + at,
            models=(MODEL,),
            tags=("work",) if at % 3 == 2 else (),
            pinned=at == 1,
            cost=Cost(1_070_000 * (at + 1), "provider", estimated=at == 3),
        )
        for at, title in enumerate(titles)
    ]


_MODELS: Final = (
    ("deepseek-ai/DeepSeek-V3", 163_840, 380, 890, "tools json cache"),
    ("deepseek-ai/DeepSeek-R1", 163_840, 500, 2_180, "reasoning json cache"),
    ("meta-llama/Llama-3.3-70B-Instruct", 131_072, 230, 400, "tools json"),
    ("meta-llama/Llama-3.2-11B-Vision-Instruct", 131_072, 49, 49, "vision"),
    ("Qwen/Qwen3-32B", 40_960, 100, 300, "tools reasoning json"),
    ("Qwen/Qwen2.5-VL-72B-Instruct", 32_768, 250, 750, "vision tools json"),
    ("microsoft/phi-4", 16_384, 70, 140, "json"),
    ("mistralai/Mistral-Small-24B-Instruct-2501", 32_768, 50, 80, "tools json"),
    ("google/gemma-3-27b-it", 131_072, 90, 170, "vision tools json"),
    ("an-organisation-with-a-long-name/A-Model-With-A-Very-Long-Name-Indeed-405B", None, None, None, ""),
)


_CAN: Final[Sequence[Flag]] = ("vision", "tools", "reasoning", "json", "cache")


def candidates(many: int = 0) -> Sequence[Candidate]:
    rows = (*_MODELS, *((f"somebody/model-{at}", 8_192, at + 1, 2 * at + 2, "json") for at in range(many)))
    return [_candidate(at, *row) for at, row in enumerate(rows)]


def _candidate(at: int, name: str, window: int | None, read: int | None, said: int | None, can: str) -> Candidate:
    prices = Prices(read * 1_000_000 if read else None, said * 1_000_000 if said else None)
    flags: frozenset[Flag] = frozenset(flag for flag in _CAN if flag in can.split())
    note = "3 messages would not fit" if window and window < 27_900 else ""
    cost = None if read is None else 27_900 * read
    return Candidate(
        Model(name, "deepinfra", window, prices=prices, flags=flags, price_source="live" if read else "unknown"),
        "deepinfra",
        cost,
        is_favourite=at == 0,
        is_recent=at == 2,
        note=note,
    )


def hits(words: str) -> Sequence[Hit]:
    begin, end = MARKS
    marked = f"{begin}{words}{end}"
    said = (
        ("c1", "assistant", f"A {marked} is the span of code in which a reference is valid. In C++ you keep it"),
        ("c1", "user", f"Explain {marked}s as if I knew C++."),
        ("c3", "assistant", f"… over the {marked} of the machine that is 40 € a month, and less than the lease"),
        ("c6", "assistant", f"… the {marked} of an excited state is about a billionth of a second, so the light"),
    )
    titles = {one.id: one.title for one in summaries()}
    return [
        Hit(where, f"m{at}", titles[where], role, snippet, NOON - at * 20 * HOUR_MS)
        for at, (where, role, snippet) in enumerate(said)
    ]
