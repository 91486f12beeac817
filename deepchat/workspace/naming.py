"""A title by a cheap model for a conversation that has its first answer, when the settings want one."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deepchat.catalog.selection import select
from deepchat.conversation.parameters import Parameters
from deepchat.conversation.usage import Cost
from deepchat.errors import AnswerIncomplete
from deepchat.session.titles import LONGEST_ANSWER, title_in, title_of, title_request
from deepchat.workspace.choices import last_asked
from deepchat.workspace.model_at import ModelAt
from deepchat.workspace.talks import Wish, put_for

if TYPE_CHECKING:
    from deepchat.catalog.model import Model
    from deepchat.session.chat import Chat
    from deepchat.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Named:
    """A title was made, and used unless the user gave one meanwhile."""

    title: str
    """Empty when the model said nothing that could be one, or the user was faster."""
    model: str
    cost: Cost


async def name(workspace: Workspace, chat: Chat) -> Named | None:
    """Let a cheap model of the provider that answered name the conversation; None when there is nothing to do.

    Nothing is sent unless the settings want it, and only after the first answer, while the title is still the
    beginning of the question. A title of the user's is never replaced. Raises what asking raises.
    """
    said = chat.tree.way[1:]
    before = chat.conversation.title
    if not (workspace.settings.titles.automatic and chat.is_kept and len(said) == 2):
        return None
    question, answer = (one.read().message for one in said)
    whom = last_asked(workspace, chat)
    if whom is None or not answer.text.strip() or before != title_of(question):
        return None
    wish = Wish(Parameters(max_tokens=LONGEST_ANSWER), legs=1, whom=_namer(workspace, whom))
    answering = await chat.aside(title_request(question, answer), put_for(workspace, chat, wish))
    turn = answering.turn
    try:
        async with aclosing(answering.events()) as events:
            async for _ in events:
                pass
    except AnswerIncomplete:
        pass  # the beginning of what it said may be a title all the same
    title = title_in(turn.draft.text)
    is_used = bool(title) and await _use(workspace, chat, before, title)
    return Named(title if is_used else "", turn.question.model, turn.cost)


async def _use(workspace: Workspace, chat: Chat, before: str, title: str) -> bool:
    """Whether nobody, here or in another program, has given it another title since."""
    from deepchat.store import conversations

    database, name = await workspace.keeping.database(), chat.conversation.id
    if chat.conversation.title != before:
        return False
    if not await database.write(lambda c: conversations.rename_from(c, name, before, title)):
        return False
    if chat.conversation.title == before:
        chat.conversation.title = title
        return True
    return False


def _namer(workspace: Workspace, whom: ModelAt) -> ModelAt:
    """Who makes titles: the model that the settings name, else the cheapest of the provider that answered.

    No other provider hears of a conversation. A server on this machine is asked for the model that it has loaded.
    """
    shelf, asked = workspace.shelf, workspace.settings.titles.model
    if asked:
        return ModelAt(whom.provider, shelf.catalog.find(asked, shelf.known_as(whom.provider)).id_to_send)
    if workspace.settings.provider_named(whom.provider).kind == "local":
        return whom
    cheapest = select(filter(_can_name, shelf.catalog.models(shelf.known_as(whom.provider))), sort="price")
    return ModelAt(whom.provider, cheapest[0].id) if cheapest else whom


def _can_name(model: Model) -> bool:
    """Whether it answers in words, at once, and at a price that is known: what has none may be no chat model at all."""
    prices = (model.prices.input, model.prices.output)
    return all(prices) and model.flags.isdisjoint(("embedding", "image", "reasoning"))
