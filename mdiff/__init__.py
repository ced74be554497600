"""mdiff: derivatives of matrix expressions, in matrix notation."""

from mdiff.api import Answer, d, grad, gradients, shape

__all__ = ["Answer", "d", "grad", "gradients", "shape"]
