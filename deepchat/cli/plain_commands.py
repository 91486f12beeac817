"""What can be said after a slash in a chat of plain lines: the words are those of the app."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from deepchat.cli import plain_tools, voice
from deepchat.cli.allowing import Permission
from deepchat.cli.moments import here
from deepchat.cli.question import read_attachment
from deepchat.conversation.in_words import cost_words, counted, usd
from deepchat.conversation.message import Message, user
from deepchat.conversation.parts import Part
from deepchat.errors import UsageError
from deepchat.workspace import choices, talks

if TYPE_CHECKING:
    from deepchat.session.chat import Chat, Put
    from deepchat.tui.starting import Start
    from deepchat.workspace import Answering, Workspace

_MOST_LISTED: Final = 10


def _permission() -> Permission:
    return Permission(lasts="in this conversation")


@dataclass(slots=True)
class Talk:
    """The conversation that is held, and what waits to be said in it."""

    workspace: Workspace
    held: Chat | None = None
    attached: list[Part] = field(default_factory=list[Part])
    """Goes along with the next question."""
    unsent: Message | None = None
    """The last question, as long as it is not part of the conversation."""
    is_over: bool = False
    given: Mapping[str, object] = field(default_factory=dict[str, object])
    """Parameters that were chosen for the conversation."""
    permission: Permission = field(default_factory=_permission)
    """What may run in it without another question."""

    @property
    def chat(self) -> Chat:
        """Raises UsageError when none could be begun."""
        if self.held is None:
            raise UsageError("no conversation is open", "/new begins one")
        return self.held

    async def put(self) -> Put:
        """What makes the next answer."""
        toolbox = await plain_tools.toolbox(self.workspace, self.chat, self.permission)
        wish = talks.Wish(self.workspace.parameters(self.given), toolbox=toolbox)
        return talks.put_for(self.workspace, self.chat, wish)

    def hold(self, chat: Chat) -> None:
        """Go on in this one."""
        before, self.held, self.unsent = self.held, chat, None
        self.permission = _permission()
        self.given = choices.parameters_chosen(self.workspace, chat)
        if before and before is not chat:
            before.close()
            self.workspace.chats.remove(before)


Run = Callable[[Talk, str], Awaitable["Answering | None"]]


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table."""

    name: str
    about: str
    run: Run
    argument: str = ""


async def begin(talk: Talk, start: Start) -> Answering | None:
    """As the command line said: the conversation, and its first question."""
    if start.go_on or start.resume:
        await resume(talk, start.resume or "", is_latest_meant=True)
    else:
        talk.hold(await _begun(talk, keeps_words=not start.temporary))
    if start.resume == "":
        await resume(talk, "")
    for path in start.files:
        await attach(talk, str(path))
    return await ask(talk, start.question) if start.question else None


async def ask(talk: Talk, words: str) -> Answering:
    """Send it with what is attached."""
    question = user(words, *talk.attached)
    talk.attached.clear()
    talk.unsent = question
    return await _send(talk, question)


async def new(talk: Talk, words: str) -> Answering | None:
    """Begin another conversation, with the model of this one."""
    talk.hold(await _begun(talk))
    voice.notice("a new conversation")
    return await ask(talk, words) if words else None


async def resume(talk: Talk, words: str, *, is_latest_meant: bool = False) -> None:
    """Go on in the conversation that is meant; without words, tell the last ones."""
    library = await talk.workspace.keeping.library()
    if not words and not is_latest_meant:
        for one in await library.recent(_MOST_LISTED):
            title = voice.safe_line(one.title or "untitled")
            print(f"{one.id}: {title}, {here(one.updated_ms)}, {counted(one.messages, 'message')}")
        voice.notice("/resume with the beginning of an id, or with words of a title, goes on in one of them")
        return
    found = await library.one(words) if words else await library.latest()
    if talk.held is None or found.id != talk.held.conversation.id:
        talk.hold(await talks.old_chat(talk.workspace, found.id))
        choices.stay_with_model(talk.workspace, talk.chat)
    chat = talk.chat
    voice.notice(f"going on with: {chat.conversation.title or 'untitled'}")
    for node in chat.tree.path[-2:]:
        if node.message.role in ("user", "assistant") and node.message.text:
            _read_out("You" if node.message.role == "user" else "Answer", node.message.text)


async def search(talk: Talk, words: str) -> None:
    """Tell the best hits in everything that was ever said."""
    library = await talk.workspace.keeping.library()
    found = await library.search(_need(words, "/search WORDS"), limit=_MOST_LISTED)
    for hit in found:
        title = hit.title or "untitled"
        print(f"{hit.conversation}: {voice.safe_line(f'{title}: {hit.snippet}')}")
    voice.notice(f"{counted(len(found), 'hit')}; /resume ID goes on in one of them" if found else "nothing was found")


async def model(talk: Talk, words: str) -> None:
    """Choose who answers next, by any unique part of its id; without words, tell who it is."""
    workspace = talk.workspace
    where = await workspace.where()
    if words:
        found = workspace.shelf.catalog.find(words, workspace.shelf.known_as(where.name)).id_to_send
        workspace.choose(where.name, found)
        if talk.held:
            await talk.held.choose(replace(talk.held.conversation.chosen, provider=where.name, model=found))
    name = workspace.settings.model
    known = workspace.shelf.price_list(where.name, name)
    prices = known.prices if known else None
    cost = "at a price nobody knows"
    if prices and prices.input is not None and prices.output is not None:
        cost = f"{usd(prices.input)} in, {usd(prices.output)} out per million tokens"
    voice.notice(f"{name} at {where.name}, {cost}")


