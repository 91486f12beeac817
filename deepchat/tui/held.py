"""One open conversation: what is asked in it, what is heard, and what waits its turn."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from deepchat.conversation.chosen import NOTHING_CHOSEN
from deepchat.conversation.events import Asked, Noticed, ReasoningDelta, StreamEvent
from deepchat.conversation.message import Message
from deepchat.conversation.permission import WantedCall
from deepchat.errors import DeepChatError, UsageError
from deepchat.session.budget import Budgets
from deepchat.session.summing import Summing
from deepchat.tui.hearing import Begin, Hearing, ToAllow
from deepchat.tui.pace import Figures, Pace
from deepchat.tui.page import Page, answering_again, asking, attached_to, page_of
from deepchat.tui.said import Said, said_before, said_in
from deepchat.workspace.crash import keep_report
from deepchat.workspace.talks import Wish, budgets_of, for_summary, go_on_from, put_for

if TYPE_CHECKING:
    from pathlib import Path

    from deepchat.conversation.parts import Part
    from deepchat.conversation.tree import Node
    from deepchat.session.answering import Answering
    from deepchat.session.chat import Chat, Put
    from deepchat.tui.bridge import Bridge, T, Work
    from deepchat.workspace.model_at import ModelAt


class Held:
    """A conversation that is open in this program, shown or not."""

    def __init__(self, bridge: Bridge, chat: Chat, page: Page, whom: ModelAt | None) -> None:
        self.page = page
        self.whom = whom
        """Who answers next; None leaves it to the settings."""
        self.chosen = chat.conversation.chosen
        """What was set for this conversation, over the settings, as far as it holds in this run."""
        self.withheld = NOTHING_CHOSEN
        """What was set for it and does not hold in this run: it stays set."""
        self.allowed: set[str] = set()
        """Tools that run in this conversation without another question."""
        self.queue: list[Message] = []
        """Questions that wait until the answer is whole."""
        self.draft = ""
        """What stands in the composer, as far as it is kept."""
        self.files: tuple[Path, ...] = ()
        """What goes along with it, while another conversation is shown."""
        self.typed: frozenset[str] = frozenset()
        """What it names after an @ by hand; of what was kept on disk nobody knows that any more."""
        self.along: list[tuple[Message, tuple[Path, ...]]] = []
        """The files of questions that wait or leave."""
        self.aside: list[str] = []
        """What stood in the composer when something else came there: as earlier questions are, it can be had again."""
        self.hearing: Hearing | None = None
        self.last: Figures | None = None
        """Of the last answer."""
        self.chat = chat
        """Only for the engine's thread."""
        self._bridge = bridge

    @property
    def id(self) -> str:
        return self.page.id

    @property
    def is_streaming(self) -> bool:
        return self.hearing is not None

    def send(self, question: Message) -> None:
        """Ask it now, or when the answer that comes is whole."""
        if self.hearing:
            self.queue.append(question)
            return
        self._listen(lambda chat, put: chat.send(question, put), question, expected=asking(self.page, question))

    def edit(self, asked: Node, words: Message) -> None:
        """Ask otherwise, with what was attached to it, as a branch of its own."""
        self.need_silence()
        question = replace(words, parts=(*words.parts, *attached_to(asked.message)))
        expected = asking(self.page, question, instead_of=asked.id)
        self._listen(lambda chat, put: chat.edit(asked.id, question, put), question, expected=expected)

    def regenerate(self, question_id: str = "") -> None:
        """Answer this question once more, or the last one: beside its old answer, and what came of that."""
        self.need_silence()

        async def again(chat: Chat, put: Put) -> Answering:
            end = chat.tree.leaf.id
            if question_id:
                await chat.lead(question_id, ends_there=True)
            try:
                return await chat.regenerate(put)
            except DeepChatError:
                await chat.lead(end)
                raise

        self._listen(again, None, expected=answering_again(self.page, question_id))

    def more(self) -> None:
        """Go on with the last answer."""
        self.need_silence()
        self._listen(lambda chat, put: chat.more(put), None, said_before(self._last_parts))

    def go_beyond(self, refused: Hearing) -> None:
        """Ask for what a budget refused all the same: the user said so."""
        self.need_silence()
        if refused.sent:
            self._listen(lambda chat, put: chat.more(put), None, said_before(self._last_parts), beyond=True)
        else:
            self._listen(refused.begin, refused.asked, refused.before, expected=refused.expected, beyond=True)

    def retry_leg(self) -> None:
        """Take the last leg out of the last answer, and ask for it again."""
        self.need_silence()

        async def again(chat: Chat, put: Put) -> Answering:
            await chat.drop_leg()
            return await chat.more(put)

        last = self.page.entries[-1].node.answer if self.page.entries else None
        legs = [leg for leg in last.legs if not leg.dropped] if last else []
        self._listen(again, None, said_before(self._last_parts, legs[-1].kept) if legs else ())

    def need_silence(self) -> None:
        """Raise UsageError while an answer comes."""
        if self.hearing:
            raise UsageError("an answer is still coming", "wait for it, or stop it with esc")

    def stop(self) -> None:
        """No more of this answer; what came stays, and what waits is not sent."""
        if self.hearing and self.hearing.task:
            self.hearing.task.cancel()

    def listen(self) -> tuple[list[StreamEvent], Hearing | None]:
        """What was heard since the last time, and the hearing itself once it is over."""
        hearing = self.hearing
        if hearing is None:
            return [], None
        # A task that is cancelled counts as done before it has ended.
        over = hearing.over or (hearing.task is not None and hearing.task.done() and not hearing.begun)
        events: list[StreamEvent] = []
        while hearing.heard:
            event = hearing.heard.popleft()
            if hearing.is_summary:
                continue
            events.append(event)
            if (one := said_in(event)) is not None:
                hearing.said.append(one)
            elif isinstance(event, ReasoningDelta):
                hearing.thought.append(event.text)
        answering = hearing.answering
        turn, answer = (answering.turn, answering.node.id) if answering else (None, "")
        hearing.pace.tick(turn, time.monotonic(), answer=answer, is_last=over)
        if hearing.page or (over and not hearing.begun):
            self.page, hearing.page = hearing.page or hearing.was, None
        if not over:
            return events, None
        hearing.error = hearing.error or fault_of(hearing.task)
        figures = hearing.pace.figures
        if figures.legs and (figures.tokens or figures.cost.nano):  # else nothing came, and nothing is to be paid
            self.last = figures
        self.hearing = None
        if hearing.answering and hearing.answering.unsaved:
            self._bridge.begin(hearing.answering.save_in_time)
        return events, hearing

    @property
    def figures(self) -> Figures | None:
        """Of the answer that comes, else of the last one."""
        return self.hearing.pace.figures if self.hearing else self.last

    async def change(self, work: Callable[[Chat], Awaitable[T]]) -> T:
        """Change the conversation, and see it changed; raises our errors."""

        async def there() -> tuple[T, Page]:
            done = await work(self.chat)
            return done, self._page()

        done, self.page = await self._call(there)
        return done

    def sum_up(self) -> None:
        """Let a summary stand for all but the last turn, once it is whole; until then nothing changes."""
        self.need_silence()
        self._listen(lambda chat, put: chat.sum_up(put), None, is_summary=True)

    async def _call(self, work: Work[T]) -> T:
        return await self._bridge.call(work)

    def _page(self) -> Page:
        return page_of(self._bridge.workspace, self.chat, self.whom)

    @property
    def _last_parts(self) -> Sequence[Part]:
        return self.page.entries[-1].node.message.parts if self.page.entries else ()

    def _listen(
        self,
        begin: Begin,
        question: Message | None,
        before: Sequence[Said] = (),
        *,
        expected: Page | None = None,
        beyond: bool = False,
        is_summary: bool = False,
    ) -> None:
        was, self.page = self.page, expected or self.page
        pace = Pace(time.monotonic())
        hearing = Hearing(begin, question, deque(), pace, self.page, was, before, beyond=beyond, is_summary=is_summary)
        self.hearing = hearing
        hearing.task = self._bridge.begin(lambda: self._hear(hearing))

    async def _hear(self, hearing: Hearing) -> None:
        """On the engine's thread."""
        hearing.begun = True
        workspace = self._bridge.workspace
        try:
            tools = () if hearing.is_summary else self.chosen.tools
            for server in workspace.toolshed.unheard(tools):
                hearing.heard.append(Noticed(f"connecting to the MCP server {server} …", is_passing=True))
            toolbox = await workspace.toolshed.toolbox(tools, lambda call: self._may_run(hearing, call))
            given = workspace.parameters(self.chosen.parameters)
            asked_at = hearing.pace.started
            wish = Wish(given, whom=self.whom, beyond=hearing.beyond, toolbox=toolbox, asked_at=asked_at)
            wish = for_summary(wish) if hearing.is_summary else wish
            self.chat.budgets = Budgets() if hearing.beyond else budgets_of(workspace)
            answering = await hearing.begin(self.chat, put_for(workspace, self.chat, wish))
            hearing.answering = answering
            async with aclosing(answering.events()) as events:
                async for event in events:
                    if isinstance(event, Asked) and not hearing.sent:
                        hearing.sent, hearing.page = True, self._page()
                    hearing.heard.append(event)
                    self._bridge.heard()
            if isinstance(answering, Summing):
                hearing.told = await go_on_from(self.chat, answering)
        except DeepChatError as error:
            hearing.error = error
        finally:
            try:
                self.chat.budgets = budgets_of(workspace)
                hearing.sent = hearing.sent or any(node.message is hearing.asked for node in self.chat.tree)
                hearing.page = self._page()
            finally:
                hearing.over = True
                self._bridge.heard()

    async def _may_run(self, hearing: Hearing, call: WantedCall) -> bool:
        """On the engine's thread: leave the question where the screen looks for it, and wait."""
        if call.tool in self.allowed:
            return True
        waiting = ToAllow(call, Future())
        hearing.wanted.append(waiting)
        hearing.unallowed = call.tool
        self._bridge.heard()
        try:
            return await asyncio.wrap_future(waiting.answer)
        finally:
            hearing.unallowed = ""


def fault(error: BaseException) -> DeepChatError:
    """What nobody foresaw, as an error that says so."""
    where = keep_report(error)
    hint = f"what came is kept; please report it with {where}, which has no key in it" if where else "what came is kept"
    return DeepChatError(f"this is a fault in DeepChat: {type(error).__name__}", hint)


def fault_of(task: Future[None] | None) -> DeepChatError | None:
    """What nobody foresaw of this task, if anything."""
    error = None if task is None or task.cancelled() else task.exception()
    return fault(error) if error else None


async def as_it_is(_: Chat) -> None:
    """What changes nothing."""
