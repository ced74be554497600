"""mdiff: derivatives of matrix expressions, in matrix notation.

>>> print(grad("log det(A^T X A)", wrt="X"))
A (AᵀXA)⁻ᵀ Aᵀ

`grad`, `gradients`, `d`, `jac`, `hess` and `taylor` give an `Answer`; `check` gives the verdict on
somebody's own derivative, `batch` the results of many problems, `shape` the shape of every part.
What goes wrong is an `MdiffError`, whose text says all of it.
"""

from __future__ import annotations

from mdiff.version import __version__

TYPE_CHECKING = False  # the name that type checkers know, without an import of `typing`

if TYPE_CHECKING:
    from mdiff.api import Answer, d, grad, gradients, hess, jac, shape, taylor
    from mdiff.errors import MdiffError
    from mdiff.records import batch
    from mdiff.verdicts import Verdict, check

__all__ = [
    "Answer",
    "MdiffError",
    "Verdict",
    "__version__",
    "batch",
    "check",
    "d",
    "grad",
    "gradients",
    "hess",
    "jac",
    "shape",
    "taylor",
]

_HOMES = {
    "MdiffError": "mdiff.errors",
    "Verdict": "mdiff.verdicts",
    "batch": "mdiff.records",
    "check": "mdiff.verdicts",
}
"""The rooms of the names that are not in `mdiff.api`."""


def __getattr__(name: str) -> object:
    """A public name, from its room: nothing is imported before it is used."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    value: object = getattr(import_module(_HOMES.get(name, "mdiff.api")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
