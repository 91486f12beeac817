"""Where a packet ends means nothing: every scene's bytes, cut anywhere, lead to the same events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.draft import Draft
from deepchat.conversation.events import StreamEvent
from deepchat.errors import DeepChatError
from deepchat.simulator.scene import Scene, Send, Step
from deepchat.simulator.scenes import SCENES
from deepchat.wire.http import sent_events
from deepchat.wire.hygiene import Cleaner
from deepchat.wire.providers.answers import ChatReader
from tests.wire.chopping import chopped

MOST_BYTES = 40_000
HEAD_END = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def bodies(scene: Scene) -> Iterator[bytes]:
    """The event streams in this scene, out of their HTTP chunks; packed, torn and huge ones are left to others."""
    for act in scene.acts:
        raw = b"".join(step.data for step in act if isinstance(step, Send))
        head, _, body = raw.partition(HEAD_END)
        names = head.lower()
        if not _is_plain_stream(names, act) or len(body) > MOST_BYTES:
            continue
        if b"transfer-encoding: chunked" not in names:
            yield body
        elif body.endswith(LAST_CHUNK):
            yield b"".join(_unframed(body))


def _is_plain_stream(head: bytes, act: tuple[Step, ...]) -> bool:
    return bool(act) and b" 200 ok" in head and b"event-stream" in head and b"content-encoding" not in head


def _unframed(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, rest = body.partition(b"\r\n")
        if not size.isalnum() or int(size, 16) == 0:
            return
        yield rest[: int(size, 16)]
        body = rest[int(size, 16) + 2 :]


STREAMS = {
    f"{name}-{number}": body for name, scene in SCENES.items() for number, body in enumerate(bodies(scene)) if body
}


def heard(chunks: Iterable[bytes]) -> tuple[str, str, list[StreamEvent], str]:
    """Words, thoughts, all other events, and the error."""

    async def pieces() -> AsyncGenerator[bytes, None]:
        for chunk in chunks:
            yield chunk

    async def read() -> None:
        async with aclosing(sent_events(pieces(), Cleaner())) as sent_by_server:
            async for sent in sent_by_server:
                events.extend(reader.read(sent))
                if reader.done:
                    break
        events.extend(reader.end())

    reader, draft, error, events = ChatReader("m"), Draft(), "", list[StreamEvent]()
    try:
        asyncio.run(read())
    except DeepChatError as failure:
        error = repr(failure)
    for event in events:
        draft.take(event, 0.0)
    return draft.text, draft.reasoning, events, error


def cut(body: bytes, random: Random) -> list[bytes]:
    return chopped(body, random.sample(range(len(body)), min(len(body), random.randrange(1, 40))))


def test_there_are_streams_to_cut() -> None:
    assert len(STREAMS) > 100


@pytest.mark.parametrize("name", STREAMS)
def test_a_scene_cut_anywhere_is_heard_the_same(name: str) -> None:
    body, random = STREAMS[name], Random(name)
    whole = heard([body])
    for _ in range(5):
        assert heard(cut(body, random)) == whole
    if len(body) < 3000:
        assert heard([body[n : n + 1] for n in range(len(body))]) == whole


@given(st.sampled_from(sorted(STREAMS)), st.randoms(use_true_random=False))
def test_and_so_is_any_scene_with_any_cut(name: str, random: Random) -> None:
    assert heard(cut(STREAMS[name], random)) == heard([STREAMS[name]])
