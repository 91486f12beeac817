"""The only file that knows httpx and httpx-sse: a call in, server-sent events or a bounded body out."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast

from deepchat.errors import BadReply, ConnectionLost, TimedOut
from deepchat.wire import connecting
from deepchat.wire.connecting import End, Line, Phase, is_loopback, refuse_redirect, tls_context
from deepchat.wire.hygiene import Cleaner, Unpacker
from deepchat.wire.request import Call, ServerSent, origin_of
from deepchat.wire.silence import Silence
from deepchat.wire.sips import sip
from deepchat.wire.without import without

# httpx has a command line of its own, and does without it where click is not installed. Where it is, click, rich and
# pygments would come too: a sixth of all that `deepchat ask` loads.
with without("httpx._main"):
    import httpx
    import httpx_sse

POOL_LIMIT_S: Final = 5.0
WRITE_LIMIT_S: Final = 60.0
CLOSING_LIMIT_S: Final = 2.0
MOST_CONNECTIONS: Final = 32
KEPT_OPEN_S: Final = 60.0
"""Between two questions somebody reads and types: a connection that is still open saves its making."""
LARGEST_ERROR_BODY: Final = 64 * 1024
USER_AGENT: Final = "deepchat"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds on the monotonic clock."""

    connect_s: float = 10.0
    headers_s: float = 60.0
    first_event_s: float = 300.0
    idle_s: float = 120.0
    kept_alive_s: float = 300.0
    """Comments prove a living server, but not for ever."""
    last_words_s: float = 10.0
    """After the end was announced only the count of tokens may follow."""
    goodbye_s: float = 0.2
    """After the very last word, for the reply's formal end: a connection whose reply has ended can be used again."""
    total_s: float = 1800.0


PATIENT: Final = Patience()


class Reply:
    """A server's answer whose head has come; the rest is read once, as events or as a body."""

    def __init__(self, response: httpx.Response, patience: Patience, deadline: float) -> None:
        self._response = response
        self._patience = patience
        self._silence = Silence(patience.first_event_s, deadline)
        self._deadline = deadline
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.nearly_over = False
        """The answer has ended, and only last words may follow: they are not waited for as long as the rest."""

    def over(self) -> None:
        """Nothing more is wanted of it."""
        self._silence.end_within(self._patience.goodbye_s)

    async def body(self) -> bytes:
        """All of it; raises BadReply when it is too large, ConnectionLost or TimedOut."""
        async with aclosing(self._pieces()) as pieces:
            return b"".join([piece async for piece in pieces])

    async def error_body(self) -> bytes:
        """As much of an error's body as is worth reading and waiting for."""
        self._silence.end_within(self._patience.headers_s)
        whole = bytearray()
        try:
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    whole += piece
                    if len(whole) >= LARGEST_ERROR_BODY:
                        break
        except (BadReply, ConnectionLost, TimedOut):
            pass  # The status says enough; what came of the body is a bonus.
        return bytes(whole[:LARGEST_ERROR_BODY])

    def events(self) -> AsyncGenerator[ServerSent, None]:
        """Server-sent events with data, as they come; raises BadReply, ConnectionLost or TimedOut."""
        sip(self._response.extensions["network_stream"])
        cleaner = Cleaner()
        return sent_events(self._pieces(cleaner), cleaner)

    async def _pieces(self, cleaner: Cleaner | None = None) -> AsyncGenerator[bytes, None]:
        """Unpacked bytes, under the limits of silence as the cleaner of these bytes sees it."""
        unpacker = Unpacker(self._response.headers.get("content-encoding", ""))
        silence = self._silence
        chunks = cast("AsyncGenerator[bytes, None]", self._response.aiter_raw())
        try:
            while True:
                async with silence.wait():
                    chunk = await anext(chunks, None)
                silence.heard()
                if chunk is None:
                    return
                for piece in unpacker.feed(chunk):
                    yield piece
                if cleaner is None or cleaner.said_something:
                    silence.ended(self._patience.last_words_s if self.nearly_over else self._patience.idle_s)
                elif not self.nearly_over:
                    silence.went_on(self._patience.kept_alive_s)
        except TimeoutError as error:
            raise self._too_long(silence.seconds) from error
        except (httpx.HTTPError, ssl.SSLError) as error:  # httpcore lets TLS's own pass
            raise connecting.broke_off(_end_of(error)) from error
        finally:
            silence.close()
            await chunks.aclose()

    def _too_long(self, silent_s: float) -> TimedOut:
        if asyncio.get_running_loop().time() >= self._deadline:
            return TimedOut(f"the answer took longer than {self._patience.total_s:g} s", "what came is kept")
        return TimedOut(f"nothing came for {silent_s:.0f} s", "what came is kept; ask it to go on, or ask again")


async def sent_events(pieces: AsyncGenerator[bytes, None], cleaner: Cleaner) -> AsyncGenerator[ServerSent, None]:
    """The server-sent events with data that these bytes are."""
    async with (
        aclosing(_clean_lines(pieces, cleaner)) as lines,
        aclosing(httpx_sse.EventSource(_CleanReply(lines)).aiter_sse()) as events,
    ):
        async for event in events:
            if event.data:
                yield ServerSent(event.event, event.data)


async def _clean_lines(pieces: AsyncGenerator[bytes, None], cleaner: Cleaner) -> AsyncGenerator[str, None]:
    async with aclosing(pieces):
        async for piece in pieces:
            if lines := cleaner.feed(piece):
                yield lines
    yield cleaner.end()


