"""What a model says: the same words for the same question, and the exact rest of an answer that was begun.

The whole answer depends on the model and on the messages before a trailing one by the assistant; seed and temperature
change nothing. Cuts fall between the tokens of the whole answer, so the legs of an answer, joined, are the answer, and
their token counts add up to its count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from deepchat.simulator.instances import instance
from deepchat.simulator.models import SCENE_PREFIX, Model
from deepchat.simulator.scene import Manners
from deepchat.simulator.tokens import split, split_between, text_of
from deepchat.simulator.values import Json, Object, as_list, as_object, as_text, spell

_SENTENCES = (
    "It helps to begin with the smallest case that could possibly go wrong.",
    "Most of the cost lies where nobody has measured it yet.",
    "Two of these steps can be swapped without any harm; the third cannot.",
    "In practice the simple form wins, because everybody can read it.",
    "A short list on paper is often better than a long one in the head.",
    "The numbers look impressive until you ask what they were divided by.",
    "Think of it as a door: it is either open, closed, or being argued about.",
    "What is true of one example is a hint; what is true of ten is a rule.",
    "If in doubt, write the test first and let it tell you what you meant.",
    "The exception matters more than the rule, since that is where people get hurt.",
    "Nothing here depends on the order in which you read it.",
    "That is the whole trick, and it has worked for a long time.",
)
CLOSING = (
    "\n\nTo bring this to a close: what was said above stands, nothing has to be taken back, "
    "and the next step is the small one that lies right ahead."
)
"""How an answer goes on that was begun by somebody else."""
LEAST_ECHO = 16
"""A raw prompt that ends with so many characters of the answer's beginning is taken as the answer begun."""
_ON_REQUEST = {
    "table": (
        "| step | cost | why |\n| --- | ---: | --- |\n| look | 1 | it is cheap |\n| measure | 3 | it is certain |\n"
        "| change | 9 | it is the point |\n\n"
    ),
    "code": (
        "```python\ndef steps(height: int) -> int:\n"
        '    """How many steps lead up, when each is as high as a hand."""\n    return height * 5\n'
        "```\n\n"
    ),
}
"""What an answer holds as well when its question has the word."""
_THINK_BLOCK = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)
_ASKS_FOR_MORE = re.compile(r"\b(?:continue|go on|carry on)\b", re.IGNORECASE)


class Piece(NamedTuple):
    """One token of an answer."""

    kind: Literal["thinking", "text", "call", "arguments"]
    """What it is a part of; a `call` opens a tool call and is its function's name."""
    text: str
    """Its characters."""


