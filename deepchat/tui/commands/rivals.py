"""One question to several models at once, until one of their answers is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from deepchat.conversation.legs import Answer
from deepchat.conversation.message import assistant
from deepchat.conversation.tree import Node
from deepchat.errors import UsageError
from deepchat.tui import naming, writing
from deepchat.tui.choosing import turn_to
from deepchat.tui.clock import now_ms
from deepchat.tui.commands.asking import candidates_of, provider_of
from deepchat.tui.commands.questions import along_with, question_of
from deepchat.tui.comparing import Comparing, Contender
from deepchat.tui.entries import Entry
from deepchat.tui.screens.compare import Compare
from deepchat.tui.screens.models import Picked
from deepchat.tui.screens.rivals import LEAST_RIVALS, MOST_RIVALS, Rivals
from deepchat.workspace.model_at import ModelAt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepchat.tui.held import Held
    from deepchat.tui.stage import Stage

_FRAME_S: Final = 1 / 30
"""How often what was heard of all of them is shown."""


async def compare(stage: Stage, words: str) -> None:
    """Ask several models what stands in the line to write in, or the last question again."""
    held, composer = stage.front, stage.chat.composer
    _need_silence(held)
    text, files = composer.text, composer.files
    typed = composer.typed
    question = question_of(text, along_with(stage, text, files, typed), stage) if text.strip() else None
    asked = text if question else _last_question(held)
    several = _named(stage, words) if words.strip() else await _ticked(stage)
    if not several:
        return
    _need_silence(held)  # a while may have passed over the list
    comparing = Comparing(stage.desk.bridge, held, several)
    await comparing.begin(question)
    if question:
        composer.clear()
    await _look(stage, comparing, asked)
    if question and not comparing.is_asked:
        writing.give_back(composer, [text], files, typed)
    await comparing.settle()
    kept = None if comparing.kept is None else comparing.contenders[comparing.kept]
    try:
        if kept:
            held.last = kept.pace.figures
            await turn_to(held, kept.whom)
    finally:  # it answers next, also where that could not be written down
        if held is stage.held:
            await stage.look()
            stage.chat.show_figures(held.figures)
            stage.chat.transcript.to_end()
    if kept:
        stage.notice(f"{kept.whom.model} goes on; the others stay beside its answer: ← and → in the conversation")
    stage.do(naming.name(stage, held))


async def keep(stage: Stage, at: int) -> None:
    """Go on from one of those that are shown."""
    comparing, screen = stage.comparing, stage.app.screen
    if comparing and isinstance(screen, Compare):
        comparing.keep(at)
        screen.mark_kept(at, waits=not comparing.contenders[at].is_over)


async def _look(stage: Stage, comparing: Comparing, question: str) -> None:
    """Show them until one is kept, or all are left."""
    coming = [(_name(one.whom), _coming(one.whom)) for one in comparing.contenders]
    screen = Compare(question, coming, stage.chat.transcript.ink)
    stage.comparing = comparing
    frames = stage.app.set_interval(_FRAME_S, lambda: _tick(comparing, screen))
    try:
        await stage.app.push_screen_wait(screen)
    finally:
        frames.stop()
        stage.comparing = None
        comparing.stop()


def _tick(comparing: Comparing, screen: Compare) -> None:
    """Show what was heard since the last time."""
    if not screen.can_hear:
        return
    now = time.monotonic()
    for at, one in enumerate(comparing.contenders):
        if one.is_told:
            continue
        heard, is_over = comparing.listen(one)
        screen.hear(at, heard, one.pace.figures, now)
        if is_over:
            screen.end(at, Entry(one.node) if one.node else None, _ending(one))
    screen.tell_cost(comparing.cost)
    if comparing.is_done:
        screen.dismiss(None)


def _ending(one: Contender) -> str:
    """How it ended, when that was not well."""
    if one.error:
        return f"✗ {one.error.message}{f' — {one.error.hint}' if one.error.hint else ''}"
    return "" if one.node and one.node.state == "whole" else "■ stopped"


def _name(whom: ModelAt) -> str:
    return f"{whom.model.rpartition('/')[2]} · {whom.provider}"


def _coming(whom: ModelAt) -> Entry:
    """An answer before its first word."""
    blank = Answer(whom.provider, whom.model)
    return Entry(Node("", None, assistant(""), now_ms(), "streaming", blank))


async def _ticked(stage: Stage) -> Sequence[ModelAt]:
    """Those that are chosen in the list; none when it is closed."""
    whom, provider = stage.front.whom, provider_of(stage)
    current = Picked(whom.provider, whom.model) if whom else None
    screen = Rivals(await candidates_of(stage), current, stage.desk.workspace.shelf.age(provider))
    chosen = await stage.app.push_screen_wait(screen)
    return [ModelAt(one.provider or provider, one.model) for one in chosen or ()]


def _named(stage: Stage, words: str) -> Sequence[ModelAt]:
    """Those that the words name, at the provider in use; raises UsageError."""
    workspace, provider = stage.desk.workspace, provider_of(stage)
    names = words.replace(",", " ").split()
    if not LEAST_RIVALS <= len(names) <= MOST_RIVALS:
        raise UsageError(f"/compare takes {LEAST_RIVALS} to {MOST_RIVALS} models", "/compare alone lets you tick them")
    known_as = workspace.shelf.known_as(provider)
    return [ModelAt(provider, workspace.shelf.catalog.find(name, known_as).id_to_send) for name in names]


def _last_question(held: Held) -> str:
    asked = [one.text for one in held.page.entries.kept if one.role == "user"]
    if not asked:
        raise UsageError("there is no question to compare answers to", "write one, and press f4 instead of enter")
    return asked[-1]


def _need_silence(held: Held) -> None:
    if held.is_streaming:
        raise UsageError("an answer is still coming", "wait for it, or stop it with esc")
    if held.page.read_only:
        raise UsageError("another program holds this conversation", "/fork goes on in a copy")
