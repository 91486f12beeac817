"""DeepChat beside its peers: what each costs, on the same server in the same run.

uv run python -m benchmarks [PART …] [--peers FOLDER] [--only NAME] [--runs N] [--json FILE] [--from FILE] [--write]

Peers are found on the PATH, or in the virtual environments (or npm folders) of the folder given; who is absent is said
to be. With --write the table goes into README.md and docs/speed.md, and the chart beside them. With --from nothing is
measured: what --json wrote is shown again, of several runs together. All of it takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from benchmarks.chart import chart
from benchmarks.clients import DEEPCHAT, Client, found
from benchmarks.figure import Figure, Row
from benchmarks.ground import REPOSITORY, Ground, prepared
from benchmarks.parts.table import PARTS, Part
from benchmarks.report import SHORT, number, quote, table
from benchmarks.terminal import EndedTooSoon

Kept = dict[str, Any]
"""The fields of a figure or a row, as they were written."""


def main() -> None:
    options = _options()
    peers, absent = found(options.peers)
    clients = [one for one in (DEEPCHAT, *peers) if not options.only or one.name in options.only]
    parts = [part for part in PARTS if not options.part or part.name in options.part]
    figures = [figure for file in options.again for figure in _read(file)]
    if not figures:
        with prepared(options.runs) as ground:
            figures = [figure for part in parts for client in clients for figure in _figures(ground, part, client)]
    if options.json:
        options.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1))
    versions = {client.name: _version(client) for client in clients}
    print(table(figures, versions))
    if absent:
        print(f"\nNot installed here: {', '.join(absent)}.")
    if options.write:
        _write(figures, versions, options.remark)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="*", metavar="PART", help=", ".join(part.name for part in PARTS))
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="where their environments are")
    parser.add_argument("--only", action="append", metavar="NAME", help="measure nobody else")
    parser.add_argument("--runs", type=int, default=5, help="how often what is quick is done")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument(
        "--from",
        dest="again",
        action="append",
        type=Path,
        metavar="FILE",
        default=[],
        help="show what was written there",
    )
    parser.add_argument("--write", action="store_true", help="put table and chart into README.md and docs/")
    parser.add_argument("--remark", default="", help="what a reader of the table should know, such as a busy machine")
    options = parser.parse_args()
    if unknown := set(options.part) - {part.name for part in PARTS}:
        parser.error(f"no such part: {', '.join(unknown)}")
    return options


def _read(file: Path) -> list[Figure]:
    told: list[dict[str, object]] = json.loads(file.read_text())
    return [Figure(Row(**cast("Kept", one.pop("row"))), **cast("Kept", one)) for one in told]


def _version(client: Client) -> str:
    said = subprocess.run([*client.command, "--version"], capture_output=True, text=True, check=False)
    return next(iter(re.findall(r"\d+(?:\.\w+)+", said.stdout)), "")


def _write(figures: list[Figure], versions: dict[str, str], remark: str) -> None:
    """Table and chart, where they are quoted."""
    when = f"Measured on {datetime.now(UTC).date()}, on {os.cpu_count()} cores."
    said = f"{when} {remark}".strip()
    quote(REPOSITORY / "docs" / "speed.md", f"{said}\n\n{table(figures, versions)}\n")
    quote(REPOSITORY / "README.md", f"{said}\n\n{table(figures, versions, SHORT)}\n")
    groups = {what: [figure for figure in figures if figure.row.what == what] for what in SHORT}
    drawn = chart({what: group for what, group in groups.items() if group}, DEEPCHAT.name, when)
    (REPOSITORY / "docs" / "pictures" / "speed.svg").write_text(drawn)


def _figures(ground: Ground, part: Part, client: Client) -> list[Figure]:
    if not part.fits(client):
        return []
    figures: list[Figure] = []
    try:
        for figure in part.measure(ground, client):
            figures.append(figure)
            shown = figure.note if figure.value is None else f"{number(figure.value)} {figure.row.unit}"
            print(f"{client.name:10} {figure.row.what:55} {shown}", file=sys.stderr, flush=True)
    except (EndedTooSoon, RuntimeError) as error:
        print(f"{client.name} · {part.name}: {str(error)[:2000]}", file=sys.stderr)
    return figures


if __name__ == "__main__":
    main()
