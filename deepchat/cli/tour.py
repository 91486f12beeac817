"""Conversations as somebody might have had them during the last days: what the tour shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.ids import new_id
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, system, user
from deepchat.conversation.parts import Text
from deepchat.conversation.tokens import estimate_tokens
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import Cost, Usage

if TYPE_CHECKING:
    from deepchat.simulator import Tariff

PROVIDER: Final = "deepinfra"
V3: Final = "deepseek-ai/DeepSeek-V3"
R1: Final = "deepseek-ai/DeepSeek-R1"
LLAMA: Final = "meta-llama/Llama-3.3-70B-Instruct-Turbo"
QWEN: Final = "Qwen/Qwen3-32B"
GUIDE: Final = "Welcome to the tour"
_DAY_MS: Final = 86_400_000
_TURN_MS: Final = 4 * 60_000
_TOKENS_PER_S: Final = 62.0
_FIRST_TOKEN_S: Final = 0.4


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    model: str
    words: str
    thought: str = ""
    legs: int = 1
    """In how many pieces it came."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answers; the last of them is the one that counts."""

    question: str
    answers: tuple[Said, ...]
    earlier: tuple[Turn, ...] = ()
    """The same question as it was asked before."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, and how long ago it was."""

    title: str
    days_ago: int
    turns: tuple[Turn, ...]
    tags: tuple[str, ...] = ()
    pinned: bool = False


def conversations(now_ms: int, tariffs: Mapping[str, Tariff]) -> Iterator[Conversation]:
    """All of them, the oldest first and the guide last; what they cost is what these models cost."""
    guide = Path(__file__).with_name("tour.md").read_text(encoding="utf-8")
    talks = (*_talks(), Talk(GUIDE, 0, (Turn("What can I do here?", (Said(V3, guide),)),)))
    for talk in talks:
        begun_ms = now_ms - talk.days_ago * _DAY_MS - len(talk.turns) * _TURN_MS
        writer = _Writer(begun_ms, tariffs)
        for turn in talk.turns:
            writer.add(turn)
        said = Conversation(new_id(), writer.tree, begun_ms, talk.title, writer.at_ms)
        said.tags, said.pinned = talk.tags, talk.pinned
        yield said


