"""Answers → what is shown of them: on a terminal, piped, in a file, as JSON; computes nothing."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING, assert_never

import typer

from mdiff.cli.report import as_json, deliver, is_utf8, remark, write
from mdiff.errors import fail
from mdiff.render.unicode import symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.api import Answer
    from mdiff.cli.options import Format
    from mdiff.proof.result import Proof
    from mdiff.shapes.typed import Problem

NOT_PROVED = 6
"""Exit status of an answer that could not be proved."""

DEEPEST_INDENT = 60
"""Levels of a tree that are shown by indentation; beyond it, lines would only be blanks."""


def present(
    answers: Sequence[Answer],
    form: Format | None,
    output: str | None,
    *,
    seed: int | None,
    quiet: bool,
) -> None:
    """Show the answers, each proved first; leave with 6 where one is not.

    `seed`: of the points of the proof; without one nothing is proved. A refuted answer is not
    shown: that is E902.
    """
    proofs = [None if seed is None else _proved(answer, seed) for answer in answers]
    if not quiet:
        _tell_readings(answers)
    if form == "unicode" and output is None and not is_utf8():
        remark("note", "standard output takes no unicode: this is the plain form")
        form = "plain"
    if form is None and output is None and sys.stdout.isatty():
        _present_on_terminal(answers, proofs, quiet=quiet)
    else:
        pairs = list(zip(answers, proofs, strict=True))
        lines = [_shown(answer, proof, form or "plain", len(answers)) for answer, proof in pairs]
        deliver("\n".join(lines), output)
        for answer, proof in pairs:
            if proof is not None and not proof.ok:
                remark("proof", f"{proof}" if len(answers) == 1 else f"{answer.wrt}: {proof}")
    if not all(proof is None or proof.ok for proof in proofs):
        raise typer.Exit(NOT_PROVED)


def _proved(answer: Answer, seed: int) -> Proof:
    """The proof of an answer; raises E902 where it is refuted."""
    proof = answer.check(seed)
    if proof.verdict == "refuted":
        raise fail(
            "E902",
            f"internal error: the answer by {answer.wrt} is not the derivative",
            notes=[proof.why, f"the refuted answer is `{answer.plain}`: please report it"],
        )
    return proof


def _tell_readings(answers: Sequence[Answer]) -> None:
    """Say on standard error how the input was read, on one line, each thing once; then notes."""
    readings = dict.fromkeys(reading for answer in answers for reading in answer.readings)
    if readings:
        remark("read", *readings)
    for note in dict.fromkeys(note for answer in answers for note in answer.notes):
        remark("note", note)
    sys.stderr.flush()


def _shown(answer: Answer, proof: Proof | None, form: Format, count: int) -> str:
    """The answer as text; one of several begins with its variable."""
    name = answer.wrt
    match form:
        case "json":
            return as_json(answer.json(proof))
        case "plain":
            text = answer.plain
        case "unicode":
            name, text = symbol(name, answer.shapes), answer.unicode
        case "latex":
            text = answer.latex
        case _:
            assert_never(form)
    return text if count == 1 else f"{name}: {text}"


def _present_on_terminal(
    answers: Sequence[Answer], proofs: Sequence[Proof | None], *, quiet: bool
) -> None:
    """Show the answers in unicode, each with a dim line of what is to be known about it."""
    from mdiff.cli import terminal

    form: Format = "unicode" if is_utf8() else "plain"
    names = answers[0].shapes
    spelled = partial(symbol, taken=names) if form == "unicode" else str
    shapes = (f"{spelled(name)}: {shape}" for name, shape in answers[0].shapes.items())
    declared = f"with {', '.join(shapes)}"
    for answer, proof in zip(answers, proofs, strict=True):
        map_of = f"d{spelled(answer.wrt.split(',')[-1])} {'↦' if form == 'unicode' else '->'} "
        text = _shown(answer, None, form, len(answers))
        text = f"{map_of}{text}" if answer.form == "operator" else text
        terminal.show_answer(text, apart=not quiet)
        sys.stdout.flush()
        if quiet:
            continue
        facts = [answer.shape, _words(answer, spelled), *answer.conditions]
        facts += [declared] if len(answers) == 1 else []
        facts += [str(proof)] if proof is not None else []
        terminal.show_facts([fact for fact in facts if fact])
    if len(answers) > 1 and not quiet:
        terminal.show_facts([declared])


def _words(answer: Answer, spelled: Callable[[str], str]) -> str:
    """The convention, its variables as the answer spells them."""
    changing = {name for wrt in answer.wrt.split(",") for name in (wrt, f"d{wrt}")}
    return re.sub(
        r"\w+", lambda word: spelled(word[0]) if word[0] in changing else word[0], answer.convention
    )


def present_tree(problem: Problem, form: str | None, output: str | None) -> None:
    """Show every subexpression with its shape, and on standard error how the text was read."""
    from mdiff.answer import joined
    from mdiff.shapes import subexpressions
    from mdiff.shapes.dims import show_shape

    rows = subexpressions(problem)
    if problem.readings:
        remark("read", *problem.readings)
        sys.stderr.flush()
    if form == "json":
        told = {
            "expr": problem.text,
            "reading": joined(problem.readings),
            "shapes": {name: show_shape(each.shape) for name, each in problem.variables.items()},
            "tree": [{"depth": depth, "text": text, "shape": shape} for depth, text, shape in rows],
        }
        deliver(as_json(told), output)
        return
    if form is None and output is None and sys.stdout.isatty():
        from mdiff.cli import terminal

        if max(depth for depth, _, _ in rows) <= terminal.DEEPEST_TREE:
            terminal.show_tree(rows)
            return
    lines = (f"{'  ' * min(depth, DEEPEST_INDENT)}{text}: {shape}" for depth, text, shape in rows)
    if output is None:
        for line in lines:
            write(sys.stdout, line)
    else:
        deliver("\n".join(lines), output)
