"""Every part by its name, and whose costs it can measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.clients import DEEPCHAT, Client
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from benchmarks.long_talks import WAYS
from benchmarks.parts import answers, first_frame, growth, idle, keys, lines, many, opening, shapes, starting


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is measured of every program that it fits."""

    name: str
    measure: Callable[[Ground, Client], Iterator[Figure]]
    fits: Callable[[Client], bool]


def _has_screen(client: Client) -> bool:
    return bool(client.first)


def _is_ours(client: Client) -> bool:
    return client.name == DEEPCHAT.name


def _has_a_store(client: Client) -> bool:
    return client.name in WAYS


def _answers_in_lines(client: Client) -> bool:
    return _is_ours(client) or not client.first


PARTS: Final = (
    Part(starting.PART, starting.measure, _has_screen),
    Part(first_frame.PART, first_frame.measure, _is_ours),
    Part(answers.PART, answers.measure, _has_screen),
    Part(shapes.PART, shapes.measure, _is_ours),
    Part(keys.PART, keys.measure, _has_screen),
    Part(opening.PART, opening.measure, _has_a_store),
    Part(many.PART, many.measure, _is_ours),
    Part(idle.PART, idle.measure, _has_screen),
    Part(growth.PART, growth.measure, _has_screen),
    Part(lines.PART, lines.measure, _answers_in_lines),
)
