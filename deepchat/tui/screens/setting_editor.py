"""Where the value of one setting is changed: typed, or chosen where there are only some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from deepchat.config.readers import flag
from deepchat.safe_text import one_line

if TYPE_CHECKING:
    from deepchat.config.explain import Row
    from deepchat.config.fields import Setting


class SettingEditor(Vertical):
    """Says what was entered, and shows what was wrong with it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "as it was", id="setting.give_up")]
    DEFAULT_CSS = """
    SettingEditor {
        height: auto;
        & > Static { height: auto; padding: 0 1; }
        & > Input.-textual-compact { padding: 0 1; }
        & > OptionList { height: auto; max-height: 7; padding: 0 1; border: none; background: transparent; }
    }
    """

    @dataclass
    class Entered(Message):
        """The setting is to have this value."""

        key: str
        text: str

    @dataclass
    class GivenUp(Message):
        """It is to stay as it is."""

    def __init__(self) -> None:
        super().__init__()
        self._key = self._before = ""
        self._what = Static(classes="what")
        self._line = Input(compact=True)
        self._line.cursor_blink = False
        self._choices = OptionList(compact=True, markup=False)
        self._fault = Static(classes="fault")

    def compose(self) -> ComposeResult:
        yield self._what
        yield self._line
        yield self._choices
        yield self._fault

    @on(Input.Submitted)
    def _enter_words(self, event: Input.Submitted) -> None:
        event.stop()
        self._enter(event.value)

    @on(Input.Changed)
    def _forget_fault(self, event: Input.Changed) -> None:
        event.stop()
        self.put_fault("")

    @on(OptionList.OptionSelected)
    def _enter_choice(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._enter(str(event.option.prompt))

    def action_give_up(self) -> None:
        """Leave the setting as it is."""
        self.post_message(self.GivenUp())

    def edit(self, row: Row, one: Setting | None) -> None:
        """Let the value of this row be changed; without its type it is typed, and checked when it is entered."""
        self._key, self._before = row.key, row.value
        usual = f" · usually {one_line(one.shown())}" if one and one.shown() else ""
        self._what.update(Content.assemble((one_line(row.key), "bold"), f" · {one_line(row.about)}{usual}"))
        self.put_fault("")
        words = choices_of(one) if one else ()
        self._line.display, self._choices.display = not words, bool(words)
        self._choices.set_options(words)
        if words:
            self._choices.highlighted = words.index(row.value) if row.value in words else 0
            self._choices.focus()
        else:
            self._line.value = row.value if can_be_typed(row.value) else ""
            self._line.focus()

    def put_fault(self, words: str) -> None:
        """Say what was wrong with what was entered; nothing takes it away."""
        self._fault.update(Content(words))
        self._fault.display = bool(words)

    def _enter(self, text: str) -> None:
        # What was the value without standing in config.toml need not stand there now.
        self.post_message(self.GivenUp() if text == self._before else self.Entered(self._key, text))


def choices_of(one: Setting) -> tuple[str, ...]:
    """The values that it can have, where these are a few words: its reader names them when it gets another."""
    if one.read is flag:
        return ("true", "false")
    try:
        one.read("")
    except ValueError as fault:
        _, found, words = str(fault).partition("must be one of ")
        return tuple(words.split(", ")) if found else ()
    return ()


def can_be_typed(value: str) -> bool:
    """Whether this stands for the whole value; a command shows only its beginning, a table nothing."""
    return value != "(set)" and not value.endswith(("…", "argument)", "arguments)"))
