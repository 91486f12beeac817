"""Commands that look: search, find, copy, raw, thoughts, bars, usage, balance, budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.conversation.in_words import counted, total_words, usd
from deepchat.conversation.usage import Total
from deepchat.errors import UsageError
from deepchat.safe_text import hidden_count, make_safe, one_line
from deepchat.tui import browser, clipboard
from deepchat.tui.destination import OPENED, destination, kind_of
from deepchat.tui.screens.confirm import Confirm
from deepchat.tui.screens.search import Found, Hit, Search
from deepchat.tui.screens.side_bars import WIDE
from deepchat.tui.typeset.code_copies import code_blocks

if TYPE_CHECKING:
    from deepchat.tui.entries import Entry
    from deepchat.tui.stage import Stage
    from deepchat.tui.typeset.lines import Line
    from deepchat.tui.widgets.sheet import Sheet


def show_chosen(stage: Stage) -> None:
    """Bring the message that keys speak of to sight, if nothing of it is there."""
    transcript = stage.chat.transcript
    seen = (int(transcript.scroll_y), transcript.size.height)
    if len(transcript.sheets) and not transcript.sheets.is_in_sight(transcript.index, *seen):
        transcript.go_to(transcript.index)


async def search(stage: Stage, _: str) -> None:
    """Find words in everything that was ever said."""
    search_screen: Search = Search()
    found = await stage.app.push_screen_wait(search_screen)
    match found:
        case Found(conversation, message):
            await stage.show(await stage.desk.open(conversation))
            await _lead_to(stage, message)
        case None:
            pass


async def look_for(stage: Stage, screen: Search, words: str) -> None:
    """Give the search what it asks for."""
    hits = await stage.desk.archive.search(words)
    told = [Hit(one.conversation, one.message, one.title, one.role, one.snippet, one.created_ms) for one in hits]
    screen.put_hits(words, told)


async def find(stage: Stage, words: str) -> None:
    """Find words in this conversation."""
    if words and not stage.chat.transcript.find(words):
        stage.notice(f"nobody said {words} in this conversation")
    elif not words:
        await stage.chat.find()


async def copy(stage: Stage, _: str) -> None:
    """Copy the message that is chosen, or what is selected; what can't be seen only from a message that is raw."""
    screen = stage.app.screen
    if selected := screen.get_selected_text():
        await _copy(stage, selected)
        screen.clear_selection()  # so that ctrl+c means something else again
        return
    entry, sheets, index = _chosen(stage), stage.chat.transcript.sheets, stage.chat.transcript.index
    await _copy(stage, entry.node.message.text or sheets.words_of(index), exact=sheets[index].is_raw)


async def copy_code(stage: Stage, _: str) -> None:
    """Copy a block of code of the chosen message; once more copies the one before it."""
    entry = _chosen(stage)
    blocks = code_blocks(entry.node.message.text)
    if not blocks:
        raise UsageError("there is no code in this message", "j and k choose another message")
    last_id, last = stage.copied
    number = (last - 1) % len(blocks) if last_id == entry.node.id else len(blocks) - 1
    stage.copied = (entry.node.id, number)
    block = blocks[number]
    about = f" · block {number + 1} of {len(blocks)}{f', {block.language}' if block.language else ''}"
    await _copy(stage, block.text, one_line(about))


async def open_link(stage: Stage, target: str) -> None:
    """Open a link, once it was shown where it leads."""
    kind = kind_of(target)
    if kind not in OPENED:
        stage.notice(f"{one_line(target)} is not opened: only {', '.join(OPENED)} are", "warning")
        return
    found = destination(target)
    question = f"{'Write to' if kind == 'mailto' else 'Open'} {found.place}?"
    screen = Confirm(question, make_safe(target, code=True), careful="\n".join(found.doubts), yes="open it")
    if await stage.app.push_screen_wait(screen) and not await browser.show(stage.app, target):
        stage.notice(f"no browser was found that opens {one_line(target)}", "warning")


async def links(stage: Stage, words: str) -> None:
    """Open a link of the chosen message: the last one, or the one with this number.

    They are counted as they stand there, and pictures after them: a picture shows what it leads to in words already.
    """
    _chosen(stage)
    lines = _as_page(stage.chat.transcript.sheets[stage.chat.transcript.index])
    written = dict.fromkeys(link.target for line in lines for link in line.links if not line.is_image(link))
    targets = list(dict.fromkeys([*written, *(link.target for line in lines for link in line.links)]))
    if not targets:
        raise UsageError("there is no link in this message", "j and k choose another message")
    number = int(words) if words.isdecimal() else len(written) or len(targets)
    if not 1 <= number <= len(targets):
        raise UsageError(
            f"there are {counted(len(targets), 'link')} in this message", f"/link 1 to /link {len(targets)}"
        )
    await open_link(stage, targets[number - 1])


