"""CPU time of `deepchat ask` against `llm`, on the same loopback server in the same run.

uv run python benchmarks/ask.py [--tokens 10000] [--runs 5] [--gate]

The server is the simulator, in a process of its own. With --gate the exit status is 1 when `ask` takes more than half
of what `llm` takes. `deepchat --help` is measured against `python -c pass` too.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deepchat.simulator.running import SimulatorThread
from deepchat.simulator.scene import Manners, Scene, Speak

GATE = 0.5
WORDS = "The keeper climbs the stairs and lights the lamp before the ships come home. "


def long_answer(tokens: int) -> Scene:
    """A scene whose answer has about so many tokens (each word and each stop is one)."""
    return Scene("long", "an answer for measuring", ((Speak(Manners(text=WORDS * (tokens // 15))),),))


def cpu_of(command: Sequence[str], environ: Mapping[str, str], least_output: int = 0) -> float:
    """User and system seconds of the command and all its children."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0 or out.tell() < least_output:
            raise SystemExit(f"{command[0]} failed ({process.returncode}): {said.decode()[-500:]}")
    return used.ru_utime + used.ru_stime


def install_llm(folder: str) -> str:
    """`llm` in an environment of its own: it shares no dependency with us."""
    subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, folder], check=True)
    # Run from there: our own pyproject.toml tells uv to leave `llm` out.
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", folder, "llm>=0.36,<1"], check=True, cwd=folder)
    return str(Path(folder, "bin", "llm"))


def environment_of(home: str, url: str) -> dict[str, str]:
    """Both clients are pointed at the server, each in its own way, and have files of their own."""
    models = Path(home, "extra-openai-models.yaml")
    models.write_text(
        f"- model_id: long\n  model_name: sim/long\n  api_base: {url}/v1/openai\n  api_key_name: simulated\n"
    )
    Path(home, "keys.json").write_text('{"simulated": "any"}')
    own = {"DEEPCHAT_HOME": home, "LLM_USER_PATH": home, "LLM_BASE_URL": f"{url}/v1/openai", "LLM_API_KEY": "any"}
    return {**{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}, **own}


def median_ms(command: Sequence[str], environ: Mapping[str, str], runs: int, least_output: int = 0) -> float:
    cpu_of(command, environ, least_output)  # the first run fills caches
    return 1000 * statistics.median(cpu_of(command, environ, least_output) for _ in range(runs))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    scene = long_answer(options.tokens)
    with tempfile.TemporaryDirectory() as home, SimulatorThread(scenes={scene.name: scene}) as simulator:
        environ = environment_of(home, simulator.url)
        base = median_ms([sys.executable, "-c", "pass"], environ, options.runs)
        helped = median_ms([sys.executable, "-m", "deepchat", "--help"], environ, options.runs)
        print(f"python -c pass   {base:7.0f} ms CPU")
        print(f"deepchat --help  {helped:7.0f} ms CPU   (at most {2 * base + 60:.0f})")
        least = options.tokens * 3
        ours = [sys.executable, "-m", "deepchat", "ask", "-m", "sim/long", "Go on"]
        theirs = [install_llm(f"{home}/llm"), "-m", "long", "--no-log", "Go on"]
        asked = median_ms(ours, environ, options.runs, least)
        other = median_ms(theirs, environ, options.runs, least)
    print(f"deepchat ask     {asked:7.0f} ms CPU   {options.tokens:,} tokens")
    print(f"llm              {other:7.0f} ms CPU   the same answer")
    print(f"ratio            {asked / other:7.2f}          (at most {GATE})")
    return int(options.gate and (asked > GATE * other or helped > 2 * base + 60))


if __name__ == "__main__":
    sys.exit(main())
