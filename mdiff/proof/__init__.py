"""A problem and the text of an answer go in, a verdict comes out; nothing here derives anything."""

from mdiff.proof.prove import prove
from mdiff.proof.reread import reread
from mdiff.proof.result import Proof

__all__ = ["Proof", "prove", "reread"]
