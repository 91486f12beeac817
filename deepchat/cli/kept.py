"""What is kept of conversations, as the verbs about it open it, and how they show it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from deepchat.cli import voice
from deepchat.cli.moments import iso
from deepchat.cli.report import cost_json, leg_json, usage_json
from deepchat.conversation.conversation import Summary
from deepchat.conversation.tree import Node
from deepchat.conversation.usage import Cost, dollars, total_usage

if TYPE_CHECKING:
    from deepchat.workspace import Keeping


@asynccontextmanager
async def kept(*, tidies: bool = False) -> AsyncGenerator[Keeping]:
    """The store, without all that it takes to ask a model; what the user should hear is said.

    It is tidied up at the end where that is wanted: what only shows something has no time for it.
    """
    from deepchat.workspace.keeping import Keeping

    keeping = Keeping.of_this_user()
    keeping.tidies = tidies
    try:
        async with keeping:
            yield keeping
    finally:
        while keeping.notices:
            voice.notice(f"deepchat: {keeping.notices.pop(0)}")


def tell_copies(keeping: Keeping) -> None:
    """Say where what was erased may still be."""
    if copies := keeping.copies():
        folders = " and ".join(dict.fromkeys(str(one.parent) for one in copies))
        many = "1 safety copy" if len(copies) == 1 else f"{len(copies):,} safety copies"
        voice.notice(f"{many} made before may still have it, until you delete them: in {folders}")


def named(summary: Summary) -> str:
    """What people call it."""
    return f"«{summary.title}»" if summary.title else f"the untitled conversation {summary.id}"


def usd_words(cost: Cost) -> str:
    """`$0.00107`, `~$0.00107` when it is an estimate, `?` when it is not known."""
    return "?" if cost.nano is None else f"{'~' if cost.estimated else ''}${dollars(cost.nano)}"


def counted(number: int, what: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def summary_json(summary: Summary) -> dict[str, object]:
    """A conversation in a list; the keys are a contract."""
    return {
        "id": summary.id,
        "title": summary.title,
        "created": iso(summary.created_ms),
        "updated": iso(summary.updated_ms),
        "messages": summary.messages,
        "models": list(summary.models),
        "tags": list(summary.tags),
        "pinned": summary.pinned,
        "cost": cost_json(summary.cost),
    }


def node_json(node: Node, parent: str | None, original: Node | None, *, active: bool) -> dict[str, object]:
    """A message with what is known of how it came to be; the keys are a contract.

    A copy has nothing that was paid: its original does, and so all of it together is what was paid.
    """
    answer, paid = node.answer, None if original else node.answer
    counts = [leg.usage for leg in paid.legs if leg.usage] if paid else []
    return {
        "id": node.id,
        "parent": parent,
        "active": active,
        "role": node.message.role,
        "text": node.message.text,
        "reasoning": node.message.reasoning,
        "model": answer.model if answer else None,
        "served_model": (answer.served_model or None) if answer else None,
        "writers": [one for one in answer.writers if one] if answer else [],
        "state": node.state,
        "legs": [leg_json(leg) for leg in answer.legs] if answer else [],
        "usage": usage_json(total_usage(counts)) if counts else None,
        "cost": cost_json(paid.cost) if paid else None,
        "copy_of": original.id if original else None,
        "first_token_s": None if answer is None or answer.first_token_s is None else round(answer.first_token_s, 3),
        "seconds": round(answer.seconds, 3) if answer else None,
        "created": iso(node.created_ms),
        "finish_reason": answer.finish if answer else None,
        "error": (answer.error or None) if answer else None,
    }
