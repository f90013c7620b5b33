"""A line as a person types it: its words, with what stands in quotes or brackets in one piece, and its options.

IPython's own splitting is a shell's, to which the apostrophe of *Ana's order* opens a quotation and the quotes of a
JSON text are none of its own. Here a quote opens only where a word or a value begins.
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from typing import Any, Final, Protocol

from IPython.core.error import UsageError

QUOTES: Final = "\"'"
BRACKETS: Final = {"[": "]", "{": "}"}
HELP: Final = ("-h", "--help")


class Action(Protocol):
    """A function with IPython's magic arguments, which have made its parser."""

    parser: Any

    def __call__(self, shell: Any, line: str) -> Any:
        """Do it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a line: as it stands there from `start` on, and without its quotes; `open_` if one is not closed."""

    raw: str
    start: int
    open_: bool = False

    @property
    def text(self) -> str:
        """The word as it is meant."""
        return unquoted(self.raw)

    @property
    def pair(self) -> tuple[str, str] | None:
        """The name and the value, as it stands there, of ``name=value``; None for another word."""
        name, equals, value = self.raw.partition("=")
        if not equals or not name or any(character in name for character in (*QUOTES, *BRACKETS)):
            return None
        return name, value


class HelpWanted(Exception):  # noqa: N818 - never leaves the magics
    """Raised when a line asks for help; its text is the help."""


def words(line: str, *, partial: bool = False) -> list[Word]:
    """Give the words of a line; of one that is still being typed, the last may be open.

    Raises
    ------
    UsageError
        A quote or bracket is opened and not closed.
    """
    found: list[Word] = []
    place = 0
    while True:
        while place < len(line) and line[place].isspace():
            place += 1
        if place == len(line):
            return found
        end, closing = _end(line, place)
        if closing and not partial:
            raise UsageError(f"There is no closing {closing} in: {line[place:].strip()}")
        found.append(Word(line[place:end], place, bool(closing)))
        place = end


def _end(line: str, start: int) -> tuple[int, str]:
    """Give where a word ends, and what would have to close it if the line ends before."""
    closing: list[str] = []
    place, fresh = start, True
    while place < len(line):
        character = line[place]
        if closing and closing[-1] in QUOTES:
            if character == "\\":
                place += 1
            elif character == closing[-1]:
                closing.pop()
            fresh = False
        elif character in QUOTES and (fresh or (closing and character == '"')):
            closing.append(character)
        elif character in BRACKETS and (fresh or closing):
            closing.append(BRACKETS[character])
            fresh = True
        elif closing and character == closing[-1]:
            closing.pop()
        elif character.isspace() and not closing:
            return place, ""
        else:
            # Only the first "=" of a word is one: behind it a value begins.
            fresh = character == "=" and "=" not in line[start:place] and not closing
        place += 1
    return len(line), closing[-1] if closing else ""


def unquoted(text: str) -> str:
    """Give a text without the quotes around it, if it has any."""
    if len(text) < 2 or text[0] not in QUOTES or text[-1] != text[0]:
        return text
    inner, quote = text[1:-1], text[0]
    return inner.replace(f"\\{quote}", quote).replace("\\\\", "\\")


def quoted(text: str) -> str:
    """Give a text as one word of a line."""
    if text and not any(character.isspace() for character in text) and text[0] not in (*QUOTES, *BRACKETS, "-"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def one_line(text: str) -> str:
    """Give a text without line breaks."""
    return " ".join(text.split())


def parsed(action: Action, line: str) -> Namespace:
    """Give what a line says to an action.

    Raises
    ------
    UsageError
        It is wrong.
    HelpWanted
        It asks for help.
    """
    said = [word.text for word in words(line)]
    if any(word in HELP for word in said):
        raise HelpWanted(help_of(action))
    found: Namespace = action.parser.parse_args(said)
    return found


def help_of(action: Action) -> str:
    """Give the help of an action, as IPython's parser writes it."""
    # Since Python 3.14 a parser colours its help in a kernel, where others read it than terminals.
    action.parser.color = False
    text: str = action.parser.format_help()
    # It begins with the mark of a literal block, which is for a page of documentation.
    return text.removeprefix("::\n\n").strip()


def options_of(action: Action) -> list[str]:
    """Give the options that an action takes."""
    return [*action.parser._option_string_actions, HELP[0]]  # noqa: SLF001 - no other way
