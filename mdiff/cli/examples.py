"""What each command's `--help` shows as examples, as they would be typed; data only."""

from __future__ import annotations

EXAMPLES = {
    "": (
        "mdiff 'log det(A^T X A)' --wrt X",
        "mdiff hess '1/2 ||A x - b||^2' --wrt x",
        "mdiff check 'x^T A x' '(A + A^T) x' --wrt x",
    ),
    "grad": (
        "mdiff grad 'log det(A^T X A)' --wrt X",
        "mdiff grad 'tr(A X)' --wrt X --let 'X: n×n symmetric'",
        "echo 'r = A x - b; 1/2 ||r||^2' | mdiff grad - --wrt x,A --format latex",
    ),
    "d": (
        "mdiff d 'A^-1 x' --wrt A",
        "mdiff d 'tr(A X B Y)' --wrt X,Y",
        "mdiff d 'log det X' --wrt X --order 2",
    ),
    "jac": (
        "mdiff jac 'A X B' --wrt X",
        "mdiff jac 'softmax(x)' --wrt x --layout denominator",
        "mdiff jac 'X^-1' --wrt X --form operator",
    ),
    "hess": (
        "mdiff hess 'x^T A x' --wrt x",
        "mdiff hess 'x^T A y' --wrt x,y",
        "mdiff hess '||T - U V^T||_F^2' --wrt U --newton",
    ),
    "taylor": (
        "mdiff taylor 'log det X' --wrt X",
        "mdiff taylor 'A^-1' --wrt A --order 1",
        "mdiff taylor '1/2 ||A x - b||^2' --wrt x --format latex",
    ),
    "shape": (
        "mdiff shape 'log det(A^T X A)'",
        "mdiff shape 'A x + b' --let 'A: 3×n' --format json",
        "mdiff shape -e '-x^T A x'",
    ),
    "check": (
        "mdiff check 'x^T A x' '(A + A^T) x' --wrt x",
        "mdiff check 'log det X' 'tr(X^-1 dX)' --wrt X",
        "printf 'x^T x ; wrt x\\n2 x\\n' | mdiff check --lines -",
    ),
    "batch": (
        "echo 'x^T A x; wrt x # quadratic form' | mdiff batch -",
        "echo '||A x - b||^2; wrt x' | mdiff batch --format plain -",
        'echo \'{"expr": "X^-1", "kind": "differential"}\' | mdiff batch --from jsonl -',
    ),
    "functions": (
        "mdiff functions",
        "mdiff functions logdet",
        "mdiff functions kron",
    ),
    "explain": (
        "mdiff explain",
        "mdiff explain E201",
        "mdiff explain e503",
    ),
}
"""By the name of the command; those of `mdiff --help` itself by \"\"."""
