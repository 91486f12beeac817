"""Conversations as a front end begins them, finds them again, and asks in them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.in_words import cost_words, counted
from deepchat.conversation.message import Message
from deepchat.conversation.parameters import Parameters
from deepchat.errors import StoreError
from deepchat.session.budget import Budgets
from deepchat.session.chat import Chat, Put, begin
from deepchat.workspace.model_at import ModelAt

if TYPE_CHECKING:
    from deepchat.engine.turn import Turn
    from deepchat.session.summing import Summing
    from deepchat.tools.tool import Toolbox
    from deepchat.workspace.workspace import Workspace

_SHARE_A_CACHE_BY_NAME: Final = "deepinfra"
"""The kind of provider that finds its prompt cache sooner by a name."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How the next answers of a conversation are made."""

    parameters: Parameters
    most_nano: int | None = None
    """What one answer may cost; None leaves it to the settings."""
    legs: int | None = None
    """The most requests for one answer; None leaves it to the settings."""
    whom: ModelAt | None = None
    """Who answers; None leaves it to the settings."""
    beyond: bool = False
    """It may cost what it costs, even where nobody knows how much that is."""
    toolbox: Toolbox | None = None
    """What the model may call."""
    asked_at: float | None = None
    """When the user sent the question, on the monotonic clock; None is when its turn is made."""


async def new_chat(workspace: Workspace, *, keeps_words: bool = True) -> Chat:
    """A new conversation; one that keeps no words still has what it costs in the ledger, if there is a ledger."""
    database = await workspace.keeping.database() if keeps_words else await workspace.ledger()
    instructions = workspace.settings.system or ""
    locks, budgets = workspace.keeping.locks, budgets_of(workspace)
    return _held(workspace, begin(instructions, database, locks, budgets, keeps_words=keeps_words))


async def old_chat(workspace: Workspace, words: str = "", *, as_copy: bool = False, keeps_words: bool = True) -> Chat:
    """The conversation that these words mean, or the most recent one; NotFound, or UsageError for several.

    A copy begins as it does, and is a conversation of its own, even if others hold the one that was meant. What keeps
    no words is always a copy.
    """
    library = await workspace.keeping.library()
    found = await library.one(words) if words else await library.latest()
    chat = await library.hold(found.id, budgets_of(workspace))
    if not keeps_words:
        await workspace.ledger()  # it tells where what is asked now is not counted
    if as_copy or not keeps_words:
        original, chat = chat, chat.fork(keeps_words=keeps_words)
        original.close()
    _held(workspace, chat)
    if workspace.settings.origin_of("system") == "command line":
        await _instruct(workspace, chat)
    return chat


async def summed_up(chat: Chat, summing: Summing) -> str:
    """Hear a summary of the earlier turns, and let the conversation go on from it; what to tell of it.

    They stay beside it, word for word.
    """
    async with aclosing(summing.events()) as events:
        async for _ in events:
            pass
    return await go_on_from(chat, summing)


def for_summary(wish: Wish) -> Wish:
    """The same without a form that answers must have, and without tools."""
    return replace(wish, parameters=replace(wish.parameters, response_format=None), toolbox=None)


async def go_on_from(chat: Chat, summing: Summing) -> str:
    """Let the conversation go on from this summary, which is whole; what to tell of it."""
    await chat.begin_from(summing.turn.draft.text, summing.stays)
    count, cost = summing.stands_for, cost_words(summing.turn.cost)
    which = (
        "1 message is" if count == 1 else f"{'' if summing.is_all else 'the oldest '}{counted(count, 'message')} are"
    )
    more = "" if summing.is_all else "; the model can't take in more at once, so sum up again if it is still too long"
    return f"{which} summed up now, for {cost}; the originals stay as a branch of their own{more}"


def put_for(workspace: Workspace, chat: Chat, wish: Wish) -> Put:
    """What makes the turns of a conversation: with the model that it had last, unless another was chosen."""

    async def put(messages: Sequence[Message], so_far: str) -> Turn:
        from deepchat.engine.continuation import Rules

        settings = workspace.settings
        parameters = wish.parameters
        where = settings.provider_named(wish.whom.provider) if wish.whom else await workspace.where()
        if parameters.prompt_cache_key is None and where.kind == _SHARE_A_CACHE_BY_NAME:
            parameters = replace(parameters, prompt_cache_key=chat.conversation.id)
        turn = await workspace.ask(messages, parameters, wish.most_nano, wish.whom)
        turn.limits = [] if wish.beyond else turn.limits
        turn.so_far = so_far
        turn.asked_at = wish.asked_at or turn.asked_at
        legs = wish.legs or settings.carrying_on.legs
        turn.rules = Rules(settings.carrying_on.automatic, legs, settings.tools.rounds)
        turn.toolbox = wish.toolbox
        turn.trim = "oldest" if settings.context.trim == "oldest" else "stop"
        turn.cannot_prefill = workspace.cannot_prefill
        return turn

    return put


async def _instruct(workspace: Workspace, chat: Chat) -> None:
    """As the command line says; where that can't be, it is told."""
    try:
        await chat.instruct(workspace.settings.system or "")
    except StoreError as error:
        workspace.notices.append(f"the system prompt of the command line is not used: {error.message}")


def _held(workspace: Workspace, chat: Chat) -> Chat:
    workspace.chats.append(chat)
    return chat


def budgets_of(workspace: Workspace) -> Budgets:
    """What the settings allow to be spent."""
    budget = workspace.settings.budget
    return Budgets(budget.conversation, budget.day, budget.month)
