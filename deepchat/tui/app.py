"""The app: its screens, keys and colours; what is wanted goes to the commands."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from deepchat.errors import ConfigError, DeepChatError, UsageError
from deepchat.tui import left_behind, writing
from deepchat.tui.commands import prompts
from deepchat.tui.commands.footer import while_reading, while_writing
from deepchat.tui.commands.keys_in_force import rows_in_force
from deepchat.tui.commands.offers import offers_of
from deepchat.tui.commands.palette import TableCommands
from deepchat.tui.commands.questions import along_with, lay_ready, question_of
from deepchat.tui.commands.table import BY_NAME, COMMANDS
from deepchat.tui.commands.words import is_file
from deepchat.tui.driver import SafeLinuxDriver
from deepchat.tui.endings import install_endings, shell_waits
from deepchat.tui.frames import FRAME_OVER_SSH_S, FRAME_S, Frames, until_taken
from deepchat.tui.in_turn import InTurn
from deepchat.tui.late_listener import LateListener
from deepchat.tui.line_filter import LineGate, WithoutColours
from deepchat.tui.screens.chat import ChatScreen
from deepchat.tui.thrift import ThriftyStylesheet, make_strips_thrifty
from deepchat.tui.wardrobe import LOOK_AGAIN_S, Wardrobe
from deepchat.tui.widgets.composer import Composer
from deepchat.tui.widgets.mentions import mentions

if TYPE_CHECKING:
    from deepchat.conversation.tree import Node
    from deepchat.tui.bridge import Bridge
    from deepchat.tui.held import Held
    from deepchat.tui.stage import Stage
    from deepchat.tui.starting import Start

LOOK_S: Final = 1 / 8
"""What is told of the waiting for an answer changes so often, also when nothing is heard."""
TWICE_S: Final = 2.0
"""Ctrl-C twice within so long ends the app."""


def _bindings() -> list[BindingType]:
    rows = [row for row in COMMANDS if row.key and row.name != "commands"]
    (palette,) = (row for row in COMMANDS if row.name == "commands")
    return [
        Binding("ctrl+z", "suspend_process", "Step aside", id="suspend", show=False),
        Binding("ctrl+c", "interrupt", "Stop, copy or quit", id="interrupt", show=False, priority=True),
        Binding(palette.key, "command_palette", palette.about, id=palette.name, show=False, priority=True),
        *(
            Binding(
                row.key,
                f"obey('{row.name}')" if row.where == "anywhere" else f"obey_letter('{row.name}')",
                row.about,
                id=row.name,
                show=False,
                priority=row.name == "quit",
            )
            for row in rows
        ),
    ]


class DeepChat(LateListener):
    """Everything begins here; what it does is in the commands."""

    TITLE = "DeepChat"
    DEFAULT_MODE = "chat"
    BINDINGS: ClassVar[list[BindingType]] = _bindings()
    COMMANDS: ClassVar[set[type]] = {TableCommands}

    def __init__(self, bridge: Bridge, start: Start, wardrobe: Wardrobe) -> None:
        make_strips_thrifty()
        super().__init__(driver_class=SafeLinuxDriver)
        self.animation_level = "none"
        self._gate = LineGate()
        self._bridge = bridge
        self._start = start
        self._wardrobe = wardrobe
        self._interrupted_at = -TWICE_S
        ink = wardrobe.wear(self, wardrobe.palette)
        self.chat = ChatScreen(ink, is_opening=start.go_on or bool(start.resume))
        self.stylesheet = ThriftyStylesheet(variables=self.get_css_variables())
        self.add_mode(self.DEFAULT_MODE, lambda: self.chat)  # pyright: ignore[reportUnknownMemberType]  # any Screen
        self._in_turn = InTurn(lambda: self.is_running and self.return_code is None, self._show_waiting)
        self._rows, self._wrong_keys = rows_in_force(bridge.workspace.paths.config_file)
        self._take_keys()
        self.chat.keys, self.chat.letters = while_writing(self._rows), while_reading(self._rows)

    @property
    def fault(self) -> Exception | None:
        """What ended it that nobody foresaw."""
        return self._exception

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The gate comes after all others, whatever they let through."""
        colours = super().get_line_filters() if self._wardrobe.has_colours else [WithoutColours()]
        return [*colours, self._gate]

    def close(self) -> None:
        """What has to be done when it is over, and before its bridge is closed."""
        stage = self.stage
        if stage and stage.held:
            stage.held.draft = self.chat.composer.text
        else:
            words = "\n\n".join(one for one in (*self._in_turn.words, self.chat.composer.text) if one)
            left_behind.keep(self._bridge, self._start, words)
        for close in stage.closing if stage else ():
            close()

    def on_mount(self) -> None:
        install_endings(self)
        self.set_interval(LOOK_AGAIN_S, self._look_at_theme)
        # What the first frame does not need is loaded after it.
        self.call_after_refresh(self._open)

    def _take_keys(self) -> None:
        """The user's own in the place of the table's."""
        for before, row in zip(COMMANDS, self._rows, strict=True):
            if row.key != before.key and not before.key:
                self.bind(row.key, f"obey('{row.name}')", description=row.about, show=False)
        self.set_keymap({row.name: row.key for row in self._rows if row.key != BY_NAME[row.name].key})

    def _fatal_error(self) -> None:
        """Textual would print every variable, and one of them may be a key; our report has none."""
        self._close_messages_no_wait()

    async def _open(self) -> None:
        await until_taken(lambda: self._is_behind)
        from deepchat.tui.desk import Desk
        from deepchat.tui.stage import Stage

        every_s = FRAME_OVER_SSH_S if os.environ.get("SSH_CONNECTION") else FRAME_S
        self._bridge.on_heard = Frames(self, self._show_frame, every_s).want
        self._bridge.start()
        self.stage = stage = Stage(self, Desk(self._bridge, self._wrong_keys), self.chat, self._wardrobe, self._in_turn)
        stage.rows, stage.without_key = self._rows, self.offer_ways
        self.chat.composer.offers = offers_of(stage)
        stage.frames = self.set_interval(LOOK_S, self._show_frame, pause=True)
        stage.do(self._in_turn.until_done(self._begin(stage)))

    async def _begin(self, stage: Stage) -> None:
        """All that the start means, then what was wanted meanwhile."""
        try:
            await self._take_up(stage, self._start)
        finally:
            self.obey_early()

    async def _take_up(self, stage: Stage, start: Start) -> None:
        """The conversation that was asked for, or else a new one; then what was to be said in it."""
        from deepchat.tui.commands import first_run
        from deepchat.tui.faults_told import faults_told

        try:
            await stage.show(await self._wanted(stage, start))
        except DeepChatError as error:
            stage.tell(error)
            await stage.show(await self._another(stage))
        if early := self.chat.composer.text:
            self._keep_draft(Composer.Drafted(early))  # when it was typed, it was nobody's
        for fault in stage.wardrobe.faults:
            stage.tell(fault)
        for wrong in faults_told(prompts.complaints(stage), "/prompt names all"):
            stage.notice(wrong)
        if start.resume == "":
            from deepchat.tui.commands import keeping

            await keeping.resume(stage, "")
        if start.piped:
            self.chat.composer.put_text(start.piped)
        if start.piped_too_long:
            stage.notice("standard input was longer than is taken in: its end is missing", "warning")
        if start.question:
            self._ask(stage, Composer.Sent(start.question, start.files, frozenset(mentions(start.question))))
            return
        if start.files:
            lay_ready(stage, start.files)
        stage.do(first_run.greet(stage))

    async def _wanted(self, stage: Stage, start: Start) -> Held:
        if start.go_on:
            return await stage.desk.open(at_start=True)
        if start.resume:
            return await stage.desk.open(start.resume, at_start=True)
        is_empty = not (start.question or start.piped)
        return await stage.desk.begin(keeps_words=not start.temporary, takes_up=is_empty)

    async def _another(self, stage: Stage) -> Held:
        """A new conversation where the one that was asked for can't be had; without a store, one that is not kept."""
        try:
            return await stage.desk.begin(takes_up=True)
        except DeepChatError as error:
            stage.tell(error)
            return await stage.desk.begin(keeps_words=False)

    def _show_frame(self) -> bool:
        """What was heard, unless the terminal is behind: then the next frame shows it, and this one is skipped."""
        is_behind = self._is_behind
        if self.stage and not is_behind:
            self.stage.tick()
        return not is_behind

    def _check_resize(self) -> None:  # Textual's own
        """Tell of the new size, unless the terminal is behind: then only the last of several counts."""
        if self._is_behind:
            self._resize_timer = self.set_timer(FRAME_S, self._check_resize)
            return
        for screen in self.screen_stack[-1:]:
            if self._resize_event and self._resize_event.size == screen.outer_size:
                screen.refresh()  # the size was another one for a moment, and what the terminal made of it is seen
        super()._check_resize()

    @property
    def _is_behind(self) -> bool:
        """The terminal is."""
        return isinstance(self._driver, SafeLinuxDriver) and self._driver.is_behind

    def _show_waiting(self, words: Sequence[str]) -> None:
        self.chat.composer.waiting = tuple(words)

    # What the screen wants

    @on(Composer.Sent)
    def _send(self, event: Composer.Sent) -> None:
        event.stop()
        stage = self.stage
        if stage is None or stage.held is None:
            self._in_turn.after(event.text, lambda: self._send(event))  # typed faster than the store opens
        elif prompts.is_meant(stage, event.text):
            self._obey_line(stage, event)
        else:
            edited = stage.editing.end()
            self._in_turn.after(event.text, lambda: self._ask(stage, event, edited))

    def _ask(self, stage: Stage, event: Composer.Sent, edited: Node | None = None) -> None:
        try:
            files = along_with(stage, event.text, event.files, event.typed, edited)
            stage.send(question_of(event.text, files, stage), edited, files)
        except DeepChatError as error:
            there = [file for file in event.files if is_file(file)]  # of the others the error tells
            writing.give_back(self.chat.composer, [event.text], there, event.typed)
            if edited:
                stage.editing.go_on(edited)
            stage.tell(error)

    # What is done

    def action_interrupt(self) -> None:
        """Copy what is selected; else stop the answer; twice ends the app."""
        stage, now = self.stage, time.monotonic()
        if stage and self.screen.get_selected_text():
            self.action_obey("copy")
        elif now - self._interrupted_at < TWICE_S:
            self.exit(0)
        else:
            self._interrupted_at = now
            if stage and stage.held and stage.held.is_streaming:
                stage.held.stop()
            self.notify("ctrl+c again ends DeepChat; nothing is lost", timeout=TWICE_S, markup=False)

    def action_suspend_process(self) -> None:
        """Step aside, where somebody brings it back."""
        if shell_waits():
            super().action_suspend_process()
        else:
            self.notify("no shell here could bring DeepChat back, so it stays", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: the table has them all."""
        return ()

    def _look_at_theme(self) -> None:
        try:
            palette = self._wardrobe.look_again()
        except ConfigError as fault:
            if self.stage:
                self.stage.tell(fault)
            return
        if palette and self.stage:
            self.stage.wear(palette)

    def _obey_line(self, stage: Stage, event: Composer.Sent) -> None:
        try:
            command, words = prompts.meant(stage, event.text)
        except UsageError as error:
            writing.give_back(self.chat.composer, [event.text], event.files, event.typed)
            stage.tell(error)
            return
        for file in event.files:  # they go along with a question, and none was asked
            self.chat.composer.attach(file)
        self.action_obey(command.name, words)
