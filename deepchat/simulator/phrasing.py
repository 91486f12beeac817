"""How a chat answer is put into JSON: in one piece, or in chunks of one token each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from deepchat.simulator.answers import event
from deepchat.simulator.speech import Piece, Said
from deepchat.simulator.values import Json, Object, spell

DONE = event("[DONE]")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """The form of one answer."""

    id: str
    """Its id."""
    created: int
    """Its time, in Unix seconds."""
    model: str
    """The model that it names."""
    tier: str | None
    """The service tier that was served; None when the request asked for none."""
    thinking_field: str
    """The key under which thinking is sent."""
    logprobs: int | None
    """How many alternatives to show for each token; None for no logprobs."""

    def whole(self, saids: Sequence[Said], usage: Object | None) -> Object:
        """The body of an answer that is not streamed."""
        body = self._envelope("chat.completion")
        body["choices"] = [self._choice(index, said) for index, said in enumerate(saids)]
        return body if usage is None else {**body, "usage": usage}

    def chunks(self, saids: Sequence[Said], usage: str, so_far: Callable[[int, int], Object]) -> list[str]:
        """The events of a streamed answer.

        `usage` says where usage stands, as in Manners; `so_far` gives it for so many tokens, so many of them thinking.
        """
        head = spell(self._envelope("chat.completion.chunk"))[:-1] + ',"choices":['
        count = thought = 0

        def chunk(index: int, rest: str, *, shows_usage: bool = usage == "each") -> str:
            tail = f',"usage":{spell(so_far(count, thought))}' if shows_usage else ""
            return f'data: {head}{{"index":{index},{rest}}}]{tail}}}\n\n'

        opening = '"delta":{"role":"assistant","content":""},"finish_reason":null'
        events = [chunk(index, opening) for index in range(len(saids))]
        for row in zip_longest(*(said.pieces for said in saids)):
            for index, piece in enumerate(row):
                if piece is not None:
                    count += 1
                    thought += piece.kind == "thinking"
                    events.append(chunk(index, self._token(index, piece)))
        for index, said in enumerate(saids):
            last = index == len(saids) - 1 and usage in ("finish", "each")
            finish = f'"delta":{{}},"finish_reason":{spell(said.finish)}'
            events.append(chunk(index, finish, shows_usage=last or usage == "each"))
        if usage == "extra":
            events.append(event(f'{head}],"usage":{spell(so_far(count, thought))}}}'))
        return [*events, DONE]

    def _envelope(self, kind: str) -> Object:
        envelope: Object = {"id": self.id, "object": kind, "created": self.created, "model": self.model}
        return envelope if self.tier is None else {**envelope, "service_tier": self.tier}

    def _token(self, index: int, piece: Piece) -> str:
        text = spell(piece.text)
        logprobs = ""
        match piece.kind:
            case "text":
                delta = f'{{"content":{text}}}'
                if self.logprobs is not None:
                    logprobs = f',"logprobs":{{"content":[{spell(_logprob(piece.text, self.logprobs))}]}}'
            case "thinking":
                delta = f'{{"{self.thinking_field}":{text}}}'
            case "call":
                call = f'"id":"{self._call_id(index)}","type":"function","function":{{"name":{text},"arguments":""}}'
                delta = f'{{"tool_calls":[{{"index":0,{call}}}]}}'
            case "arguments":
                delta = f'{{"tool_calls":[{{"index":0,"function":{{"arguments":{text}}}}}]}}'
        return f'"delta":{delta}{logprobs},"finish_reason":null'

    def _choice(self, index: int, said: Said) -> Object:
        message: Object = {"role": "assistant", "content": said.joined("text"), "name": None, "tool_calls": None}
        if thinking := said.joined("thinking"):
            message[self.thinking_field] = thinking
        if name := said.joined("call"):
            function: Object = {"name": name, "arguments": said.joined("arguments")}
            message["content"] = None
            message["tool_calls"] = [{"id": self._call_id(index), "type": "function", "function": function}]
        choice: Object = {"index": index, "message": message, "finish_reason": said.finish}
        if self.logprobs is not None:
            texts = [piece.text for piece in said.pieces if piece.kind == "text"]
            choice["logprobs"] = {"content": [_logprob(text, self.logprobs) for text in texts]}
        return choice

    def _call_id(self, index: int) -> str:
        return "call_" + hashlib.sha256(f"{self.id} {index}".encode()).hexdigest()[:24]


def logprob(token: str) -> float:
    """How likely a token was, in a manner of speaking: a number made from its letters."""
    return -hashlib.sha256(token.encode("utf-8", "backslashreplace")).digest()[0] / 128


def alternatives(token: str, count: int) -> list[tuple[str, float]]:
    """The token and others that were nearly said."""
    others = [f"{token}{'~' * n}" for n in range(count)]
    return [(other, logprob(token) - place) for place, other in enumerate(others)]


def _logprob(token: str, count: int) -> Json:
    top: list[Json] = [_entry(other, chance) for other, chance in alternatives(token, count)]
    return {**_entry(token, logprob(token)), "top_logprobs": top}


def _entry(token: str, chance: float) -> Object:
    data: list[Json] = [*token.encode("utf-8", "backslashreplace")]
    return {"token": token, "logprob": chance, "bytes": data}
