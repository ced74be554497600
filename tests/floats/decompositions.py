"""Values of functions that numpy has only in parts: a matrix goes in, a matrix comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray


def chol(matrix: Array) -> Array:
    """The lower Cholesky factor L.

    Beside symmetric matrices it is that of X = L U where L and U have one diagonal: so the rule of
    the table holds in all directions, as for eigenvalues, and not only in symmetric ones.
    """
    left = np.eye(len(matrix))
    rest = np.array(matrix, dtype=float)
    for i in range(len(rest)):
        left[i + 1 :, i] = rest[i + 1 :, i] / rest[i, i]
        rest[i + 1 :] -= np.outer(left[i + 1 :, i], rest[i])
    return np.asarray(left * np.sqrt(np.diag(rest)))


def eigmax(matrix: Array) -> Array:
    """The largest real part of an eigenvalue, 1×1."""
    return np.array([[np.linalg.eigvals(matrix).real.max()]])


def eigvecmax(matrix: Array) -> Array:
    """The unit eigenvector of the largest eigenvalue, its largest entry positive, n×1."""
    values, vectors = np.linalg.eig(matrix)
    vector = vectors[:, [np.argmax(values.real)]].real
    vector = vector / np.linalg.norm(vector)
    return np.asarray(vector * np.sign(vector[np.argmax(np.abs(vector))]))


def eigmin(matrix: Array) -> Array:
    """The smallest real part of an eigenvalue, 1×1."""
    return -eigmax(-matrix)


def eigvecmin(matrix: Array) -> Array:
    """The unit eigenvector of the smallest eigenvalue, its largest entry positive, n×1."""
    return eigvecmax(-matrix)


def halflow(matrix: Array) -> Array:
    """The lower triangle with half of the diagonal."""
    return np.asarray(np.tril(matrix) - np.diag(np.diag(matrix)) / 2)


def hardmax(matrix: Array) -> Array:
    """1 at the largest entry, else 0."""
    return np.asarray((matrix == np.max(matrix)).astype(float))


def nuclear(matrix: Array) -> Array:
    """The sum of the singular values, 1×1."""
    return np.array([[np.linalg.norm(matrix, "nuc")]])


def pinv(matrix: Array) -> Array:
    """The Moore-Penrose inverse; what is zero but for rounding counts as zero."""
    return np.asarray(np.linalg.pinv(matrix, rcond=1e-10))


def norm2(matrix: Array) -> Array:
    """The largest singular value, 1×1."""
    return np.array([[np.linalg.norm(matrix, 2)]])


def svdu1(matrix: Array) -> Array:
    """The left singular vector of the largest singular value, its largest entry positive, n×1."""
    vector = np.linalg.svd(matrix)[0][:, [0]]
    return np.asarray(vector * np.sign(vector[np.argmax(np.abs(vector))]))


def svdv1(matrix: Array) -> Array:
    """The right singular vector that goes with `svdu1`, k×1."""
    return np.asarray(matrix.T @ svdu1(matrix) / norm2(matrix))


VALUES: dict[str, Callable[[Array], Array]] = {
    "chol": chol,
    "eigmax": eigmax,
    "eigmin": eigmin,
    "eigvecmax": eigvecmax,
    "eigvecmin": eigvecmin,
    "halflow": halflow,
    "hardmax": hardmax,
    "norm2": norm2,
    "nuclear": nuclear,
    "pinv": pinv,
    "svdu1": svdu1,
    "svdv1": svdv1,
}
"""By the name in the function table."""
