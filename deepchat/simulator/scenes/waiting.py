"""Every way in which a server says when to come back."""

from __future__ import annotations

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes.building import GOOD, scene, status
from deepchat.simulator.scenes.statuses import BUSY

NOW = "Date: Wed, 21 Oct 2026 07:28:00 GMT"
"""The server's clock: a date to come back at counts from here, whatever the client's clock says."""


def _busy(name: str, about: str, covers: str, *headers: str) -> Scene:
    return scene(f"retry-after-{name}", about, covers, status("429 Too Many Requests", BUSY, *headers), GOOD)


SCENES = (
    _busy("seconds", "429, come back in a second", "W32", "Retry-After: 1"),
    _busy("fraction", "429, come back in 0.05 seconds", "W32", "Retry-After: 0.05"),
    _busy(
        "ms", "429, come back in 50 milliseconds; they win over seconds", "W32", "retry-after-ms: 50", "Retry-After: 60"
    ),
    _busy(
        "date",
        "429, a date one second after the server's own",
        "W32",
        NOW,
        "Retry-After: Wed, 21 Oct 2026 07:28:01 GMT",
    ),
    # too long to wait for
    _busy("day", "429, come back tomorrow", "W33", "Retry-After: 86400"),
    _busy(
        "date-far", "429, a date a day after the server's own", "W33", NOW, "Retry-After: Thu, 22 Oct 2026 07:28:00 GMT"
    ),
    _busy("huge", "429, 1e35 seconds", "W33", "Retry-After: 1e35"),
    _busy("huge-digits", "429, 10^35 seconds in digits", "W33", "Retry-After: 1" + "0" * 35),
    _busy("inf", "429, infinity", "W33", "Retry-After: inf"),
    _busy("nan", "429, not a number", "W33", "Retry-After: nan"),
    # no use: the client's own pace
    _busy("negative", "429, -5 seconds", "W34", "Retry-After: -5"),
    _busy("zero", "429, 0 seconds", "W34", "Retry-After: 0"),
    _busy("past", "429, a date before the server's own", "W34", NOW, "Retry-After: Wed, 21 Oct 2026 07:27:00 GMT"),
    _busy("garbage", "429, no time at all", "W34", "Retry-After: soon, we hope"),
    _busy("empty", "429, an empty header", "W34", "Retry-After:"),
    # the server decides
    scene(
        "should-retry",
        "400 that asks to be tried again",
        "W40",
        status("400 Bad Request", {"error": {"message": "cold start"}}, "x-should-retry: true"),
        GOOD,
    ),
    scene(
        "should-retry-always",
        "400 that asks to be tried again for ever",
        "W40",
        status("400 Bad Request", {"error": {"message": "cold start"}}, "x-should-retry: true"),
    ),
    scene(
        "should-not-retry",
        "503 that asks not to be tried again",
        "W40",
        status("503 Service Unavailable", {"error": {"message": "down for today"}}, "x-should-retry: false"),
        GOOD,
    ),
)
