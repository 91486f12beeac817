"""Where a link leads, told so that nobody takes it for another place."""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from deepchat.errors import UsageError
from deepchat.safe_text import one_line

OPENED: Final = ("http", "https", "mailto")
"""Links of other kinds may start programs."""
LONGEST_LINK: Final = 16 * 1024
"""Characters; nobody would read more, and only what can be read can be agreed to."""
_LONGEST_HOST: Final = 253
_LONGEST_LABEL: Final = 63
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")
"""All of which browsers take for a dot. https://url.spec.whatwg.org/#host-parsing"""
_PORT: Final = re.compile(r"(?::\d{0,5})?", re.ASCII)
_IN_BRACKETS: Final = re.compile(r"\[[\da-fA-F:.]+\]", re.ASCII)
_PUNYCODE: Final = "xn--"
_ALSO_TO: Final = frozenset({"to", "cc", "bcc"})
_LATIN_AT_SIGHT: Final = frozenset("аеорсухѕіјһԁԛԝӏѵгкոսօյցհɡıοαν")
"""Letters that few could tell from Latin ones. https://www.unicode.org/reports/tr39/"""
_WRITTEN_TOGETHER: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})


@dataclass(frozen=True, slots=True)
class Destination:
    """What is to be known of a link before it is opened."""

    place: str
    """The host with its port, or who is written to."""
    doubts: tuple[str, ...]
    """Why it may not be what it looks like, each a sentence."""


def kind_of(target: str) -> str:
    """`https` and such; empty when it has none."""
    try:
        return urlsplit(target).scheme.lower()
    except ValueError:  # half of an address in brackets
        return ""


def destination(target: str) -> Destination:
    """Where a link of a kind that is opened leads; raises UsageError when that can't be said for sure."""
    if len(target) > LONGEST_LINK:
        raise UsageError(
            f"this link has {len(target):,} characters, too many to be looked through",
            "c copies the message that it stands in",
        )
    try:
        parts = urlsplit(target)
    except ValueError:
        raise _unclear() from None
    return _letter(parts) if parts.scheme == "mailto" else _page(parts)


def _page(parts: SplitResult) -> Destination:
    before, _, place = parts.netloc.rpartition("@")
    host = place[: end.end()] if (end := _IN_BRACKETS.match(place)) else place.partition(":")[0]
    # Browsers take a backslash for a slash, so that what stands before it is the host; others don't.
    if "\\" in before or not _PORT.fullmatch(place[len(host) :]) or not (end or _is_host(host)):
        raise _unclear()
    doubts = tuple(_doubts(host))
    if before:
        doubts = (f"«{one_line(unquote(before), 80)}» before the @ is no address: it leads to {host}", *doubts)
    return Destination(place.lower(), doubts)  # I looks like l


def _letter(parts: SplitResult) -> Destination:
    host = unquote(parts.path).rpartition("@")[2]
    doubts = tuple(_doubts(host)) if _is_host(host) else ()
    asked = {name.lower() for name, _ in parse_qsl(parts.query)}
    if any(name.startswith("attach") for name in asked):
        doubts = ("it asks your mail program to attach a file", *doubts)
    if asked & _ALSO_TO:
        doubts = ("it goes to others too, whom your mail program shows", *doubts)
    return Destination(one_line(unquote(parts.path), 200), doubts)


def _is_host(host: str) -> bool:
    """Whether all programs that read it find the same name in it."""
    labels = _DOTS.split(host.removesuffix("."))
    return len(host) <= _LONGEST_HOST and all(0 < len(label) <= _LONGEST_LABEL and _is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    return all(char in "-_" or (kind := unicodedata.category(char))[0] in "LMN" or kind == "So" for char in label)


def _doubts(host: str) -> Iterator[str]:
    labels = _DOTS.split(host)
    seen, sent = ".".join(map(_seen, labels)), ".".join(map(_sent, labels))
    if (address := _address(sent)) and address != host:
        yield f"{host} is the same as {address}"
    elif host.lower() != sent:
        yield f"{host} is the same as {sent}"
    elif seen != sent:
        yield f"{host} is shown elsewhere as {seen}"
    for label in map(_seen, labels):
        scripts = _scripts(label)
        if len(scripts) > 1:
            yield f"«{label}» mixes letters that look alike: {' and '.join(sorted(map(str.title, scripts)))}"
        elif scripts - {"LATIN"} and all(char in _LATIN_AT_SIGHT for char in label if char.isalpha()):
            yield f"«{label}» looks Latin, but its letters are {''.join(map(str.title, scripts))}"


def _address(host: str) -> str:
    """The numbers that it means, if it does: 0x7f.1 is 127.0.0.1."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return ""


def _seen(label: str) -> str:
    """As programs show it that want it to be read."""
    if not label.lower().startswith(_PUNYCODE):
        return unicodedata.normalize("NFKC", label).lower()
    try:
        return label[len(_PUNYCODE) :].encode("ascii").decode("punycode")
    except UnicodeError:
        return label.lower()


def _sent(label: str) -> str:
    """As it is looked up. https://www.rfc-editor.org/rfc/rfc3492"""
    plain = unicodedata.normalize("NFKC", label).lower()
    return plain if plain.isascii() else _PUNYCODE + plain.encode("punycode").decode("ascii")


def _scripts(label: str) -> set[str]:
    """Those of its letters; what one language writes together counts as one."""
    found = {unicodedata.name(char, "?").split(" ")[0] for char in label if char.isalpha()}
    together = found & _WRITTEN_TOGETHER
    return (found - _WRITTEN_TOGETHER - ({"LATIN"} if together else set[str]())) | ({"CJK"} if together else set[str]())


def _unclear() -> UsageError:
    return UsageError(
        "it can't be told for sure where this link leads, so it is not opened", "c copies the message that it stands in"
    )
