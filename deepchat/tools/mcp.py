"""The only room that knows the SDK of the Model Context Protocol: a server is connected, listed, and called."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, assert_never, cast

import anyio
import httpx2
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import MCPError
from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
from mcp.shared.message import SessionMessage
from mcp.shared.transport_context import TransportContext
from mcp_types import (
    CONNECTION_CLOSED,
    METHOD_NOT_FOUND,
    UNSUPPORTED_PROTOCOL_VERSION,
    CallToolRequest,
    CallToolRequestParams,
    CallToolResult,
    Implementation,
    JSONRPCNotification,
    PaginatedRequestParams,
    TextContent,
    jsonrpc_message_adapter,
)

from deepchat import __version__
from deepchat.errors import DeepChatError, ToolFailed
from deepchat.safe_text import one_line
from deepchat.secret import scrub
from deepchat.tools.foreign import MOST_TOLD, Listing, as_the_sdk_wants_it, listing, words_of
from deepchat.tools.place import Address, Command, Place
from deepchat.tools.program import LONGEST_LINE, Program, started
from deepchat.wire.connecting import is_loopback, tls_context

if TYPE_CHECKING:
    from mcp.client._transport import ReadStream, TransportStreams, WriteStream

MOST_GARBAGE: Final = 1_000
"""Lines that are no messages: some programs greet, or log, where they should not."""
_MOST_PAGES: Final = 32
_LONGEST_WORDS: Final = 300
_SPEAKS_ONLY_THE_NEW: Final = (METHOD_NOT_FOUND, UNSUPPORTED_PROTOCOL_VERSION)
_SESSION_LOST: Final = "Session terminated"
"""The words of mcp 2.3.0 for a session that its server forgot; the code beside them is any bad request's."""
_WANTS_A_KEY: Final = (401, 403)
_OF_A_PAGE: Final = ("_meta", "nextCursor", "resultType", "ttlMs", "cacheScope")
_OF_A_RESULT: Final = ("_meta", "resultType")
_WHO: Final = Implementation(name="deepchat", version=__version__)
_HTTP_LIMITS: Final = httpx2.Timeout(30.0, read=300.0)

for _name in ("mcp", "client", "httpx2", "httpcore2"):
    # What nobody takes up goes to stderr, which is the screen that the app draws on.
    logging.getLogger(_name).addHandler(logging.NullHandler())


class Connection:
    """A server that listens; `connected` makes it."""

    def __init__(self, session: ClientSession, listing: Listing, over: asyncio.Event, program: Program | None) -> None:
        self._session = session
        self._program = program
        self.listing = listing
        self.over = over
        """It has ended, or nobody wants it any more."""

    @property
    def last_words(self) -> str:
        """What a program that ended complained of."""
        return _bounded(self._program.last_words) if self._program else ""

    async def call(self, tool: str, arguments: Mapping[str, object]) -> str:
        """What it gave back, in words; raises ToolFailed. Being cancelled tells the server."""
        params = CallToolRequestParams(name=tool, arguments=dict(arguments))
        try:
            result = await self._session.send_request(CallToolRequest(params=params), CallToolResult)
        except MCPError as error:
            if error.code == CONNECTION_CLOSED or error.message == _SESSION_LOST:
                self.over.set()
                raise ToolFailed("the server ended before it answered", "the next call starts it again") from None
            raise ToolFailed(f"the server refused the call: {_bounded(error.message)}") from None
        except (ValueError, RuntimeError) as error:
            raise ToolFailed(f"the server answered with what is no result: {type(error).__name__}") from None
        return "".join(block.text for block in result.content if isinstance(block, TextContent))


@asynccontextmanager
async def connected(place: Place) -> AsyncGenerator[Connection, None]:
    """The server, once it has told its tools; raises ToolFailed when it can't be had, or when it breaks off later."""
    over = asyncio.Event()
    program: Program | None = None
    try:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(place.connect_s):
                match place.way:
                    case Command(argv, environ, folder):
                        program = await stack.enter_async_context(started(argv, environ, folder))
                        door = _Door(*await stack.enter_async_context(_spoken_to(program, over)))
                    case Address():
                        door = _Door(*await stack.enter_async_context(_reached(place.way)))
                    case _:
                        assert_never(place.way)
                session = await stack.enter_async_context(ClientSession(dispatcher=door, client_info=_WHO))
                await _greet(session)
                told = await _tools_of(session, door, place)
            yield Connection(session, told, over, program)
    except Exception as error:  # noqa: BLE001  # the SDK and what it is built on raise what they like
        why = _why(error, place)
        if program and program.last_words:
            why = f"{why}; it complained: {_bounded(program.last_words)}"
        raise ToolFailed(why) from None


