"""Conversations of an earlier day."""

from __future__ import annotations

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import assistant, system, user
from deepchat.conversation.tree import Node, Tree
from deepchat.session.answering import now_ms
from deepchat.workspace.keeping import Keeping


async def keep(title: str, question: str, answer: str) -> str:
    """One of yesterday; gives back its id."""
    now = now_ms() - 86_400_000
    tree = Tree(Node(f"{title}-0", None, system(""), now))
    tree.add(Node(f"{title}-1", f"{title}-0", user(question), now))
    tree.add(Node(f"{title}-2", f"{title}-1", assistant(answer), now))
    async with Keeping.of_this_user() as keeping:
        await (await keeping.library()).add(Conversation(f"conversation-{title}", tree, now, title, now))
    return f"conversation-{title}"
