"""Every way in which the wire misbehaves, played by the simulator on a real socket: the table of faults."""

from __future__ import annotations

import asyncio
import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from deepchat.conversation.parameters import Parameters
from deepchat.simulator.running import SimulatorThread
from deepchat.simulator.scenes import SCENES
from tests.wire.asking import CALM, KEY, Outcome, ask_once, at, question

TABLES = Path(__file__).parent / "faults"
QUIET_S = 30


@dataclass(frozen=True, slots=True)
class Fault:
    """What one question to a scene must come to; what is not said must not happen."""

    requests: int = 1
    text: str = ""
    length: int = 0
    """When not 0, `text` is only the beginning of so many characters."""
    reasoning: str = ""
    finish: str = ""
    said: str = ""
    """The server's own word, where it differs from `finish`."""
    usage: list[int] = field(default_factory=list[int])
    """Prompt, completion, cached, reasoning."""
    cost: int = -1
    """Nano-dollars by the provider's own figure; -1 is none."""
    calls: list[list[str]] = field(default_factory=list[list[str]])
    """Id, name, arguments of each call; of many only the first, the last and their number."""
    served: str = ""
    """Where it differs from what was asked."""
    tier: str = ""
    notes: list[str] = field(default_factory=list[str])
    """Each once."""
    waits: list[float] = field(default_factory=list[float])
    """Seconds before each retry."""
    error: str = ""
    """Its kind."""
    words: str = ""
    """Among the words of its message."""
    max_tokens: int = 0
    patience: dict[str, float] = field(default_factory=dict[str, float])


def _rows() -> Iterator[tuple[str, Fault]]:
    for path in sorted(TABLES.glob("*.toml")):
        groups = cast("list[dict[str, object]]", tomllib.loads(path.read_text())["fault"])
        for group in groups:
            names = cast("list[str]", group.pop("scenes"))
            known = cast("Mapping[str, object]", group)
            for name in names:
                yield name, Fault(**known)  # pyright: ignore[reportArgumentType]  # the tables are ours


FAULTS = dict(_rows())


def outcome_of(outcome: Outcome, requests: int) -> Fault:
    """What happened, in the table's terms."""
    draft, error = outcome.draft, outcome.error
    usage = draft.usage
    return Fault(
        requests=requests,
        text=draft.text,
        reasoning=draft.reasoning,
        finish=draft.finish or "",
        said="" if draft.finish_said == draft.finish else draft.finish_said,
        usage=[usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens, usage.reasoning_tokens]
        if usage
        else [],
        cost=-1 if draft.cost_nano is None else draft.cost_nano,
        calls=_few([[call.id, call.name, _brief(call.arguments)] for call in draft.tool_calls]),
        served="" if draft.served_model == draft.model else draft.served_model,
        tier=draft.tier,
        notes=list(dict.fromkeys(outcome.notes)),
        waits=[retry.wait_s for retry in outcome.retries],
        error=error.kind if error else "",
    )


def _few(calls: list[list[str]]) -> list[list[str]]:
    return calls if len(calls) < 9 else [calls[0], calls[-1], [f"{len(calls)} calls"]]


def _brief(arguments: str) -> str:
    return arguments if len(arguments) < 100 else str(len(arguments))


async def _play(url: str, scene: str, fault: Fault) -> Outcome:
    parameters = Parameters(max_tokens=fault.max_tokens or None)
    patience = replace(CALM, **fault.patience)
    outcome = await ask_once(at(url), question(f"sim/{scene}", parameters), patience)
    assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"
    return outcome


@pytest.mark.parametrize("scene", FAULTS)
def test_a_fault_ends_as_its_row_says(scene: str, caplog: pytest.LogCaptureFixture) -> None:
    fault = FAULTS[scene]
    with caplog.at_level(logging.DEBUG), SimulatorThread() as simulator:
        outcome = asyncio.run(_play(simulator.url, scene, fault))
        assert simulator.wait_quiet(QUIET_S), "a connection stayed open"
        requests = simulator.heard
    assert all(request.key == KEY for request in requests)
    heard = outcome_of(outcome, len(requests))
    if fault.length:
        assert (heard.text[: len(fault.text)], len(heard.text)) == (fault.text, fault.length)
        heard = replace(heard, text=fault.text)
    asked = {"length": fault.length, "max_tokens": fault.max_tokens, "patience": fault.patience, "words": fault.words}
    assert replace(heard, **asked) == fault
    if outcome.error:
        assert fault.words in outcome.error.message
        assert not re.search(r"[a-z]Error\b|httpx|h11|Traceback", outcome.error.message), "our words, not Python's"
        assert outcome.error.hint, "an error says what to do next"
    assert KEY not in _everything_said(outcome) + caplog.text


def _everything_said(outcome: Outcome) -> str:
    error: BaseException | None = outcome.error
    said = repr(outcome.events)
    while error is not None:
        said += f"{error} {error!r} {error.args} {vars(error) if hasattr(error, '__dict__') else ''}"
        error = error.__cause__ or error.__context__
    return said


def test_every_scene_of_an_answer_has_its_row() -> None:
    assert {name for name in SCENES if not name.startswith("listing-")} == set(FAULTS)
