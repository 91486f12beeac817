"""What was spent, by day, model, provider or conversation; in USD.

An estimate, of money or of tokens, has a "~" before it, and a sum that lacks what nobody knows a "+ ?" behind it. With
--provider it is instead what the account there has, may spend, and has spent.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from deepchat.cli import account, voice
from deepchat.cli.columns import Column, print_table
from deepchat.cli.kept import counted, usd_words
from deepchat.cli.moments import add_span, now_ms, span_ms
from deepchat.cli.opening import opened
from deepchat.conversation.usage import dollars
from deepchat.errors import UsageError

if TYPE_CHECKING:
    from deepchat.workspace import Spent, Standing, UsageRow, Used

_BY: Final = ("day", "model", "provider", "conversation")
_COUNTS: Final = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens")
_BAR_CELLS: Final = 24
_SHORT_BAR_CELLS: Final = 10
_WIDE: Final = 100
"""Columns of a terminal: below that, bars are short."""
_OUTSIDE: Final = "outside conversations"
"""What `complete`, `embed` and `image` cost."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""
_SPANS: Final = {"day": "today", "month": "this month"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", choices=_BY, help="what each row is about; day, unless you say otherwise")
    add_span(parser)
    parser.add_argument("--csv", action="store_true", help="print rows for a spreadsheet")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument(
        "--provider", metavar="NAME", nargs="?", const="", help="read the account there; without NAME, the chosen one"
    )


def run(options: argparse.Namespace) -> int:
    """Print what the ledger has, or what the provider says."""
    if options.csv and options.json:
        raise UsageError("--csv and --json ask for two things", "give one of them")
    if options.provider is None:
        return asyncio.run(_run(options))
    if options.by or options.since or options.until or options.csv:
        raise UsageError("--provider reads the account, which has no such rows", "leave --provider out, or the others")
    return account.tell(options.provider, as_json=options.json)


async def _run(options: argparse.Namespace) -> int:
    by = options.by or "day"
    async with opened({}) as workspace:
        workspace.keeping.tidies = False
        accounts = await workspace.keeping.accounts()
        used = await accounts.used(by, *span_ms(options))
        budget = workspace.settings.budget
        standing = await accounts.standing(budget.day, budget.month, now_ms())
    if options.json:
        voice.data(_as_json(used, standing))
    elif options.csv:
        _print_csv(used.rows)
    else:
        _print(used, standing, by)
    return 0


def _print(used: Used, standing: Sequence[Standing], by: str) -> None:
    """On a terminal with bars; the total, and what is left of the budgets, come last."""
    if not used.rows:
        voice.notice("nothing was asked in this time")
        return
    counts = (("in", 2), ("cached", 4), ("out", 2), ("thinking", 5))
    columns = [
        Column(by, least=12),
        *([Column("id", rank=1)] if by == "conversation" else []),
        *([Column("", rank=3)] if sys.stdout.isatty() else []),
        Column("USD", right=True),
        Column("requests", right=True, rank=1),
        *(Column(name, right=True, rank=rank) for name, rank in counts),
    ]
    most = max(row.spent.nano or 0 for row in used.rows)
    rows = [(*_names(row, by), *_bar(row.spent.nano or 0, most), *_figures(row)) for row in used.rows]
    unnamed = len(columns) - 1 - len(_figures(used.total))
    print_table(columns, [*rows, ("total", *[""] * unnamed, *_figures(used.total))])
    if used.total.spent.unknown:
        voice.notice(f"+ {counted(used.total.spent.unknown, 'request')} of unknown cost")
    for one in standing:
        if one.most_nano is not None:
            left = f"{_spent(one)} of ${dollars(one.most_nano)}"
            voice.notice(f"{_SPANS[one.span]} {left}")


def _figures(row: UsageRow) -> tuple[str, ...]:
    """What was cached and what was thought nobody estimates."""
    prompt, completion = (
        f"{'~' if row.tokens_estimated and count else ''}{count:,}"  # that there were none is known
        for count in (row.prompt_tokens, row.completion_tokens)
    )
    counts = (prompt, f"{row.cached_tokens:,}", completion, f"{row.reasoning_tokens:,}")
    return (_words(row.spent), f"{row.spent.legs:,}", *counts)


def _names(row: UsageRow, by: str) -> tuple[str, ...]:
    """What the row is about; titles are not unique, and what is deleted has none."""
    if by != "conversation":
        return (row.key,)
    return (row.title if row.key else _OUTSIDE, row.key)


def _bar(nano: int, most: int) -> tuple[str, ...]:
    """On a terminal, as long as its share of the longest; what is more than nothing is seen."""
    if not sys.stdout.isatty():
        return ()
    if nano <= 0:
        return ("",)
    cells = _BAR_CELLS if shutil.get_terminal_size().columns >= _WIDE else _SHORT_BAR_CELLS
    eighths = max(1, round(nano * cells * 8 / most))
    return (f"{_EIGHTHS[8] * (eighths // 8)}{_EIGHTHS[eighths % 8]}".rstrip(),)


def _spent(one: Standing) -> str:
    return _words(one.spent) if one.spent.legs else f"${dollars(0)}"


def _words(spent: Spent) -> str:
    """A sum that lacks something says so: at least so much."""
    known = usd_words(spent.cost)
    return f"{known} + ?" if spent.unknown and spent.cost.nano is not None else known


def _print_csv(rows: Sequence[UsageRow]) -> None:
    heads = ("key", "title", "usd", "estimated", "unknown", *_COUNTS, "legs", "tokens_estimated")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(heads)
    for row in rows:
        told = _row_json(row)
        writer.writerow([_cell(told[head]) for head in heads])


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"  # as in JSON
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _as_json(used: Used, standing: Sequence[Standing]) -> dict[str, object]:
    total = _row_json(used.total)
    del total["key"], total["title"]
    budgets = {
        one.span: {
            "usd": None if one.spent.nano is None else dollars(one.spent.nano),
            "limit": None if one.most_nano is None else dollars(one.most_nano),
        }
        for one in standing
    }
    return {"total": total, "rows": [_row_json(row) for row in used.rows], "budgets": budgets}


def _row_json(row: UsageRow) -> dict[str, object]:
    nano = row.spent.nano
    return {
        "key": row.key,
        "title": row.title,
        "usd": None if nano is None else dollars(nano),
        "source": row.spent.cost.source,
        "estimated": row.spent.cost.estimated,
        "unknown": row.spent.unknown,
        "prompt_tokens": row.prompt_tokens,
        "cached_tokens": row.cached_tokens,
        "completion_tokens": row.completion_tokens,
        "reasoning_tokens": row.reasoning_tokens,
        "legs": row.spent.legs,
        "tokens_estimated": row.tokens_estimated,
    }
