"""The house's own rules: lint, format, types, imports, and what a piped start loads."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mdiff

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-m", "ruff", "check", "--quiet", "."),
        (sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."),
        (sys.executable, "-m", "mypy"),
        (str(BIN / "lint-imports"), "--no-logo"),
    ],
    ids=["lint", "format", "types", "imports"],
)
def test_tool_finds_nothing(command):
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_piped_gradient_loads_no_heavy_library():
    done = run(
        sys.executable, "-X", "importtime", "-m", "mdiff",
        "grad", "log det(A^T X A)", "--wrt", "X",
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "typer" in loaded
    assert not loaded & {"numpy", "sympy", "scipy", "rich", "pydantic"}


def test_the_contracts_name_every_room():
    """A new room must be added to each contract, or the contract would not hold it."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    rooms = {name for name in contracts[0]["layers"] if name != "__main__"}
    allowed = {"lark": {"syntax"}, "typer": {"cli"}, "mpmath": {"proof"}}
    for contract in contracts[1:]:
        if contract["source_modules"] == ["mdiff"]:
            continue
        named = {module.removeprefix("mdiff.") for module in contract["source_modules"]}
        assert rooms - named == allowed[contract["forbidden_modules"][0]]


def test_the_ci_script_runs_what_the_readme_says():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in (
        "pip install . && mdiff grad 'log det(A^T X A)' --wrt X",
        "pip install -e '.[test]' && pytest",
    ):
        assert command in readme
        assert command in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_version_is_the_same_everywhere():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert config["project"]["version"] == mdiff.__version__
    done = run(sys.executable, "-m", "mdiff", "--version")
    assert done.stdout == f"mdiff {mdiff.__version__}\n"
