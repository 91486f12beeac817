"""What stands above a conversation: who answers next, and how, in as many words as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.in_words import counted
from deepchat.conversation.told import chosen_briefly, chosen_words

if TYPE_CHECKING:
    from deepchat.conversation.chosen import Chosen
    from deepchat.tui.page import Page
    from deepchat.workspace.model_at import ModelAt


UNNAMED: Final = "new conversation"


@dataclass(frozen=True, slots=True)
class Head:
    """The row above a conversation."""

    title: str = ""
    marks: Sequence[str] = ()
    """What is more than its title: in full, then in fewer words."""
    whom: Sequence[str] = ()
    """Who answers next: in full, then in fewer and fewer words."""
    whom_briefly: Sequence[str] = ()
    """The same where there is little room for all of it."""


def head_of(page: Page, whom: ModelAt, chosen: Chosen) -> Head:
    """What is told above this conversation."""
    only_read = "read-only" if page.read_only else ""
    unkept = ("",) if page.keeps_words else ("temporary, nothing is kept", "temporary")
    marks = [_joined(mark, only_read) for mark in unkept]
    return Head(
        page.title or UNNAMED,
        marks if any(marks) else (),
        whom_words(whom, chosen, is_instructed=bool(page.instructions)),
        whom_words(whom, chosen, is_instructed=bool(page.instructions), briefly=True),
    )


def whom_words(whom: ModelAt, chosen: Chosen, *, is_instructed: bool = False, briefly: bool = False) -> list[str]:
    """Who answers next and how, by a system prompt too perhaps, in fewer and fewer words.

    What a model may do is told longest, for it is what can do harm: that it has tools, without their names. Then comes
    its own name, then how much else was set, what that is, where it is asked, and who made it.
    """
    name, untooled = whom.model.rpartition("/")[2], replace(chosen, tools=())
    prompt, count = "system prompt" if is_instructed else "", len(chosen.parameters) + is_instructed
    tools = counted(len(chosen.tools), "tool") if chosen.tools else ""
    brief = (
        (name, f"+ {count} set" if count else "", tools),
        (name, f"+{count}" if count else "", tools),
        (name, tools),
        (tools, name),
    )
    full = (
        (whom.model, whom.provider, prompt, chosen_words(chosen)),
        (whom.model, whom.provider, prompt, chosen_words(untooled), tools),
        (name, whom.provider, prompt, chosen_words(untooled), tools),
        (name, prompt, chosen_words(untooled), tools),
        (name, prompt, chosen_briefly(untooled), tools),
    )
    return list(dict.fromkeys(_joined(*form) for form in (brief if briefly else (*full, *brief))))


def _joined(*words: str) -> str:
    return " · ".join(filter(None, words))
