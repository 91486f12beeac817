"""The states of a conversation and of the line that is written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.gallery.hanging import SPENT, STREAMING, Hanging, State
from benchmarks.gallery.words import (
    ANSWER,
    CALLED,
    LISTS,
    SO_FAR,
    THOUGHT,
    TIDES,
    answer,
    page,
    question,
)
from deepchat.conversation.events import CarriedOn, ReasoningDelta, Retrying, TextDelta, ToolCalled
from deepchat.conversation.usage import Cost, Total
from deepchat.tui.commands.table import COMMANDS
from deepchat.tui.widgets.offers import Offer


async def _empty(here: Hanging) -> None:
    here.put(replace(page(), title="", by_model=()))
    await here.rest()


async def _whole(here: Hanging) -> None:
    await here.show(question(), answer())
    here.chat.show_figures(replace(STREAMING, tokens=410, is_estimate=False, cost=Cost(412_000, "provider")))


async def _lists(here: Hanging) -> None:
    await here.show(question("What do I need for a week at sea, and which lights will I see?"), answer(LISTS))


async def _many(here: Hanging) -> None:
    await here.show(question(), answer(), others=400)


async def _branches(here: Hanging) -> None:
    again = replace(answer(reasoning=THOUGHT), place=2, of=3)
    await here.show(replace(question(), place=1, of=2), again)
    here.chat.transcript.focus()


async def _unfolded(here: Hanging) -> None:
    await here.show(question(), answer(reasoning=THOUGHT))
    here.chat.transcript.fold_all()


async def _scrolled(here: Hanging) -> None:
    await here.hear(TextDelta(ANSWER * 3))
    here.chat.transcript.go_to(0)


async def _waiting(here: Hanging) -> None:
    await here.hear(after_s=3, figures=None)


async def _thinking(here: Hanging) -> None:
    await here.hear(ReasoningDelta(THOUGHT), after_s=6)


async def _streaming(here: Hanging) -> None:
    await here.hear(TextDelta(SO_FAR))
    here.chat.composer.queued = ("And what is 'static?",)


async def _continued(here: Hanging) -> None:
    await here.hear(TextDelta(ANSWER[:120]), CarriedOn(2, 8, "cut at 16,384 tokens"), TextDelta(ANSWER[120:]))
    here.chat.show_figures(replace(STREAMING, legs=2))


async def _calling(here: Hanging) -> None:
    await here.hear(TextDelta("I look that up."), ToolCalled(CALLED[1]), after_s=2)


async def _called(here: Hanging) -> None:
    await here.show(question(TIDES), answer(parts=CALLED))


async def _huge(here: Hanging) -> None:
    await here.show(question("Say it again, until I tell you to stop."), answer(ANSWER * (50_000_000 // len(ANSWER))))


async def _retrying(here: Hanging) -> None:
    await here.hear(Retrying(2, 5, 9.0, "the server is busy (429)"), after_s=4, figures=None)


async def _offline(here: Hanging) -> None:
    why = "can't reach api.deepinfra.com: the name is not known"
    await here.show(question(), answer("", state="failed", legs=0, error=why))


async def _no_key(here: Hanging) -> None:
    await here.show()
    here.tell("there is no API key for deepinfra — run `deepchat auth set deepinfra`")
    here.chat.composer.put_text("Explain lifetimes as if I knew C++.")
    await here.rest()


async def _budget(here: Hanging) -> None:
    why = "the answer was stopped: today has cost about $2.00, and $2.00 is the limit"
    await here.show(question(), answer(ANSWER[:400], state="incomplete", error=why))
    today, month = SPENT
    here.chat.meters.spent = (replace(today, total=Total(Cost(2_000_000_000, "provider"))), month)
    await here.rest()


async def _stopped(here: Hanging) -> None:
    await here.show(question(), answer(ANSWER[:300], state="stopped"))


async def _recovered(here: Hanging) -> None:
    await here.show(question(), answer(ANSWER[:300], state="interrupted", legs=2))


async def _hidden(here: Hanging) -> None:
    await here.show(question("What does this say?"), answer("Nothing\u200b to see\u202e here\u202c."))


async def _read_only(here: Hanging) -> None:
    await here.show(question(), answer(), read_only=True)


async def _writing(here: Hanging) -> None:
    await here.show(question(), answer())
    here.chat.composer.attach(Path(__file__))
    here.chat.composer.put_text("Which of these lights\nwould I see from the harbour?")
    await here.rest()


async def _completing(here: Hanging) -> None:
    def offers(word: str) -> list[Offer]:
        fitting = [one for one in COMMANDS if one.name.startswith(word.removeprefix("/"))]
        return [Offer(f"/{one.name}", f"/{one.name} {one.argument}".strip(), one.about) for one in fitting]

    await here.show(question(), answer())
    here.chat.composer.offers = offers
    await here.press(("slash", "r"))


async def _finding(here: Hanging) -> None:
    await here.show(question(), answer())
    await here.chat.find()
    await here.press("lives")


TALKING: Final[Mapping[str, State]] = {
    "empty": _empty,
    "whole": _whole,
    "lists": _lists,
    "many": _many,
    "branches": _branches,
    "unfolded": _unfolded,
    "waiting": _waiting,
    "thinking": _thinking,
    "streaming": _streaming,
    "scrolled": _scrolled,
    "continued": _continued,
    "calling": _calling,
    "called": _called,
    "retrying": _retrying,
    "offline": _offline,
    "no-key": _no_key,
    "budget": _budget,
    "stopped": _stopped,
    "recovered": _recovered,
    "huge": _huge,
    "hidden": _hidden,
    "read-only": _read_only,
    "writing": _writing,
    "completing": _completing,
    "finding": _finding,
}
