"""Words at the side: for a while, or for as long as what they tell of goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from textual.notifications import Notification, Notify

from deepchat.safe_text import SafeText, one_line

if TYPE_CHECKING:
    from textual.app import App

Weight = Literal["information", "warning", "error"]
NOTICE_S: Final = 6.0
_LONGEST_S: Final = 3_600.0
LONGEST_NOTICE: Final = 400


class Notice:
    """Said once; it goes when its time is over, or when it is taken back."""

    def __init__(self, app: App[int], words: SafeText, weight: Weight = "information", for_s: float = NOTICE_S) -> None:
        self._app = app
        self._notification = Notification(words, severity=weight, timeout=for_s)
        app.post_message(Notify(self._notification))

    @property
    def is_over(self) -> bool:
        return self._notification.has_expired

    def end(self) -> None:
        """It is over; to say so twice does no harm."""
        self._notification.timeout = 0.0  # it may not be shown yet
        self._app._unnotify(self._notification)  # pyright: ignore[reportPrivateUsage]  # else it stays for its time


class Ongoing(Notice):
    """Whoever said it takes it back, by `end` or at the end of a `with`."""

    def __init__(self, app: App[int], words: str) -> None:
        super().__init__(app, one_line(words, LONGEST_NOTICE), for_s=_LONGEST_S)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self.end()
