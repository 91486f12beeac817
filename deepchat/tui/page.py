"""A conversation as it is shown: values, taken at one moment, that no other thread changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.message import Message, assistant
from deepchat.conversation.parts import Part, Text
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import NO_USAGE, Cost, Total, Usage, total_of, total_usage
from deepchat.tui.clock import now_ms
from deepchat.workspace.outlook import Outlook, outlook

if TYPE_CHECKING:
    from deepchat.session.chat import Chat
    from deepchat.tui.pace import Figures
    from deepchat.workspace.model_at import ModelAt
    from deepchat.workspace.workspace import Workspace

NOTHING_ASKED: Final = total_of(())
EMPTY: Final = Outlook()
ASKED: Final = "asked"
"""The name of a question until it has one on disk."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of the active path."""

    node: Node
    place: int = 1
    """Which one of its siblings it is; 1 is the oldest."""
    of: int = 1
    """How many siblings there are, itself among them."""


@dataclass(frozen=True, slots=True)
class Page:
    """One conversation with all that is told about it."""

    id: str
    title: str = ""
    entries: tuple[Entry, ...] = ()
    """The active path, without instructions that are empty."""
    tags: tuple[str, ...] = ()
    pinned: bool = False
    read_only: bool = False
    keeps_words: bool = True
    instructions: str = ""
    total: Total = NOTHING_ASKED
    """What all branches cost."""
    usage: Usage = NO_USAGE
    """Of all branches."""
    by_model: tuple[tuple[str, Total], ...] = ()
    """What each model cost, in the order in which they first answered."""
    outlook: Outlook = EMPTY


def page_of(workspace: Workspace, chat: Chat, whom: ModelAt | None) -> Page:
    """What is to be seen of it now; called where the conversation is held."""
    tree, conversation = chat.tree, chat.conversation
    path = tree.path
    answers = [node.answer for node in tree if node.answer]
    legs = [leg for answer in answers for leg in answer.legs]
    costs: dict[str, list[Cost]] = {}
    for leg in legs:
        costs.setdefault(leg.served_model or leg.model, []).append(leg.cost)
    return Page(
        conversation.id,
        conversation.title,
        tuple(_entry(chat, node) for node in path if node.parent is not None),
        conversation.tags,
        conversation.pinned,
        chat.read_only,
        chat.keeps_words,
        tree[tree.root_id].message.text,
        total_of(leg.cost for leg in legs),
        total_usage([leg.usage for leg in legs if leg.usage]),
        tuple((model, total_of(of_model)) for model, of_model in costs.items()),
        outlook(workspace, path, whom),
    )


def asking(page: Page, question: Message, instead_of: str = "") -> Page:
    """It as it will be in a moment, when the question is on disk and its answer comes."""
    entries = page.entries
    at = next((at for at, entry in enumerate(entries) if entry.node.id == instead_of), len(entries))
    asked = Node(ASKED, entries[at - 1].node.id if at else None, question, now_ms())
    versions = entries[at].of + 1 if at < len(entries) else 1
    return replace(page, entries=(*entries[:at], Entry(asked, versions, versions), _coming(ASKED)))


def answering_again(page: Page, question_id: str = "") -> Page:
    """It as it will be in a moment, when another answer comes, to this question or to the last one."""
    at = next((at for at, entry in enumerate(page.entries) if entry.node.id == question_id), len(page.entries))
    entries = page.entries[: at + 2]
    if not entries or entries[-1].node.message.role != "assistant":
        return replace(page, entries=(*entries, _coming(ASKED)))
    versions = entries[-1].of + 1
    return replace(page, entries=(*entries[:-1], replace(_coming(ASKED), place=versions, of=versions)))


def counting(page: Page, figures: Figures | None) -> Page:
    """It with what the answer has taken so far that streams in it; one that is over is in its own sums."""
    if not (figures and figures.reached_tokens) or not page.entries or page.entries[-1].node.state != "streaming":
        return page
    known = dict(page.by_model)
    known[figures.model] = _more(known.get(figures.model, NOTHING_ASKED), figures.cost)
    used = max(page.outlook.used_tokens, figures.reached_tokens)
    return replace(
        page,
        total=_more(page.total, figures.cost),
        usage=total_usage([page.usage, figures.usage]),
        by_model=tuple(known.items()),
        outlook=replace(page.outlook, used_tokens=used, is_estimate=page.outlook.is_estimate or figures.is_estimate),
    )


def _more(total: Total, cost: Cost) -> Total:
    before = () if total.cost.nano is None else (total.cost,)
    return total_of((*before, cost), total.unknown)


def written_in(question: Message) -> str:
    """The words of a question, without what is attached to it."""
    return next((part.text for part in question.parts if isinstance(part, Text)), "")


def attached_to(question: Message) -> list[Part]:
    """What goes along with its words."""
    words = next((part for part in question.parts if isinstance(part, Text)), None)
    return [part for part in question.parts if part is not words]


def _coming(parent: str) -> Entry:
    return Entry(Node(f"{ASKED}-answer", parent, assistant(""), now_ms(), "streaming"))


def _entry(chat: Chat, node: Node) -> Entry:
    return Entry(node, *chat.tree.place_of(node.id))
