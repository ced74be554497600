"""The plain form: ASCII, every operator written, `A*inv(A'*X*A)'*A'`; mdiff reads it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mdiff.notation.tree import Number, Sum
from mdiff.render.layout import Target

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.notation.tree import Expr
    from mdiff.render.layout import Texts

LONG = 401
"""An answer of at least this many signs names its repeated pieces, `S = …; …`."""

WORTH = 10
"""A repeated piece of at least this many signs is worth a name."""


class Plain(Target):
    """The signs are those of every target, where nothing else is said."""

    spelled: ClassVar = {"softmaxall": "exp{1}({0})/sum(exp({0}))"}

    def exponent(self, exponent: Expr, texts: Texts) -> str:
        """`x^-1` needs no brackets."""
        match exponent:
            case Sum(((-1, Number(value)),)) if value.denominator == 1:
                return f"-{value}"
            case _:
                return super().exponent(exponent, texts)


PLAIN = Plain()


def plain(root: Expr, taken: Collection[str] = ()) -> str:
    """The plain text; only far longer answers begin with definitions (`S = …; …`)."""
    *where, (_, text) = PLAIN.defined(root, LONG, WORTH, taken)
    return "; ".join([*(f"{name} = {inner}" for name, inner in where), text])
