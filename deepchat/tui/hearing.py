"""An answer on its way, between the thread that hears it and the one that shows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deepchat.conversation.events import StreamEvent
from deepchat.conversation.message import Message
from deepchat.conversation.permission import WantedCall
from deepchat.errors import DeepChatError
from deepchat.tui.pace import Pace
from deepchat.tui.page import Page
from deepchat.tui.said import Said

if TYPE_CHECKING:
    from deepchat.session.answering import Answering
    from deepchat.session.chat import Chat, Put
    from deepchat.tui.ongoing import Ongoing

Begin = Callable[["Chat", "Put"], Awaitable["Answering"]]
"""What is asked of a conversation: to send, to answer again, to go on."""


@dataclass(frozen=True, slots=True)
class ToAllow:
    """A call that the engine's thread waits with, until the screen's has an answer."""

    call: WantedCall
    answer: Future[bool]
    """Cancelled when nobody waits for it any more."""


@dataclass(slots=True)
class Hearing:
    """An answer on its way; the engine's thread writes it, the screen's reads it."""

    begin: Begin
    asked: Message | None
    """The question that it answers, when that is new: it is given back if it can't be sent."""
    heard: deque[StreamEvent]
    pace: Pace
    expected: Page
    """The conversation as it is shown until it has begun."""
    was: Page
    """The conversation before it was wanted: who stops it before it has begun sees that again."""
    before: Sequence[Said] = ()
    """What stands of the answer already, when it is gone on with."""
    said: list[Said] = field(default_factory=list[Said])
    """What was heard of it, for whoever looks at it later."""
    thought: list[str] = field(default_factory=list[str])
    is_summary: bool = False
    """Its words are not an answer to be shown: the conversation goes on from them once they are whole."""
    told: str = ""
    """What came of the summary."""
    ongoing: Ongoing | None = None
    """What is told at the side until it is over."""
    beyond: bool = False
    """The user said that it may cost more than the budgets allow."""
    task: Future[None] | None = None
    answering: Answering | None = None
    page: Page | None = None
    """The conversation when it last changed in more than words."""
    wanted: deque[ToAllow] = field(default_factory=deque["ToAllow"])
    """Calls of tools that wait for the user's yes or no."""
    unallowed: str = ""
    """The tool whose call waits so, as long as it does."""
    error: DeepChatError | None = None
    begun: bool = False
    """The engine's thread has come to it."""
    sent: bool = False
    """The question is on disk, and part of the conversation."""
    over: bool = False
