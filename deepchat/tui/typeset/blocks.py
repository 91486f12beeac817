"""Lines of Markdown -> blocks on a page: CommonMark's structure, tables and footnotes, read one line at a time.

The state after a line depends on nothing but the lines so far, so that text in pieces and text as a whole come out the
same. A copy of it shows how the page would look if the text ended in the middle of a line.
"""

from __future__ import annotations

from copy import copy
from typing import Final

from deepchat.tui.typeset.code import Code, Html
from deepchat.tui.typeset.containers import Frame, Note
from deepchat.tui.typeset.flow import Flow
from deepchat.tui.typeset.inline import Inline
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.nest import Nest
from deepchat.tui.typeset.scan import (
    CODE_INDENT,
    COLUMNS,
    FENCE,
    HEADING,
    RULE,
    UNDERLINE,
    Scan,
    cells_of,
    html_end,
)
from deepchat.tui.typeset.styled import Run
from deepchat.tui.typeset.tables import MOST_COLUMNS, Table, alignments

_MARKS: Final = frozenset("#*-_`~<")

Leaf = Flow | Code | Html | Table


class Blocks:
    """The blocks of one text, the last of which may be open."""

    def __init__(self, page: list[Line], width: int, inline: Inline) -> None:
        self.codes: list[Code] = []
        """All blocks of code so far."""
        self._page = page
        self._inline = inline
        self._is_trial = False
        self._nest = Nest(page, width)
        self._leaf: Leaf | None = None
        self._outside = self._nest
        """The nest as it was before the open paragraph, which may turn out to be none."""

    def copy(self) -> Blocks:
        """The same state on the same page, for a trial."""
        twin = copy(self)
        twin._is_trial = True
        twin._nest = self._nest.copy()
        twin._leaf = self._leaf.copy() if self._leaf else None
        return twin

    @property
    def settled(self) -> int:
        """How many of the page's lines stay as they are, whatever follows."""
        return self._leaf.settled if self._leaf else len(self._page)

    @property
    def is_certain(self) -> bool:
        """Whether the line that came last is running text, whatever else it says: the rest of it is for `more`."""
        return isinstance(self._leaf, Flow) and self._leaf.is_certain

    def line(self, text: str, glue: str = "\n") -> None:
        """The next line of the text; with other glue, only its start."""
        scan = Scan(text)
        depth = self._nest.match(scan)
        is_blank = not scan.body
        if depth == len(self._nest.stack) and self._is_taken(scan, is_blank=is_blank, glue=glue):
            return
        if is_blank:
            self._leave(self._nest.without_list(depth))
            self._nest.is_blank = True
            return
        depth = self._open_containers(scan, depth)
        if not scan.body or (scan.indent() < CODE_INDENT and self._is_marked(scan, depth, glue)):
            return
        self._take_text(scan, depth, glue)

    def more(self, text: str, glue: str = "\n") -> None:
        """More of the line that came last."""
        match self._leaf:
            case Flow():
                self._leaf.add(text)
            case Code() | Html():
                self._leaf.add(text, glue)
            case _:
                self._begin_flow().add_line(text.lstrip())

    def show(self) -> None:
        """Puts what is open on the page."""
        if self._leaf:
            self._leaf.show()
        else:
            self._nest.copy().pop(0)

    def close(self) -> None:
        """Nothing follows."""
        self._leave(0)

    @property
    def _paragraph(self) -> Flow | None:
        return self._leaf if isinstance(self._leaf, Flow) and not self._leaf.level else None

    def _is_taken(self, scan: Scan, *, is_blank: bool, glue: str) -> bool:
        """Whether the open block shows its lines as they are, and this one is its own."""
        leaf = self._leaf
        if not isinstance(leaf, Code | Html):
            return False
        self._nest.is_blank |= is_blank
        taken = leaf.take(scan, is_blank=is_blank, glue=glue)
        if not taken or leaf.is_closed:
            self._close_leaf()
        return taken

    def _open_containers(self, scan: Scan, depth: int) -> int:
        """Opens all that begin on this line; how many it stands in then, those that go on included."""
        while scan.body:
            in_paragraph = self._paragraph is not None and depth == len(self._nest.stack)
            opening = self._nest.opening(scan, depth, in_paragraph=in_paragraph)
            if not opening:
                break
            self._leave(opening.depth)
            self._nest.push(opening.containers)
            depth = len(self._nest.stack)
            first = opening.containers[0]
            if isinstance(first, Note) and not self._is_trial:
                self._inline.define_note(first.label)
        return depth

    def _is_marked(self, scan: Scan, depth: int, glue: str) -> bool:
        """Whether the line is told by its marks, and taken: a heading, a rule, a fence, HTML, or a paragraph's fate."""
        body = scan.body
        paragraph = self._paragraph
        if paragraph and depth == len(self._nest.stack) and self._changes(paragraph, body):
            return True
        if body[0] not in _MARKS:
            return False
        if heading := HEADING.match(body):
            self._leave(self._nest.without_list(depth))
            self._begin_flow(len(heading[1])).add(body[heading.end() :])
        elif RULE.match(body):
            self._leave(self._nest.without_list(depth))
            own = self._begin()
            line = own.line(0, [Run("─" * own.width, "rule")])
            self._page.append(Line(line.pieces, len(line.text)))
        elif fence := FENCE.match(body):
            indent = scan.indent()
            self._leave(self._nest.without_list(depth))
            self._begin_code(fence[1] or fence[3], indent, fence[2] or fence[4] or "")
        elif end := html_end(body, in_paragraph=paragraph is not None):
            self._leave(self._nest.without_list(depth))
            self._leaf = Html(self._page, self._begin(), end)
            self._is_taken(scan, is_blank=False, glue=glue)
        else:
            return False
        return True

    def _changes(self, paragraph: Flow, body: str) -> bool:
        """Whether the line makes a heading of the paragraph, or a table of its last line."""
        if paragraph.is_cut or body[0] not in "=-|:":
            return False
        if (underline := UNDERLINE.match(body)) and self._is_text(paragraph):
            paragraph.level = 1 if underline[1][0] == "=" else 2
            self._close_leaf()
            return True
        head = cells_of(paragraph.last_line)
        if not (
            0 < len(head) <= MOST_COLUMNS
            and "|" in paragraph.last_line
            and COLUMNS.match(body)
            and len(cells_of(body)) == len(head)
        ):
            return False
        paragraph.drop_last_line()
        self._close_leaf()
        self._leaf = Table(self._page, self._begin(), self._inline, head, alignments(cells_of(body)))
        return True

    def _is_text(self, paragraph: Flow) -> bool:
        """Whether there is more in it than definitions."""
        is_open = paragraph.source.startswith("[")
        return not is_open or bool(self._inline.take_definitions(paragraph.source, keep=False))

    def _take_text(self, scan: Scan, depth: int, glue: str) -> None:
        paragraph = self._paragraph
        if paragraph:
            paragraph.add_line(scan.body)
        elif isinstance(self._leaf, Table) and depth == len(self._nest.stack) and scan.indent() < CODE_INDENT:
            self._leaf.add(cells_of(scan.body))
        else:
            self._leave(self._nest.without_list(depth))
            if scan.indent() >= CODE_INDENT:
                self._begin_code("", 0, "")
                self._is_taken(scan, is_blank=False, glue=glue)
            else:
                body = self._nest.take_task(scan.body)
                self._begin_flow().add_line(body)

    def _begin(self) -> Frame:
        parting, own = self._nest.begin()
        self._page += parting
        return own

    def _begin_flow(self, level: int = 0) -> Flow:
        self._close_leaf()
        self._outside = self._nest.copy()
        parting, own = self._nest.begin()
        self._leaf = Flow(self._page, own, self._inline, parting, level)
        return self._leaf

    def _begin_code(self, fence: str, indent: int, info: str) -> None:
        language = (info.split() or [""])[0].strip("{}.").lower()
        self._leaf = Code(self._page, self._begin(), fence, indent, language)
        if not self._is_trial:
            self.codes.append(self._leaf)

    def _leave(self, depth: int) -> None:
        """Closes what is open, but for so many containers."""
        self._close_leaf()
        self._nest.pop(depth)

    def _close_leaf(self) -> None:
        leaf, self._leaf = self._leaf, None
        if not isinstance(leaf, Flow):
            if leaf:
                leaf.show()
            return
        if not leaf.level and not leaf.is_cut and leaf.source.startswith("["):
            leaf.source = self._inline.take_definitions(leaf.source, keep=not self._is_trial)
        if leaf.source or leaf.level or leaf.is_cut:
            leaf.show()
        else:
            # It was nothing but definitions, or the head of a table.
            del self._page[leaf.settled :]
            self._nest = self._outside.copy()
