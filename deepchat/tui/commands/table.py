"""The one list of commands; a new one is a function in this folder and a row here, which names it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Final

from deepchat.errors import UsageError
from deepchat.tui.commands.command import Command

COMMANDS: Final = (
    Command(
        "new", "begin another conversation", "talking.new", "ctrl+n", label="new", argument="[QUESTION]", has_lines=True
    ),
    Command("temporary", "begin one of which nothing but its cost is kept", "talking.temporary"),
    Command(
        "resume", "go on in another conversation", "keeping.resume", "ctrl+r", label="conversations", argument="[WORDS]"
    ),
    Command("search", "find words in everything that was ever said", "looking.search", "ctrl+f", label="search"),
    Command("find", "find words in this conversation", "looking.find", "slash", "transcript", "[WORDS]", label="find"),
    Command("rename", "call the conversation otherwise", "keeping.rename", argument="TITLE"),
    Command("tag", "put tags on it; -WORD takes one off", "keeping.tag", argument="WORD …"),
    Command("pin", "keep it at the top of the list, or no longer", "keeping.pin"),
    Command("delete", "into the trash, which /undo opens", "keeping.delete"),
    Command("undo", "take back what was deleted last", "talking.undo"),
    Command("export", "into a file: .md, .html, .json", "keeping.export", argument="[FILE]"),
    Command("import", "conversations from a file", "keeping.bring_in", argument="FILE"),
    Command("model", "who answers next", "asking.model", "ctrl+o", label="model", argument="[NAME]", group="answers"),
    Command(
        "refresh",
        "ask the provider for its models and prices now",
        "asking.refresh_models",
        argument="[PROVIDER]",
        words="asking.providers",
        waits=True,
        group="answers",
    ),
    Command(
        "provider",
        "where questions go",
        "asking.provider",
        argument="[NAME]",
        words="asking.providers",
        group="answers",
    ),
    Command(
        "preset",
        "a model, instructions and parameters in one",
        "asking.preset",
        argument="[NAME]",
        words="asking.presets",
        group="answers",
    ),
    Command(
        "system", "how the model shall behave", "talking.system", argument="[WORDS]", has_lines=True, group="answers"
    ),
    Command(
        "params",
        "how freely words are chosen, and how many",
        "asking.params",
        argument="[NAME=NUMBER …]",
        group="answers",
    ),
    Command(
        "effort",
        "how long the model thinks first",
        "asking.effort",
        argument="[HOW]",
        words="asking.efforts",
        group="answers",
    ),
    Command(
        "tier",
        "faster and dearer, or slower and cheaper",
        "asking.tier",
        argument="[WHICH]",
        words="asking.tiers",
        group="answers",
    ),
    Command("json", "answers are JSON objects, or words again", "asking.as_json", group="answers"),
    Command("schema", "answers are JSON that fits a schema", "asking.schema", argument="FILE", group="answers"),
    Command(
        "tools",
        "what the model may call here",
        "tools.tools",
        argument="[NAME …]",
        words="tools.names",
        waits=True,
        group="answers",
    ),
    Command(
        "mcp",
        "servers that have more tools",
        "tools.mcp",
        argument="[NAME]",
        words="tools.servers",
        waits=True,
        group="answers",
    ),
    Command("stop", "no more of the answer that comes", "talking.stop", group="answers"),
    Command(
        "edit",
        "ask the question otherwise, on a branch of its own",
        "talking.edit",
        "e",
        "transcript",
        "[WORDS]",
        has_lines=True,
        label="edit",
        group="messages",
    ),
    Command(
        "retry",
        "answer once more, beside the old answer",
        "talking.retry",
        "r",
        "transcript",
        "[leg]",
        label="again",
        group="messages",
    ),
    Command("more", "go on with the last answer", "talking.more", "m", "transcript", label="more", group="messages"),
    Command(
        "fork", "go on in a copy that ends here", "talking.fork", "f", "transcript", label="fork", group="messages"
    ),
    Command(
        "older", "the version of the message before this one", "talking.older", "left", "transcript", group="messages"
    ),
    Command(
        "newer", "the version of the message after this one", "talking.newer", "right", "transcript", group="messages"
    ),
    Command(
        "cut",
        "take this message and what follows off the conversation",
        "talking.cut",
        "d",
        "transcript",
        label="cut off",
        group="messages",
    ),
    Command(
        "compare",
        "one question to several models, side by side",
        "rivals.compare",
        "f4",
        argument="[MODELS …]",
        group="messages",
    ),
    Command(
        "compact",
        "let a summary stand for all but the last turn, or for the oldest that fit the model",
        "talking.compact",
        group="messages",
    ),
    Command(
        "copy",
        "copy the message, or what is selected",
        "looking.copy",
        "c",
        "transcript",
        label="copy",
        group="messages",
    ),
    Command("code", "copy a block of code", "looking.copy_code", "y", "transcript", label="code", group="messages"),
    Command(
        "link",
        "open the last link of the message, or that one",
        "looking.links",
        "o",
        "transcript",
        "[NUMBER]",
        group="messages",
    ),
    Command("raw", "the message as it came, or as Markdown", "looking.raw", "w", "transcript", group="messages"),
    Command("reasoning", "show what was thought, or hide it", "looking.reasoning", "ctrl+t", group="messages"),
    Command("down", "to the next message", "looking.down", "j", "transcript", label="down", group="messages"),
    Command("up", "to the message before", "looking.up", "k", "transcript", label="up", group="messages"),
    Command("end", "to the end, and follow what comes", "looking.end", "end,G", "transcript", group="messages"),
    Command(
        "prompt",
        "a question of your own, from a file in prompts/",
        "prompts.prompt",
        argument="[NAME WORDS]",
        has_lines=True,
        words="prompts.names",
        group="messages",
    ),
    Command("attach", "a file with the next question", "screens.attach", argument="FILE", group="messages"),
    Command(
        "image",
        "a picture of what you describe, into the current folder",
        "drawing.image",
        argument="PROMPT",
        has_lines=True,
        group="messages",
    ),
    Command("editor", "write in your own editor", "talking.editor", group="messages"),
    Command("usage", "what was spent, by day and model", "screens.usage", group="money"),
    Command("budget", "what may be spent", "looking.budget", argument="[day 2.00]", group="money"),
    Command("balance", "what the provider's account still has", "looking.balance", group="money"),
    Command("left", "the list of conversations", "looking.left_bar", "ctrl+b,f2", group="app"),
    Command("right", "the figures", "looking.right_bar", "f3", group="app"),
    Command("welcome", "a key, a server on this machine, or the tour", "first_run.welcome", group="app"),
    Command("theme", "other colours", "screens.theme", argument="[NAME]", words="screens.themes", group="app"),
    Command("settings", "all settings", "screens.settings", group="app"),
    Command("keys", "what your terminal sends for a key", "screens.keys", group="app"),
    Command("commands", "all commands, by typing", "screens.palette", "ctrl+p", label="commands", group="app"),
    Command("help", "all keys and commands", "screens.help_", "f1", label="help", group="app"),
    Command("quit", "end DeepChat; nothing is lost", "screens.quit_", "ctrl+q", group="app"),
)

BY_NAME: Final[Mapping[str, Command]] = {command.name: command for command in COMMANDS}


def parted(line: str) -> tuple[str, str]:
    """The name behind the slash, and the words after it, which may begin on another line."""
    name = (line.removeprefix("/").split(maxsplit=1) or [""])[0] if line[1:2].strip() else ""
    return name, line.removeprefix(f"/{name}").strip()


def find_command(line: str, prompts: Collection[str] = ()) -> tuple[Command, str]:
    """What a line that begins with a slash means, and the words after it; raises UsageError.

    The user's prompts are commands too, as far as ours leave them a name.
    """
    name, words = parted(line)
    if found := BY_NAME.get(name):
        return found, words
    if name in prompts:
        return BY_NAME["prompt"], f"{name} {words}"
    fitting = [known for known in (*BY_NAME, *prompts) if name and known.startswith(name)]
    if len(fitting) == 1:
        return find_command(f"/{fitting[0]} {words}", prompts)
    near = fitting or get_close_matches(name, (*BY_NAME, *prompts), n=3)
    guess = f"did you mean /{', /'.join(near)}?" if near else "/help tells them all"
    raise UsageError(f"there is no command /{name[:40]}", f"{guess} · to send it as words, begin with a blank")
