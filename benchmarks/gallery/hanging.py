"""The chat screen in an app without an engine: what it shows is given to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from textual.app import App
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.screen import Screen

from benchmarks.gallery.painted import until_painted
from benchmarks.gallery.words import MODEL, coming, page, question, summaries
from deepchat.conversation.chosen import NOTHING_CHOSEN
from deepchat.conversation.events import Asked, StreamEvent
from deepchat.conversation.usage import Cost, Total
from deepchat.tui.commands.footer import while_reading, while_writing
from deepchat.tui.commands.table import COMMANDS
from deepchat.tui.entries import Entry
from deepchat.tui.line_filter import LineGate
from deepchat.tui.pace import Figures
from deepchat.tui.page import Page
from deepchat.tui.screens.chat import ChatScreen
from deepchat.tui.wardrobe import Wardrobe
from deepchat.tui.whom import head_of
from deepchat.tui.widgets.meters import Spent
from deepchat.workspace.model_at import ModelAt

Left = TypeVar("Left")
"""What a screen is left with."""
SPENT: Final = (
    Spent("today", Total(Cost(310_000_000, "provider")), 2_000_000_000),
    Spent("this month", Total(Cost(4_120_000_000, "provider"))),
)
_LIMIT_S: Final = 20.0
"""A busy machine takes its time, and who looks at a picture does not see why something is missing."""
STREAMING: Final = Figures(
    412, True, 62.4, (18, 40, 61, 64, 60, 66, 71, 63, 68, 62), 0.42, 6.6, 1, 8, Cost(370_000, "live", estimated=True)
)


class Frame(App[int]):
    """One theme, and the chat."""

    DEFAULT_MODE = "chat"

    def __init__(self, theme: str) -> None:
        super().__init__()
        self.animation_level = "none"
        wardrobe = Wardrobe(Path("none"), theme, dark=True)
        self._gate = LineGate()
        self.chat = ChatScreen(wardrobe.wear(self, wardrobe.palette))
        self.chat.keys, self.chat.letters = while_writing(COMMANDS), while_reading(COMMANDS)
        self.add_mode(self.DEFAULT_MODE, lambda: self.chat)  # pyright: ignore[reportUnknownMemberType]  # any Screen

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._gate]


class Hanging:
    """What a state is made with."""

    def __init__(self, app: Frame, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.chat = app.chat

    async def rest(self) -> None:
        """Until what has changed is painted: what is opened over it would keep it back."""
        await self.pilot.pause(0)
        await until_painted(self.app, at_most_s=_LIMIT_S)

    async def show(self, *entries: Entry, read_only: bool = False, is_live: bool = False, others: int = 0) -> None:
        """A conversation with these messages, and what else there is around it."""
        self.put(page(*entries, read_only=read_only), is_live=is_live)
        self.chat.conversations.put(summaries(others), "c1", ["c1"] if is_live else [])
        self.chat.meters.spent = SPENT
        self.chat.composer.busy = is_live
        await self.rest()

    def put(self, page: Page, *, is_live: bool = False) -> None:
        """This conversation, and nothing around it."""
        self.chat.show(page, head_of(page, ModelAt("deepinfra", MODEL), NOTHING_CHOSEN), is_live=is_live)

    async def hear(self, *heard: StreamEvent, after_s: float = 0.0, figures: Figures | None = STREAMING) -> None:
        """An answer to the usual question comes, and so much of it was heard so long ago."""
        await self.show(question(), coming(), is_live=True)
        self.chat.hear([Asked("deepinfra", MODEL), *heard], 1000)
        self.chat.hear([], 1000 + after_s)
        self.chat.show_figures(figures)
        await self.rest()

    async def open(self, screen: Screen[Left]) -> None:
        """A screen before the chat."""
        self.app.push_screen(screen)
        await self.rest()

    async def press(self, keys: Iterable[str]) -> None:
        await self.pilot.press(*keys)
        await self.rest()

    def tell(self, words: str) -> None:
        """As the app tells what went wrong."""
        self.app.notify(words, severity="error", timeout=600, markup=False)


State = Callable[[Hanging], Awaitable[None]]
