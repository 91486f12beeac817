"""The legs of an answer that is cut and carried on: the tale's own two, and the acts that others are made of."""

from __future__ import annotations

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes.building import DONE, END, USAGE, Act, finish, ok_stream, say, scene
from deepchat.simulator.scenes.words import TALE_HEAD, TALE_TAIL


def cut(text: str, usage: object = USAGE) -> Act:
    """A leg that ends because it is long enough."""
    return ok_stream(say(text), finish("length", usage), DONE)


def last(text: str) -> Act:
    """A leg that ends because all is said."""
    return ok_stream(say(text), END)


CUT_LEG = cut(TALE_HEAD)
LAST_LEG = last(TALE_TAIL)


def then(name: str, about: str, covers: str, *acts: Act) -> Scene:
    """The cut leg of the tale, then these."""
    return scene(f"continued-{name}", about, covers, CUT_LEG, *acts)


def cut_at(name: str, about: str, covers: str, first: str, second: str) -> Scene:
    """These two legs."""
    return scene(f"continued-{name}", about, covers, cut(first), last(second))
