"""The byte stream put in order: any chunking gives the same lines, and nothing grows without bound."""

from __future__ import annotations

import tracemalloc
import zlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.errors import BadReply
from deepchat.wire.hygiene import LONGEST_EVENT, LONGEST_STREAM, UNPACKED_AT_ONCE, Cleaner, Unpacker
from tests.wire.chopping import chopped

MEBIBYTE = 2**20
BOM = b"\xef\xbb\xbf"
PIECES = (
    *(b"data: ", b"data:", b"data", b"event: error", b"error: ", b"id: 1", b"retry: 3", b": ping", b"foo: bar"),
    *(b"\n", b"\r", b"\r\n", b"\n\n", b" ", b"{", b"}", b'"a"', b"[DONE]", b"<html>", b"\x0b", b"\x00"),
    *(BOM, BOM[:2], "✅".encode(), "✅".encode()[:2], b"\xff", "\u2028".encode()),
)


def feed_all(cleaner: Cleaner, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        cleaner.feed(chunk)


def cleaned(chunks: Iterable[bytes]) -> str:
    cleaner = Cleaner()
    return "".join([*map(cleaner.feed, chunks), cleaner.end()])


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join), st.lists(st.integers(0), max_size=30))
def test_where_the_bytes_are_split_makes_no_difference(data: bytes, cuts: list[int]) -> None:
    whole = cleaned([data])
    assert cleaned(chopped(data, cuts)) == whole
    assert cleaned([data[n : n + 1] for n in range(len(data))]) == whole


@given(st.lists(st.binary(max_size=30)))
def test_any_bytes_become_lines_of_two_fields_without_carriage_returns(chunks: list[bytes]) -> None:
    text = cleaned(chunks)
    assert "\r" not in text
    assert text.endswith("\n\n")
    assert all(line.startswith(("data", "event")) for line in text.split("\n") if line)


@pytest.mark.parametrize(
    ("sent", "clean"),
    [
        (b"data: 1\n\n", "data: 1\n\n"),
        (b"data:1\n\n", "data:1\n\n"),
        (b"data:  1\n\n", "data:  1\n\n"),
        (b"data: 1\r\n\r\n", "data: 1\n\n"),
        (b"data: 1\r\r", "data: 1\n\n"),
        (b"data: 1\r\n\n\r", "data: 1\n\n\n"),
        (BOM + b"data: 1\n\n", "data: 1\n\n"),
        (BOM + BOM + b"data: 1\n\n", "\n"),
        (b"\n\ndata: 1\n\n", "\n\ndata: 1\n\n"),
        (b": ping\n\ndata: 1\n\n", "\ndata: 1\n\n"),
        (b"id: 1\nretry: 9\ndata: 1\n: ping\n\n", "data: 1\n\n"),
        (b"data\ndata:\ndata: \n\n", "\n"),
        (b"foo: bar\nevent: x\ndata: 1\n\n", "event: x\ndata: 1\n\n"),
        (b'error: {"code":400}\n\n', 'event: error\ndata: {"code":400}\n\n'),
        (b'{"error":"no"}', 'data: {"error":"no"}\n'),
        (b'{\n  "error": "data: x"\n}\n\n', 'data: {\ndata:   "error": "data: x"\ndata: }\n\n'),
        (b"<!doctype html>\n<p>hi", "data: <!doctype html>\ndata: <p>hi\n"),
        (b"data: \xff\n\n", "data: \ufffd\n\n"),
        (b"data: \xe2\x9c\n\n", "data: \ufffd\n\n"),
        ("data: a\u2028b\u0085c\x0bd\n\n".encode(), "data: a\u2028b\u0085c\x0bd\n\n"),
        (b"data: [DONE]", "data: [DONE]\n"),
        (b"", ""),
    ],
)
def test_each_habit_of_servers_is_put_right(sent: bytes, clean: str) -> None:
    assert cleaned([sent]) == clean + "\n\n"


