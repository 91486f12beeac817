"""The byte stream put in order before httpx-sse reads it: unpacked within bounds, valid UTF-8, clean lines."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from deepchat.errors import BadReply

LONGEST_EVENT: Final = 8 * 1024 * 1024
LONGEST_STREAM: Final = 64 * 1024 * 1024
UNPACKED_AT_ONCE: Final = 64 * 1024

_BOM: Final = b"\xef\xbb\xbf"
_ALL_DATA: Final = re.compile(rb"(?:data: ?[^\s][^\n]*\n|\n)*+")
"""A block of nothing but data lines and blank ones: nearly every block of nearly every server."""
_FIELD: Final = re.compile(rb"(data|event|id|retry|error)(?::|$)")
_LOOKS_RAW: Final = (b"{", b"}", b"[", b"]", b'"', b"<")
"""How a line begins that some servers write without any field name: JSON, or a web page."""


class _Inflater(Protocol):
    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Unpacker:
    """Undoes gzip or deflate, never more than a little at a time, so that a small packet can't fill the memory."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        if name in ("", "identity"):
            self._inflate = None
        elif name in ("gzip", "x-gzip", "deflate"):
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        else:
            raise BadReply(
                f"the server packed its answer as {name!r}, which was not asked for",
                "try again; if it stays, a proxy between here and the server packs answers",
                retries=1,
            )
        self._total = 0

    def feed(self, chunk: bytes) -> Iterable[bytes]:
        """The bytes inside this chunk; raises BadReply past LONGEST_STREAM or when it is no such packing."""
        if self._inflate is None:
            self._count(chunk)
            return (chunk,)
        return self._unpack(chunk, self._inflate)

    def _unpack(self, rest: bytes, inflater: _Inflater) -> Iterator[bytes]:
        while True:
            try:
                plain = inflater.decompress(rest, UNPACKED_AT_ONCE)
            except zlib.error as error:
                raise BadReply("the server's packed answer can't be unpacked", "try again", retries=1) from error
            rest = inflater.unconsumed_tail
            self._count(plain)
            if plain:
                yield plain
            if not rest and len(plain) < UNPACKED_AT_ONCE:
                return

    def _count(self, plain: bytes) -> None:
        self._total += len(plain)
        if self._total > LONGEST_STREAM:
            raise BadReply(
                f"the server sent more than {LONGEST_STREAM // 2**20} MiB for one answer, and was stopped",
                "ask for a shorter answer, or try another provider",
            )


class Cleaner:
    """Turns a server's bytes into lines that any reader of server-sent events understands.

    One leading BOM goes; CR, LF and CRLF become LF; broken UTF-8 becomes U+FFFD; comments, ids and retry times go;
    an `error:` field and raw JSON without a field name become data; what is left unterminated at the end is
    terminated. The result does not depend on where the bytes were split.
    """

    def __init__(self) -> None:
        self.said_something = False
        """The last bytes brought more than comments, names and blank lines."""
        self._start = b""
        self._at_start = True
        self._after_cr = False
        self._tail: list[bytes] = []
        self._tail_bytes = 0
        self._tail_is_comment = False
        self._event_bytes = 0
        self._in_raw = False

    def feed(self, chunk: bytes) -> str:
        """Whole clean lines, possibly none yet; raises BadReply when one event grows past LONGEST_EVENT."""
        if self._at_start:
            chunk = self._without_bom(chunk)
        if self._after_cr or b"\r" in chunk:
            chunk = self._with_plain_line_ends(chunk)
        cut = chunk.rfind(b"\n") + 1
        block = b""
        if cut:
            block = self._clean(b"".join((*self._tail, chunk[:cut])) if self._tail else chunk[:cut])
            self._tail, self._tail_bytes = [], 0
        else:
            self.said_something = False
        if cut < len(chunk):
            self._keep(chunk[cut:])
        if self._event_bytes + self._tail_bytes > LONGEST_EVENT:
            raise BadReply(
                f"one event of the answer was longer than {LONGEST_EVENT // 2**20} MiB, and was not read",
                "what came before it is kept; try again, or ask another provider",
            )
        return block.decode(errors="replace")

    def end(self) -> str:
        """The last lines, and the blank line that makes an unterminated event count."""
        rest = b"".join((self._start, *self._tail))
        self._tail, self._start = [], b""
        return (self._clean(rest + b"\n") if rest else b"").decode(errors="replace") + "\n\n"

    def _without_bom(self, chunk: bytes) -> bytes:
        head = self._start + chunk
        if len(head) < len(_BOM) and _BOM.startswith(head):
            self._start = head
            return b""
        self._at_start, self._start = False, b""
        return head.removeprefix(_BOM)

    def _with_plain_line_ends(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _keep(self, piece: bytes) -> None:
        if not self._tail:
            self._tail_is_comment = piece.startswith(b":")
        self._tail.append(piece)
        self._tail_bytes += len(piece)
        self.said_something = self.said_something or not self._tail_is_comment

    def _clean(self, block: bytes) -> bytes:
        """The whole lines of the block, cleaned and measured."""
        self.said_something = False
        if not self._in_raw and _ALL_DATA.fullmatch(block):
            self.said_something = not block.isspace()
        else:
            block = b"".join(map(self._clean_line, block.split(b"\n")[:-1]))
        last_blank = block.rfind(b"\n\n") + 1
        if last_blank or block.startswith(b"\n"):
            self._event_bytes = len(block) - last_blank - 1
        else:
            self._event_bytes += len(block)
        return block

    def _clean_line(self, line: bytes) -> bytes:
        if line.startswith(b":"):
            return b""
        if not line:
            self._in_raw = False
            return b"\n"
        field = None if self._in_raw and line[:1].isspace() else _FIELD.match(line)
        if field is None:
            return self._raw_line(line)
        self._in_raw = False
        match field[1]:
            case b"data" if line[len(b"data:") :].strip():
                self.said_something = True
                return line + b"\n"
            case b"event":
                return line + b"\n"
            case b"error":
                self.said_something = True
                return b"event: error\ndata:" + line[len(b"error:") :] + b"\n"
            case _:
                return b""

    def _raw_line(self, line: bytes) -> bytes:
        if self._in_raw or line.lstrip().startswith(_LOOKS_RAW):
            self._in_raw = self.said_something = True
            return b"data: " + line + b"\n"
        return b""
