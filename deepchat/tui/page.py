"""A conversation as it is shown: values, taken at one moment, that no other thread changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.copies import originals
from deepchat.conversation.message import Message, assistant
from deepchat.conversation.parts import Part, Text
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import NO_USAGE, Cost, Total, Usage, total_of, total_usage
from deepchat.tui.clock import now_ms
from deepchat.tui.entries import NO_ENTRIES, Entries, Entry
from deepchat.tui.pace import settled, with_earlier
from deepchat.workspace.outlook import Outlook, outlook

if TYPE_CHECKING:
    from deepchat.session.accounts import Used
    from deepchat.session.chat import Chat
    from deepchat.tui.pace import Figures
    from deepchat.workspace.model_at import ModelAt
    from deepchat.workspace.workspace import Workspace

NOTHING_ASKED: Final = total_of(())
EMPTY: Final = Outlook()
ASKED: Final = "asked"
"""The name of a question until it has one on disk."""


@dataclass(frozen=True, slots=True)
class Page:
    """One conversation with all that is told about it."""

    id: str
    title: str = ""
    entries: Entries = NO_ENTRIES
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
    usage_is_estimate: bool = False
    by_model: tuple[tuple[str, Total], ...] = ()
    """What each model cost, in the order in which they first answered."""
    outlook: Outlook = EMPTY


def page_of(workspace: Workspace, chat: Chat, whom: ModelAt | None) -> Page:
    """What is to be seen of it now; called where the conversation is held."""
    tree, conversation = chat.tree, chat.conversation
    way, legs = tree.way, [leg for one in tree.kept for leg in one.legs]
    costs: dict[str, list[Cost]] = {}
    for leg in legs:
        costs.setdefault(leg.served_model or leg.model, []).append(leg.cost)
    return Page(
        conversation.id,
        conversation.title,
        Entries(way[1:], tree.versions, originals(tree)),
        conversation.tags,
        conversation.pinned,
        chat.read_only,
        chat.keeps_words,
        way[0].text,
        total_of(leg.cost for leg in legs),
        total_usage([leg.usage for leg in legs if leg.usage]),
        any(leg.usage and leg.state != "refused" and not leg.is_counted for leg in legs),
        tuple((model, total_of(of_model)) for model, of_model in costs.items()),
        outlook(workspace, way, whom),
    )


def asking(page: Page, question: Message, instead_of: str = "") -> Page:
    """It as it will be in a moment, when the question is on disk and its answer comes."""
    entries = page.entries
    at = entries.place_of(instead_of)
    end = len(entries) if at < 0 else at
    asked = Node(ASKED, entries[end - 1].node.id if end else None, question, now_ms())
    versions = entries[at].of + 1 if at >= 0 else 1
    return replace(page, entries=entries.up_to(end, Entry(asked, versions, versions), _coming(ASKED)))


def answering_again(page: Page, question_id: str = "") -> Page:
    """It as it will be in a moment, when another answer comes, to this question or to the last one."""
    at = page.entries.place_of(question_id)
    entries = page.entries if at < 0 else page.entries[: at + 2]
    if not entries or entries[-1].node.message.role != "assistant":
        return replace(page, entries=entries.up_to(len(entries), _coming(ASKED)))
    versions = entries[-1].of + 1
    again = replace(_coming(ASKED), place=versions, of=versions)
    return replace(page, entries=entries.up_to(len(entries) - 1, again))


def of_last_answer(page: Page | None, figures: Figures | None) -> Figures | None:
    """What the answer took that is looked at, with all its requests; `figures` are of the one heard last.

    Something else may come meanwhile, such as a summary: that is told as long as it does.
    """
    last = page.entries[-1] if page and page.entries else None
    node, answer = (last.node, last.answer) if last else (None, None)
    if node is None or node.state == "streaming":
        return with_earlier(figures, answer.legs if answer else ()) if figures else None
    if figures and not figures.is_over:
        return figures
    heard = figures if figures and figures.answer == node.id else None
    return settled(answer, heard) if answer and answer.legs else heard


def counting(page: Page, figures: Figures | None) -> Page:
    """It with what the answer has taken so far that streams in it; one that is over is in its own sums."""
    if not (figures and figures.reached_tokens) or not page.entries or page.entries[-1].node.state != "streaming":
        return page
    known = dict(page.by_model)
    unknown = int(figures.cost.nano is None)
    known[figures.model] = _more(known.get(figures.model, NOTHING_ASKED), figures.cost, unknown)
    used = max(page.outlook.used_tokens, figures.reached_tokens)
    return replace(
        page,
        total=_more(page.total, figures.cost, unknown),
        usage=total_usage([page.usage, figures.usage]),
        usage_is_estimate=page.usage_is_estimate or figures.is_estimate,
        by_model=tuple(known.items()),
        outlook=replace(page.outlook, used_tokens=used, is_estimate=page.outlook.is_estimate or figures.is_estimate),
    )


def with_beside(page: Page, used: Used | None) -> Page:
    """It with what was asked beside its messages: summaries, titles, answers that were erased."""
    if used is None or not used.rows:
        return page
    known, all_of_it = dict(page.by_model), used.total
    for row in used.rows:
        known[row.key] = _more(known.get(row.key, NOTHING_ASKED), row.spent.cost, row.spent.unknown)
    usage = Usage(
        all_of_it.prompt_tokens, all_of_it.completion_tokens, all_of_it.cached_tokens, all_of_it.reasoning_tokens
    )
    return replace(
        page,
        total=_more(page.total, all_of_it.spent.cost, all_of_it.spent.unknown),
        usage=total_usage([page.usage, usage]),
        usage_is_estimate=page.usage_is_estimate or all_of_it.tokens_estimated,
        by_model=tuple(known.items()),
    )


def _more(total: Total, cost: Cost, unknown: int) -> Total:
    return total_of([one for one in (total.cost, cost) if one.nano is not None], total.unknown + unknown)


def written_in(question: Message) -> str:
    """The words of a question, without what is attached to it."""
    return next((part.text for part in question.parts if isinstance(part, Text)), "")


def asked_in(page: Page) -> list[str]:
    """The words of all its questions."""
    asked = [one for one in page.entries.kept if one.role == "user"]
    return [words for one in asked if (words := written_in(one.message) if isinstance(one, Node) else one.text)]


def attached_to(question: Message) -> list[Part]:
    """What goes along with its words."""
    words = next((part for part in question.parts if isinstance(part, Text)), None)
    return [part for part in question.parts if part is not words]


def _coming(parent: str) -> Entry:
    return Entry(Node(f"{ASKED}-answer", parent, assistant(""), now_ms(), "streaming"))
