"""The wire: requests as they may come, scenes as they play, and nothing left over."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from deepchat.simulator import Scene, SimulatorThread
from deepchat.simulator.answers import Answer
from deepchat.simulator.connection import Connection
from deepchat.simulator.scene import Close, Hang, Manners, Reset, Send, Speak, Wait
from tests.simulator.client import CHAT, HELLO, chat, send

RAW = b"HTTP/1.1 418 I'm a Teapot\r\nContent-Length: 2\r\n\r\n{}"
SCENES = {
    scene.name: scene
    for scene in (
        Scene("teapot", "a raw answer", ((Send(RAW),),)),
        Scene("cut-off", "half an answer", ((Send(RAW[:-1]), Close()),)),
        Scene("reset", "a reset", ((Send(RAW[:20]), Reset()),)),
        Scene("silent", "nothing at all", ((Hang(),),)),
        Scene("late", "a pause", ((Wait(0.05), Speak()),)),
        Scene("endless", "a very long wait", ((Wait(3600), Speak()),)),
        Scene("second-time", "heals", ((Send(RAW),), (Speak(Manners(text="well again")),))),
        Scene("brisk", "250 tokens a second", ((Speak(Manners(text="tick " * 50, tokens_per_second=250)),),)),
        Scene("rerouted", "another model", ((Speak(Manners(served_model="other/one", first_token_s=0.01)),),)),
        Scene("listing-teapot", "a raw list", ((Send(RAW),),)),
    )
}
BODY = json.dumps({"model": "sim/echo", "messages": [{"role": "user", "content": "mirror"}]}).encode()
HEAD = f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n".encode()


@pytest.fixture
def stage() -> Iterator[SimulatorThread]:
    with SimulatorThread(scenes=SCENES) as sim:
        yield sim


def dial(sim: SimulatorThread) -> socket.socket:
    host, _, port = sim.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def read_all(client: socket.socket) -> bytes:
    with closing(client):
        return b"".join(iter(lambda: client.recv(65_536), b""))


def wait_until_heard(sim: SimulatorThread, requests: int) -> None:
    while len(sim.heard) < requests:
        sim.wait_quiet(0.01)


def exchange(sim: SimulatorThread, data: bytes) -> bytes:
    """What comes back until the server closes."""
    client = dial(sim)
    client.sendall(data)
    return read_all(client)


def test_one_connection_carries_many_requests(sim: SimulatorThread) -> None:
    connection = http.client.HTTPConnection(sim.url.removeprefix("http://"), timeout=60)
    with closing(connection):
        for stream in (True, False, True):
            body = json.dumps({"model": "sim/plain", "messages": HELLO, "stream": stream})
            connection.request("POST", CHAT, body, {"Authorization": "bearer k"})
            assert b"Hello" in connection.getresponse().read()
            assert sim.open_connections == 1
    assert sim.wait_quiet(60)


def test_pipelined_requests_are_answered_in_order(sim: SimulatorThread) -> None:
    one = b"GET /v1/me HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\n"
    two = b"GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n"
    told = exchange(sim, one + two)
    assert 0 < told.index(b"200 OK") < told.index(b"404 Not Found")


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD
        + b"Transfer-Encoding: chunked\r\n\r\n%x;ext=1\r\n%b\r\n%x\r\n%b\r\n0\r\nTrailer: x\r\n\r\n"
        % (9, BODY[:9], len(BODY) - 9, BODY[9:]),
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(zipped := gzip.compress(BODY)), zipped),
        HEAD + b"Content-Encoding: identity\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    ],
    ids=["chunked", "gzip", "identity"],
)
def test_a_body_may_come_in_chunks_or_packed(sim: SimulatorThread, request_bytes: bytes) -> None:
    told = exchange(sim, request_bytes.replace(b"Host: x", b"Connection: close"))
    assert b'"content":"mirror"' in told
    assert sim.heard[-1].body == BODY
    assert sim.heard[-1].json == json.loads(BODY)


def test_a_client_that_asks_first_is_told_to_go_on(sim: SimulatorThread) -> None:
    client = dial(sim)
    client.sendall(HEAD + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
    assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(BODY)
    assert b"mirror" in read_all(client)


def test_an_old_client_gets_an_unframed_stream_and_the_end(sim: SimulatorThread) -> None:
    body = BODY[:-1] + b',"stream":true}'
    told = exchange(sim, HEAD.replace(b"1.1", b"1.0") + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert b"Transfer-Encoding" not in told
    assert told.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("status", "request_bytes"),
    [
        (400, b"NONSENSE\r\n\r\n"),
        (400, b"GET / HTTP/2.0\r\n\r\n"),
        (400, b"GET http://elsewhere/ HTTP/1.1\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nno colon\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nname : value\r\n\r\n"),
        (400, HEAD + b"Content-Length: many\r\n\r\n"),
        (400, HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (400, HEAD + b"Transfer-Encoding: gzip\r\n\r\n"),
        (400, HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        (400, HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"),
        (400, HEAD + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx"),
        (400, HEAD + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"),
        (400, HEAD + b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\n" + gzip.compress(BODY)[:9]),
        (413, HEAD + b"Content-Length: 67108865\r\n\r\n" + b"x" * 1_000_000),
        (413, HEAD + b"Transfer-Encoding: chunked\r\n\r\n4000001\r\n" + b"x" * 1_000_000),
        (431, b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000 + b"\r\n\r\n"),
    ],
)
def test_what_cannot_be_a_request_is_refused_and_the_refusal_arrives(
    sim: SimulatorThread, status: int, request_bytes: bytes
) -> None:
    client = dial(sim)
    client.sendall(request_bytes)
    client.shutdown(socket.SHUT_WR)
    assert read_all(client).startswith(b"HTTP/1.1 %d " % status)
    assert sim.wait_quiet(60)


def test_a_gzip_bomb_is_refused(sim: SimulatorThread) -> None:
    bomb = gzip.compress(b" " * (64 * 1024 * 1024 + 1), 9)
    assert send(sim, "POST", CHAT, bomb, Content_Encoding="gzip").status == 413


def test_a_client_that_leaves_in_mid_request_leaves_nothing_behind(sim: SimulatorThread) -> None:
    for beginning in (b"", HEAD, HEAD + b"Content-Length: 99\r\n\r\n{"):
        with closing(dial(sim)) as client:
            client.sendall(beginning)
    assert sim.wait_quiet(60)


@pytest.mark.parametrize("model", ["sim/slow", "sim/silent", "sim/endless"])
@pytest.mark.parametrize("rudely", [False, True])
def test_a_client_that_leaves_ends_the_work(stage: SimulatorThread, model: str, rudely: bool) -> None:
    body = json.dumps({"model": model, "messages": HELLO, "stream": True}).encode()
    with closing(dial(stage)) as client:
        client.sendall(HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        if model == "sim/slow":
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        wait_until_heard(stage, 1)
        assert not stage.wait_quiet(0.05)
        if rudely:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert stage.wait_quiet(60)
    all_of_it = 233 * 400
    assert (0 < stage.bill_nano < all_of_it / 2) == (model == "sim/slow"), "what had left by then is billed"


def test_the_server_can_stop_in_mid_answer() -> None:
    with SimulatorThread(scenes=SCENES) as sim:
        body = json.dumps({"model": "sim/silent", "messages": HELLO}).encode()
        client = dial(sim)
        client.sendall(HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        wait_until_heard(sim, 1)
        assert not sim.wait_quiet(0.05)
    assert read_all(client) == b""
    assert sim.open_connections == 0


async def test_an_answer_that_is_read_after_the_connection_was_closed_ends_in_order() -> None:
    """Its last bytes leave while the server already waits for the end."""
    body = b"x" * 60_000
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    with closing(theirs):
        connection = await Connection.accepted(ours)
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            group.create_task(connection.serve(lambda _heard: (Answer(200, body), ())))
            await loop.sock_sendall(theirs, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            told = b""
            while piece := await loop.sock_recv(theirs, 1000):
                told += piece
    assert told.endswith(body)


def test_the_server_can_be_stopped_with_many_connections_in_mid_stream() -> None:
    body = json.dumps({"model": "sim/slow", "messages": HELLO, "stream": True}).encode()
    for _ in range(50):
        with SimulatorThread(scenes=SCENES) as sim:
            clients = [dial(sim) for _ in range(20)]
            for client in clients:
                client.sendall(HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            assert all(client.recv(20).startswith(b"HTTP/1.1 200") for client in clients)
        assert sim.open_connections == 0
        for client in clients:
            client.close()


def test_raw_steps_arrive_as_they_are_and_the_connection_goes_on(stage: SimulatorThread) -> None:
    connection = http.client.HTTPConnection(stage.url.removeprefix("http://"), timeout=60)
    with closing(connection):
        for _ in range(2):
            body = json.dumps({"model": "sim/teapot", "messages": HELLO})
            connection.request("POST", CHAT, body, {"Authorization": "Bearer k"})
            response = connection.getresponse()
            assert (response.status, response.read()) == (418, b"{}")


def test_a_scene_can_end_the_connection_early_or_reset_it(stage: SimulatorThread) -> None:
    with pytest.raises(http.client.IncompleteRead):
        chat(stage, "sim/cut-off")
    with pytest.raises(ConnectionResetError):
        chat(stage, "sim/reset")
    assert stage.wait_quiet(60)


def test_a_scene_can_wait_and_then_speak(stage: SimulatorThread) -> None:
    assert chat(stage, "sim/late").status == 200
    assert chat(stage, "sim/rerouted").json["model"] == "other/one"


def test_a_paced_answer_takes_its_time_and_loses_nothing(stage: SimulatorThread) -> None:
    started = time.monotonic()
    assert chat(stage, "sim/brisk", stream=True).text == "tick " * 50
    assert time.monotonic() - started >= 50 / 250


def test_acts_take_turns_and_a_refused_request_takes_none(stage: SimulatorThread) -> None:
    statuses = [chat(stage, "sim/second-time", n=n).status for n in (1, 9, 1, 1)]
    assert statuses == [418, 422, 200, 418]


def test_a_scene_of_the_whole_server_plays_for_every_model_but_not_for_lists() -> None:
    with SimulatorThread(scenes=SCENES, scene="teapot") as sim:
        assert [chat(sim, model).status for model in ("zai-org/GLM-5", "sim/plain")] == [418, 418]
        assert send(sim, "POST", "/v1/completions", {"model": "sim/plain", "prompt": "x"}).status == 418
        assert send(sim, "GET", "/v1/models").status == 200


def test_a_listing_scene_plays_for_lists_alone() -> None:
    with SimulatorThread(scenes=SCENES, scene="sim/listing-teapot") as sim:
        assert send(sim, "GET", "/v1/openai/models").status == 418
        assert send(sim, "GET", "/models/list").status == 418
        assert chat(sim).status == 200


def test_more_than_two_hundred_requests_at_once_are_rate_limited(stage: SimulatorThread) -> None:
    body = json.dumps({"model": "sim/silent", "messages": HELLO}).encode()
    clients = [dial(stage) for _ in range(200)]
    for client in clients:
        client.sendall(HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    wait_until_heard(stage, 200)
    told = send(stage, "POST", CHAT, body, key="k")
    assert (told.status, told.json["error"]["message"]) == (429, "Rate limited")
    for client in clients:
        client.close()
    assert stage.wait_quiet(60)
