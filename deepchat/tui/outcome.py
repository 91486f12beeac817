"""What follows when an answer is over: what waits is asked, its words come back, a budget becomes a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.conversation.in_words import cost_words
from deepchat.errors import BudgetReached, DeepChatError, KeyMissing, KeyProblem, StoreError
from deepchat.tui import naming, writing
from deepchat.tui.beyond import may_go_beyond
from deepchat.tui.page import written_in

if TYPE_CHECKING:
    from deepchat.conversation.message import Message
    from deepchat.tui.hearing import Hearing
    from deepchat.tui.held import Held
    from deepchat.tui.stage import Stage


def take(stage: Stage, held: Held, hearing: Hearing) -> None:
    """An answer is over; what waits is asked, or its words are given back."""
    stage.chat.composer.busy = stage.held is not None and stage.held.is_streaming
    error = hearing.error
    if hearing.ongoing:
        hearing.ongoing.end()
    if hearing.is_summary:
        _tell_of_summary(stage, held, hearing)
    if error is None and hearing.task is not None and not hearing.task.cancelled():
        stage.do(naming.name(stage, held))
        if held.queue:
            held.send(held.queue.pop(0))
            stage.asked(held)
        elif held is not stage.held:
            if not hearing.is_summary:
                stage.notice(f"«{held.page.title or 'untitled'}» has its answer")
            stage.desk.leave(held)
    elif isinstance(error, BudgetReached) and held is stage.held and not hearing.is_summary:
        stage.do(_ask_to_go_beyond(stage, held, hearing, error))
    else:
        _give_back(stage, held, hearing)
        if error and not hearing.is_summary:
            _failed(stage, held, error)
    if hearing.answering and hearing.answering.unsaved and error is not hearing.answering.unsaved:
        stage.tell(hearing.answering.unsaved)
    stage.do(stage.refresh())


def _tell_of_summary(stage: Stage, held: Held, hearing: Hearing) -> None:
    """What became of it, wherever the user is by now."""
    figures, name = hearing.pace.figures, "" if held is stage.held else f"«{held.page.title or 'untitled'}»: "
    if hearing.error and held is stage.held:
        stage.tell(hearing.error)
    elif hearing.error:
        stage.notice(f"{name}{hearing.error.message}", "error")
    else:
        paid = f", for {cost_words(figures.cost)}" if figures.legs else ""
        stage.notice(f"{name}{hearing.told or f'the summary was stopped{paid}: the conversation is as it was'}")


async def _ask_to_go_beyond(stage: Stage, held: Held, hearing: Hearing, error: BudgetReached) -> None:
    """What is refused for want of money is asked all the same, if the user says so; until then it waits."""
    if unasked := _unasked(hearing):
        held.queue.insert(0, unasked)
        stage.do(stage.desk.drafts.keep(held, held.draft))
    may = await may_go_beyond(stage.app, error, "answer")
    held.queue = [question for question in held.queue if question is not unasked]
    if not may:
        _give_back(stage, held, hearing)
    else:
        held.go_beyond(hearing)
    stage.asked(held)


def _unasked(hearing: Hearing) -> Message | None:
    """The question that it should have answered, when that never left."""
    return None if hearing.sent else hearing.asked


def _give_back(stage: Stage, held: Held, hearing: Hearing) -> None:
    """Questions that were not asked are in the composer again."""
    unasked = _unasked(hearing)
    unsent = [*([unasked] if unasked else []), *held.queue]
    words = [written_in(message) for message in unsent]
    files = tuple(file for question, its in held.along if any(question is one for one in unsent) for file in its)
    held.queue.clear()
    if held is stage.held:
        stage.chat.composer.queued = ()
        writing.give_back(stage.chat.composer, words, files)
    else:
        held.files = (*files, *held.files)
        held.draft = "\n\n".join([*words, held.draft] if held.draft else words)
        stage.do(stage.desk.drafts.keep(held, held.draft))


def _failed(stage: Stage, held: Held, error: DeepChatError) -> None:
    """What the transcript has no place for is told at the side."""
    is_told = held.page.entries and held.page.entries[-1].node.state in ("failed", "incomplete")
    if held is not stage.held:
        stage.notice(f"«{held.page.title or 'untitled'}»: {error.message}", "error")
    elif isinstance(error, KeyMissing):
        stage.without_key(error)
    elif not is_told or isinstance(error, KeyProblem | StoreError):
        stage.tell(error)
