"""Ctrl-Z and back: a shell has the terminal meanwhile, and the app neither draws on it nor reads from it."""

from __future__ import annotations

import os
import signal
from asyncio import TimerHandle
from typing import Final

from textual.drivers.linux_driver import LinuxDriver

from deepchat.tui import line_editing
from deepchat.tui.endings import shell_waits

_END_WAIT_S: Final = 0.1
"""So long a program in the background waits to be told to end, before it stops again."""


class SteppingAside(LinuxDriver):
    """Steps aside and comes back in the app's own time: a signal comes in the middle of anything, even of a write."""

    _waits: TimerHandle | None = None
    """Set while it is in the background and not stopped yet."""

    @property
    def is_away(self) -> bool:
        """The terminal is another program's; what is written now would be lost."""
        return self._writer_thread is None or not self._writer_thread.is_alive()

    def write(self, data: str) -> None:
        if not self.is_away:  # else nobody takes it, and after some writes one would wait for ever
            super().write(data)

    def stop_application_mode(self) -> None:
        if not self.is_away:  # else it would take the terminal from the shell
            super().stop_application_mode()

    def disable_input(self) -> None:
        if not self.is_away:  # else the shell would lose what is typed to it, and stop us for that
            super().disable_input()

    def resume_application_mode(self) -> None:
        super().resume_application_mode()
        # The terminal is empty now, while Textual sends only what has changed.
        self._loop.call_soon_threadsafe(self._repaint)

    def _repaint(self) -> None:
        self._app.screen.refresh(layout=True)

    def _sigtstp_application(self, *_: object) -> None:
        if self._loop.is_closed() or not self._auto_restart:  # nothing of ours is on the screen
            _stop()
        else:
            self._loop.call_soon_threadsafe(self._step_aside)

    def _sigcont_application(self, *_: object) -> None:
        if self._auto_restart and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._come_back)

    def _step_aside(self) -> None:
        if self._app.return_code is not None:  # it is over
            return
        self.suspend_application_mode()
        self._must_signal_resume = True
        _stop()

    def _come_back(self) -> None:
        if self._app.return_code is not None or self._waits:
            return
        if line_editing.is_anothers():
            # Who ends a suspended program wakes it for that, and which of the two is heard first is chance.
            self._waits = self._loop.call_later(_END_WAIT_S, self._stop_again)
            return
        if not self.is_away:  # it was stopped where it stood
            if not line_editing.is_on():  # nobody had the terminal meanwhile
                self._repaint()
                return
            self.suspend_application_mode()
        self.resume_application_mode()

    def _stop_again(self) -> None:
        self._waits = None
        if not line_editing.is_anothers():  # the shell has changed its mind
            self._come_back()
        elif self._app.return_code is None:
            _stop()


def _stop() -> None:
    """Together with all that the shell has begun along with it, such as `uv run`: else the shell waits for those."""
    if shell_waits():
        os.killpg(0, signal.SIGSTOP)
    else:
        os.kill(os.getpid(), signal.SIGSTOP)