class _Door(JSONRPCDispatcher[TransportContext]):
    """What comes in is put in order before the SDK judges it, to whom one bad tool would cost all the others."""

    def __init__(self, heard: ReadStream[SessionMessage | Exception], said: WriteStream[SessionMessage]) -> None:
        super().__init__(heard, said)
        self.listed: list[object] = []
        """The tools that were told, as they came."""

    async def send_raw_request(
        self,
        method: str,
        params: Mapping[str, Any] | None,
        opts: CallOptions | None = None,
        *,
        _related_request_id: str | int | None = None,
    ) -> dict[str, Any]:
        raw = await super().send_raw_request(method, params, opts, _related_request_id=_related_request_id)
        match method:
            case "tools/list":
                tools = raw.get("tools")
                told = cast("list[object]", tools) if isinstance(tools, list) else []
                told = told[: MOST_TOLD + 1 - len(self.listed)]  # one more shows that there are more
                self.listed += told
                sound = [one for one in map(as_the_sdk_wants_it, told) if one]
                return {**{key: one for key, one in raw.items() if key in _OF_A_PAGE}, "tools": sound}
            case "tools/call":
                words = {"type": "text", "text": words_of(raw)}
                return {**{key: one for key, one in raw.items() if key in _OF_A_RESULT}, "content": [words]}
            case _:
                return raw


async def _greet(session: ClientSession) -> None:
    """As servers have long been greeted, and only then as the newest want it: many end when they are probed first."""
    try:
        await session.initialize()
    except MCPError as error:
        if error.code not in _SPEAKS_ONLY_THE_NEW:
            raise
        await session.discover()


async def _tools_of(session: ClientSession, door: _Door, place: Place) -> Listing:
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        try:
            page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor) if cursor else None)
        except MCPError as error:
            if error.code == METHOD_NOT_FOUND:
                break  # it has none
            raise
        cursor = page.next_cursor
        if not cursor:
            break
    return listing(place.name, door.listed, place.allowed)


@asynccontextmanager
async def _spoken_to(program: Program, over: asyncio.Event) -> AsyncGenerator[TransportStreams, None]:
    """The program's lines as the SDK's streams; what is no message is left out, as long as there is little of it."""
    heard_in, heard = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    said, said_out = anyio.create_memory_object_stream[SessionMessage](0)

    async def hear() -> None:
        garbage = 0
        try:
            async with heard_in, aclosing(program.lines()) as lines:
                async for line in lines:
                    try:
                        message = jsonrpc_message_adapter.validate_json(line, by_name=False)
                    except ValueError:
                        garbage += bool(line.strip())
                        if garbage > MOST_GARBAGE:
                            raise ToolFailed("it writes to its output what is no message") from None
                        continue
                    if not isinstance(message, JSONRPCNotification):  # none is asked for
                        await heard_in.send(SessionMessage(message))
        finally:
            over.set()

    async def say() -> None:
        async with said_out:
            async for message in said_out:
                line = message.message.model_dump_json(by_alias=True, exclude_unset=True)
                try:
                    await program.say(line.encode() + b"\n")
                except OSError:
                    over.set()
                    return

    async with anyio.create_task_group() as group, heard, said:
        group.start_soon(hear)
        group.start_soon(say)
        try:
            yield heard, said
        finally:
            group.cancel_scope.cancel()


@asynccontextmanager
async def _reached(address: Address) -> AsyncGenerator[TransportStreams, None]:
    """The SDK's streams to an address; a redirect to elsewhere is not followed, so that headers stay with it."""
    async with (
        httpx2.AsyncClient(
            headers={**address.headers, "accept-encoding": "identity"},
            timeout=_HTTP_LIMITS,
            verify=tls_context(address.ca_bundle),
            # A proxy can't reach this machine's own servers, and would be told their key.
            trust_env=not is_loopback(address.url),
            event_hooks={"response": [_look_at]},
        ) as client,
        # The session is not closed with DELETE: a server that does not answer could hold up the end.
        streamable_http_client(
            address.url, http_client=client, terminate_on_close=False, max_sse_event_size=LONGEST_LINE
        ) as streams,
    ):
        yield streams


async def _look_at(response: httpx2.Response) -> None:
    """Refuse what can't be meant for us; what comes in one piece is bounded, as the SDK bounds events."""
    if response.status_code in _WANTS_A_KEY:
        raise ToolFailed(f"it refuses, with status {response.status_code}: see to its key (key_env, headers)")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ToolFailed("it answers packed, although that was not asked for")
    if "text/event-stream" not in response.headers.get("content-type", ""):
        response.stream = _Bounded(cast("httpx2.AsyncByteStream", response.stream))


class _Bounded(httpx2.AsyncByteStream):
    """A body of which only so much is read."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._body:
            size += len(piece)
            if size > LONGEST_LINE:
                raise ToolFailed(f"it answered with more than {LONGEST_LINE // 2**20} MiB")
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()


def _why(error: BaseException, place: Place) -> str:
    """What went wrong, in words."""
    match error:
        case BaseExceptionGroup():
            return _why(error.exceptions[0], place)
        case DeepChatError():
            return error.message
        case MCPError():
            ended = error.code == CONNECTION_CLOSED
            return "it ended before it had told its tools" if ended else f"it refuses: {_bounded(error.message)}"
        case httpx2.HTTPError():
            return f"it can't be reached: {_bounded(str(error)) or type(error).__name__}"
        case TimeoutError():
            return f"it did not tell its tools within {place.connect_s:g} s"
        case _:
            return f"it does not speak as DeepChat understands it: {_bounded(str(error)) or type(error).__name__}"


def _bounded(words: str) -> str:
    return one_line(scrub(words), _LONGEST_WORDS)
