"""What to do next after an error, in the app: where its hint names the command line, the command that does it here."""

from __future__ import annotations

import re
from typing import Final

from deepchat.errors import DeepChatError, KeyProblem

_HERE: Final = (
    (re.compile(r"the limit with --max-cost"), "it: /budget answer USD"),
    (re.compile(r"`?deepchat config set budget\.(\w+) USD`?"), r"/budget \1 USD"),
    (re.compile(r"--reasoning-effort low, or none"), "/effort low, or /effort none"),
    (re.compile(r"with a larger --max-tokens"), "with a larger /params max_tokens=NUMBER"),
    (re.compile(r"take \[budget\] out of config\.toml for it"), "/budget day none takes a limit away"),
    (re.compile(r"`?deepchat models --refresh`?"), "/refresh"),
)
"""The engine knows the command line alone."""


def hint_here(error: DeepChatError) -> str:
    """Its hint, for somebody who sits before the app."""
    hint = error.hint
    for there, here in _HERE:
        hint = there.sub(here, hint)
    if isinstance(error, KeyProblem):
        return f"/welcome takes a key, and has other ways · {hint}" if hint else "/welcome takes a key"
    return hint
