"""Text in, words with their places out; refuses what can be no text of the language."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING
from unicodedata import normalize

from mdiff.errors import fail, fail_at
from mdiff.record import Record, derived
from mdiff.syntax.tables import load_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.tree import Tree

# ---- letters, as typed and as mdiff spells them: `Σ` is `Sigma`

_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
)  # fmt: skip
_LETTERS = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK, strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", (name.title() for name in _GREEK), strict=True)),
    "ς": "sigma", "ϑ": "theta", "ϕ": "phi", "ϖ": "pi", "ϱ": "rho", "ϵ": "epsilon", "µ": "mu",
}  # fmt: skip
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
_ACCENTS = {
    "\u0302": "_hat", "\u0304": "_bar", "\u0305": "_bar", "\u0303": "_tilde", "\u0307": "_dot",
    "\u0308": "_ddot", "\u0301": "_acute", "\u0300": "_grave", "\u030c": "_check",
    "\u0306": "_breve", "\u20d7": "_vec",
}  # fmt: skip
GREEK_NAMES = frozenset(_LETTERS.values())
"""The Greek letters, small and capital, as mdiff spells them."""


def spelled(text: str) -> str:
    """A name in the letters that mdiff uses: `Σ` is `Sigma`, `x₁` and `x_{1}` are `x_1`."""
    if text.isascii():
        return text.replace("{", "").replace("}", "")
    name = ""
    if any("À" <= c <= "ž" or "Ẁ" <= c <= "ỹ" for c in text):  # letters joined to accents
        text = normalize("NFD", text)
    for at, character in enumerate(text):
        if character in _SUBSCRIPTS:
            if text[at - 1] not in _SUBSCRIPTS and not name.endswith("_"):
                name += "_"
            name += _SUBSCRIPTS[character]
        elif character in _ACCENTS:
            name += _ACCENTS[character]
        else:
            name += _LETTERS.get(character, character)
    return name.replace("{", "").replace("}", "")


def superscript(text: str) -> str:
    """The characters of a superscript, on the line: `⁻¹ᵀ` is `-1T`."""
    return normalize("NFKC", text).replace("−", "-")


# ---- words

END = "$END"
"""The kind of the word behind the last one."""

# The kinds of words in groups; the kinds themselves are the terminals of `grammar/words.lark` and
# those that the reader makes.

CLOSING = {
    kind: kind.replace("OPEN", "CLOSE")
    for kind in ("OPEN", "OPEN_BRACE", "OPEN_SQUARE", "OPEN_ANGLE")
}
"""The brackets that open → those that close them."""

CLOSERS = frozenset(CLOSING.values())

ROUND = frozenset({"OPEN_BRACE", "OPEN_SQUARE", "CLOSE_BRACE", "CLOSE_SQUARE"})
"""Brackets that group just as round ones do."""

BAR_KINDS = frozenset({"BAR", "BARS"})

FENCES = BAR_KINDS.union(CLOSING)
"""What may open the argument of a function."""

PLAIN_OPERANDS = frozenset(
    {"NAME", "NUMBER", "FRACTION", "CONSTANT", "OPEN", "OPEN_ANGLE", "ROOT"}
)  # fmt: skip
"""Words that begin an operand also where a bar stands before them."""

OPERANDS = PLAIN_OPERANDS | {"OPEN_BRACE", "OPEN_SQUARE", "GRADIENT", "MODULE"}
"""Words that begin an operand."""

_ENDS = CLOSERS | {
    "NUMBER", "FRACTION", "IMAGINARY", "CONSTANT", "TRANSPOSE", "INVERSE_TRANSPOSE", "SUPERSCRIPT",
    "CONJUGATE",
}  # fmt: skip

OPERAND_ENDS = _ENDS | {"NAME", "INDEX"}
"""Words that end an operand, as they are typed."""

READ_ENDS = _ENDS | {"VARIABLE", "POSITIVE", "CLOSE_ABS", "CLOSE_NORM"}
"""Words that end an operand, as the reader leaves them."""

POWERS = frozenset({"POWER", "SUPERSCRIPT"})

POSTFIXES = POWERS | {"TRANSPOSE", "INVERSE_TRANSPOSE", "CONJUGATE", "DOT_POWER", "METHOD"}

CONTINUING = POSTFIXES | {
    "TIMES", "CDOT", "AT", "DIVIDE", "LEFT_DIVIDE", "DOT_TIMES", "DOT_DIVIDE", "KRON", "EQUALS",
}  # fmt: skip
"""Words that begin no statement: where a line begins with one, the line before goes on."""

SIGNS = frozenset({"PLUS", "MINUS"})

_NAMED = frozenset({"NAME", "GRADIENT"})

SEPARATORS = frozenset({"NEWLINE", "SEMICOLON"})
"""What parts statements."""

# How long texts may be.

MAX_LENGTH = 262_144
"""Longest text that is read, in characters."""

MAX_QUOTE = 40
"""Longest piece of a text that a message repeats."""

# LaTeX commands whose backslash and first letter make a control character in a shell or a string.
_EATEN = dict(zip("\a\b\t\n\v\f\r", "abtnvfr", strict=True))
_COMMANDS = frozenset({
    "alpha", "approx", "ast", "beta", "bar", "big", "bigl", "bm", "boldsymbol", "begin", "binom",
    "bullet", "top", "theta", "tau", "text", "textbf", "tfrac", "times", "tilde", "to", "tr",
    "nabla", "nu", "norm", "nolimits", "vec", "varphi", "varepsilon", "vert", "Vert", "vee", "frac",
    "forall", "flat", "rho", "right", "rVert", "rangle", "rm",
})  # fmt: skip
_BLANK = "\t\n\r"


class Word(Record):
    """One word of a text: what it is to the grammar, and how it is spelled.

    `text` is the spelling at first; the reader puts a name's meaning in its place. `name` is that
    of a name in the letters that mdiff uses, `called` whether a round bracket follows at once.
    `power` is the 2 of `sin^2 x`; `tree` is there for a word that is a whole node already, such as
    `1_n`; `options` are those of a call: `axis`, `keepdims`, the dot of `exp.(X)`.
    """

    kind: str
    text: str
    start: int
    end: int
    name: str = ""
    called: bool = False
    power: int = 1
    tree: Tree | None = None
    options: Mapping[str, str] = {}
    span: Span = derived(lambda word: (word.start, word.end))


def label_end(words: list[Word], opening: int) -> int:
    """Where the `=` stands behind the bracket of a label, `f(x, y) = …`; 0 where there is none."""
    at = opening + 1
    while [word.kind for word in words[at : at + 2]] == ["NAME", "COMMA"]:
        at += 2
    ends = [word.kind for word in words[at : at + 3]] == ["NAME", "CLOSE", "EQUALS"]
    return at + 2 if ends else 0


def quote(text: str) -> str:
    """A piece of the user's text for a message: in backticks, short, and printable."""
    if len(text) > MAX_QUOTE:
        text = text[: MAX_QUOTE - 1] + "…"
    return "`" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + "`"


