"""`deepchat` where the disk is full: what is kept can be read, and it is said that nothing more can be kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import COMMAND, LIMIT_S, Said, at, checked, run
from tests.cli.saved import keep, talk

NO_FILE_GROWS = ("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")


def run_without_room(*arguments: str) -> Said:
    command = [*NO_FILE_GROWS, *COMMAND, *arguments]
    done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
    return checked(done.returncode, done.stdout, done.stderr.decode())


@pytest.mark.parametrize("verb", [("list",), ("usage",), ("show", "Mine"), ("export", "Mine")])
def test_what_is_kept_can_be_read(verb: tuple[str, ...]) -> None:
    keep(talk("Mine", "a question", "an answer"))
    said = run_without_room(*verb)
    assert said.status == 0, said.err
    assert "Mine" in said.out or verb == ("usage",)
    assert "there is no room to write" in said.err


def test_what_would_be_written_is_refused_in_words() -> None:
    keep(talk("Mine", "a question", "an answer"))
    said = run_without_room("delete", "Mine", "--yes")
    assert said.status == 1
    assert "make room" in said.err


def test_the_check_up_reads_it_too() -> None:
    keep(talk("Mine", "a question", "an answer"))
    assert "1 conversations" in run_without_room("doctor").out


MAKE_DISK = ("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
needs_disk = pytest.mark.skipif(
    not shutil.which("unshare") or bool(subprocess.run(MAKE_DISK, capture_output=True, check=False).returncode),
    reason="no small disk can be made here",
)


def test_where_no_answer_could_be_kept_nothing_is_asked(sim: SimulatorThread) -> None:
    """The question fits still, but what may come of it does not."""
    keep(talk("Mine", "a question", "an answer"))
    billed = len(sim.charges)
    said = run_with_files_of(1_000, "ask", "One more?", env=at(sim))
    assert said.status == 1
    assert "there is no room for an answer: 4 MiB" in said.err
    assert "so nothing is sent" in said.err
    assert len(sim.charges) == billed
    assert len(run("list", "--json").object) == 1


def run_with_files_of(kib: int, *arguments: str, env: dict[str, str]) -> Said:
    """No file may be larger than that."""
    command = ["sh", "-c", f'ulimit -f {kib * 2}; exec "$@"', "sh", *COMMAND, *arguments]
    done = subprocess.run(
        command, capture_output=True, timeout=LIMIT_S, check=False, env={**os.environ, **env}, input=b""
    )
    return checked(done.returncode, done.stdout, done.stderr.decode())


@needs_disk
def test_a_disk_that_fills_up_takes_the_rest_of_an_answer_and_is_then_only_read(sim: SimulatorThread) -> None:
    told = on_small_disk(
        sim,
        """
        deepchat ask -m sim/slow "Slow" > heard.txt & while [ ! -s heard.txt ]; do sleep 0.05; done
        fill; wait $!; echo "answered $?"
        fill; deepchat ask "More?"; echo "asked $?"
        deepchat list --json; deepchat doctor
        """,
    )
    assert "answered 0" in told
    assert "was written into the room that is kept for that" in told
    assert "asked 1" in told
    assert '"title": "Slow"' in told
    assert "BAD   disk: full" in told


@needs_disk
def test_erasing_makes_room_on_a_full_disk(sim: SimulatorThread) -> None:
    told = on_small_disk(
        sim,
        """
        yes "many words of no weight" | head -c 500000 | deepchat ask "Long" > /dev/null
        fill; deepchat ask "Short?"; echo "asked $?"
        deepchat backup "$OUTSIDE/copy.db" && echo "copied $?"
        deepchat delete "$(deepchat list --json | cut -d '"' -f 4)" --now --yes; echo "erased $?"
        deepchat ask "Short?" > /dev/null; echo "asked again $?"
        deepchat list --json
        """,
    )
    assert [one for one in told.splitlines() if one.split()[:1] in (["asked"], ["copied"], ["erased"])] == [
        "asked 1",
        "copied 0",
        "erased 0",
        "asked again 0",
    ]
    assert '"title": "Short?"' in told


def on_small_disk(sim: SimulatorThread, story: str) -> str:
    """What a shell's commands say, errors too, where the home is on a disk of 12 MB of its own."""
    home = Path(os.environ["DEEPCHAT_HOME"])
    home.mkdir()
    script = f"""
        mount -t tmpfs -o size=12m tmpfs "$DEEPCHAT_HOME"
        deepchat() {{ "$PYTHON" -m deepchat "$@"; }}
        fill() {{ head -c 12m /dev/zero >> "$DEEPCHAT_HOME/filler"; }} 2> /dev/null
        cd "$OUTSIDE"
        {story}
    """
    env = {
        **os.environ,
        **at(sim),
        "PYTHON": sys.executable,
        "OUTSIDE": str(home.parent),
        "PYTHONPATH": str(Path.cwd()),
    }
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"exec 2>&1 {script}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=env,
        timeout=LIMIT_S,
        check=False,
    )
    return checked(done.returncode, done.stdout, "").out