async def system(talk: Talk, words: str) -> None:
    """How the model shall behave from now on."""
    chat = talk.chat
    if words:
        await chat.instruct("" if words == "none" else words)
    told = chat.tree[chat.tree.root_id].message.text
    voice.notice(f"instructions: {told or 'none'}")


async def attach(talk: Talk, words: str) -> None:
    """Send a text or a picture along with the next question."""
    name = _need(words, "/attach FILE")
    talk.attached.append(read_attachment(name))
    voice.notice(f"{name} goes with the next question")


async def tools(talk: Talk, words: str) -> None:
    """Turn tools on or off for this conversation; without a name, tell which there are."""
    await plain_tools.switch(talk.workspace, talk.chat, words)


async def mcp(talk: Talk, words: str) -> None:
    """Connect the server that is named; without a name, tell which there are."""
    await plain_tools.connect(talk.workspace, words.strip())


async def more(talk: Talk, _: str) -> Answering:
    """Go on with the last answer."""
    return await talk.chat.more(await talk.put())


async def retry(talk: Talk, _: str) -> Answering:
    """Ask the last question once more; the old answer stays beside the new one."""
    if talk.unsent and not _is_said(talk, talk.unsent):
        return await _send(talk, talk.unsent)
    return await talk.chat.regenerate(await talk.put())


async def edit(talk: Talk, words: str) -> Answering:
    """Ask the last question otherwise, on a branch of its own."""
    question = user(_need(words, "/edit THE QUESTION IN OTHER WORDS"))
    asked = [node for node in talk.chat.tree.path if node.message.role == "user"]
    if not asked:
        raise UsageError("there is no question to edit", "ask one")
    return await talk.chat.edit(asked[-1].id, question, await talk.put())


async def rename(talk: Talk, words: str) -> None:
    """Call the conversation otherwise."""
    title = " ".join(_need(words, "/rename TITLE").split())
    chat = talk.chat
    if chat.is_kept:
        await (await talk.workspace.keeping.library()).rename(chat.conversation.id, title)
    chat.conversation.title = title
    voice.notice(f"it is called {title} now")


async def usage(talk: Talk, _: str) -> None:
    """What was spent in all, and on the last days."""
    used = await (await talk.workspace.keeping.accounts()).used("day")
    for row in used.rows[:_MOST_LISTED]:
        print(f"{row.key}: {cost_words(row.spent.cost)}, {counted(row.spent.legs, 'request')}")
    voice.notice(f"in all: {cost_words(used.total.spent.cost)}")


async def help_(_: Talk, __: str) -> None:
    """All of these."""
    for one in COMMANDS:
        print(f"/{f'{one.name} {one.argument}'.strip()}: {one.about}")
    voice.notice("Ctrl-C stops an answer, twice it ends the program, and so does the end of the input")


async def quit_(talk: Talk, _: str) -> None:
    """End it."""
    talk.is_over = True


COMMANDS: Final = (
    Command("help", "all of these", help_),
    Command("new", "begin another conversation", new, "[QUESTION]"),
    Command("resume", "go on in another conversation; without words, the last ones are told", resume, "[WORDS]"),
    Command("search", "find words in everything that was ever said", search, "WORDS"),
    Command("model", "who answers next; without a name, who it is and what it costs", model, "[NAME]"),
    Command("system", "how the model shall behave; none takes it back", system, "[WORDS]"),
    Command("attach", "send a text or a picture with the next question", attach, "FILE"),
    Command("tools", "what the model may call here; you are asked before one runs", tools, "[NAME]"),
    Command("mcp", "connect an MCP server; without a name, which there are and how they are", mcp, "[NAME]"),
    Command("more", "go on with the last answer", more),
    Command("retry", "answer once more, beside the old answer", retry),
    Command("edit", "ask the last question otherwise, on a branch of its own", edit, "WORDS"),
    Command("rename", "call the conversation otherwise", rename, "TITLE"),
    Command("usage", "what was spent, by day", usage),
    Command("quit", "end it; nothing is lost", quit_),
)


def find_command(line: str) -> tuple[Command, str]:
    """What a line that begins with a slash means, and the words after it; raises UsageError."""
    name, _, words = line.removeprefix("/").partition(" ")
    names = [one.name for one in COMMANDS]
    exact = [one for one in COMMANDS if one.name == name]
    fitting = exact or [one for one in COMMANDS if name and one.name.startswith(name)]
    if len(fitting) == 1:
        return fitting[0], words.strip()
    near = [one.name for one in fitting] or get_close_matches(name, names, n=3)
    guess = f"there is /{', /'.join(near)}" if near else "/help tells them all"
    raise UsageError(f"there is no command /{name[:40]}", f"{guess}; to send it as words, begin with a blank")


async def _begun(talk: Talk, *, keeps_words: bool = True) -> Chat:
    chat = await talks.new_chat(talk.workspace, keeps_words=keeps_words)
    await plain_tools.begin(talk.workspace, chat)
    return chat


async def _send(talk: Talk, question: Message) -> Answering:
    return await talk.chat.send(question, await talk.put())


def _is_said(talk: Talk, question: Message) -> bool:
    return any(node.message is question for node in talk.chat.tree)


def _need(words: str, example: str) -> str:
    if not words.strip():
        raise UsageError("that wants words after it", example)
    return words


def _read_out(who: str, text: str) -> None:
    said = voice.Words(sys.stdout)
    said.say(f"{who}: {text}\n")
    said.end()