async def raw(stage: Stage, _: str) -> None:
    """Show the chosen message as it came, hidden characters too, or as Markdown."""

    stage.chat.transcript.change(_turn)


async def reasoning(stage: Stage, _: str) -> None:
    """Show what was thought, or hide it."""
    stage.chat.transcript.fold_all()


async def left_bar(stage: Stage, _: str) -> None:
    """Show or hide the list of conversations."""
    if _has_room(stage, "/resume lists the conversations"):
        stage.chat.toggle_left()


async def right_bar(stage: Stage, _: str) -> None:
    """Show or hide the figures."""
    if _has_room(stage, "/usage tells what was spent"):
        stage.chat.toggle_right()


def _has_room(stage: Stage, instead: str) -> bool:
    """Whether a bar could be seen; where it could not, what serves instead is told."""
    if stage.chat.terminal_width >= WIDE:
        return True
    stage.notice(f"no room for it below {WIDE} columns · {instead}")
    return False


async def down(stage: Stage, _: str) -> None:
    """To the next message."""
    transcript = stage.chat.transcript
    transcript.go_to(transcript.index + 1)


async def up(stage: Stage, _: str) -> None:
    """To the message before."""
    transcript = stage.chat.transcript
    transcript.go_to(transcript.index - 1)


async def end(stage: Stage, _: str) -> None:
    """To the end, and follow what comes."""
    stage.chat.transcript.to_end()


async def balance(stage: Stage, _: str) -> None:
    """What the provider's account still has."""
    account = await stage.desk.market.account()
    funds = "?" if account.funds_nano is None else usd(account.funds_nano)
    month = "?" if account.month_nano is None else usd(account.month_nano)
    stage.notice(f"funds left: {funds} · spent in {account.month or 'this month'}: {month}")


async def budget(stage: Stage, words: str) -> None:
    """What may be spent: `/budget day 2.00`; `/budget` tells how it stands."""
    from deepchat.workspace.user_settings import change, reset

    parts = words.split()
    if not parts:
        stage.notice(
            f"{' · '.join(await _budgets_told(stage))}"
            " · /budget day 2.00 sets one (answer, conversation, day, month), none takes it away"
        )
        return
    if len(parts) != 2 or parts[0] not in ("answer", "conversation", "day", "month"):
        raise UsageError("/budget wants what, and how many dollars", "/budget day 2.00, or /budget day none")
    what, most = parts
    if most in ("none", "unset"):
        reset(f"budget.{what}")
    else:
        change(f"budget.{what}", most)
    await stage.desk.reload()
    await stage.refresh()
    stage.notice(f"{what}: no limit from now on" if most in ("none", "unset") else f"{what}: ${most} from now on")


async def _budgets_told(stage: Stage) -> list[str]:
    """Those of an answer and of a conversation only where there is one."""
    market, each = stage.desk.market, stage.desk.workspace.settings.budget.answer
    here = await market.standing_in(stage.held.id) if stage.held else None
    told = [
        f"{one.span}: {total_words(Total(one.spent.cost, one.spent.unknown)) if one.spent.legs else usd(0)} of "
        f"{'no limit' if one.most_nano is None else usd(one.most_nano)}"
        for one in (*([here] if here else []), *await market.standing())
    ]
    return [*([] if each is None else [f"answer: at most {usd(each)}"]), *told]


def _turn(sheet: Sheet) -> None:
    sheet.is_raw = not sheet.is_raw
    sheet.again()


def _as_page(sheet: Sheet) -> list[Line]:
    """Its lines with their links: what is shown as it came has none there, but leads to the same places."""
    is_raw = sheet.is_raw
    if is_raw:
        _turn(sheet)
    lines = [sheet.line(at) for at in range(len(sheet))]
    if is_raw:
        _turn(sheet)
    return lines


async def _lead_to(stage: Stage, message: str) -> None:
    """Show a message, on whichever branch it is."""
    if stage.chat.transcript.sheets.place_of(message) < 0:
        stage.front.need_silence()
        await stage.front.change(lambda chat: chat.lead(message))
        await stage.look()
    place = stage.chat.transcript.sheets.place_of(message)
    if place >= 0:
        stage.chat.transcript.go_to(place)
        stage.chat.transcript.focus()


async def _copy(stage: Stage, text: str, about: str = "", *, exact: bool = False) -> None:
    """What can't be seen is left out: it may be there for the program that it is pasted into."""
    hidden = 0 if exact else hidden_count(text)
    done, told = await clipboard.copy(stage.app, text if exact else make_safe(text))
    if hidden:
        about += f" · without {counted(hidden, 'hidden character')}: /raw shows and copies them"
    stage.notice(told + about, "information" if done else "warning")


def _chosen(stage: Stage) -> Entry:
    """The message that keys speak of; raises UsageError when there is none."""
    if stage.chosen is None:
        raise UsageError("there is no message yet", "ask something")
    return stage.chosen
