"""What is sent while a command is obeyed, or before a conversation is open, waits: it may be meant for another one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence


class InTurn:
    """Counts what is under way, and holds what waits for its end."""

    def __init__(self, goes_on: Callable[[], bool], show: Callable[[Sequence[str]], None]) -> None:
        """What still waits when the app does not go on stays; the words of all that waits are shown."""
        self._goes_on = goes_on
        self._show = show
        self._under_way = 1
        """The first conversation is being opened: before that there is none in which anything could be asked."""
        self._waiting: list[tuple[str, Callable[[], None]]] = []

    @property
    def words(self) -> list[str]:
        """Of all that waits."""
        return [words for words, _ in self._waiting]

    def after(self, words: str, work: Callable[[], None]) -> None:
        """Do it with these words as soon as nothing is under way: at once, as a rule."""
        if self._under_way:
            self._waiting.append((words, work))
            self._show(self.words)
        else:
            work()

    def obeying(self, work: Awaitable[None]) -> Awaitable[None]:
        """It, until whose end all else waits: from now on, and not from when it begins."""
        self._under_way += 1
        return self.until_done(work)

    async def until_done(self, work: Awaitable[None]) -> None:
        """Do what is counted already, and then what waits."""
        try:
            await work
        finally:
            self._under_way -= 1
            while self._waiting and not self._under_way and self._goes_on():
                _, next_one = self._waiting.pop(0)
                self._show(self.words)
                next_one()
