"""The child ends when it should, whatever state it and its parent are in."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deepchat import local_model
from deepchat.errors import LocalModelError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="watches processes through pidfd_open")

SOON_MS = 20_000
"""For a machine under load; it takes milliseconds."""

PARENT = """
from deepchat import local_model
model = local_model.start(local_model.find_weights())
print(model.pid, flush=True)
model.wait()
"""

ENGINE_THAT_NEVER_LOADS = """
import ctypes, os, pathlib, signal

class CommonParams:
    def __init__(self):
        self.model = self.cpuparams = self.cpuparams_batch = type("Values", (), {})()

class Server:
    def __init__(self, params):
        signal.alarm(60)  # no test leaves one behind
        here = pathlib.Path(__file__).parent
        (here / "pid").write_text(str(os.getpid()))
        if (here / "deaf").exists():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGIO, signal.SIG_IGN)
        os.write(1, b"loading" + os.linesep.encode())
        ctypes.PyDLL(None).pause()  # C code that holds the GIL, as llama.cpp does while it loads a file
"""
OPTIONS = ["--port", "0", "--context", "512", "--max-seconds", "0"]
CHILD = [sys.executable, "-P", "-m", "deepchat.local_model.child", "any.gguf", *OPTIONS]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an xllamacpp that stays for ever in the state which the real one leaves after a second."""
    (tmp_path / "xllamacpp.py").write_text(ENGINE_THAT_NEVER_LOADS)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("llama_server")
def test_it_is_gone_after_close_even_when_closed_twice() -> None:
    with local_model.start(local_model.find_weights()) as model, watching(model.pid) as child:
        model.close()
        assert has_ended(child, within_ms=0)


@pytest.mark.usefixtures("llama_server")
def test_it_is_gone_when_its_parent_is_killed_and_runs_no_code_from_the_working_directory(tmp_path: Path) -> None:
    trap = tmp_path / "deepchat"
    trap.mkdir()
    (trap / "__init__.py").write_text("raise SystemExit('code from the working directory was run')")
    with subprocess.Popen([sys.executable, "-P", "-c", PARENT], stdout=subprocess.PIPE, cwd=tmp_path) as parent:
        assert parent.stdout is not None
        with watching(int(parent.stdout.readline())) as child:
            parent.kill()
            assert has_ended(child)


@pytest.mark.usefixtures("llama_server")
def test_it_ends_by_itself_after_its_seconds() -> None:
    with local_model.start(local_model.find_weights(), max_seconds=1) as model, watching(model.pid) as child:
        model.wait()
        assert has_ended(child, within_ms=0)


@pytest.mark.usefixtures("llama_server")
def test_an_end_that_nobody_asked_for_is_an_error() -> None:
    with local_model.start(local_model.find_weights()) as model:
        os.kill(model.pid, signal.SIGKILL)
        with pytest.raises(LocalModelError, match="ended unexpectedly"):
            model.wait()


@pytest.mark.usefixtures("llama_server")
def test_a_port_in_use_is_named_as_the_cause() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(LocalModelError, match=f"couldn't bind .* {port}"):
            local_model.start(local_model.find_weights(), port=port)


@pytest.mark.usefixtures("llama_server")
def test_a_broken_model_file_is_named_as_the_cause(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes([255] * 60))
    with pytest.raises(LocalModelError, match="GGUF file is version"):
        local_model.start(broken)


@pytest.mark.usefixtures("llama_server")
def test_it_hears_no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPINFRA_API_KEY", "sentinel-key")
    with local_model.start(local_model.find_weights()) as model:
        assert b"sentinel-key" not in Path(f"/proc/{model.pid}/environ").read_bytes()


def test_a_child_that_is_loading_ends_when_its_parent_is_gone(engine: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(CHILD, stdin=pipe, stdout=pipe, env={"PYTHONPATH": str(engine)}) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"loading\n"
        child.stdin.close()
        assert child.wait(SOON_MS / 1000) == -signal.SIGIO


def test_a_child_whose_parent_is_gone_already_loads_nothing(engine: Path) -> None:
    done = subprocess.run(
        CHILD, stdin=subprocess.DEVNULL, capture_output=True, check=False, env={"PYTHONPATH": str(engine)}
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_model_that_is_never_ready_is_given_up_and_killed_if_it_ignores_a_request(
    engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (engine / "deaf").touch()
    monkeypatch.setattr("deepchat.local_model.process._START_LIMIT_S", 1)
    with pytest.raises(LocalModelError, match="not ready after 1 s"):
        local_model.start(Path("any.gguf"))
    with pytest.raises(ProcessLookupError):
        os.kill(int((engine / "pid").read_text()), 0)


@contextmanager
def watching(pid: int) -> Generator[int]:
    """A file descriptor that becomes readable when the process has ended."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def has_ended(descriptor: int, within_ms: int = SOON_MS) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(within_ms))
