"""Words at the side for as long as what they tell of goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.notifications import Notification, Notify

from deepchat.safe_text import one_line

if TYPE_CHECKING:
    from textual.app import App

_LONGEST_S: Final = 3_600.0
_LONGEST_WORDS: Final = 400


class Ongoing:
    """Said once; whoever said it takes it back, by `end` or at the end of a `with`."""

    def __init__(self, app: App[int], words: str) -> None:
        self._app = app
        self._notification = Notification(one_line(words, _LONGEST_WORDS), timeout=_LONGEST_S)
        app.post_message(Notify(self._notification))

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """It is over; to say so twice does no harm."""
        self._notification.timeout = 0.0  # it may not be shown yet
        self._app._unnotify(self._notification)  # pyright: ignore[reportPrivateUsage]  # else it stays for its time
