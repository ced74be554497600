"""Programs and declarations go in, typed problems come out; all shape errors are born here."""

from mdiff.shapes.infer import infer
from mdiff.shapes.typed import Problem, subexpressions

__all__ = ["Problem", "infer", "subexpressions"]
