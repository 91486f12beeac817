"""What helps next is told in the words of the app, not of the command line."""

from __future__ import annotations

from deepchat.config.keys import missing_key
from deepchat.config.providers import BUILT_IN
from deepchat.engine.limits import answer_limit
from deepchat.engine.verdicts import STOPS
from deepchat.errors import AnswerIncomplete, BudgetReached
from deepchat.tui.ways_out import hint_here


def test_without_a_key_the_way_to_one_is_named_first() -> None:
    assert hint_here(missing_key(BUILT_IN["deepinfra"])).startswith("/welcome takes a key")


def test_who_sits_before_the_app_is_told_no_options_of_the_command_line() -> None:
    (limit,) = answer_limit(1)
    assert hint_here(BudgetReached("too dear", limit.hint)) == "raise it: /budget answer USD"
    assert hint_here(BudgetReached("too dear", "raise it: deepchat config set budget.day USD")) == (
        "raise it: /budget day USD"
    )
    for stop in STOPS.values():
        assert "--" not in hint_here(AnswerIncomplete(stop.message, stop.hint))
    unpriced = "no server says what a picture costs: take [budget] out of config.toml for it"
    assert hint_here(BudgetReached("not known", unpriced)).endswith("/budget day none takes a limit away")