@dataclass(frozen=True, slots=True)
class Said:
    """One choice of an answer."""

    pieces: Sequence[Piece]
    """Its tokens, in order."""
    finish: str
    """Its finish_reason."""

    def joined(self, kind: str) -> str:
        """The characters of all tokens of a kind."""
        return "".join(piece.text for piece in self.pieces if piece.kind == kind)

    def count(self, kind: str) -> int:
        """How many tokens are of a kind."""
        return sum(piece.kind == kind for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Question:
    """What a speaker has to know of a chat request."""

    model: Model
    """Who is asked."""
    messages: Sequence[Object]
    """The conversation, without the answer begun."""
    begun: str
    """The text of a last message by the assistant, which the answer goes on from."""
    tools: Sequence[Object]
    """The functions that may be called."""
    must_call: str
    """A function to call for certain (`*`: any); empty when answering is fine."""
    schema: Object | None
    """The JSON Schema of the answer; None for free text."""
    may_think: bool
    """Whether thinking was left on."""
    stops: Sequence[str]
    """Where the text has to end."""
    most_tokens: int
    """How long the answer may be."""


def say(question: Question, manners: Manners, choice: int) -> Said:
    """The answer, or its rest, as far as it goes within one request."""
    most = min(question.most_tokens, manners.cut_every or question.most_tokens)
    pieces = [Piece("thinking", token) for token in split(_thinking(question, manners))]
    if len(pieces) > most:
        return Said(pieces[:most], "length")
    called = None if question.begun else _called_function(question, manners)
    if called is not None:
        pieces += _call(called, manners.tool_arguments or _arguments(question))
        return Said(pieces[:most], "length" if len(pieces) > most else "tool_calls")
    told, finish = _until(question.stops, most - len(pieces), _tokens(question, manners, choice))
    return Said([*pieces, *(Piece("text", token) for token in told)], finish)


def say_raw(model: Model, prompt: str, manners: Manners, stops: Sequence[str], most_tokens: int) -> Said:
    """What follows a prompt that is no conversation."""
    whole = manners.text or f" {_sentences(f'{model.id} {prompt[:LEAST_ECHO]}', 0, 6)}"
    begun = max((end for end in range(LEAST_ECHO, len(whole) + 1) if prompt.endswith(whole[:end])), default=0)
    most = min(most_tokens, manners.cut_every or most_tokens)
    told, finish = _until(stops, most, split_between(whole, begun, len(whole)))
    return Said([Piece("text", token) for token in told], finish)


def _tokens(question: Question, manners: Manners, choice: int) -> list[str]:
    if question.schema is not None:  # a grammar starts anew behind what was begun, as it does on real servers
        return split(spell(instance(question.schema)))
    if not question.begun:
        resumed = _resumed(question, manners)
        return (
            split(f"Version {choice + 1}. " * (choice > 0) + _whole(question, manners)) if resumed is None else resumed
        )
    if manners.ignores_prefill:
        return split(_whole(question, manners))
    rest = _rest(_whole(question, manners), question.begun)
    if rest is not None:
        return rest
    start = max((end for end in range(len(CLOSING) + 1) if question.begun.endswith(CLOSING[:end])), default=0)
    return split_between(CLOSING, start, len(CLOSING))


def _rest(whole: str, begun: str) -> list[str] | None:
    """The tokens after a beginning of the whole; a think block may be missing, or emptied, on either side."""
    for text in (whole, _THINK_BLOCK.sub("", whole)):
        for start in (begun, _THINK_BLOCK.sub("", begun)):
            if start and text.startswith(start):
                return split_between(text, len(start), len(text))
    return None


def _resumed(question: Question, manners: Manners) -> list[str] | None:
    """The rest of the answer before, when the user's last message asks to continue it."""
    *before, last = question.messages
    if len(before) < 2 or before[-1]["role"] != "assistant" or not _ASKS_FOR_MORE.search(text_of(last.get("content"))):
        return None
    begun = text_of(before[-1].get("content"))
    return _rest(_whole(replace(question, messages=before[:-1]), manners), begun) or None


def _whole(question: Question, manners: Manners) -> str:
    asked = _last_words(question.messages)
    text = manners.text or asked
    if not manners.text and not manners.echoes:
        text = _composed(question, asked)
    if manners.thinking_field == "content" and manners.thinking and question.may_think:
        return f"<think>\n{manners.thinking}\n</think>\n\n{text}"
    return text


def _composed(question: Question, asked: str) -> str:
    seed = f"{question.model.id} {spell([*question.messages])}"
    if question.messages[-1]["role"] == "tool":
        return f"The tool said: {asked[:200]}\n\n{_sentences(seed, 0, 1)}"
    title = " ".join(asked.split())[:60] or "your question"
    steps = "".join(f"{n}. {_sentences(seed, n + 2, n + 3)}\n" for n in (1, 2, 3))
    words = asked.lower()
    parts = "".join(part for word, part in _ON_REQUEST.items() if word in words)
    return f"On **{title}**: {_sentences(seed, 0, 3)}\n\n{steps}\n{parts}{_sentences(seed, 6, 8)}"


def _thinking(question: Question, manners: Manners) -> str:
    if question.begun or not question.may_think or manners.thinking_field == "content":
        return ""
    if manners.thinking or not question.model.thinks or question.model.id.startswith(SCENE_PREFIX):
        return manners.thinking
    asked = " ".join(_last_words(question.messages).split())[:60]
    return f"The user asks about “{asked}”. {_sentences(asked, 8, 10)} So I answer in a few steps."


def _last_words(messages: Sequence[Object]) -> str:
    for message in reversed(messages):
        if message["role"] in ("user", "tool"):
            return text_of(message.get("content"))
    return ""


def _sentences(seed: str, first: int, last: int) -> str:
    """Some of the sentences, in an order of the seed's own; none comes twice in one order."""
    ordered = sorted(
        _SENTENCES, key=lambda one: hashlib.sha256(f"{seed}{one}".encode("utf-8", "backslashreplace")).digest()
    )
    return " ".join(ordered[first:last])


def _until(stops: Sequence[str], most: int, tokens: list[str]) -> tuple[list[str], str]:
    """The tokens before the first stop sequence or the limit, and which of them it was.

    A stop sequence that the limit cuts in two has not been said, so it ends nothing.
    """
    said = tokens[:most]
    text = "".join(said)
    end = min((place for stop in stops if (place := text.find(stop)) >= 0), default=-1)
    if end < 0:
        return said, "length" if len(tokens) > most else "stop"
    kept: list[str] = []
    for token in tokens:
        if end <= 0:
            break
        kept.append(token[:end])
        end -= len(token)
    return kept, "stop"


def _called_function(question: Question, manners: Manners) -> Object | None:
    """The function to call now: one that has to be, that the manners want, or that the question names."""
    offered = [as_object(tool.get("function")) for tool in question.tools]
    is_answered = question.messages[-1]["role"] == "tool"
    wanted = question.must_call or ("" if is_answered else manners.tool_name)
    if not wanted and not is_answered and manners.text == "" and not manners.echoes:
        asked = _last_words(question.messages)
        wanted = next((name for function in offered if (name := as_text(function.get("name"))) in asked), "")
    return next((one for one in offered if wanted and wanted in ("*", as_text(one.get("name")))), None)


def _arguments(question: Question) -> str:
    """The JSON object that the question holds, as a model would take a call's arguments from its words."""
    asked = _last_words(question.messages)
    begin, end = asked.find("{"), asked.rfind("}") + 1
    return asked[begin:end] if 0 <= begin < end else ""


def _call(function: Object, arguments: str) -> list[Piece]:
    parameters: Json = function.get("parameters")
    empty = not as_object(parameters) and not as_list(parameters)
    spelled = arguments or ("{}" if empty else spell(instance(parameters)))
    return [Piece("call", as_text(function.get("name"))), *(Piece("arguments", token) for token in split(spelled))]
