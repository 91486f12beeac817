"""What lists and screens ask for that the first frame does not show goes to the commands.

What nobody has opened yet is not loaded, so its messages are heard by their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.errors import ConfigError, UsageError
from deepchat.tui.listener import Listener

if TYPE_CHECKING:
    from deepchat.errors import KeyMissing
    from deepchat.tui.screens.compare import Compare
    from deepchat.tui.screens.models import ModelList
    from deepchat.tui.screens.search import Search
    from deepchat.tui.screens.theme import Themes
    from deepchat.tui.screens.welcome import Welcome
    from deepchat.tui.widgets.conversation_list import ConversationList


class LateListener(Listener):
    """The part of the app that hears them."""

    def on_search_asked(self, event: Search.Asked) -> None:
        from deepchat.tui.commands import looking
        from deepchat.tui.screens.search import Search

        event.stop()
        if self.stage and isinstance(self.screen, Search):
            self.stage.do(looking.look_for(self.stage, self.screen, event.words))

    def on_model_list_refresh_wanted(self, event: ModelList.RefreshWanted) -> None:
        from deepchat.tui.commands import asking

        event.stop()
        if event.by_hand:
            self.action_obey("refresh", event.provider)
        elif self.stage:
            self.stage.do(asking.refresh_quietly(self.stage))

    def on_model_list_favourite_toggled(self, event: ModelList.FavouriteToggled) -> None:
        from deepchat.tui.commands import asking

        event.stop()
        if self.stage:
            self.stage.do(asking.toggle_favourite(self.stage, event.provider, event.model))

    def on_compare_keep_wanted(self, event: Compare.KeepWanted) -> None:
        from deepchat.tui.commands import rivals

        event.stop()
        if self.stage:
            self.stage.do(rivals.keep(self.stage, event.at))

    def on_compare_stop_wanted(self, event: Compare.StopWanted) -> None:
        event.stop()
        if self.stage and self.stage.comparing:
            self.stage.comparing.stop()

    def on_welcome_key_pasted(self, event: Welcome.KeyPasted) -> None:
        from deepchat.tui.commands import first_run
        from deepchat.tui.screens.welcome import Welcome

        event.stop()
        if self.stage and isinstance(self.screen, Welcome):
            self.stage.do(first_run.check(self.stage, self.screen, event.where, event.key))

    def offer_ways(self, refused: KeyMissing) -> None:
        """There is no key for a question, which stands in the composer again."""
        from deepchat.tui.commands import first_run

        if self.stage:
            self.stage.do(first_run.greet(self.stage, refused))

    def on_themes_previewed(self, event: Themes.Previewed) -> None:
        event.stop()
        if self.stage:
            try:
                self.stage.wear(self.stage.wardrobe.find(event.name))
            except (ConfigError, UsageError) as fault:
                self.stage.tell(fault)

    def on_conversation_list_chosen(self, event: ConversationList.Chosen) -> None:
        event.stop()
        self.action_obey("resume", event.id)
        if self.stage:
            self.stage.chat.composer.focus()

    def on_conversation_list_rename_wanted(self, event: ConversationList.RenameWanted) -> None:
        event.stop()
        self._ask_for_words(event.id, "rename")

    def on_conversation_list_tag_wanted(self, event: ConversationList.TagWanted) -> None:
        event.stop()
        self._ask_for_words(event.id, "tag")

    def on_conversation_list_pin_toggled(self, event: ConversationList.PinToggled) -> None:
        event.stop()
        self.action_obey("pin", event.id)

    def on_conversation_list_delete_wanted(self, event: ConversationList.DeleteWanted) -> None:
        event.stop()
        self.action_obey("delete", event.id)

    def on_conversation_list_undo_wanted(self, event: ConversationList.UndoWanted) -> None:
        event.stop()
        self.action_obey("undo")

    def _ask_for_words(self, conversation: str, name: str) -> None:
        from deepchat.tui.commands import keeping

        if self.stage:
            self.stage.do(keeping.ask_for_words(self.stage, conversation, name))
