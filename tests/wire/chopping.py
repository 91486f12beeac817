"""Cuts bytes or text at given places."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TypeVar

Whole = TypeVar("Whole", bytes, str)


def chopped(whole: Whole, cuts: Iterable[int]) -> list[Whole]:
    """The pieces between these places; a place beyond the end counts on from the beginning."""
    edges = [0, *sorted({cut % (len(whole) + 1) for cut in cuts}), len(whole)]
    return [whole[start:end] for start, end in pairwise(edges)]
