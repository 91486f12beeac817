"""The bars at the sides of the chat: the conversations at the left, figures at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from textual.containers import Vertical

from deepchat.tui.compositor import ThriftyScreen

if TYPE_CHECKING:  # the first frame has room for them, and does not wait until they are loaded
    from textual.app import App

    from deepchat.tui.pace import Figures
    from deepchat.tui.widgets.conversation_list import ConversationList
    from deepchat.tui.widgets.meters import Meters

WIDE: Final = 100
"""Columns; with fewer of them the bars hide."""


class SideBars(ThriftyScreen[None], inherit_bindings=False):
    """What is in them is made when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.left_bar = True
        """It is wanted, where there is room for it."""
        self.right_bar = True
        self.left = Vertical(id="left")
        self.right = Vertical(id="right")
        self._list: ConversationList | None = None
        self._meters: Meters | None = None

    @property
    def conversations(self) -> ConversationList:
        if self._list is None:
            from deepchat.tui.widgets.conversation_list import ConversationList

            self._list = ConversationList()
            self.left.mount(self._list)
        return self._list

    @property
    def meters(self) -> Meters:
        if self._meters is None:
            from deepchat.tui.widgets.meters import Meters

            self._meters = Meters()
            self.right.mount(self._meters)
        return self._meters

    @property
    def figures(self) -> Figures | None:
        """Those of the answer that is looked at."""
        return self._meters.answer if self._meters else None

    @property
    def terminal_width(self) -> int:
        """The screen learns of its own width when it is laid out, and the bars hide before that."""
        return cast("App[object]", self.app).size.width

    def fit_bars(self) -> None:
        """Show those that are wanted, if there is room for them."""
        is_wide = self.terminal_width >= WIDE
        self.left.display = self.left_bar and is_wide
        self.right.display = self.right_bar and is_wide
