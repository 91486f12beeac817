"""What can't be used of the user's keys for commands; only the app knows which keys there can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepchat.config.files import Complaint


def wrong_keys() -> Sequence[Complaint]:
    """Nothing of the app is loaded for who has no keys of their own; raises ConfigError when there are no settings."""
    from deepchat.workspace.user_settings import file_with_keys

    file = file_with_keys()
    if file is None:
        return ()
    from deepchat.tui.commands.keys_in_force import rows_in_force

    return rows_in_force(file)[1]
