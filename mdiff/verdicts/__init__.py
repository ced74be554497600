"""An expression and somebody's derivative of it go in, a verdict comes out; nothing is printed."""

from mdiff.verdicts.judge import check, check_each
from mdiff.verdicts.verdict import Verdict

__all__ = ["Verdict", "check", "check_each"]
