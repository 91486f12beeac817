"""The chat: a conversation in the middle, the others at the left, figures at the right, and a line to write in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from deepchat.safe_text import one_line
from deepchat.tui.screens.side_bars import SideBars
from deepchat.tui.widgets.bar import Bar
from deepchat.tui.widgets.composer import Composer
from deepchat.tui.widgets.editor import Editor
from deepchat.tui.widgets.ink import Ink
from deepchat.tui.widgets.transcript import Transcript

if TYPE_CHECKING:  # the first frame shows none of them
    from deepchat.conversation.events import StreamEvent
    from deepchat.tui.pace import Figures
    from deepchat.tui.page import Page
    from deepchat.tui.screens.waiting import Waiting
    from deepchat.tui.whom import Head
    from deepchat.tui.widgets.find_bar import FindBar

SHORT_TITLE: Final = 60
_LONGEST_TITLE: Final = 200
_LONGEST_WHOM: Final = 120
_GAP: Final = "  "
_EDGES: Final = 2
"""Columns that the footer leaves free."""
BLANK: Final = (
    "A new conversation.",
    "Every question and every answer is kept, with what it cost.",
    "ctrl+o chooses who answers · ctrl+r goes on with what was said before · f1 tells the rest",
)
"""What is told before anything was said."""
OPENING: Final = ("Looking …",)
_HEIGHTS: Final = [(0, "-short"), (18, "-tall")]
"""From which height of the terminal on which class is the screen's."""


