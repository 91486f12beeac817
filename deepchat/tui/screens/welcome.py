"""The first run: three ways to an answer, on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.types import CSSPathType
from textual.widgets import Button, Input, Static

from deepchat.config.addresses import server_of
from deepchat.config.providers import Provider, key_page
from deepchat.safe_text import one_line
from deepchat.secret import Secret
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.widgets.hinted import HintedInput

if TYPE_CHECKING:
    from textual import events

Keep = Literal["keyring", "file"]


@dataclass(frozen=True, slots=True)
class PastedKey:
    """A key that was checked."""

    where: Provider
    """Whose it is; nobody else gets it."""
    key: Secret
    keep: Keep


@dataclass(frozen=True, slots=True)
class Here:
    """A server that was found on this machine."""

    provider: str


@dataclass(frozen=True, slots=True)
class SmallModel:
    """The model that runs within DeepChat."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The tour, against the simulator."""


Way = PastedKey | Here | SmallModel | Demo

_INTRO: Final = "Three ways to your first answer:"
_INTRO_TO_ONE: Final = "Three ways to your first answer; your question waits in the line."
_SMALL: Final = "the small model: no key, no network, no great mind"
_NONE_FOUND: Final = "No server was found here: neither Ollama, LM Studio, llama.cpp nor vLLM answers."
_IN_FILE: Final = "in a file that only you can read"
_IN_KEYRING: Final = "in the system's keyring"
_NO_KEYRING: Final = "no keyring that encrypts answers here"


