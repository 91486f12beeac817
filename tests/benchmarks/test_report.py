"""What was measured is told truly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.chart import chart
from benchmarks.figure import Figure, Row
from benchmarks.process_tree import ProcessTree
from benchmarks.report import quote, table

KEY = Row("keys", "key echo", "ms", 15)
FIGURES = [
    Figure(KEY, "DeepChat", 8.0),
    Figure(KEY, "slow", 223.0),
    Figure(KEY, "stuck", None, "> 90 s of waiting"),
]
VERSIONS = {"DeepChat": "0.1", "slow": "2", "stuck": "", "absent": ""}


def test_a_table_has_every_client_that_was_measured_with_its_ratio_to_ours() -> None:
    head, _, row = table(FIGURES, VERSIONS).splitlines()
    assert head == "|  | target | DeepChat 0.1 | slow 2 | stuck |"
    assert row == "| key echo | ≤ 15 ms | 8.00 ms | 223 ms (27.9×) | > 90 s of waiting |"


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured -->\nold\n<!-- until here -->\nafter\n")
    quote(page, r"new \1")
    assert page.read_text() == "before\n<!-- measured -->\nnew \\1\n<!-- until here -->\nafter\n"


def test_a_bar_is_as_long_as_its_number_says_and_who_has_none_has_no_bar() -> None:
    bars = [
        float(one.get("width", "0"))
        for one in ET.fromstring(chart({"key <echo>": FIGURES}, "DeepChat", "today")).iter()
        if one.tag.endswith("rect")
    ]
    assert len(bars) == 2
    assert abs(bars[1] / bars[0] - 223 / 8) < 0.5


def test_a_process_is_accounted_for_with_its_children() -> None:
    child = "import time; end = time.process_time() + 0.1\nwhile time.process_time() < end: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        parent.stdout.readline()
        tree = ProcessTree(parent.pid)
        assert tree.cpu_s() >= 0.09
        assert tree.peak_mb() >= tree.resident_mb() > 1
        tree.kill()
