"""The files of problems in `examples/` are answered, every line of them."""

import json
from pathlib import Path

import pytest

from mdiff.cli import app

EXAMPLES = Path(__file__).parent.parent / "examples"

FILES = [file for file in sorted(EXAMPLES.iterdir()) if not file.name.startswith("check-")]
"""Those for `mdiff batch`; the others are derivations for `mdiff check --lines`."""

ANSWERS = {
    "quadratic form": "(A+A')*x",
    "least squares": "2*A'*(A*x-b)",
    "distance": "A'*(A*x-b)/norm2(A*x-b)",
    "ridge": "A'*(A*x-b)+lambda*x",
    "log determinant": "A*inv(A'*X*A)'*A'",
    "linear trace": "A'*B'",
    "cubic trace": "3*(X^2)'",
    "quadratic trace": "B*X*C*A+B'*X*A'*C'",
    "logistic regression": "-X'*(y.*sigmoid(-y.*(X*w)))",
    "matrix factorisation": "(W*H-Y)*H'",
    "mean": "2*inv(S)*(mu-x)",
    "covariance": "inv(S)",
    "precision": "-inv(S)*dS*inv(S)",
    "link": "gradphi(W*x)*x'",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_example_is_answered(file, capsys):
    assert app.run(["batch", str(file)]) == 0
    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(results) >= 4
    assert {r["id"]: r["plain"] for r in results} == {r["id"]: ANSWERS[r["id"]] for r in results}