class Welcome(Dialog[Way | None]):
    """Gives back the way chosen; a key only once whoever opened the screen has found it good."""

    AUTO_FOCUS = "SecretLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Way before", id="welcome.up", show=False),
        Binding("down", "app.focus_next", "Next way", id="welcome.down", show=False),
        Binding("escape", "leave", "None of these", id="welcome.leave", show=False),
    ]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "welcome.tcss"]
    TITLE_OF_BOX = "Welcome to DeepChat"

    waits: reactive[bool] = reactive(False, repaint=False)
    """Whether a question waits in the composer."""

    @dataclass
    class KeyPasted(Message):
        """This key is to be checked there; `put_verdict` or `put_unchecked` says how that went."""

        where: Provider
        key: Secret

    def __init__(
        self,
        where: Provider | None,
        *,
        why_none: str = "",
        keys_file: str = "",
        unkept: tuple[PastedKey, str] | None = None,
    ) -> None:
        """`where` is whose key is taken, `keys_file` one place to keep it; with nobody, none is: `why_none` says why.

        A key that could not be kept where it was wanted is offered once more, with the reason.
        """
        super().__init__()
        self._unkept = unkept
        self._where = where
        self._why_none = why_none
        self._keys_file = keys_file
        self._key: Secret | None = None
        """What is being checked."""
        self._intro = Static(Content(_INTRO), classes="intro")
        self._line = SecretLine()
        self._verdict = Static(classes="verdict")
        self._keeps = Vertical(classes="ways")
        self._looking = Static(Content("looking…"), classes="about")
        self._here = Vertical(classes="ways")

    def parts(self) -> ComposeResult:
        yield self._intro
        if self._where:
            yield _head("1", f"Paste a key for {one_line(self._where.name)}")
            yield Static(Content(_whence(self._where)), classes="about")
            yield self._line
        else:
            yield _head("1", "Paste a key")
            yield Static(Content(one_line(self._why_none)), classes="about")
        yield self._verdict
        yield self._keeps
        yield _head("2", "Use what is on this machine")
        yield self._looking
        yield self._here
        yield _head("3", "Take the tour")
        yield Static(Content("Everything there is, played by a simulator. It costs nothing."), classes="about")
        yield Vertical(_Choice("begin the tour", Demo()), classes="ways")
        yield Static(_keys(("↑↓", "move"), ("⏎", "choose"), ("esc", "none of these")), classes="keys")

    def on_mount(self) -> None:
        self._verdict.display = False
        if self._where and self._unkept:
            pasted, why = self._unkept
            self._say(f"the key for {self._where.name} was not kept: {why}", "$text-error")
            self._offer_places(self._where, pasted.key)

    def watch_waits(self) -> None:
        self._intro.update(Content(_INTRO_TO_ONE if self.waits else _INTRO))

    @on(Input.Submitted)
    def _ask_whether_good(self, event: Input.Submitted) -> None:
        event.stop()
        words = event.value.strip()
        if self._key or not words or self._where is None:
            return
        self._key = Secret(words)
        self._line.clear()
        self._say(f"checking with {self._where.name}…", "$text-muted")
        self.post_message(self.KeyPasted(self._where, self._key))

    @on(Input.Changed)
    def _keep_to_oneself(self, event: Input.Changed) -> None:
        event.stop()

    @on(Button.Pressed)
    def _choose(self, event: Button.Pressed) -> None:
        event.stop()
        if isinstance(event.button, _Choice):
            self.dismiss(event.button.way)

    def put_verdict(self, ok: bool, words: str, *, has_keyring: bool = False) -> None:
        """The key can be used, and the user says where it is kept; or it can't, and another one may be pasted."""
        key, self._key = self._key, None
        if key is None or self._where is None:
            return
        self._say(words, "$text-success" if ok else "$text-error")
        if not ok:
            self._line.focus()
            return
        self._offer_places(self._where, key, has_keyring=has_keyring, about="" if has_keyring else f"{_NO_KEYRING}; ")

    def put_unchecked(self, why: str) -> None:
        """Nobody could say whether the key is good: it stays, to be tried again, or typed or pasted over."""
        key, self._key = self._key, None
        if key is None or self._where is None:
            return
        self._say(f"it could not be checked with {self._where.name}, ⏎ tries again: {why}", "$text-warning")
        if not self._line.value:
            self._line.value = key.reveal()
            self._line.select_all()
        self._line.focus()

    def _offer_places(self, where: Provider, key: Secret, *, has_keyring: bool = False, about: str = "") -> None:
        self._line.display = False
        choices = [_Choice(f"keep it {_IN_FILE}", PastedKey(where, key, "file"))]
        if has_keyring:
            choices.insert(0, _Choice(f"keep it {_IN_KEYRING}", PastedKey(where, key, "keyring")))
        whose = f"It is kept for {where.name} at {server_of(where.base_url)} only."
        notes = (whose, f"{about}the file: {self._keys_file}")
        self._keeps.mount(*choices, *(Static(Content(one_line(note)), classes="about") for note in notes))
        # Where it stands, and how far to scroll, is known only then.
        self.call_after_refresh(choices[0].focus)

    def put_found(self, names: Sequence[str], has_small_model: bool) -> None:
        """These servers answer on this machine, by their providers' names; and whether the small model is there."""
        choices = [_Choice(name, Here(name)) for name in names]
        if has_small_model:
            choices.append(_Choice(_SMALL, SmallModel()))
        self._looking.update(Content("" if names else _NONE_FOUND))
        self._looking.display = not names
        self._here.mount(*choices)

    def _say(self, words: str, style: str) -> None:
        self._verdict.update(Content.styled(one_line(words), style))
        self._verdict.display = True


class SecretLine(HintedInput):
    """A key is typed into it, which never comes out again by the clipboard."""

    def __init__(self) -> None:
        super().__init__("paste it here, then ⏎", password=True)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(event.text.strip().partition("\n")[0].strip(), *self.selection)

    def action_copy(self) -> None:
        """Nothing is copied."""

    def action_cut(self) -> None:
        """What is selected goes, but not to the clipboard."""
        self.delete_selection()


class _Choice(Button):
    """One way, to be taken by a press."""

    def __init__(self, words: str, way: Way) -> None:
        super().__init__(Content(f"› {one_line(words)}"), compact=True)
        self.active_effect_duration = 0
        self.way = way


def _whence(where: Provider) -> str:
    """Where its key is got from; else at least whom it is told to."""
    if page := key_page(where):
        return f"From {page}; it is checked at once."
    return f"It goes to {one_line(server_of(where.base_url))} only, and is checked at once."


def _head(number: str, words: str) -> Static:
    return Static(Content.assemble((number, "$text-accent"), "  ", (words, "bold")), classes="head")


def _keys(*keys: tuple[str, str]) -> Content:
    return Content("  ").join([Content.assemble((key, "$text-accent"), f" {what}") for key, what in keys])
