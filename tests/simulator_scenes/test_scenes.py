"""The scenes are data: these tests keep the data honest."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from deepchat.simulator.scene import Close, Hang, Reset, Scene, Send, Speak, Wait
from deepchat.simulator.scenes import SCENES, TABLES
from deepchat.simulator.scenes.building import WHOLE
from deepchat.simulator.scenes.words import (
    CONTROLS,
    CUT,
    FOX,
    MANY,
    REST,
    TALE,
    TALE_TAIL,
    THOUGHT,
    WIDE,
)
from deepchat.simulator.speech_scenes import SPEECH_SCENES
from tests.simulator_scenes.naive_reader import body_of, headers_of, sent, status_of, text_of

QUIRKS = frozenset(f"Q{n}" for n in range(1, 51))
FAULTS = frozenset(f"W{n}" for n in range(1, 119))

_BEFORE = "tested without a server: no request ever leaves"
_OURS = "tested without a scene: it is the client's own doing, whatever the server says"
NOT_A_SCENE = {
    "W1": f"{_BEFORE}, the name is not found",
    "W2": f"{_BEFORE}, the name cannot be asked for",
    "W3": f"{_BEFORE}, a port where nobody listens",
    "W4": f"{_BEFORE}, an address that never answers",
    "W5": "tested without a scene: two addresses, one of them dead, before any plain server",
    "W6": "tested with certificates: the simulator speaks no TLS",
    "W7": "tested with a socket that breaks off the handshake: the simulator speaks no TLS",
    "W8": "tested with certificates: the simulator speaks no TLS",
    "W9": f"{_BEFORE}, a proxy in the environment that needs what is not installed",
    "W10": f"{_BEFORE}, an odd NO_PROXY in the environment",
    "W11": f"{_BEFORE}, a certificate file that is not there",
    "W12": "tested with a small proxy of its own: the simulator is none",
    "W14": _OURS,
    "W15": f"{_BEFORE}, the key is refused when it is read",
    "W16": f"{_BEFORE}, the key is refused when it is read",
    "W17": "tested with a socket that stops reading: a scene begins when the request was heard",
    "W84": "not applicable while HTTP/2 is off",
    "W111": f"{_OURS}; the scenes `silence*` and `pings*` give it something to leave",
    "W112": _OURS,
    "W113": _OURS,
    "W114": "tested with clocks: the machine slept, not the server",
    "W115": "tested with clocks: the machine's own was set",
    "W117": _OURS,
}

# What a stream says when it is neither the fox nor a part of it nor a leg of the tale.
OTHER_WORDS = {
    "odd-separators": f"{CUT}\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e{REST}",
    "utf-8-broken": f"{CUT}\ufffd{REST}",
    "utf-8-torn": f"{CUT}\ufffd{REST}",
    "surrogate-alone": f"{CUT} \ufffd{REST}",
    "truncated-text": f"{CUT}{REST.removeprefix(' jumps')}",
    "controls": CONTROLS,
    "text-in-length": f"{CUT} end",
    "many-chunks": MANY,
    "think-split": f"<think>\n{THOUGHT}\n</think>\n\n{FOX}",
    "think-empty": f"<think>\n\n</think>\n\n{FOX}",
    "think-unclosed": f"<think>\n{THOUGHT}",
    "think-quoted": f"{FOX} The tag <think> is only a word.",
}
ANOTHER_STORY = (
    "continued-fence",
    "continued-json",
    "continued-mid-accent",
    "continued-mid-emoji",
    "continued-overlaps-half-line",
    "continued-overlaps-paragraph",
    "continued-repeats-rightly",
    "length-forever",
    "repetition-loop",
    "ignores-max-tokens",
    "line-of-10-mb",
)


def _named(*beginnings: str) -> list[Scene]:
    return [scene for scene in SCENES.values() if scene.name.startswith(beginnings)]


def test_no_two_scenes_share_a_name() -> None:
    assert len(SCENES) == sum(len(table) for table in TABLES)


def test_no_scene_hides_one_that_is_only_spoken() -> None:
    assert not SCENES.keys() & {scene.name for scene in SPEECH_SCENES}


def test_every_scene_is_well_formed() -> None:
    for scene in SCENES.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scene.name), scene.name
        assert re.fullmatch(r".{1,80}", scene.about), scene.name
        assert scene.covers, scene.name
        assert not set(scene.covers) - QUIRKS - FAULTS, scene.name
        assert scene.acts, scene.name
        assert all(scene.acts), scene.name


def test_every_row_has_its_scene_or_a_reason_why_not() -> None:
    covered = {row for scene in SCENES.values() for row in scene.covers}
    assert covered.isdisjoint(NOT_A_SCENE)
    assert covered | NOT_A_SCENE.keys() == QUIRKS | FAULTS


def test_every_act_speaks_http_unless_it_breaks_it() -> None:
    for scene in SCENES.values():
        for act in scene.acts:
            first = next(step for step in act if not isinstance(step, Wait))
            if isinstance(first, Send) and scene.name != "not-http":
                assert re.match(rb"HTTP/1\.1 [1-5]\d\d .*\r\n", first.data), scene.name


def test_every_act_says_how_it_ends() -> None:
    """Or a client on a kept connection would wait for a second answer behind the first."""
    ends = {type(act[-1]) for scene in SCENES.values() for act in scene.acts}
    assert ends == {Close, Hang, Reset, Speak}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_stream_says_the_fox_or_what_is_listed(scene: Scene) -> None:
    if scene.name.startswith(ANOTHER_STORY) or status_of(scene.acts[0]) != 200:
        return
    text = text_of(scene.acts[0])
    if scene.name in OTHER_WORDS:
        assert text == OTHER_WORDS[scene.name]
    elif scene.name.startswith(("continued-", "broken-then", "window-full")):
        assert TALE.startswith(text.rstrip("\ufffd 犬"))
    else:
        assert text in ("", CUT, FOX, WIDE)


def test_what_is_said_in_two_legs_makes_one_tale() -> None:
    for name in (
        "continued-exactly",
        "continued-mid-word",
        "continued-blank-kept",
        "broken-then-rest",
        "window-full",
    ):
        assert "".join(text_of(act) for act in SCENES[name].acts) == TALE
    ends_as_it_should = ("overlaps-words", "overlaps-para", "refused", "nudged-overlaps", "thinks-again", "by-another")
    for scene in _named(*(f"continued-{name}" for name in ends_as_it_should)):
        assert text_of(scene.acts[-1]).endswith(TALE_TAIL)


def test_a_body_is_as_long_as_it_says() -> None:
    for scene in SCENES.values():
        length = headers_of(scene.acts[0]).get("content-length")
        if length is not None and scene.name not in ("length-too-short", "length-too-long"):
            assert sent(scene.acts[0]).partition(b"\r\n\r\n")[2] == body_of(scene.acts[0]), scene.name
            assert len(body_of(scene.acts[0])) == int(length), scene.name


def test_a_key_is_echoed_only_where_any_length_fits() -> None:
    echoing = [scene for scene in SCENES.values() if b"%KEY%" in sent(scene.acts[0])]
    assert echoing
    for scene in echoing:
        assert not headers_of(scene.acts[0]).keys() & {"content-length", "transfer-encoding"}


def test_a_date_to_come_back_at_counts_from_the_servers_own_clock() -> None:
    def seconds(name: str) -> float:
        headers = headers_of(SCENES[name].acts[0])
        now, then = parsedate_to_datetime(headers["date"]), parsedate_to_datetime(headers["retry-after"])
        assert now > datetime(2026, 1, 1, tzinfo=UTC)
        return (then - now).total_seconds()

    assert [seconds(f"retry-after-{form}") for form in ("date", "date-far", "past")] == [1, 86_400, -60]


def test_a_bomb_is_small_until_it_is_opened() -> None:
    for scene in _named("gzip-bomb"):
        packed = sent(scene.acts[0]).partition(b"\r\n\r\n")[2]
        assert len(packed) < 2**20
        opener, opened, rest = zlib.decompressobj(31), 0, packed
        while piece := opener.decompress(rest, 2**20):
            opened, rest = opened + len(piece), opener.unconsumed_tail
        assert opened > 64 * 2**20


def test_a_flood_is_one_drop_sent_often() -> None:
    drops = {
        id(step.data): len(step.data)
        for scene in SCENES.values()
        for act in scene.acts
        for step in act
        if isinstance(step, Send)
    }
    assert sum(drops.values()) < 4 * 2**20


def test_the_line_ends_of_the_line_end_scenes_are_what_they_are_called() -> None:
    assert b"\n" not in body_of(SCENES["cr"].acts[0])
    assert body_of(SCENES["crlf"].acts[0]).count(b"\r\n") == WHOLE.count(b"\n")
    mixed = body_of(SCENES["line-ends-mixed"].acts[0])
    assert all(re.search(end, mixed) for end in (rb"\r\n", rb"\r[^\n]", rb"[^\r]\n"))
