"""Where it is measured: one server for all, and an empty home for each."""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clients import Client, Seat
from benchmarks.server import Order
from benchmarks.terminal import Terminal

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ground:
    """A server and a folder that is thrown away."""

    url: str
    scratch: Path
    runs: int = 5
    """How often what is quick is done; the cheapest counts, for others disturbed it least."""

    @contextlib.contextmanager
    def home(self) -> Generator[Path]:
        """An empty folder for a while."""
        home = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            yield home
        finally:
            shutil.rmtree(home, ignore_errors=True)

    @contextlib.contextmanager
    def opened(self, client: Client, order: Order, *arguments: str, home: Path | None = None) -> Generator[Terminal]:
        """The client on a terminal of its own, ready to be asked."""
        with contextlib.ExitStack() as stack:
            home = home or stack.enter_context(self.home())
            terminal = stack.enter_context(started(client.seat(home, self.url, order.model), home, *arguments))
            terminal.wait_for(client.first)
            terminal.settle()
            yield terminal

    def least(self, work: Callable[[], float]) -> float:
        """The least of a few runs, after one that fills caches."""
        work()
        return min(work() for _ in range(self.runs))


def started(seat: Seat, home: Path, *arguments: str) -> Terminal:
    """On a terminal, from now on."""
    return Terminal((*seat.command, *arguments), seat.environ, home)


@contextlib.contextmanager
def prepared(runs: int = 5) -> Generator[Ground]:
    """The server in a process of its own, so that its work is nobody's."""
    command = [sys.executable, "-m", "benchmarks.server"]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as server,
    ):
        try:
            assert server.stdout
            yield Ground(server.stdout.readline().split()[1], Path(scratch), runs)
        finally:
            server.kill()


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def high(values: Iterable[float]) -> float:
    """What 95 of 100 do not go beyond."""
    return statistics.quantiles(values, n=20)[-1]
