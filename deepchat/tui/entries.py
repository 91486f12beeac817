"""The messages of a page: each is made what is shown of it when somebody looks there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, overload

if TYPE_CHECKING:
    from deepchat.conversation.legs import Answer
    from deepchat.conversation.tree import Kept, Node


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of the active path."""

    node: Node
    place: int = 1
    """Which one of its siblings it is; 1 is the oldest."""
    of: int = 1
    """How many siblings there are, itself among them."""
    original: Node | None = None
    """What it is a copy of, if it is one: there are the requests that it took."""

    @property
    def answer(self) -> Answer | None:
        """How it came to be."""
        return (self.original or self.node).answer


class Entries(Sequence[Entry]):
    """The messages of an active path, each made an entry when it is looked at: of very many, most never are."""

    __slots__ = ("_made", "_originals", "_versions", "kept")

    def __init__(
        self,
        kept: Sequence[Kept],
        versions: Mapping[str, tuple[int, int]],
        originals: Mapping[str, Node] = MappingProxyType({}),
    ) -> None:
        self.kept = kept
        """As they were found."""
        self._versions = versions
        self._originals = originals
        self._made: dict[int, Entry] = {}

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Entries:
        """These, which are there already."""
        if isinstance(entries, Entries):
            return entries
        return cls(
            [one.node for one in entries],
            {one.node.id: (one.place, one.of) for one in entries},
            {one.node.id: one.original for one in entries if one.original},
        )

    def __len__(self) -> int:
        return len(self.kept)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Entries: ...
    def __getitem__(self, at: int | slice) -> Entry | Entries:
        if isinstance(at, slice):
            return Entries(self.kept[at], self._versions, self._originals)
        place = range(len(self.kept))[at]
        if place not in self._made:
            node = self.kept[place].read()
            versions = self._versions.get(node.id, (1, 1))
            self._made[place] = Entry(node, *versions, self._originals.get(node.id))
        return self._made[place]

    def place_of(self, node_id: str) -> int:
        """Where a message stands; -1 when it is not among them."""
        return next((at for at, one in enumerate(self.kept) if one.id == node_id), -1)

    def up_to(self, end: int, *more: Entry) -> Entries:
        """So many of them, and these."""
        further = Entries.of(more)
        return Entries(
            [*self.kept[:end], *further.kept],
            {**self._versions, **further._versions},
            {**self._originals, **further._originals},
        )


NO_ENTRIES: Final = Entries((), {})
