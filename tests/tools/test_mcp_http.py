"""MCP over HTTP, against a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from deepchat.errors import ToolFailed
from deepchat.tools.link import Broken, Connected
from deepchat.tools.place import Address
from tests.tools.linking import linked, place, until
from tests.tools.mcp_server import Json, result

KEY = "Bearer sentinel-for-the-server"


class _Asked(BaseHTTPRequestHandler):
    """Answers as `server.manner` says, and remembers what it was sent."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, Server)
        server = self.server
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        server.heard.append(dict(self.headers))
        server.methods.append(message["method"])
        if server.status != 200:
            self._say(server.status, b"", location="https://elsewhere.example/mcp")
        elif "id" not in message:
            self._say(202, b"")
        elif message["method"] == "tools/call" and server.manner == "huge":
            self._say(200, b'{"a":"' + b"x" * 9 * 2**20 + b'"}')
        else:
            self._answer({"jsonrpc": "2.0", "id": message["id"], **result(server.manner, message)})

    def do_GET(self) -> None:
        self._say(405, b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its own name)
        """Nothing."""

    def _answer(self, message: Json) -> None:
        assert isinstance(self.server, Server)
        if self.server.manner == "events":
            self._say(200, b"event: message\ndata: " + json.dumps(message).encode() + b"\n\n", kind="text/event-stream")
        else:
            self._say(200, json.dumps(message).encode())

    def _say(self, status: int, body: bytes, kind: str = "application/json", location: str = "") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("mcp-session-id", "1")
        if location:
            self.send_header("location", location)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.manner, self.status = "good", 200
        self.heard: list[dict[str, str]] = []
        self.methods: list[str] = []

    @property
    def address(self) -> Address:
        return Address(f"http://127.0.0.1:{self.server_port}/mcp", {"Authorization": KEY})


@contextmanager
def serving() -> Generator[Server]:
    with Server() as server:
        thread = Thread(target=lambda: server.serve_forever(0.01))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.mark.parametrize("manner", ["good", "events", "newest"])
async def test_a_server_at_an_address_is_connected_with_its_key_and_called(server: Server, manner: str) -> None:
    server.manner = manner
    async with linked(place(server.address)) as link:
        assert (await link.open()).tools[0].name == "test__echo"
        assert link.state == Connected()
        assert await link.call("echo", {"text": "hi"}) == "hi"
    assert {heard["Authorization"] for heard in server.heard} == {KEY}


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_a_proxy_hears_nothing_of_a_server_on_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with serving() as proxy:
        monkeypatch.setenv(name, proxy.address.url)
        async with linked(place(server.address)) as link:
            assert (await link.open()).tools
        assert not proxy.heard


async def test_a_key_that_is_refused_is_told(server: Server) -> None:
    server.status = 401
    async with linked(place(server.address)) as link:
        with pytest.raises(ToolFailed, match="status 401: see to its key"):
            await link.open()


async def test_a_redirect_to_elsewhere_is_not_followed(server: Server) -> None:
    server.status = 307
    async with linked(place(server.address)) as link:
        with pytest.raises(ToolFailed, match="not followed"):
            await link.open()


async def test_where_nobody_listens_it_can_not_be_reached() -> None:
    with serving() as server:
        address = server.address
    async with linked(place(address)) as link:
        with pytest.raises(ToolFailed, match="can't be reached"):
            await link.open()
        assert isinstance(link.state, Broken)


async def test_a_body_without_end_is_not_read(server: Server) -> None:
    server.manner = "huge"
    async with linked(place(server.address)) as link:
        with pytest.raises(ToolFailed, match="ended before it answered"):
            await link.call("echo", {})
        await until(lambda: isinstance(link.state, Broken))
        assert link.state == Broken("it answered with more than 8 MiB")


async def test_a_session_that_the_server_forgot_is_begun_anew_at_the_next_call(server: Server) -> None:
    async with linked(place(server.address)) as link:
        await link.open()
        server.status = 404
        with pytest.raises(ToolFailed, match="ended before it answered"):
            await link.call("echo", {})
        server.status = 200
        assert await link.call("echo", {"text": "again"}) == "again"
    assert server.methods.count("initialize") == 2
