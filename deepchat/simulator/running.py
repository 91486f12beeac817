"""The simulator in a thread of its own, and as a program."""

from __future__ import annotations

import asyncio
import math
import signal
import sys
import threading
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from deepchat.simulator.http1 import Heard
from deepchat.simulator.models import MODELS, Model
from deepchat.simulator.scene import PLAINLY, Manners, Scene
from deepchat.simulator.server import Simulator
from deepchat.simulator.shop import UnknownSceneError
from deepchat.simulator.tariff import Charge

DONE, FAILED, MISUSED = 0, 1, 2


class SimulatorThread:
    """A simulator for code that has no loop to lend; a context manager."""

    def __init__(
        self,
        *,
        scenes: Mapping[str, Scene] | None = None,
        scene: str = "",
        key: str = "",
        models: Sequence[Model] = MODELS,
        manners: Manners = PLAINLY,
    ) -> None:
        """As the Simulator's."""
        self._simulator = Simulator(scenes=scenes, scene=scene, key=key, models=models, manners=manners)
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="simulator", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._loop = self._started.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:N`."""
        return self._simulator.url

    @property
    def heard(self) -> list[Heard]:
        """Every request so far."""
        return list(self._simulator.heard)

    @property
    def open_connections(self) -> int:
        """The connections open now."""
        return self._simulator.open_connections

    @property
    def bill_nano(self) -> int:
        """All costs charged so far, in nano-dollars."""
        return self._simulator.bill_nano

    @property
    def charges(self) -> list[Charge]:
        """The bill, request by request: the key, the model, and what it was charged."""
        return self._simulator.charges

    @contextmanager
    def silent(self) -> Generator[None]:
        """It hears and answers nothing while the block lasts: what is asked meanwhile is certainly still waiting."""
        go_on = threading.Event()
        self._loop.call_soon_threadsafe(go_on.wait)
        try:
            yield
        finally:
            go_on.set()

    def wait_quiet(self, timeout: float) -> bool:
        """True as soon as no connection is open, False when one still is after so many seconds."""
        waiting = asyncio.run_coroutine_threadsafe(self._simulator.wait_quiet(), self._loop)
        try:
            waiting.result(timeout)
        except TimeoutError:
            waiting.cancel()
            return False
        return True

    async def _live(self) -> None:
        try:
            await self._simulator.start()
        except OSError as error:
            self._started.set_exception(error)
            return
        self._started.set_result(asyncio.get_running_loop())
        try:
            await self._ended.wait()
        finally:
            await self._simulator.stop()


def run(port: int, scene: str, max_seconds: float) -> int:
    """Serve until SIGINT, SIGTERM, or so many seconds have passed (0: for ever); the exit status."""
    if not 0 <= port <= 65_535:
        return _failed(MISUSED, f"{port} is not a port", "give one between 0 (any free port) and 65535")
    try:
        simulator = Simulator(scene=scene)
    except UnknownSceneError:
        return _failed(MISUSED, f"there is no scene {scene!a}", "deepchat simulate --list names them all")
    try:
        asyncio.run(_serve(simulator, port, max_seconds))
    except OSError as error:
        what = f"can't listen on port {port}: {error.strerror}"
        return _failed(FAILED, what, "choose another with --port, or leave it out for any free one")
    return DONE


async def _serve(simulator: Simulator, port: int, max_seconds: float) -> None:
    await simulator.start(port)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    print(f"READY {simulator.url}", flush=True)
    try:
        async with asyncio.timeout(max_seconds if 0 < max_seconds < math.inf else None):
            await stopped.wait()
    except TimeoutError:
        pass
    finally:
        await simulator.stop()


def _failed(status: int, what: str, next_step: str) -> int:
    print(f"deepchat: {what}\n  → {next_step}", file=sys.stderr)
    return status
