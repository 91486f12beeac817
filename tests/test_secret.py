"""A key is shown by nothing, and found in whatever spelling it comes back."""

from __future__ import annotations

import base64
import copy
import io
import json
import logging
import pickle
import pprint
import string
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.secret import MASK, Secret, remember, scrub

KEY = "SENTINELqwertyuiop0042"
ESSAY = (Path(__file__).parents[1] / "deepchat/simulator/essay.md").read_text()
MOST_CPU_S = 1.0


@pytest.fixture(autouse=True)
def _no_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    monkeypatch.setattr("deepchat.secret._known", set[str]())


@dataclass(frozen=True, slots=True)
class Holder:
    name: str
    key: Secret


def logged(secret: Secret) -> str:
    out = io.StringIO()
    logger = logging.Logger("any", logging.DEBUG)
    logger.addHandler(logging.StreamHandler(out))
    logger.debug("%s %r %s", secret, secret, [secret])
    return out.getvalue()


def as_traceback(secret: Secret) -> str:
    """The fullest there is: with the values of variables."""
    held = Holder("work", secret)
    try:
        json.dumps({"key": held.key})
    except TypeError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    return KEY


WAYS: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "format !r": "{!r:>40}".format,
    "f-string": lambda secret: f"{secret} {secret!s} {secret!r} {secret!a}",
    "in a list": lambda secret: str([secret, {"key": secret}]),
    "in a dataclass": lambda secret: repr(Holder("work", secret)),
    "as a dict": lambda secret: str(asdict(Holder("work", secret))),
    "pprint": pprint.pformat,
    "json": lambda secret: json.dumps(secret, default=str),
    "in an exception": lambda secret: repr(ValueError(secret)) + str(ValueError(secret)),
    "logging": logged,
    "traceback": as_traceback,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_that_prints_a_secret_shows_it(way: Callable[[Secret], str]) -> None:
    shown = way(Secret(KEY))
    assert "SENTINEL" not in shown
    assert KEY[-6:] not in shown
    assert MASK in shown


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_is_never_written(protocol: int) -> None:
    for held in (Secret(KEY), Holder("work", Secret(KEY)), [Secret(KEY)]):
        with pytest.raises(TypeError, match="not written anywhere") as caught:
            pickle.dumps(held, protocol)
        assert "SENTINEL" not in str(caught.value)


def test_json_has_no_secret() -> None:
    with pytest.raises(TypeError, match="not JSON serializable") as caught:
        json.dumps({"key": Secret(KEY)})
    assert "SENTINEL" not in str(caught.value)


def test_what_holds_a_secret_can_be_copied_in_memory() -> None:
    holder = Holder("work", Secret(KEY))
    for same in (copy.copy(holder), copy.deepcopy(holder), replace(holder)):
        assert same == holder
        assert same.key.reveal() == KEY
    assert copy.copy(holder.key) is copy.deepcopy(holder.key) is holder.key
    assert asdict(holder)["key"] is holder.key
    assert replace(holder, name="home").key is holder.key


def test_secrets_are_compared_by_what_they_hide() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret("another")
    assert Secret(KEY) != KEY
    assert len({Secret(KEY), Secret(KEY), Secret("another")}) == 2
    assert Secret(KEY)
    assert not Secret("")


NEIGHBOURS = st.lists(st.integers(0x80, 0xFF), max_size=12).map(bytes)
"""Bytes that no key has, so that the key is there once."""
SPELLINGS: list[Callable[[str], str]] = [
    *(str, repr, ascii, json.dumps),
    lambda key: quote(key, safe=""),
    lambda key: urlencode({"key": key, "x": "y"}),
    lambda key: base64.b64encode(key.encode()).decode(),
    lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
    lambda key: quote(base64.b64encode(key.encode()).decode(), safe=""),
    lambda key: f"Authorization: Bearer {key}",
]


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize(
    "key", [KEY, "pass/wörd+SENTINEL", "back\\slash\"SENTINEL'", "~~~???>>>SENTINEL", "tab\tSENTINEL"]
)
def test_a_known_key_is_found_in_every_spelling(key: str, spelled: Callable[[str], str]) -> None:
    remember(f" {key}\n")
    spelling = spelled(key)
    told = scrub(f"before {spelling}, after; again: {spelling}.")
    assert spelling not in told
    assert "SENTINEL" not in told
    assert MASK in told
    assert scrub(told) == told


ANY_KEY = st.permutations(string.ascii_letters + string.digits).map(lambda letters: "".join(letters[:24]))
"""A key that repeats itself could be found beside its place."""


