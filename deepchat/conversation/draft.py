"""An answer while it comes: everything heard, folded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

from deepchat.conversation.events import (
    Asked,
    CarriedOn,
    FellBack,
    Finish,
    Finished,
    LeftOut,
    LegEnded,
    LogprobsReported,
    NearLimit,
    Noticed,
    ReasoningDelta,
    Retrying,
    Served,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    ToolCalled,
    ToolReturned,
    UsageReported,
)
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult
from deepchat.conversation.tokens import quarters, tokens_of
from deepchat.conversation.usage import Usage


@dataclass(slots=True)
class _OpenCall:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list[str])


class Draft:
    """Folds events as they come; no word in it is ever taken back."""

    def __init__(self) -> None:
        self.provider = ""
        self.model = ""
        self.served_model = ""
        self.tier = ""
        self.request_id = ""
        self.finish: Finish | None = None
        """None as long as the server has not said why it stopped."""
        self.finish_said = ""
        self.usage: Usage | None = None
        self.cost_nano: int | None = None
        """The provider's own figure."""
        self.logprobs: list[str] = []
        self.first_word_at: float | None = None
        """When the first word, thought or call was heard, on the clock of whoever folds."""
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._quarters = 0
        self._pieces = 0
        self._calls: dict[int, _OpenCall] = {}
        self._results: list[ToolResult] = []
        self._settled: tuple[Part, ...] = ()
        """What was said up to the last tool's result that a request was made with."""
        self._settled_pieces = 0
        """So many pieces of text are in it."""

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        return "".join(self._reasoning)

    @property
    def is_empty(self) -> bool:
        return not (self._text or self._reasoning or self._calls or self._settled)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of it in its order: words, the calls that they led to, what those gave back, and words again."""
        said = "".join(self._text[self._settled_pieces :])
        return (*self._settled, *([Text(said)] if said else []), *self.tool_calls, *self._results)

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls since the last result, as far as they came; where the server gave no id, or one twice, it is made.

        No two calls of an answer have the same.
        """
        before = {part.id for part in self._settled if isinstance(part, ToolCall)}
        given = before | {call.id for call in self._calls.values()}
        told: dict[str, ToolCall] = {}
        for index, call in sorted(self._calls.items()):
            own_id = call.id
            if not own_id or own_id in told or own_id in before:
                own_id = f"call_{index}"
                while own_id in given or own_id in told:
                    own_id += "_"
            told[own_id] = ToolCall(own_id, call.name, "".join(call.arguments))
        return tuple(told.values())

    @property
    def estimated_completion_tokens(self) -> int:
        """What was heard so far, in tokens, roughly.

        A piece is a token at least; but some servers send single letters, so it is not believed without bound.
        """
        estimate = tokens_of(self._quarters)
        return max(estimate, min(self._pieces, 2 * estimate))

    def take(self, event: StreamEvent, now: float) -> None:
        match event:
            case TextDelta(text):
                self._hear(self._text, text, now)
            case ReasoningDelta(text):
                self._hear(self._reasoning, text, now)
            case ToolCallDelta():
                self._take_call(event, now)
            case UsageReported(usage, cost_nano):
                self.usage = usage
                self.cost_nano = cost_nano if cost_nano is not None else self.cost_nano
            case Asked() | Served():
                self._take_who(event)
            case Finished() | CarriedOn() | ToolReturned():
                self._take_end(event)
            case LogprobsReported(json):
                self.logprobs.append(json)
            case ToolCalled() | Retrying() | FellBack() | Noticed() | LegEnded() | NearLimit() | LeftOut():
                pass
            case _:
                assert_never(event)

    def _take_who(self, event: Asked | Served) -> None:
        match event:
            case Asked(provider, model):
                self._settle()
                if self.is_empty:
                    self._forget_who()
                self.provider, self.model = provider, model
            case Served(model, tier, request_id):
                self.served_model = model or self.served_model
                self.tier = tier or self.tier
                self.request_id = request_id or self.request_id

    def _take_end(self, event: Finished | CarriedOn | ToolReturned) -> None:
        match event:
            case Finished(reason, said):
                self.finish, self.finish_said = reason, said
            case CarriedOn():
                self.finish, self.finish_said = None, ""
                self._calls.clear()  # one that was cut off was never made
            case ToolReturned(result):
                self._results.append(result)

    def _settle(self) -> None:
        """A request is made with what the tools gave back: what follows is said after it."""
        if not self._results:
            return
        self._settled, self._settled_pieces = self.parts, len(self._text)
        self._calls, self._results = {}, []
        self.finish, self.finish_said = None, ""

    def _forget_who(self) -> None:
        """Whoever was asked before said nothing: what was reported of that is not of this answer."""
        self.served_model = self.tier = self.request_id = ""
        self.usage = self.cost_nano = None

    def _hear(self, words: list[str], text: str, now: float) -> None:
        if not text:
            return
        words.append(text)
        self._quarters += quarters(text)
        self._pieces += 1
        self._mark_first(now)

    def _mark_first(self, now: float) -> None:
        if self.first_word_at is None:
            self.first_word_at = now

    def _take_call(self, delta: ToolCallDelta, now: float) -> None:
        call = self._calls.setdefault(delta.index, _OpenCall())
        call.id = call.id or delta.id
        # Some servers send a name in pieces, others send the whole of it again each time.
        if delta.name != call.name:
            call.name += delta.name
        self._hear(call.arguments, delta.arguments, now)
        self._mark_first(now)
