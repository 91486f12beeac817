"""One conversation being held: send, go on, ask again, edit, fork; saved as it goes."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

from deepchat.conversation.chosen import Chosen
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.ids import new_id
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message, assistant, system
from deepchat.conversation.tree import Node, Tree
from deepchat.engine.mending import at_last_result, mended
from deepchat.errors import UsageError
from deepchat.session.answering import Answering, Spoken
from deepchat.session.budget import NO_BUDGETS, Allowance, Budgets
from deepchat.session.clock import now_ms
from deepchat.session.holding import hold
from deepchat.session.past import from_summary, turns_in, without_last_leg
from deepchat.session.record import Bill, Record
from deepchat.session.summing import Summing
from deepchat.store import conversations
from deepchat.store.database import Connection, Database
from deepchat.store.locks import ConversationLock

if TYPE_CHECKING:
    from deepchat.engine.turn import Turn

Put = Callable[[Sequence[Message], str], Awaitable["Turn"]]
"""Makes the turn that answers these messages, or goes on from what stands of the answer; nothing is sent yet."""


class Chat:
    """Holds one conversation; without a database it is held in memory alone."""

    def __init__(
        self,
        conversation: Conversation,
        database: Database | None,
        locks: Path,
        budgets: Budgets = NO_BUDGETS,
        *,
        keeps_words: bool = True,
        is_new: bool = False,
    ) -> None:
        """A new one is not on disk yet."""
        self.conversation = conversation
        self.tree = conversation.tree
        self.keeps_words = keeps_words and database is not None
        """Else nothing of it is on disk but what it costs."""
        self.budgets = budgets
        self._database = database
        self._locks = locks
        self._on_disk = self.keeps_words and not is_new
        self._asked: list[Answering] = []
        """What was asked for last, heard or not, and what still comes beside it."""
        self._lock = ConversationLock(locks, conversation.id) if self.keeps_words else None
        hint = "fork it to go on by yourself, or close it there"
        self._why_not = hold(self._lock, database, hint) if self._lock else None
        self.read_only = self._why_not is not None
        """Another program holds it, or none can: it can be read, and forked."""

    @property
    def is_kept(self) -> bool:
        """It is on disk: a new one, or a fork, is from its next question on."""
        return self._on_disk or (self.keeps_words and any(one.begun for one in self._asked))

    def close(self) -> None:
        """Let others hold it."""
        if self._lock:
            self._lock.release()

    async def send(self, question: Message, put: Put) -> Answering:
        """Ask, at the end of the active path; nothing is sent before the answer's events are read."""
        return await self._ask(self.tree.leaf, question, put)

    async def edit(self, node_id: str, question: Message, put: Put) -> Answering:
        """Ask otherwise: the old question, and all that came of it, stays as a branch of its own."""
        before = self.tree[node_id]
        if before.parent is None or before.message.role != "user":
            raise UsageError("only a question can be asked otherwise", "edit a question")
        return await self._ask(self.tree[before.parent], question, put)

    async def regenerate(self, put: Put, *, beside: bool = False) -> Answering:
        """Answer the last question once more; the old answer stays beside the new one, `beside` one that comes too."""
        leaf = self.tree.leaf
        question = self.tree[leaf.parent] if leaf.message.role == "assistant" and leaf.parent else leaf
        if question.message.role != "user":
            raise UsageError("there is no question to answer again", "ask one")
        return await self._answer(question, (), put, beside=beside)

    async def more(self, put: Put) -> Answering:
        """Go on with the last answer from where it stands."""
        leaf = self.tree.leaf
        if leaf.message.role != "assistant" or leaf.parent is None:
            raise UsageError("there is no answer to go on with", "ask a question")
        if leaf.state == "whole":
            raise UsageError("the last answer is whole, so there is nothing to go on with", "ask something")
        called, words = at_last_result(leaf.message.parts)
        if not called and not words.strip():
            return await self.regenerate(put)
        self._need_silence()
        before = [*self._messages(self.tree[leaf.parent]), Message("assistant", called)]
        turn = await put(mended(before), words)
        return await self._hear(turn, (), replace(leaf, state="streaming"))

    async def drop_leg(self) -> None:
        """Take the last leg out of the last answer; its words stay in the store, its cost in the ledger.

        Raises UsageError when nothing would be left.
        """
        self._need_silence()
        await self._save_earlier()
        await self._put(without_last_leg(self.tree.leaf))

    async def sum_up(self, put: Put) -> Summing:
        """Ask for a summary of all but the last turn, or of as many of the oldest as the model can take in.

        It costs, but stands nowhere before `begin_from`.
        """
        self._need_silence()
        turns = turns_in(self.tree)
        if len(turns) < 2:
            raise UsageError(
                "there is nothing before the last question to sum up",
                "go on as it is; for what is too long, choose a model with a larger window",
            )
        turn, answer = await self._put_aside((), put)
        return Summing(turn, answer, self._bill(answer), self._allowance, self.tree[self.tree.root_id], turns)

    async def aside(self, messages: Sequence[Message], put: Put) -> Answering:
        """Ask something about the conversation; it costs like all in it, but stands nowhere."""
        turn, answer = await self._put_aside(messages, put)
        return Answering(turn, answer, None, self._bill(answer), self._allowance)

    async def begin_from(self, summary: str, stays: Sequence[Node]) -> None:
        """Go on from a summary and copies of what stays word for word, on a branch of its own.

        The originals stay beside it, word for word.
        """
        self._need_silence()
        nodes = from_summary(self.tree.root_id, summary, stays, now_ms())
        await self._write(lambda c, talk: [conversations.add(c, talk, node) for node in nodes])
        for node in nodes:
            self.tree.add(node)

    async def lead(self, node_id: str, *, ends_there: bool = False) -> None:
        """Go on along the branch through this message, as far as it goes; or right after it, beside what came of it."""
        if ends_there:
            self.tree.end_at(node_id)
        else:
            self.tree.choose(node_id)
        await self._keep_place()

    async def instruct(self, words: str) -> None:
        """Tell the model how to behave, from now on."""
        self._need_hold()
        await self._put(replace(self.tree[self.tree.root_id], message=system(words)))

    async def choose(self, chosen: Chosen) -> None:
        """Over the settings, from now on and the next time; who only reads it chooses for this time alone.

        Raises StoreError when it can't be kept: then it holds as long as this is held.
        """
        self.conversation.chosen = chosen
        if not self.read_only:
            await self._write(lambda c, talk: conversations.choose(c, talk, chosen))

    def fork(self, leaf_id: str = "", *, keeps_words: bool = True) -> Chat:
        """A conversation of its own that begins as this one did, up to that message.

        It is kept from its next question on, unless this one keeps no words, or it shall keep none.
        Raises UsageError when that message is still coming, or on its way to the tree.
        """
        now, last = now_ms(), leaf_id or self.tree.leaf.id
        if last not in self.tree or (self.tree[last].state == "streaming" and self._is_coming(last)):
            raise UsageError("an answer is still coming", "stop it first, or fork at a message before it")
        tree = self.tree.forked(last, (new_id() for _ in repeat(None)))
        original = self.conversation
        copy = Conversation(new_id(), tree, now, original.title, now, tags=original.tags, chosen=original.chosen)
        keeps = self.keeps_words and keeps_words
        return Chat(copy, self._database, self._locks, self.budgets, keeps_words=keeps, is_new=True)

    async def _ask(self, parent: Node, question: Message, put: Put) -> Answering:
        node = Node(new_id(), parent.id, question, now_ms())
        return await self._answer(node, (node,), put)

    async def _answer(self, question: Node, new: Sequence[Node], put: Put, *, beside: bool = False) -> Answering:
        self._need_silence(beside=beside)
        before = self._messages(self.tree[question.parent]) if question.parent else []
        turn = await put(mended([*before, question.message]), "")
        waited_s = time.monotonic() - turn.asked_at
        blank = Answer(turn.asking.providers[0].place.name, turn.question.model, seconds=waited_s)
        node = Node(new_id(), question.id, assistant(""), now_ms(), "streaming", blank)
        return await self._hear(turn, new, node, beside=beside)

    async def _put_aside(self, messages: Sequence[Message], put: Put) -> tuple[Turn, Node]:
        """A turn whose answer is no message."""
        turn = await put(messages, "")
        turn.limits = [*turn.limits, *await self._allowance.limits()]
        return turn, Node(new_id(), self.tree.root_id, assistant(""), now_ms(), "streaming")

    async def _hear(self, turn: Turn, new: Sequence[Node], answer: Node, *, beside: bool = False) -> Answering:
        await self._save_earlier()
        turn.limits = [*turn.limits, *await self._allowance.limits()]
        self._need_silence(beside=beside)  # others may have asked while this was being put
        self._on_disk = self.is_kept
        for earlier in self._asked:
            earlier.withdrawn = True
        kept = self._bill(answer)
        if self._database and self.keeps_words:
            kept = Record(self._database, self.conversation, new, answer)
        answering = Answering(turn, answer, Spoken(self.conversation, new), kept, self._allowance)
        self._asked = [*(one for one in self._asked if one.is_coming), answering]
        return answering

    async def _save_earlier(self) -> None:
        """An answer that could not be saved is, before anything follows it: else it would be written over that."""
        for earlier in self._asked:
            await earlier.save()

    def _bill(self, answer: Node) -> Record | Bill | None:
        if self._database is None or self._database.read_only:
            return None
        return Bill(self._database, self.conversation.id, answer.id)

    @property
    def _allowance(self) -> Allowance:
        return Allowance(self.budgets, self._database, self.conversation.id)

    def _messages(self, last: Node) -> list[Message]:
        """What a model is told of the branch up to this message."""
        return mended([node.message for node in self.tree.branch(last.id)])

    async def _put(self, node: Node) -> None:
        """On disk first, then here."""
        await self._write(lambda c, talk: conversations.put(c, talk, node))
        self.tree.put(node)

    async def _keep_place(self) -> None:
        """Where the conversation goes on is known the next time too; who only reads it looks around by himself."""
        leaf_id = self.tree.leaf.id
        if not self.read_only:
            await self._write(lambda c, talk: conversations.set_active(c, talk, leaf_id))

    async def _write(self, work: Callable[[Connection, str], object]) -> None:
        """Change it on disk, all or nothing, if it is there: else all of it is written with its next question."""
        conversation_id = self.conversation.id
        if self._database and self.is_kept:
            await self._database.write(lambda c: work(c, conversation_id))

    def _is_coming(self, node_id: str) -> bool:
        """It is said here and now; what another program left so is a beginning that can be gone on from."""
        return any(one.is_coming and one.node.id == node_id for one in self._asked)

    def _need_hold(self) -> None:
        if self._why_not:
            raise self._why_not

    def _need_silence(self, *, beside: bool = False) -> None:
        self._need_hold()
        if not beside and any(one.is_coming for one in self._asked):
            raise UsageError("an answer is still coming", "wait until it is whole, or stop it")


def begin(
    instructions: str,
    database: Database | None,
    locks: Path,
    budgets: Budgets = NO_BUDGETS,
    *,
    keeps_words: bool = True,
) -> Chat:
    """A conversation that nobody has said anything in; it is kept from its first question on."""
    now = now_ms()
    tree = Tree(Node(new_id(), None, system(instructions), now))
    conversation = Conversation(new_id(), tree, now, updated_ms=now)
    return Chat(conversation, database, locks, budgets, keeps_words=keeps_words, is_new=True)
