"""What was spent today and this month, while more is: the ledger as it was read last, and what has come on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from deepchat.conversation.usage import Cost, total_of
from deepchat.tui.widgets.meters import Spent

if TYPE_CHECKING:
    from deepchat.session.accounts import Standing
    from deepchat.tui.desk import Desk
    from deepchat.tui.hearing import Hearing

_SPANS: Final = {"day": "today", "month": "this month"}


class Spending:
    """Every answer counts once: as the ledger has it, or while it streams as its own figures have it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._standing: Sequence[Standing] = ()
        self._on_top: list[Hearing] = []
        """Answers that were not counted when the ledger was read, and have not ended before that."""

    async def read(self) -> None:
        """Read the ledger; raises our errors."""
        streaming = list(self._streaming())
        self._standing = await self._desk.market.standing(streaming)
        self._on_top = streaming

    def told(self) -> list[Spent]:
        """As it is now."""
        self._on_top += [one for one in self._streaming() if not any(one is known for known in self._on_top)]
        asked = [figures.cost for one in self._on_top if (figures := one.pace.figures).legs]
        return [self._with(one, asked) for one in self._standing]

    def _streaming(self) -> Iterator[Hearing]:
        return (held.hearing for held in self._desk.streaming() if held.hearing)

    def _with(self, standing: Standing, asked: Sequence[Cost]) -> Spent:
        spent = standing.spent
        before = [] if spent.cost.nano is None else [spent.cost]
        return Spent(_SPANS[standing.span], total_of([*before, *asked], spent.unknown), standing.most_nano)
