"""What the next question of a conversation would take: of a model's window, and of the user's money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepchat.catalog.model import Model
from deepchat.catalog.prices import cost_of
from deepchat.conversation.message import Message
from deepchat.conversation.tree import Kept
from deepchat.conversation.usage import Usage

if TYPE_CHECKING:
    from deepchat.workspace.model_at import ModelAt
    from deepchat.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the next question of a conversation fits its model."""

    used_tokens: int = 0
    """What is said so far, in tokens."""
    is_estimate: bool = True
    window: int | None = None
    """What the model can take in; None when nobody knows."""
    next_nano: int | None = None
    """What asking costs at least; None when a price is unknown."""

    @property
    def full(self) -> float | None:
        """From 0 to 1; None when the window is unknown."""
        return min(1.0, self.used_tokens / self.window) if self.window else None


@dataclass(frozen=True, slots=True)
class Prospect:
    """What it would mean to go on with this model."""

    model: Model
    next_nano: int | None
    left_out: int
    """So many of the oldest messages would not fit."""


def outlook(workspace: Workspace, path: Sequence[Kept], whom: ModelAt | None) -> Outlook:
    """For the model that will be asked; what the last request counted is truer than our estimate."""
    used, is_estimate = used_tokens(path)
    model = workspace.shelf.price_list(whom.provider, whom.model) if whom else None
    return Outlook(used, is_estimate, model.context if model else None, _cost_of_asking(used, model))


def prospects(models: Iterable[Model], path: Sequence[Kept]) -> Iterator[Prospect]:
    """The same for every model that could be chosen instead."""
    from deepchat.engine.continuation import LEAST_ROOM

    used, _ = used_tokens(path)
    messages: list[Message] = []
    for model in models:
        left_out = 0
        if model.context and used > model.context - LEAST_ROOM:
            messages = messages or [one.read().message for one in path]
            left_out = _left_out(messages, model.context)
        yield Prospect(model, _cost_of_asking(used, model), left_out)


def used_tokens(path: Sequence[Kept]) -> tuple[int, bool]:
    """How long the conversation is, and whether that is an estimate: only the last request counts, not all legs."""
    legs = path[-1].legs if path else ()
    counted = legs[-1].usage if legs and legs[-1].is_counted else None
    if counted:
        return counted.total_tokens, False
    from deepchat.engine.context import estimate_many

    return estimate_many(path), True


def _cost_of_asking(tokens: int, model: Model | None) -> int | None:
    return cost_of(Usage(tokens, 1), model, "", None, usage_estimated=True).nano if model else None


def _left_out(messages: Sequence[Message], window: int) -> int:
    from deepchat.engine.context import trim
    from deepchat.engine.continuation import LEAST_ROOM

    return trim(messages, window, min(LEAST_ROOM, window // 2), "oldest").left_out
