"""The tree of errors is the one that is drawn, and scripts can tell its branches apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from deepchat import errors
from deepchat.errors import DeepChatError, KeyRejected, Overloaded, ServerFailed, TimedOut, WireError

ROOT = Path(__file__).parents[1]
STEP: Final = 4
"""Characters that each level of the drawing is set in."""
EXITS: Final = {1, 2, 3, 4, 5, 130}


def drawn() -> Iterator[tuple[str, str, int]]:
    """Name, parent and exit state of each class in the drawing; an exit that isn't drawn is the parent's."""
    path: list[tuple[str, int]] = [("Exception", 1)]
    for branches, name, exit_status in re.findall(
        r"^((?:[│├└─ ]{4})*)([A-Z]\w+)(?: .*?)?(?:exit (\d+))?$",
        (errors.__doc__ or "").partition("\n\n")[2],
        re.MULTILINE,
    ):
        del path[1 + len(branches) // STEP :]
        parent, inherited = path[-1]
        path.append((name, int(exit_status or inherited)))
        yield name, parent, path[-1][1]


def classes() -> list[type[DeepChatError]]:
    found: list[type[DeepChatError]] = [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, DeepChatError)
    ]
    return found


def test_the_drawing_is_the_tree() -> None:
    real = [(each.__name__, each.__bases__[0].__name__, each.exit_status) for each in classes()]
    assert sorted(drawn()) == sorted(real)
    assert len(real) > 20


def test_every_error_has_a_word_of_its_own() -> None:
    words = [vars(each).get("kind") for each in classes()]
    assert all(isinstance(word, str) and re.fullmatch(r"[a-z]+(_[a-z]+)*", word) for word in words), words
    assert len(set(words)) == len(words)


def test_the_exit_states_are_the_documented_ones() -> None:
    assert {each.exit_status for each in classes()} == EXITS


def test_every_error_that_is_shared_is_in_the_tree() -> None:
    names = {each.__name__ for each in classes()}
    elsewhere = {
        node.name
        for path in ROOT.glob("deepchat/**/*.py")
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in names for base in node.bases)
    }
    assert all(name.startswith("_") for name in elsewhere), elsewhere


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_an_error_says_what_happened_and_what_comes_next(kind: type[DeepChatError]) -> None:
    error = kind("it broke", "mend it")
    assert (str(error), error.message, error.hint) == ("it broke", "it broke", "mend it")
    assert kind("it broke").hint == ""


def test_an_error_of_the_wire_keeps_what_the_server_said() -> None:
    error = Overloaded("busy", status=429, retry_after_s=2.5, request_id="req_1")
    assert (error.status, error.retry_after_s, error.request_id) == (429, 2.5, "req_1")
    assert KeyRejected("no", status=401).status == 401


def test_asking_again_helps_only_where_it_may() -> None:
    helped = {each for each in classes() if issubclass(each, WireError) and each("it broke").retries}
    assert helped == {Overloaded, ServerFailed}
    assert TimedOut("silent", retries=1).retries == 1
    assert Overloaded("for good", retries=0).retries == 0
    assert Overloaded("busy").retries > 0
