"""mdiff: derivatives of matrix expressions, in matrix notation."""

from mdiff.api import Answer, d, grad, gradients, hess, jac, shape, taylor

__all__ = ["Answer", "d", "grad", "gradients", "hess", "jac", "shape", "taylor"]
