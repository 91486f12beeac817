"""All settings with where their values came from, to look at and to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Static

from deepchat.config.fields import settings_of
from deepchat.config.providers import BUILT_IN, Provider
from deepchat.config.settings import every_setting
from deepchat.errors import ConfigError, UsageError
from deepchat.safe_text import one_line
from deepchat.tui.faults_told import ALL_NAMED, faults_told
from deepchat.tui.screens.dialog import Dialog
from deepchat.tui.screens.setting_editor import SettingEditor
from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import MUTED_STYLE, Column
from deepchat.tui.widgets.filtered_list import FilteredList
from deepchat.tui.widgets.key_line import KeyLine
from deepchat.tui.widgets.table_list import TableList
from deepchat.workspace import user_settings

if TYPE_CHECKING:
    from deepchat.config.explain import Row
    from deepchat.config.fields import Setting

_UNSET: Final = "–"


class Settings(Dialog[None]):
    """Values go into config.toml as they are entered; who opened it reads that again once it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close", id="settings.close")]
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "settings.tcss"]
    TITLE_OF_BOX = "Settings"

    def __init__(self) -> None:
        super().__init__()
        self._complaint = ""
        """Of the files, the first."""
        self._news = ("", "")
        """The setting that something happened to, and what."""
        self._list = FilteredList(
            Table(
                _columns(),
                key=lambda row: row.key,
                words=lambda row: f"{row.key} {row.value} {row.origin} {row.about}",
                group=_group,
                nothing="No setting has all these words.",
            ),
            placeholder="filter settings",
        )
        self._editor = SettingEditor()
        self._editor.display = False
        self._foot = Static(classes="foot")

    def parts(self) -> ComposeResult:
        yield self._list
        yield self._foot
        yield self._editor
        yield KeyLine(("⏎", "change"))

    def on_mount(self) -> None:
        self._read()

    @on(TableList.Moved)
    def _tell_more(self, event: TableList.Moved) -> None:
        event.stop()
        self._tell()

    @on(TableList.Chosen)
    def _edit(self, event: TableList.Chosen) -> None:
        event.stop()
        row = self._list.table.rows.item(event.key)
        if row is None:
            return
        if "\n" in row.value:
            self._news = (row.key, "it has more than one line: change it in config.toml")
            self._tell()
            return
        self._show_editor(True)
        self._editor.edit(row, _setting(row.key))

    @on(SettingEditor.Entered)
    def _change(self, event: SettingEditor.Entered) -> None:
        event.stop()
        try:
            path = user_settings.change(event.key, event.text)
        except (ConfigError, UsageError) as fault:
            self._editor.put_fault(one_line(fault.message))
            return
        self._news = (event.key, f"written to {path}")
        self._read()
        self._show_editor(False)

    @on(SettingEditor.GivenUp)
    def _give_up(self, event: SettingEditor.GivenUp) -> None:
        event.stop()
        self._show_editor(False)

    def _read(self) -> None:
        """Show the settings as they are in the files now."""
        rows, complaints = user_settings.every_setting()
        self._complaint = " ".join(faults_told(complaints, ALL_NAMED))
        self._list.fill(rows)
        self._tell()

    def _show_editor(self, shown: bool) -> None:
        self._editor.display, self._foot.display = shown, not shown
        if not shown:
            self._list.line.focus()

    def _tell(self) -> None:
        """What is to be known of the setting under the cursor, then what happened to it or is wrong with the file."""
        row = self._list.table.current
        lines = [Content(""), Content("")]
        about, news = self._news
        if row is not None:
            one = _setting(row.key)
            usual = f"usually {one_line(one.shown())}" if one and one.shown() else "usually not set"
            what = Content.assemble((one_line(row.key), "bold"), f" · {one_line(row.about)}")
            lines = [what, Content.styled(f"{usual} · {_origin_told(row)}", MUTED_STYLE)]
        if row is not None and row.key == about:
            lines.append(Content.styled(one_line(news), "$text-success"))
        elif self._complaint:
            lines.append(Content.styled(one_line(self._complaint), "$text-warning"))
        self._foot.update(Content("\n").join(lines), layout=False)


def _columns() -> list[Column[Row]]:
    return [
        Column(
            "setting", lambda row: Content(one_line(row.key.removeprefix("providers."))), 22, share=1, is_searched=True
        ),
        Column("value", _value, 10, share=3, is_searched=True),
        Column("from", _origin, 12, rank=1),
        Column("", lambda row: Content.styled(one_line(row.about), MUTED_STYLE), 30, share=4, rank=2, is_searched=True),
    ]


def _value(row: Row) -> Content:
    style = MUTED_STYLE if row.origin == "default" else "bold"
    return Content.styled(one_line(row.value) or _UNSET, style)


def _origin(row: Row) -> Content:
    return Content.styled("" if row.origin == "default" else row.origin, MUTED_STYLE)


def _origin_told(row: Row) -> str:
    match row.origin:
        case "default":
            return "nobody changed it"
        case "config.toml":
            return "you set it in config.toml"
        case "state.toml":
            return "it was picked in the app"
        case "environment":
            return "the environment sets it, whatever stands here"
        case "command line":
            return "the command line set it for this time"


def _group(row: Row) -> str:
    table, dot, _ = row.key.partition(".")
    return table.replace("_", " ") if dot else "general"


def _setting(key: str) -> Setting | None:
    """Its type."""
    if not key.startswith("providers."):
        return every_setting().get(key)
    _, name, inner = key.split(".", 2)
    return next((one for one in settings_of(BUILT_IN.get(name, Provider(name))) if one.key == inner), None)
