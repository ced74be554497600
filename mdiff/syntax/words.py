"""Text in, words with their places out; refuses what can be no text of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.kinds import SEPARATORS
from mdiff.syntax.tables import load_tables

if TYPE_CHECKING:
    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.tree import Tree

MAX_LENGTH = 262_144
"""Longest text that is read, in characters."""

MAX_QUOTE = 40
"""Longest piece of a text that a message repeats."""

# LaTeX commands whose backslash and first letter make a control character in a shell or a string.
_EATEN = {
    "\a": ("a", ("alpha", "approx", "ast")),
    "\b": ("b", ("beta", "bar", "big", "bigl", "bm", "boldsymbol", "begin", "binom", "bullet")),
    "\t": ("t", ("top", "theta", "tau", "text", "textbf", "tfrac", "times", "tilde", "to", "tr")),
    "\n": ("n", ("nabla", "nu", "norm", "nolimits")),
    "\v": ("v", ("vec", "varphi", "varepsilon", "vert", "Vert", "vee")),
    "\f": ("f", ("frac", "forall", "flat")),
    "\r": ("r", ("rho", "right", "rVert", "rangle", "rm")),
}
_BLANK = "\t\n\r"


class Word:
    """One word of a text: what it is to the grammar, and how it is spelled.

    `text` is the spelling at first; the reader puts a name's meaning in its place. `power` is the
    2 of `sin^2 x`; `tree` is there for a word that is a whole node already, such as `1_n`;
    `options` are those of a call: `axis`, `keepdims`, the dot of `exp.(X)`.
    """

    __slots__ = ("end", "kind", "options", "power", "start", "text", "tree")

    def __init__(  # noqa: PLR0913 - the last two are for few words
        self,
        kind: str,
        text: str,
        start: int,
        end: int,
        power: int = 1,
        tree: Tree | None = None,
    ) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.power = power
        self.tree = tree
        self.options: dict[str, str] = {}

    @property
    def span(self) -> Span:
        """Its place in the text."""
        return (self.start, self.end)


def is_called(words: list[Word], at: int) -> bool:
    """Whether a round bracket follows a word at once."""
    following = words[at + 1] if at + 1 < len(words) else None
    return following is not None and following.kind == "OPEN" and following.start == words[at].end


def quote(text: str) -> str:
    """A piece of the user's text for a message: in backticks, short, and printable."""
    if len(text) > MAX_QUOTE:
        text = text[: MAX_QUOTE - 1] + "…"
    return "`" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + "`"


def cut(text: str) -> list[Word]:
    """The words of a text, blanks left out.

    Raises `E001` for an empty text, `E002` for one too long, `E003` for a control character,
    `E004` for any other that means nothing, `E005` for a quote that is never closed, and `E009`
    for LaTeX, which is not read yet.
    """
    if len(text) > MAX_LENGTH:
        raise fail(
            "E002",
            f"the text has {len(text)} characters, more than the {MAX_LENGTH} that are read",
            text=text[:MAX_QUOTE],
        )
    _refuse_control(text)
    words: list[Word] = []
    at = 0
    scan = load_tables().words.match
    while match := scan(text, at):
        kind = match.lastgroup or ""
        if kind != "SPACE":
            words.append(Word(kind, match.group(), at, match.end()))
        at = match.end()
    if at < len(text):
        raise _stray(text, at)
    if all(word.kind in SEPARATORS for word in words):
        raise fail("E001", "there is nothing to read: the text is empty", text=text)
    return words


def _refuse_control(text: str) -> None:
    """Name a control character, and the LaTeX command that it may be the rest of."""
    if text.isprintable():
        return
    for at, character in enumerate(text):
        if character >= " " and character != "\x7f":
            continue
        letter, commands = _EATEN.get(character, ("", ()))
        word = letter
        for following in text[at + 1 : at + 16]:
            if not (following.isascii() and following.isalpha()):
                break
            word += following
        if character in _BLANK and (word not in commands or len(word) < 3):
            continue
        helps = (
            [f"the shell or the string ate the backslash of `\\{word}`: put single quotes around"]
            if word in commands
            else ["remove it"]
        )
        raise fail(
            "E003",
            f"a control character, {ascii(character)[1:-1]}, stands before "
            f"{quote(text[at + 1 : at + 10]) if at + 1 < len(text) else 'the end'}",
            text=text,
            labels=[Label((at, at + 1), "this character cannot be seen")],
            helps=helps,
        )


def _stray(text: str, at: int) -> MdiffError:
    """The error for a character that begins no word."""
    character = text[at]
    if character == "\\":
        end = at + 1
        while end < len(text) and text[end].isalpha() and end < at + 20:
            end += 1
        return fail(
            "E009",
            f"LaTeX input, such as {quote(text[at:end])}, is not supported yet",
            text=text,
            labels=[Label((at, end), "write this in plain or unicode notation")],
        )
    if character == '"':
        return fail(
            "E005",
            '`"` is never closed',
            text=text,
            labels=[Label((at, at + 1), "a text in quotes ends on its line")],
        )
    shown = quote(character)
    return fail(
        "E004",
        f"the character {shown} means nothing here",
        text=text,
        labels=[Label((at, at + 1), f"U+{ord(character):04X}")],
    )
