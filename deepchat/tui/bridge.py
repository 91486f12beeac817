"""The engine's own loop in its own thread: a stalled terminal stops neither a stream nor a save."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

from deepchat.errors import StoreError

if TYPE_CHECKING:
    from deepchat.workspace import Workspace

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]
"""Begun and ended on the engine's loop."""

CLOSING_LIMIT_S: Final = 10.0
"""Saving what was heard is a matter of milliseconds; a disk that hangs is not waited for any longer."""


class Bridge:
    """Carries work to the engine's thread, and its results back; holds the workspace open there."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.failure: BaseException | None = None
        """What went wrong at the very end, when nobody was left to be told."""
        self.at_end: list[Work[None]] = []
        """Done when all else has stopped, and the workspace is still open."""
        self.on_heard: Callable[[], None] | None = None
        """Called on the engine's thread when there is something that the screen does not know."""
        self._loop = asyncio.new_event_loop()
        self._enough = asyncio.Event()
        self._running = Event()
        self._thread = Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Let the thread run, if it does not yet; work may be given to it from then on."""
        if self._thread.ident is None:
            self._thread.start()
        self._running.wait()

    def begin(self, work: Work[T]) -> Future[T]:
        """Start it there; cancelling what this gives cancels it."""
        return asyncio.run_coroutine_threadsafe(work(), self._loop)

    async def call(self, work: Work[T]) -> T:
        """Do it there, and wait for it here; being cancelled here cancels it there."""
        return await asyncio.wrap_future(self.begin(work))

    async def do(self, work: Callable[[], T]) -> T:
        """The same for what takes no time."""

        async def there() -> T:
            return work()

        return await self.call(there)

    async def beside(self, work: Callable[[], T]) -> T:
        """The same for what may wait long for the user, on a thread of its own that nobody waits for at the end."""
        done: Future[T] = Future()
        done.set_running_or_notify_cancel()  # who no longer waits for it takes nothing from it

        def there() -> None:
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001  # it is raised where it is waited for
                done.set_exception(error)

        Thread(target=there, name="beside", daemon=True).start()
        return await asyncio.wrap_future(done)

    def heard(self) -> None:
        """On the engine's thread: there is something that the screen does not know."""
        if self.on_heard:
            self.on_heard()

    def close(self) -> None:
        """Stop whatever runs, let it save, and close the workspace; waits for it."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._enough.set)
        self._thread.join(CLOSING_LIMIT_S)
        if self._thread.is_alive():
            self.failure = StoreError(f"what was heard last could not be saved within {CLOSING_LIMIT_S:.0f} s")

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._live())
        except BaseException as error:  # noqa: BLE001  # a thread has nobody above it; the app tells it at its end
            self.failure = error
        finally:
            self._running.set()

    async def _live(self) -> None:
        async with self.workspace:
            self._running.set()
            await self._enough.wait()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            for work in self.at_end:
                await work()
