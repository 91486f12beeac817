"""Who answers next, and how, in as many words as there is room for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deepchat.conversation.in_words import counted
from deepchat.conversation.told import chosen_words

if TYPE_CHECKING:
    from deepchat.conversation.chosen import Chosen
    from deepchat.workspace.model_at import ModelAt


def whom_words(whom: ModelAt, chosen: Chosen) -> list[str]:
    """The same in fewer and fewer words.

    What a model may do is told longest, for it is what can do harm: that it has tools, without their names. Then comes
    its own name, then what else was set, where it is asked, and who made it.
    """
    name, how = whom.model.rpartition("/")[2], chosen_words(replace(chosen, tools=()))
    tools = counted(len(chosen.tools), "tool") if chosen.tools else ""
    forms = (
        (whom.model, whom.provider, chosen_words(chosen)),
        (whom.model, whom.provider, how, tools),
        (name, whom.provider, how, tools),
        (name, how, tools),
        (name, tools),
        (tools, name),
    )
    return list(dict.fromkeys(" · ".join(filter(None, form)) for form in forms))