@given(st.binary(max_size=12), st.binary(max_size=12), ANY_KEY)
def test_a_known_key_is_found_inside_a_longer_base64_text(before: bytes, after: bytes, key: str) -> None:
    remember(key)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        coded = encode(before + key.encode() + after).decode()
        told = scrub(coded)
        assert MASK in told
        kept_before, kept_after = told.split(MASK, 1)[0], told.rsplit(MASK, 1)[-1]
        # A shared character at either end, and what the neighbours fill.
        assert len(kept_before) <= -(-len(before) * 8 // 6)
        assert len(kept_after) <= len(coded) - (len(before) + len(key)) * 8 // 6


def readings(piece: str) -> Iterator[str]:
    """What a piece of base64 says, at whichever of its characters the reading begins."""
    for start in range(4):
        yield base64.b64decode(piece[start : start + (len(piece) - start) // 4 * 4]).decode("latin-1")


def test_a_token_composed_of_parts_shows_none_of_them() -> None:
    parts = {"secret_key": "first-SENTINEL-part", "customer_id": "c1", "provider_key": "other-SENTINEL-part"}
    for value in (parts["secret_key"], parts["provider_key"]):
        remember(value)
    for spaces in range(4):
        token = base64.b64encode((" " * spaces + json.dumps(parts)).encode()).decode()
        assert "SENTINEL" in "".join(readings(token))
        told = scrub(token)
        assert "SENTINEL" not in "".join(reading for piece in told.split(MASK) for reading in readings(piece))


def test_of_a_key_that_begins_like_another_nothing_is_left() -> None:
    remember(KEY)
    remember(f"{KEY}andmore")
    assert scrub(f"{KEY} {KEY}andmore") == f"{MASK} {MASK}"


def test_what_is_too_short_to_be_a_key_is_left_in_the_text() -> None:
    remember("the")
    remember(" five5 ")
    remember("")
    assert scrub("the high five5") == "the high five5"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Authorization: Bearer xyz123", "Authorization: Bearer ***"),
        ("'authorization': 'bearer  a1b2c3d4'", "'authorization': 'bearer  ***'"),
        ('{"authorization": "Bearer onlylettersbutverylong"}', '{"authorization": "Bearer ***"}'),
        ("Incorrect key: sk-abcdefghij0123456789.", "Incorrect key: ***"),
        ("key=sk-proj-onlyLettersUpToThisDigit1", "key=***"),
        ("aks_live_0123456789abcdef, gsk_0123456789abcdef", "***, ***"),
        ("xai-0123456789abcdef or jwt:eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "*** or ***"),
        ("ghp_0123456789abcdefABCDEF, github_pat_11ABCDE_0123456789abcdef", "***, ***"),
        ("eyJzZWNyZXRfa2V5IjoiYWtzX2xpdmVfMSJ9", "***"),
        ("http://user:pass@proxy.example:3128/", "http://***@proxy.example:3128/"),
        ("socks5://:secret@127.0.0.1", "socks5://***@127.0.0.1"),
        ("http://us%40er:p@ss:w0rd@proxy", "http://***@proxy"),
        ("https://a:b1@c/d and https://e:f2@g", "https://***@c/d and https://***@g"),
    ],
)
def test_what_looks_like_a_key_is_taken_out(text: str, told: str) -> None:
    assert scrub(text) == told
    assert scrub(told) == told


@pytest.mark.parametrize(
    "text",
    [
        ESSAY,
        "the server wants Bearer authentication, not Basic",
        "a bearer of good news: 100 of them",
        "use sk-learn-compatible-estimators or sk_buff_head_init",
        "see github_pat_docs and ghp_import",
        "the disk-0123456789abcdef is full; ask risk-2024-assessment-01",
        "see https://example.com:8443/v1/models and mail me@example.com",
        "ssh://git@example.com/deepchat.git at 12:30@noon",
        "Secret(***) and ***",
    ],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    remember(KEY)
    assert scrub(text) == text


@given(st.text())
def test_a_text_with_no_sign_of_a_key_stays_as_it_is(text: str) -> None:
    signs = ("bearer", "sk", "xai", "jwt", "eyj", "://")
    if not any(sign in text.casefold() for sign in signs):
        assert scrub(text) == text


PIECES = st.sampled_from(
    [
        *" .:/@-_'*\n",
        "://",
        "sk-",
        "aks_",
        "jwt:",
        "eyJ",
        "Bearer ",
        "a1b2c3",
        "abcdefghijklmnopqrstuvw",
        "user:p4ss@",
        KEY,
    ]
)


@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_what_was_scrubbed_is_clean(text: str) -> None:
    remember(KEY)
    told = scrub(text)
    assert KEY not in told
    assert scrub(told) == told


def hostile() -> Iterator[str]:
    for piece in (
        "sk-",
        "sk-a.",
        "a:a@",
        "x://a:a@",
        "://a:",
        "bearer ",
        "bearer\t  ",
        "eyJ.",
        "Bearer",
        " ",
        KEY[:-1],
    ):
        long = piece * (1_000_000 // len(piece))
        yield long
        yield f"Bearer {long}"
        yield f"://a:{long}"


def cpu_s(text: str) -> float:
    before = time.process_time()
    scrub(text)
    return time.process_time() - before


def test_no_text_makes_the_scrubber_slow() -> None:
    remember(KEY)
    for text in hostile():
        # One slow run may be the machine's fault; a way that is not linear is slow every time.
        assert any(cpu_s(text) < MOST_CPU_S for _ in range(3)), text[:24]
