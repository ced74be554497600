"""The parse tables: made once, found again, never needed from Lark at a start."""

import logging
import os
import runpy
import subprocess
import sys
from pathlib import Path

import lark
import pytest

from mdiff.errors import MdiffError
from mdiff.syntax import build, declaration, tables
from mdiff.syntax.make_tables import STARTS, TABLES, make_tables, read_grammar

ROOT = Path(__file__).parents[1]
GRAMMAR = read_grammar(str(ROOT / "grammar"))


def same(one, other):
    return all(getattr(one, name) == getattr(other, name) for name in tables.Tables.__slots__)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A grammar without tables beside it, and an empty cache."""
    folder = tmp_path / "grammar"
    folder.mkdir()
    monkeypatch.setattr(tables, "_grammar", lambda: (str(folder), GRAMMAR))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tables.load_tables.cache_clear()
    yield tmp_path
    tables.load_tables.cache_clear()


def test_every_alternative_has_a_method_and_every_method_an_alternative():
    aliases = {alias for _, _, alias in tables.load_tables().rules if alias} - {"first", "more"}
    methods = {name for builder in (build._Builder, declaration._Builder) for name in dir(builder)}
    assert aliases == {name for name in methods if not name.startswith("_")}


def test_an_alternative_without_a_method_is_its_only_part():
    rules = tables.load_tables().rules
    assert {size for _, size, alias in rules if not alias} == {1}


def test_the_grammar_has_no_conflict(caplog):
    lark.logger.setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG, logger=lark.logger.name):
        lark.Lark(GRAMMAR, parser="lalr", lexer="basic", start=list(STARTS), debug=True)
    assert [record.message for record in caplog.records] == []


def test_tables_are_made_and_kept(elsewhere):
    made = tables.load_tables()
    (kept,) = (elsewhere / "cache" / "mdiff").iterdir()
    assert kept.suffix == ".tables"
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert same(tables.Tables(kept.read_text(encoding="utf-8")), made)


@pytest.mark.usefixtures("elsewhere")
def test_kept_tables_are_used(monkeypatch):
    made = tables.load_tables()
    tables.load_tables.cache_clear()
    monkeypatch.setattr(tables, "make_tables", None)
    assert same(tables.load_tables(), made)


def test_tables_beside_the_grammar_are_used(elsewhere, monkeypatch):
    path = elsewhere / "grammar" / TABLES
    path.write_text(make_tables(GRAMMAR), encoding="utf-8", newline="\n")
    monkeypatch.setattr(tables, "make_tables", None)
    assert tables.load_tables().starts.keys() == set(STARTS)
    assert not (elsewhere / "cache").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:0],
        lambda text: text[: len(text) // 2],
        lambda text: text + "\n",
        lambda text: text.replace("words ", "words ((", 1),
        lambda text: text.replace("mdiff parse tables 3", "mdiff parse tables 2"),
        lambda text: text.replace("\nrule ", "\nrule x y ", 1),
        lambda text: text.replace("=7", "=8", 1),
        lambda text: text.replace("TRANSPOSE", "TRANSPOZE"),
    ],
    ids=["empty", "half", "longer", "pattern", "format", "rule", "number", "name"],
)
def test_damaged_or_foreign_tables_are_made_again(elsewhere, damage):
    path = elsewhere / "grammar" / TABLES
    path.write_text(damage(make_tables(GRAMMAR)), encoding="utf-8", newline="\n")
    assert same(tables.load_tables(), tables.Tables(make_tables(GRAMMAR)))
    assert len(list((elsewhere / "cache" / "mdiff").iterdir())) == 1


@pytest.mark.parametrize("damage", ["text", "state", "fifo"])
def test_what_lies_in_the_place_of_kept_tables_is_healed(elsewhere, damage):
    made = tables.load_tables()
    (kept,) = (elsewhere / "cache" / "mdiff").iterdir()
    whole = kept.read_bytes()
    if damage == "text":
        kept.write_text("not tables")
    elif damage == "state":
        kept.write_bytes(whole.replace(b"=7", b"=8"))
    else:
        kept.unlink()
        os.mkfifo(kept)
    tables.load_tables.cache_clear()
    assert same(tables.load_tables(), made)
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_error(elsewhere):
    (elsewhere / "cache").write_text("not a folder")
    assert tables.load_tables().starts.keys() == set(STARTS)


@pytest.mark.usefixtures("elsewhere")
def test_no_home_is_no_error(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert tables.load_tables().starts.keys() == set(STARTS)


def test_without_a_grammar(monkeypatch):
    monkeypatch.setattr(tables, "read_grammar", lambda folder: open(folder + "/none"))  # noqa: PTH123, SIM115
    tables.load_tables.cache_clear()
    with pytest.raises(MdiffError) as caught:
        tables.load_tables()
    assert caught.value.diagnostic.code == "E901"
    assert caught.value.status == 70


def test_the_build_hook_writes_what_is_found(elsewhere, monkeypatch):
    hook = pytest.importorskip("hatchling.builders.hooks.plugin.interface")
    assert hook is not None
    for name in ("grammar", "mdiff/syntax"):
        (elsewhere / "checkout" / name).mkdir(parents=True)
    for name in ("words.lark", "expressions.lark", "declarations.lark"):
        text = (ROOT / "grammar" / name).read_text(encoding="utf-8")
        (elsewhere / "checkout/grammar" / name).write_text(text, encoding="utf-8", newline="\n")
    maker = "mdiff/syntax/make_tables.py"
    (elsewhere / "checkout" / maker).write_text((ROOT / maker).read_text(encoding="utf-8"), "utf-8")
    write = runpy.run_path(str(ROOT / "grammar" / "build_tables.py"))["write_tables"]
    path = write(elsewhere / "checkout")
    monkeypatch.setattr(tables, "make_tables", None)
    monkeypatch.setattr(tables, "_grammar", lambda: (str(path.parent), GRAMMAR))
    assert tables.load_tables().starts.keys() == set(STARTS)


def test_a_start_imports_neither_lark_nor_what_lark_needs(tmp_path):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from mdiff.syntax import parse\n"
        "parse('log det(A^T X A)')\n"
        "print({'lark', 'logging', 'pathlib', 'json', 'pickle'} & set(sys.modules) or 'none')"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-S", "-c", program, str(ROOT)]
    site = str(Path(lark.__file__).parents[1])
    runs = [
        subprocess.run(
            command,
            env={**environment, "PYTHONPATH": site},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert runs[1] == "none\n"
