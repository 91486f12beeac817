"""What was chosen for a conversation, as far as it holds in this run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from deepchat.conversation.parameters import JsonSchema
from deepchat.errors import ConfigError, UsageError
from deepchat.workspace.first_run import SMALL_MODEL
from deepchat.workspace.model_at import ModelAt
from deepchat.workspace.wishes import checked_schema

if TYPE_CHECKING:
    from deepchat.session.chat import Chat
    from deepchat.workspace.workspace import Workspace

_SAID_NOW: Final = ("command line", "environment")
"""What was said for this run weighs more than what a conversation had."""


def last_asked(workspace: Workspace, chat: Chat) -> ModelAt | None:
    """Who was asked last, whoever then answered, when that provider is still there."""
    for one in reversed(chat.tree.way):
        answer = one.read().answer if one.has_answer else None
        if answer and answer.provider in workspace.settings.providers:
            return ModelAt(answer.provider, answer.model)
    return None


def next_asked(workspace: Workspace, chat: Chat) -> ModelAt | None:
    """Who was chosen to go on with it, when that provider is still there, else who was asked last."""
    chosen = chat.conversation.chosen
    if chosen.provider in workspace.settings.providers:
        return ModelAt(chosen.provider, chosen.model)
    return last_asked(workspace, chat)


def who_is_gone(workspace: Workspace, chat: Chat) -> tuple[ModelAt, str] | None:
    """Who was chosen to go on with it, or else answered last, when that provider is not there any more, and why."""
    chosen = chat.conversation.chosen
    whom = ModelAt(chosen.provider, chosen.model)
    if not whom.provider:
        answers = (one.read().answer for one in reversed(chat.tree.way) if one.has_answer)
        last = next((one for one in answers if one), None)
        whom = ModelAt(last.provider, last.model) if last else whom
    if not whom.provider or whom.provider in workspace.settings.providers:
        return None
    if whom.provider == SMALL_MODEL:
        return whom, "the small model ended with the program that had started it"
    try:
        workspace.settings.provider_named(whom.provider)
    except ConfigError as error:
        return whom, error.message
    return None


def is_overruled(workspace: Workspace, whom: ModelAt) -> bool:
    """Whether the command line names another model, or another provider, than this one that would go on."""
    settings = workspace.settings
    other_provider = settings.origin_of("provider") == "command line" and whom.provider != settings.provider
    return other_provider or settings.origin_of("model") == "command line"


def stay_with_model(workspace: Workspace, chat: Chat) -> None:
    """Go on with who was chosen for it, or was asked last, unless the user has chosen others for this start.

    What the environment says is the usual model of all conversations, not a choice for this one.
    """
    settings = workspace.settings
    if settings.origin_of("model") == "command line":
        return
    whom = next_asked(workspace, chat)
    if whom and (settings.origin_of("provider") not in _SAID_NOW or whom.provider == settings.provider):
        workspace.choose(whom.provider, whom.model)


def parameters_chosen(workspace: Workspace, chat: Chat) -> Mapping[str, object]:
    """How answers are made in it; what the command line or a preset says for this start weighs more.

    A schema that is none, as an import may bring it, is left out, which is told.
    """
    settings = workspace.settings
    given = {
        name: value
        for name, value in chat.conversation.chosen.parameters.items()
        if not hasattr(settings, name) or settings.origin_of(name) != "command line"
    }
    form = given.get("response_format")
    if isinstance(form, JsonSchema):
        try:
            checked_schema(form.schema)
        except UsageError as error:
            del given["response_format"]
            workspace.notices.append(f"the schema that was chosen for this conversation is not used: {error.message}")
    return given


def tools_chosen(workspace: Workspace, chat: Chat) -> tuple[str, ...]:
    """Those that are on in it; one that can't be turned on any more is off, which is told."""
    wanted = chat.conversation.chosen.tools
    there = workspace.toolshed.still_there(wanted) if wanted else ()
    if gone := [name for name in wanted if name not in there]:
        workspace.notices.append(f"{', '.join(gone)} can't be used any more, and so is off in this conversation")
    return there