def cut(text: str, known: frozenset[str] = frozenset()) -> list[Word]:
    """The words of a text, blanks left out, and one that is its end.

    `known` are declared names: `W₁` is `W1` where this is one and `W_1` is not: so mdiff prints it.
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
    if not text.isprintable():
        _refuse_control(text)
    words: list[Word] = []
    at = 0
    scan = load_tables().words.match
    while match := scan(text, at):
        kind, piece, start, at = match.lastgroup or "", match.group(), at, match.end()
        if kind == "SPACE":
            continue
        name = spelled(piece) if kind in _NAMED else ""
        if name not in known and not piece.isascii():
            short = name.replace("_", "", 1)
            name = short if short in known else name
        words.append(Word(kind, piece, start, at, name, text.startswith("(", at)))
    if at < len(text):
        raise _stray(text, at)
    if all(word.kind in SEPARATORS for word in words):
        raise fail("E001", "there is nothing to read: the text is empty", text=text)
    return [*words, Word(END, "", words[-1].end, words[-1].end)]


def _refuse_control(text: str) -> None:
    """Name a control character, and the LaTeX command that it may be the rest of."""
    for at, character in enumerate(text):
        if character >= " " and character != "\x7f":
            continue
        word = _EATEN.get(character, "") + "".join(takewhile(is_letter, text[at + 1 : at + 16]))
        if character in _BLANK and (word not in _COMMANDS or len(word) < 3):
            continue
        help_ = "remove it"
        if word in _COMMANDS and character in _EATEN:
            help_ = (
                f"the shell or the string ate the backslash of `\\{word}`: put single quotes around"
            )
        before = quote(text[at + 1 : at + 10]) if at + 1 < len(text) else "the end"
        message = f"a control character, {ascii(character)[1:-1]}, stands before {before}"
        raise fail_at("E003", message, text, (at, at + 1), "this character cannot be seen", [help_])


def is_letter(character: str) -> bool:
    """Whether a character is one of the alphabet."""
    return character.isascii() and character.isalpha()


def _stray(text: str, at: int) -> MdiffError:
    """The error for a character that begins no word."""
    character, place = text[at], (at, at + 1)
    if character == '"':
        return fail_at(
            "E005", '`"` is never closed', text, place, "a text in quotes ends on its line"
        )
    if character == "\\":
        command = character + "".join(takewhile(str.isalpha, text[at + 1 : at + 20]))
        message = f"LaTeX input, such as {quote(command)}, is not supported yet"
        label = "write this in plain or unicode notation"
        return fail_at("E009", message, text, (at, at + len(command)), label)
    message = f"the character {quote(character)} means nothing here"
    return fail_at("E004", message, text, place, f"U+{ord(character):04X}")