class _Writer:
    """Grows the tree of one conversation."""

    def __init__(self, at_ms: int, tariffs: Mapping[str, Tariff]) -> None:
        self.tree = Tree(Node(new_id(), None, system(""), at_ms))
        self.at_ms = at_ms
        self._tariffs = tariffs

    def add(self, turn: Turn) -> None:
        before = self.tree.leaf.id
        for earlier in turn.earlier:
            self.add(earlier)
            self.tree.end_at(before)
        asked = Node(new_id(), before, user(turn.question), self.at_ms)
        self.tree.add(asked)
        for said in turn.answers:
            self.tree.add(self._answer(asked.id, said))
            self.at_ms += _TURN_MS // len(turn.answers)

    def _answer(self, question_id: str, said: Said) -> Node:
        prompt = sum(estimate_tokens(node.message.text) for node in self.tree.branch(question_id))
        size = -(-len(said.words) // said.legs)
        legs: list[Leg] = []
        for number in range(said.legs):
            words = said.words[number * size : (number + 1) * size]
            thought = "" if number else said.thought
            legs.append(self._leg(said.model, prompt, words, thought, is_last=number == said.legs - 1))
            prompt += estimate_tokens(words)
        seconds = sum(leg.seconds for leg in legs)
        how = Answer(PROVIDER, said.model, said.model, {}, "stop", _FIRST_TOKEN_S, seconds, tuple(legs))
        message = Message("assistant", (Text(said.words),), said.thought)
        return Node(new_id(), question_id, message, self.at_ms, "whole", how)

    def _leg(self, model: str, prompt: int, words: str, thought: str, *, is_last: bool) -> Leg:
        thinking = estimate_tokens(thought)
        written = estimate_tokens(words) + thinking
        tariff = self._tariffs[model]
        cached = 0 if tariff.cached is None else prompt // 64 * 64
        return Leg(
            new_id(),
            PROVIDER,
            model,
            self.at_ms,
            "whole",
            model,
            finish="stop" if is_last else "length",
            usage=Usage(prompt, written, cached, thinking),
            cost=Cost(tariff.cost_nano(prompt, cached, written), "provider"),
            first_token_s=_FIRST_TOKEN_S,
            seconds=_FIRST_TOKEN_S + written / _TOKENS_PER_S,
            text=words,
            reasoning=thought,
        )


def _talks() -> Iterator[Talk]:
    yield Talk(
        "A name for a boat", 9, (Turn("Suggest five names for a small blue sailing boat.", (Said(QWEN, _BOAT),)),)
    )
    yield Talk(
        "Trip to Oslo",
        6,
        (
            Turn("What is worth a day in Oslo?", (Said(LLAMA, _OSLO),)),
            Turn("And when it rains?", (Said(LLAMA, _RAIN),)),
        ),
        tags=("travel",),
        pinned=True,
    )
    yield Talk("Off by a cent", 3, (Turn(_CENT_QUESTION, (Said(R1, _CENT, _CENT_THOUGHT),)),), ("work",))
    in_a_sentence = Turn("And in one sentence?", (Said(LLAMA, _SHORT_SAID), Said(V3, _SENTENCE)))
    yield Talk(
        "Rust lifetimes",
        1,
        (
            Turn(
                "Explain lifetimes as if I knew C++.",
                (Said(V3, _RUST, legs=3),),
                (Turn("Explain lifetimes.", (Said(LLAMA, _SHORT_SAID),)),),
            ),
            in_a_sentence,
        ),
        tags=("rust", "work"),
    )


_BOAT: Final = """\
1. **Periwinkle**: small, blue, and it clings to rocks
2. **Second Wind**
3. *Bluebottle*
4. **Ink**
5. **Almost There**
"""
_OSLO: Final = """\
Three places that reward an unhurried day:

| place | why | how long |
| --- | --- | ---: |
| the opera's roof | you may walk on it | 1 h |
| Vigeland's park | two hundred people of stone | 1 h |
| the islands | a ferry, a bath, a ruin | 4 h |

Take the ferry last: the light is best from *six to eight*.
"""
_RAIN: Final = """\
Then turn it round:

- the **library** by the station has the best chairs in town
- at the **polar museum** a whole ship stands inside a house
- any café on the way, for as long as it rains
"""
_CENT_QUESTION: Final = "My invoice adds 0.1 three times and compares it with 0.3. Why is it never equal?"
_CENT_THOUGHT: Final = (
    "The user adds floats. 0.1 has no finite binary form. I should show what is stored, then what to do: integers of "
    "cents, or decimals. Short, with code."
)
_CENT: Final = """\
Because `0.1` can't be written in binary, as a third can't in decimal. What is stored is a little more:

```python
>>> 0.1 + 0.1 + 0.1 == 0.3
False
>>> from decimal import Decimal
>>> Decimal("0.1") * 3 == Decimal("0.3")
True
```

> Money is counted, not measured: keep whole cents, and no cent is ever lost.
"""
_RUST: Final = """\
In C++ **you** remember how long a pointer is good. In Rust the compiler does, and a *lifetime* is its note:

```rust
fn longest<'a>(x: &'a str, y: &'a str) -> &'a str {
    if x.len() > y.len() { x } else { y }
}
```

`'a` says: what comes out lives as long as the shorter of what went in. Three things follow:

1. Nothing happens when it runs; it is a matter of types.
2. A dangling reference is an error of the build, never of the night shift.
3. Most of the time nobody writes one, since the compiler fills them in.
"""
_SHORT_SAID: Final = "A lifetime says how long a reference may be used."
_SENTENCE: Final = (
    "A lifetime is a promise, checked before the program runs, that a reference never outlives its value."
)
