"""Opens a page in the browser that this machine has."""

from __future__ import annotations

import asyncio
import webbrowser
from typing import TYPE_CHECKING

from deepchat.tui.aside import aside

if TYPE_CHECKING:
    from textual.app import App


async def show(app: App[int], target: str) -> bool:
    """Whether there was one. A browser of the terminal, such as lynx, has it until it ends."""
    try:
        browser = await asyncio.to_thread(webbrowser.get)
    except webbrowser.Error:
        return False
    if isinstance(browser, webbrowser.GenericBrowser) and not isinstance(browser, webbrowser.BackgroundBrowser):
        with aside(app):
            return browser.open(target)
    return await asyncio.to_thread(webbrowser.open, target)  # which may wait for seconds for a window