@pytest.mark.parametrize(
    ("chunk", "said"),
    [
        (b"data: 1\n\n", True),
        (b"data: half a li", True),
        (b'{"raw":', True),
        (b"error: no\n", True),
        (b": ping\n\n", False),
        (b": pi", False),
        (b"\n", False),
        (b"data:\n\n", False),
        (b"event: ping\n\n", False),
        (b": ping\ndata: 1\n\n", True),
    ],
)
def test_comments_and_empty_events_do_not_count_as_saying_something(chunk: bytes, said: bool) -> None:
    cleaner = Cleaner()
    cleaner.feed(b"data: before\n\n")
    cleaner.feed(chunk)
    assert cleaner.said_something is said


@pytest.mark.parametrize("line", [b"x" * MEBIBYTE, b"data: " + b"x" * (MEBIBYTE - 7) + b"\n"])
@pytest.mark.parametrize("first", [b"", b": ", b"data: ", b"event: x\n"])
def test_an_event_that_never_ends_is_given_up(first: bytes, line: bytes) -> None:
    cleaner = Cleaner()
    cleaner.feed(first or b"data: ")
    for _ in range(LONGEST_EVENT // MEBIBYTE - 1):
        cleaner.feed(line)
    with pytest.raises(BadReply, match="8 MiB"):
        feed_all(cleaner, [line] * 3)


def test_an_answer_of_many_events_may_be_longer_than_the_longest_event() -> None:
    event = b"data: " + b"x" * (MEBIBYTE - 8)
    cleaner = Cleaner()
    for _ in range(2 * LONGEST_EVENT // MEBIBYTE):
        for piece in (event, b"\n", b"\n"):
            cleaner.feed(piece)


def packed(data: bytes, window_bits: int) -> bytes:
    packer = zlib.compressobj(wbits=window_bits)
    return packer.compress(data) + packer.flush()


def unpacked(encoding: str, chunks: Iterable[bytes]) -> bytes:
    unpacker = Unpacker(encoding)
    return b"".join(piece for chunk in chunks for piece in unpacker.feed(chunk))


@given(st.binary(max_size=300), st.lists(st.integers(0), max_size=20))
@pytest.mark.parametrize(("encoding", "window_bits"), [("gzip", 31), (" X-GZIP ", 31), ("deflate", 15)])
def test_a_packed_answer_is_unpacked_wherever_it_is_split(
    encoding: str, window_bits: int, data: bytes, cuts: list[int]
) -> None:
    assert unpacked(encoding, chopped(packed(data, window_bits), cuts)) == data


@pytest.mark.parametrize("size", [UNPACKED_AT_ONCE - 1, UNPACKED_AT_ONCE, UNPACKED_AT_ONCE + 1, 3 * UNPACKED_AT_ONCE])
def test_nothing_stays_behind_in_the_unpacker(size: int) -> None:
    assert unpacked("gzip", [packed(b"x" * size, 31)]) == b"x" * size


@pytest.mark.parametrize("encoding", ["", "identity", "Identity"])
def test_an_unpacked_answer_is_handed_on_as_it_is(encoding: str) -> None:
    assert unpacked(encoding, [b"a", b"b"]) == b"ab"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "\x1b[2J"])
def test_a_packing_that_was_not_asked_for_is_named(encoding: str) -> None:
    with pytest.raises(BadReply, match="not asked for") as caught:
        Unpacker(encoding)
    assert caught.value.retries == 1
    assert "\x1b" not in caught.value.message


def test_what_is_called_gzip_but_is_not_is_said_to_be_unreadable() -> None:
    with pytest.raises(BadReply, match="can't be unpacked"):
        unpacked("gzip", [b"data: 1\n\n"])


def test_a_bomb_is_stopped_and_takes_no_memory() -> None:
    piece = b": " + b"." * (MEBIBYTE - 3) + b"\n"
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([packer.compress(piece) for _ in range(2 * LONGEST_STREAM // MEBIBYTE)]) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(BadReply, match="64 MiB"):
            feed_all(Cleaner(), Unpacker("gzip").feed(bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MEBIBYTE


def test_an_unpacked_answer_has_the_same_bound() -> None:
    unpacker = Unpacker("")
    for _ in range(LONGEST_STREAM // MEBIBYTE):
        unpacker.feed(b"x" * MEBIBYTE)
    with pytest.raises(BadReply, match="64 MiB"):
        unpacker.feed(b"x")
