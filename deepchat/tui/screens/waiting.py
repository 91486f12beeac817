"""What is told while an answer is awaited: who is asked, retries with their countdown, long silence, thinking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from deepchat.conversation.events import (
    Asked,
    CarriedOn,
    Noticed,
    ReasoningDelta,
    Retrying,
    StreamEvent,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from deepchat.conversation.told import event_words
from deepchat.safe_text import one_line
from deepchat.tui.said import Said, said_in

if TYPE_CHECKING:
    from deepchat.tui.widgets.transcript import Transcript

_SPIN: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_SPINS_A_SECOND: Final = 8
_LONG_S: Final = 10.0
_MOST_NOTES: Final = 4
_LONGEST_NOTE: Final = 300
_LONGEST_NAME: Final = 60


class Waiting:
    """Folds events into the lines below an answer."""

    def __init__(self) -> None:
        self.thought_s: float | None = None
        """How long it thought."""
        self._since: float | None = None
        self._heard_at = 0.0
        self._retry_at = 0.0
        self._retry = ""
        self._thinking_since: float | None = None
        self._has_words = False
        self._tool = ""
        """The one that is at work."""
        self._notes: list[str] = []
        self._passing: list[str] = []
        """What is told until a request leaves."""

    def take(self, event: StreamEvent, now: float) -> None:
        """One more of them."""
        self._heard_at = now
        match event:
            case Asked():
                self._since = self._since or now
                self._retry, self._passing = "", []
            case Noticed(note, is_passing=True):
                self._passing.append(one_line(note, _LONGEST_NOTE))
            case Retrying(attempt, of, wait_s, why):
                self._retry_at, self._retry = now + wait_s, f"{why} · retry {attempt} of {of}"
            case ReasoningDelta():
                self._thinking_since = now if self._thinking_since is None else self._thinking_since
                self.thought_s = now - self._thinking_since
            case TextDelta():
                self._has_words = True
                self._retry = ""
            case ToolCalled(call):
                self._tool = call.name
            case ToolReturned():
                self._tool, self._has_words, self._since = "", False, now
            case CarriedOn(number, of, why):
                self._note(f"╌╌ {why}: continued ({number} of {of}) ╌╌")
            case _:
                if told := event_words(event):
                    self._note(told)

    def told(self, now: float, unallowed: str = "") -> list[str]:
        """The lines, as they are now; a tool that waits for the user's yes does not run yet."""
        self._since = self._since or now
        self._heard_at = now if unallowed else self._heard_at or now
        spin = _SPIN[int(now * _SPINS_A_SECOND) % len(_SPIN)]
        return [*self._notes, *self._passing, *([f"{spin} {doing}"] if (doing := self._doing(now, unallowed)) else [])]

    def _doing(self, now: float, unallowed: str) -> str:
        if unallowed:
            return f"{one_line(unallowed, _LONGEST_NAME)} waits for your yes"
        if self._retry:
            return f"{self._retry} in {max(0, self._retry_at - now):.0f} s · esc stops"
        silent_s = now - self._heard_at
        if self._tool:
            return f"{self._tool} {silent_s:.0f} s · esc stops"
        if self._has_words:
            return f"nothing new for {silent_s:.0f} s · esc stops" if silent_s >= _LONG_S else ""
        if self._thinking_since is not None:
            return f"thinking {now - self._thinking_since:.0f} s · esc stops · ctrl+t shows it"
        return f"waiting {now - (self._since or now):.0f} s · esc stops"

    def _note(self, text: str) -> None:
        text = one_line(text, _LONGEST_NOTE)
        if text not in self._notes:
            self._notes = [*self._notes, text][-_MOST_NOTES:]


def hear(
    transcript: Transcript, waiting: Waiting, heard: Iterable[StreamEvent], now: float, unallowed: str = ""
) -> None:
    """Show what came of the answer that streams; it is painted once for all of it."""
    live = transcript.live
    if live is None:
        return
    settled = live.settled
    said: list[Said] = []
    thoughts: list[str] = []
    for event in heard:
        if (one := said_in(event)) is not None:
            said.append(one)
        elif isinstance(event, ReasoningDelta):
            thoughts.append(event.text)
        waiting.take(event, now)
    if thoughts:
        live.think("".join(thoughts))
    if said:
        live.say(*said)
    live.thought_s = waiting.thought_s
    status = waiting.told(now, unallowed)
    if said or thoughts or list(live.status) != status:
        live.tell(status)
        transcript.grown(settled)
