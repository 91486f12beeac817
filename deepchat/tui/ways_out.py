"""What to do next after an error, in the app: where its hint names the command line, the command that does it here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from deepchat.errors import ContextTooLong, DeepChatError, KeyProblem

if TYPE_CHECKING:
    from deepchat.conversation.tree import Node

_HERE: Final = (
    (re.compile(r"the limit with --max-cost"), "it: /budget answer USD"),
    (re.compile(r"`?deepchat config set budget\.(\w+) USD`?"), r"/budget \1 USD"),
    (re.compile(r"--reasoning-effort low, or none"), "/effort low, or /effort none"),
    (re.compile(r"with a larger --max-tokens"), "with a larger /params max_tokens=NUMBER"),
    (re.compile(r"take \[budget\] out of config\.toml for it"), "/budget day none takes a limit away"),
    (re.compile(r"`?deepchat models --refresh`?"), "/refresh"),
    (re.compile(r"`deepchat models` shows"), "ctrl+o shows"),
    (re.compile(r"sum up what came before with --compact"), "/compact sums up what came before"),
    (
        re.compile(r"stop it first, or fork at a message before it"),
        "esc stops it, then f or /fork; k chooses a message before it",
    ),
    (re.compile(r"choose a model with a larger (?:window|context)"), "choose a model with a larger window (ctrl+o)"),
)
"""The engine knows the command line alone."""
_SHORTER: Final = "/compact sums up what came before, ctrl+o chooses a model with a larger window"


def hint_here(error: DeepChatError) -> str:
    """Its hint, for somebody who sits before the app."""
    hint = error.hint
    for there, here in _HERE:
        hint = there.sub(here, hint)
    if isinstance(error, KeyProblem):
        return f"/welcome takes a key, and has other ways · {hint}" if hint else "/welcome takes a key"
    return hint


def keys_after(answer: Node) -> str:
    """The keys to press under an answer that is not whole."""
    is_too_long = ContextTooLong.WORDS in (answer.answer.error if answer.answer else "")
    if answer.state == "failed":
        if is_too_long:
            return f"{_SHORTER}, then r asks again; or e edits the question"
        return "r asks again, ctrl+o chooses another model"
    if is_too_long:
        return f"{_SHORTER}, then m goes on"
    thought_only = answer.state == "incomplete" and answer.message.reasoning and not answer.message.text.strip()
    return f"m {'asks again, thinking less' if thought_only else 'goes on'}, r answers anew"