class _CleanReply(httpx.Response):
    """What httpx-sse reads from: an event stream in good order, whatever the server called it."""

    def __init__(self, pieces: AsyncGenerator[str, None]) -> None:
        super().__init__(200, headers={"content-type": "text/event-stream"})
        self._pieces = pieces

    def aiter_text(self, chunk_size: int | None = None) -> AsyncGenerator[str, None]:
        return self._pieces


class Exchange:
    """Makes calls; one pool of connections for each way of connecting, opened when first needed."""

    def __init__(self, patience: Patience = PATIENT, ca_bundle: str = "") -> None:
        self.patience = patience
        self._ca_bundle = ca_bundle
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def aclose(self) -> None:
        """Close every connection, at once when they do not close by themselves."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            with contextlib.suppress(TimeoutError, httpx.HTTPError, OSError):
                async with asyncio.timeout(CLOSING_LIMIT_S):
                    await client.aclose()

    @asynccontextmanager
    async def open(self, call: Call, patience: Patience | None = None) -> AsyncGenerator[Reply]:
        """Send the call and wait for the head of the reply; a redirect is refused, never followed.

        Raises CannotConnect, TimedOut, ConnectionLost, NotTheApi or ConfigError.
        """
        patience = patience or self.patience
        silence = Silence(patience.total_s, asyncio.get_running_loop().time() + patience.total_s)
        client = self._client_for(call.url)
        try:
            async with contextlib.AsyncExitStack() as unless_sent, silence.wait():
                # A large picture on a slow line takes its time: the wait for an answer begins when all has left.
                line = Line(lambda: silence.ended(patience.headers_s))
                unless_sent.push_async_callback(line.cut)
                response = await self._send(client, call, patience, line)
                unless_sent.pop_all()
        except TimeoutError as error:
            raise TimedOut(
                f"no answer in {patience.headers_s:g} s", "send it again; the first try may still be billed"
            ) from error
        finally:
            silence.close()
        try:
            refuse_redirect(response.status_code, response.headers.get("location", ""))
            yield Reply(response, patience, silence.deadline)
        finally:
            await _close(response)

    async def _send(self, client: httpx.AsyncClient, call: Call, patience: Patience, line: Line) -> httpx.Response:
        """Send it; once more when a kept connection turns out to have been closed by the server meanwhile."""
        while True:
            try:
                request = client.build_request(
                    call.method,
                    call.url,
                    headers=_headers(call),
                    content=call.body,
                    timeout=httpx.Timeout(None, connect=patience.connect_s, write=WRITE_LIMIT_S, pool=POOL_LIMIT_S),
                    extensions={"trace": line.trace},
                )
                return await client.send(request, stream=True, follow_redirects=False)
            except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
                phase = _phase_of(error)
                if phase != "reply" or line.is_new:
                    # What h11 says of a header that can't be sent has its value in it, and that may be the key.
                    raise connecting.connection_error(phase, error, call.url) from (
                        None if phase == "header" else error
                    )
                line.is_new = True  # The next try has no older connection to blame.

    def _client_for(self, url: str) -> httpx.AsyncClient:
        secure, loopback = url.startswith("https:"), is_loopback(url)
        way = f"{secure} {loopback}"
        if way not in self._clients:
            self._clients[way] = _new_client(secure=secure, loopback=loopback, ca_bundle=self._ca_bundle)
        return self._clients[way]


def _headers(call: Call) -> httpx.Headers:
    headers = {"accept-encoding": "identity", "user-agent": USER_AGENT, **call.headers}
    if call.key and origin_of(call.url) == call.key_origin:
        headers["authorization"] = f"Bearer {call.key.reveal()}"
    return httpx.Headers(headers, encoding="utf-8")


def _new_client(*, secure: bool, loopback: bool, ca_bundle: str) -> httpx.AsyncClient:
    """Plain http goes to loopback alone: there no certificates are loaded and no proxy is asked."""
    verify = tls_context(ca_bundle) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        limits = httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=KEPT_OPEN_S)
        return httpx.AsyncClient(verify=verify, trust_env=not loopback, limits=limits)
    except ImportError as error:
        raise connecting.proxy_unusable("a SOCKS proxy needs a package more", "pip install 'httpx[socks]'") from error
    except (httpx.InvalidURL, ValueError):
        # What httpx says of an address may have its password in it.
        raise connecting.proxy_unusable("an address must be like http://127.0.0.1:3128", "mend") from None


def _phase_of(error: Exception) -> Phase:
    match error:
        case httpx.ConnectTimeout():
            return "connect_timeout"
        case httpx.ProxyError():
            return "proxy"
        case httpx.ConnectError():
            return "connect"
        case httpx.WriteTimeout():
            return "write_timeout"
        case httpx.PoolTimeout():
            return "pool"
        case httpx.LocalProtocolError():
            return "header"
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return "address"
        case httpx.RemoteProtocolError() if "disconnected" not in str(error):
            # A connection that was closed has the same class, and only other words.
            return "protocol"
        case _:
            return "reply"


def _end_of(error: httpx.HTTPError | ssl.SSLError) -> End:
    match error:
        case httpx.RemoteProtocolError() if "peer closed" in str(error):
            return "hung up"
        case httpx.ProtocolError():
            return "garbled"
        case _:
            return "torn"


async def _close(response: httpx.Response) -> None:
    try:
        with contextlib.suppress(TimeoutError, httpx.HTTPError, OSError):
            async with asyncio.timeout(CLOSING_LIMIT_S):
                await response.aclose()
    finally:
        # It and its stream hold each other, and with them the whole question, until garbage is looked for.
        response.stream = httpx.ByteStream(b"")
