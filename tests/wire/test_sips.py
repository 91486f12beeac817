"""What comes token by token is read in sips; what is there already is read without a pause, over TLS too."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path
from typing import Final, cast

import trustme

from deepchat.wire.http import Exchange
from deepchat.wire.request import Call
from deepchat.wire.sips import SIP_S, WAITED_S, WAITS, Sips, Stream, sip

SLOW: Final = 2 * WAITED_S
RECORDS: Final = 500


async def pauses(*waits: float) -> list[int]:
    """Before which readings it pauses, when each takes as long as it is told."""
    now, at, paused = 0.0, 0, list[int]()

    async def read(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's own
        nonlocal now
        now += waits[at]
        return b"x"

    async def pause(seconds: float) -> None:
        assert seconds == SIP_S
        paused.append(at)

    sips = Sips(read, lambda: now, pause)
    while at < len(waits):
        assert await sips.read(1) == b"x"
        at += 1
    return paused


async def test_after_waiting_a_few_times_in_a_row_it_pauses_and_only_once_so() -> None:
    assert await pauses(*[SLOW] * (2 * WAITS)) == [WAITS]


async def test_a_connection_is_read_in_sips_once_however_often_it_is_asked_for() -> None:
    class Socket:
        async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's own
            return b""

    socket = cast("Stream", Socket())
    sip(socket)
    first = socket.read
    sip(socket)
    assert socket.read == first


async def test_what_lies_there_is_read_at_once() -> None:
    assert await pauses(*[SLOW] * (WAITS - 1), 0.0, *[SLOW] * (WAITS - 1), 0.0, 0.0, 0.0) == []


async def test_a_token_a_record_is_not_heard_later_than_it_is_sent(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf = authority.issue_cert("127.0.0.1")
    leaf.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # trustme also takes pyOpenSSL's

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        for number in range(RECORDS):
            writer.write(b'data: {"number": %d}\n\n' % number)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    exchange = Exchange(ca_bundle=str(tmp_path / "ca.pem"))
    call = Call("POST", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {}, b"")
    began, heard = time.monotonic(), 0
    async with server, exchange.open(call) as reply:
        async for _ in reply.events():
            heard += 1
    assert heard == RECORDS
    assert time.monotonic() - began < RECORDS * SIP_S / 2
    await exchange.aclose()
