"""A loopback server that gives every client the same answer at the same pace, and costs little itself.

uv run python -m benchmarks.server [--max-seconds 3600]

It prints READY and its address. The model says what is answered: `mixed-2000-at-200` is 2,000 tokens of mixed text at
200 a second, `code-0-at-0` a whole code block as fast as it is read; with `-after-50000` so many words come first, in
one piece, then the line THE-REST-COMES and a few seconds of silence, then the rest. An answer ends with the line
END-OF-ANSWER-N when the question ends with #N; the question #0 gets few words, so that a client can warm up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from benchmarks.texts import answer, mixed_words, tokens_of

PAUSE: Final = "THE-REST-COMES"
END: Final = "END-OF-ANSWER"
PAUSE_S: Final = 6.0
NAMES: Final = re.compile(r"(\w+)-(\d+)-at-(\d+)(?:-after-(\d+))?")
_AT_ONCE: Final = 16
"""So many events go out together when no pace is asked for."""
_NUMBER: Final = re.compile(r"#(\d+)")
_FEW: Final = 10
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Order:
    """What a model's name asks for."""

    shape: str
    tokens: int
    rate: int
    """Tokens a second; 0 is as fast as they are read."""
    behind: int = 0
    """Words that come first."""

    @classmethod
    def of(cls, model: str) -> Order:
        """Raises ValueError when the name says nothing of the kind."""
        found = NAMES.search(model)
        if not found:
            raise ValueError(model)
        shape, tokens, rate, behind = found.groups(default="0")
        return cls(shape, int(tokens), int(rate), int(behind))

    @property
    def model(self) -> str:
        behind = f"-after-{self.behind}" if self.behind else ""
        return f"{self.shape}-{self.tokens}-at-{self.rate}{behind}"


def _event(choices: list[object], usage: object = None) -> bytes:
    chunk: dict[str, object] = {"id": "bench", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
    chunk["choices"] = choices
    if usage:
        chunk["usage"] = usage
    return _chunked(b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n")


def _chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _said(text: str, finish: str | None = None) -> bytes:
    delta = {"content": text} if text else {}
    return _event([{"index": 0, "delta": delta, "finish_reason": finish}])


@cache
def _events(order: Order) -> tuple[bytes, ...]:
    """Made once, so that the server does not take the processor from whom it measures."""
    return tuple(_said(token) for token in tokens_of(answer(order.shape, order.tokens)))


async def _stream(writer: asyncio.StreamWriter, order: Order, end: str, prompt: int) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    events = _events(order)
    if order.behind:
        writer.write(_said(f"{mixed_words(order.behind)}\n\n{PAUSE}\n\n"))
        await asyncio.sleep(PAUSE_S)
    began = time.monotonic()
    at_once = 1 if order.rate else _AT_ONCE
    for at in range(0, len(events), at_once):
        writer.write(b"".join(events[at : at + at_once]))
        await writer.drain()
        if order.rate:
            await asyncio.sleep(max(0.0, began + at / order.rate - time.monotonic()))
    usage = {"prompt_tokens": prompt, "completion_tokens": len(events), "total_tokens": prompt + len(events)}
    last = (_said(f"\n\n{end}\n"), _said("", "stop"), _event([], usage), _chunked(b"data: [DONE]\n\n"), b"0\r\n\r\n")
    writer.write(b"".join(last))
    await writer.drain()


async def _give(writer: asyncio.StreamWriter, body: object, status: str = "200 OK") -> None:
    data = json.dumps(body).encode()
    writer.write(f"HTTP/1.1 {status}\r\nContent-Type: {_JSON}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
    await writer.drain()


async def _answer(writer: asyncio.StreamWriter, request: dict[str, object], size: int) -> None:
    order = Order.of(str(request.get("model")))
    numbers = _NUMBER.findall(json.dumps(request.get("messages"))) or ["0"]
    order = order if int(numbers[-1]) else Order("mixed", _FEW, 0)
    end = f"{END}-{numbers[-1]}"
    if request.get("stream"):
        await _stream(writer, order, end, size // 4)
        return
    message = {"role": "assistant", "content": f"{answer(order.shape, order.tokens)}\n\n{end}\n"}
    usage = {"prompt_tokens": size // 4, "completion_tokens": order.tokens, "total_tokens": size // 4 + order.tokens}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    await _give(writer, {"id": "bench", "object": "chat.completion", "created": 1, "choices": choices, "usage": usage})


class Server:
    """Offers these models to every connection."""

    def __init__(self, models: Iterable[str]) -> None:
        self._models = [{"id": name, "object": "model", "created": 0, "owned_by": "bench"} for name in models]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1]) if length else 0)
                if head.startswith("POST") and "/chat/completions" in head:
                    await _answer(writer, json.loads(body), len(body))
                elif "/models" in head:
                    await _give(writer, {"object": "list", "data": self._models})
                else:
                    await _give(writer, {"error": {"message": "no such route"}}, "404 Not Found")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away
        finally:
            writer.close()


async def _live(max_seconds: float) -> None:
    models = [Order("mixed", tokens, rate).model for tokens in (100, 500, 2_000, 10_000) for rate in (0, 200)]
    server = await asyncio.start_server(Server(models).serve, "127.0.0.1", 0, limit=1 << 26)
    print(f"READY http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await asyncio.sleep(max_seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--max-seconds", type=float, default=7200.0)
    asyncio.run(_live(parser.parse_args().max_seconds))