class ChatScreen(SideBars, inherit_bindings=False):
    """Shows one conversation; what the user wants of it goes up as messages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,shift+tab", "other_half", "To the conversation and back", id="other-half", show=False),
        Binding("escape", "app.obey('stop')", "Stop the answer", id="stop-anywhere", show=False),
        Binding("pageup", "page(-1)", "Back a page", id="page-up", show=False, priority=True),
        Binding("pagedown", "page(1)", "On a page", id="page-down", show=False, priority=True),
    ]
    CSS_PATH = "chat.tcss"
    AUTO_FOCUS = "Composer Editor"
    VERTICAL_BREAKPOINTS = _HEIGHTS

    def __init__(self, ink: Ink, *, is_opening: bool = False) -> None:
        """A conversation that is being opened is no new one, although nothing of it is there yet."""
        super().__init__()
        self.keys: Sequence[tuple[str, str]] = ()
        """What the footer tells while something is written: a key and what it does, the most useful first."""
        self.letters: Sequence[tuple[str, str]] = ()
        """The same while the conversation has the focus."""
        self._transcript = Transcript(ink, id="transcript")
        self._transcript.blank = OPENING if is_opening else BLANK
        self._composer = Composer(id="composer")
        self._centre = Vertical(id="centre")
        self._find: FindBar | None = None
        self._title_bar = Bar(id="title")
        self._below = Bar(is_rule=True, id="below")
        self._keys_bar = Bar(id="keys")
        self._waiting: Waiting | None = None
        self._head: Head | None = None

    def compose(self) -> ComposeResult:
        yield self._title_bar
        with Horizontal(id="middle"):
            yield self.left
            with self._centre:
                yield self._transcript
                yield self._below
                yield self._composer
            yield self.right
        yield self._keys_bar

    def on_mount(self) -> None:
        self._fit()
        self.watch(self, "focused", self._tell_keys, init=False)

    @on(events.Resize)
    def _fit(self) -> None:
        self.fit_bars()
        self._tell_all()

    @on(Transcript.Followed)
    def _follow(self, event: Transcript.Followed) -> None:
        self._tell_below()
        event.stop()

    @on(Editor.PastEnd)
    def _to_end(self, event: Editor.PastEnd) -> None:
        event.stop()
        self._transcript.to_end()

    def on_find_bar_wanted(self, event: FindBar.Wanted) -> None:
        event.stop()
        transcript, words = self._transcript, event.words
        if transcript.find(words, backwards=event.backwards):
            event.bar.found = transcript.sheets.rank(words.casefold(), transcript.index)
        else:
            event.bar.found = (0, 0) if words else None

    def on_find_bar_closed(self, event: FindBar.Closed) -> None:
        event.stop()
        self._transcript.find("")
        self._transcript.focus()

    def action_page(self, by: int) -> None:
        """A page of the conversation, also while something is written."""
        self._transcript.scroll_relative(y=by * max(1, self._transcript.size.height - 2), animate=False, force=True)

    def action_other_half(self) -> None:
        """From what is written to what was said, and back."""
        (self._composer if self._transcript.has_focus else self._transcript).focus()

    @property
    def transcript(self) -> Transcript:
        return self._transcript

    @property
    def composer(self) -> Composer:
        return self._composer

    def show(self, page: Page, head: Head, *, is_live: bool = False) -> None:
        """This conversation, and what stands above it."""
        self._transcript.blank = BLANK
        if is_live:
            from deepchat.tui.screens.waiting import Waiting

            self._waiting = Waiting()
        if self.meters.page and self.meters.page.id != page.id:
            self._transcript.put(())  # nothing of one conversation is taken for another's
            self.meters.beside = None
        self._transcript.put(page.entries, is_live=is_live)
        self.meters.page = page
        self._composer.locked = (
            "another program holds this conversation: /fork goes on in a copy" if page.read_only else ""
        )
        self._head = head
        self._tell_title()
        self._tell_below()

    def hear(self, heard: Iterable[StreamEvent], now: float, *, unallowed: str = "") -> None:
        """What came of the answer that streams; it may wait until this tool is allowed to run."""
        if self._waiting:
            from deepchat.tui.screens.waiting import hear

            hear(self._transcript, self._waiting, heard, now, unallowed)

    def show_figures(self, figures: Figures | None) -> None:
        """How fast it comes, and what it costs so far."""
        self.meters.figures = figures
        self._tell_below()

    async def find(self) -> None:
        """Look for words in this conversation."""
        if self._find is None:
            from deepchat.tui.widgets.find_bar import FindBar

            find = FindBar(id="find")
            await self._centre.mount(find, before=self._composer)
            self._find = find
        self._find.open()

    def toggle_left(self) -> None:
        """Go to the list of conversations; from there, hide it."""
        table = self.conversations.table
        if self.left.display and not self.left.has_focus_within:
            table.focus()
            return
        self.left_bar = not self.left.display
        self._fit()
        (table if self.left.display else self._composer).focus()

    def toggle_right(self) -> None:
        """Show or hide the figures."""
        self.right_bar = not self.right_bar
        self._fit()

    def _tell_all(self) -> None:
        self._tell_keys()
        self._tell_title()
        self._tell_below()

    def _tell_title(self) -> None:
        """Where there is little room, of both only what tells them from others."""
        is_wide, bar, head = self.terminal_width >= SHORT_TITLE, self._title_bar, self._head
        title, marks = (one_line(head.title, _LONGEST_TITLE), head.marks) if head else ("", ())
        forms = (head.whom if is_wide else head.whom_briefly) if head else ()
        whom = [Content(one_line(words, _LONGEST_WHOM)).stylize("$text-muted") for words in forms]
        name = (("DeepChat", "bold $accent"), (" · " if title else "", "$text-muted"))
        bar.marks = [Content(mark) for mark in marks]
        bar.left = Content.assemble(*(name if is_wide and not marks else ()), title)
        bar.right, bar.shorter = (whom or [Content()])[0], whom[1:]

    def _tell_keys(self) -> None:
        """What has room, and the last of all: it is where the others are told."""
        keys = self.letters if self.focused is self._transcript else self.keys
        told = [Content.assemble((key, "bold $accent"), " ", (label, "$text-muted")) for key, label in keys]
        room = self.terminal_width - _EDGES - sum(one.cell_length for one in told[-1:])
        count = 0
        while count < len(told) - 1 and (needed := told[count].cell_length + len(_GAP)) <= room:
            room -= needed
            count += 1
        self._keys_bar.left = Content(_GAP).join([*told[:count], *told[-1:]])

    def _tell_below(self) -> None:
        """What the meters tell is told here where there is no room for them."""
        bar = self._below
        transcript, figures = self._transcript, self.figures
        bar.left = Content("") if transcript.follows else Content.styled("↓ new below · end shows it", "$accent")
        bar.right = (
            Content("") if self.right.display or figures is None else Content.styled(_short(figures), "$text-muted")
        )


def _short(figures: Figures) -> str:
    """The cost first: it is the last to be left out."""
    from deepchat.conversation.in_words import cost_words

    rate = f" · {figures.rate:,.0f} tok/s" if figures.rate else ""
    return f"{cost_words(figures.cost)} · {figures.tokens_told} tokens{rate}" if figures.legs else ""
