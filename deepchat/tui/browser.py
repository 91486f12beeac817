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
    opened = await asyncio.to_thread(browser.open, target)  # which may wait for seconds for a window
    # One that hands the page over and ends at once counts for Python as failed; webbrowser.open would go on to the
    # next, which may be one of the terminal, over the app.
    return opened or isinstance(browser, webbrowser.BackgroundBrowser)
