"""Questions → their answers, shown: on a terminal, piped, in a file, as JSON.

All that is computed is computed first, within the limits; what is written takes as long as the
reader wants.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING

import typer

from mdiff import kinds, shapes
from mdiff.answer import existing
from mdiff.cli.report import SEPARATOR, as_json, deliver, is_utf8, remark
from mdiff.errors import fail
from mdiff.limits import within
from mdiff.question import pose
from mdiff.record import Record
from mdiff.render.unicode import symbol
from mdiff.shapes.dims import show_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.answer import Answer
    from mdiff.cli.options import Format
    from mdiff.limits import Limits
    from mdiff.proof.result import Proof
    from mdiff.question import Question
    from mdiff.shapes.typed import Problem

NOT_PROVED = 6
"""Exit status of an answer that could not be proved."""

DEEPEST = 60
"""Levels of a tree that are shown by indentation; beyond it, lines would only be blanks."""


class Told(Record):
    """An answer with its proof, as it is shown; `facts` are what a terminal says below it."""

    answer: Answer
    proof: Proof | None
    text: str
    facts: tuple[str, ...]


def present(  # noqa: PLR0913 - the question and how it is answered
    question: Question,
    limits: Limits,
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
    on_terminal = form is None and output is None and sys.stdout.isatty()
    wanted: Format = form or ("unicode" if on_terminal else "plain")
    ascii_only = wanted == "unicode" and output is None and not is_utf8()
    shown: Format = "plain" if ascii_only else wanted
    told = within(limits, partial(_told, question, shown, seed, facts=on_terminal and not quiet))
    if not quiet:
        if told[0].answer.readings:  # of the one text of all answers
            remark("read", *dict.fromkeys(told[0].answer.readings))
        for note in dict.fromkeys(note for each in told for note in each.answer.notes):
            remark("note", note)
    if ascii_only and not on_terminal:
        remark("note", "standard output takes no unicode: this is the plain form")
    if on_terminal:
        _on_terminal(told, quiet=quiet)
    else:
        deliver("\n".join(each.text for each in told), output)
        for each in told:
            if each.proof is not None and not each.proof.ok:
                name = "" if len(told) == 1 else f"{each.answer.wrt}: "
                remark("proof", f"{name}{each.proof}")
    if not all(each.proof is None or each.proof.ok for each in told):
        raise typer.Exit(NOT_PROVED)


def _told(question: Question, form: Format, seed: int | None, *, facts: bool) -> list[Told]:
    """The answers in a form; those of several begin with their variables.

    Raises E902 where one is refuted, E301 where the expression exists nowhere.
    """
    answers = kinds.answers(question)
    spelled = partial(symbol, taken=answers[0].shapes) if form == "unicode" else str
    told = []
    for answer in answers:
        proof = None if seed is None else existing(answer.check(seed), question.expr)
        if proof is not None and proof.contradicted:
            raise fail(
                "E902",
                f"internal error: the answer by {answer.wrt} is not the derivative",
                notes=[proof.why, f"the refuted answer is `{answer.plain}`: please report it"],
            )
        if form == "json":
            told.append(Told(answer, proof, as_json(answer.json(proof)), ()))
            continue
        text: str = getattr(answer, form)
        if len(answers) > 1:
            text = f"{spelled(answer.wrt)}: {text}"
        if facts:
            known = [answer.shape, _words(answer, spelled), *answer.conditions]
            known += [_declared(answer, spelled)] if len(answers) == 1 else []
            known += [str(proof)] if proof is not None else []
        told.append(Told(answer, proof, text, tuple(filter(None, known)) if facts else ()))
    return told


def _words(answer: Answer, spelled: Callable[[str], str]) -> str:
    """The convention, its variables as the answer spells them."""
    changing = {name for wrt in answer.wrt.split(",") for name in (wrt, f"d{wrt}")}
    return re.sub(
        r"\w+", lambda word: spelled(word[0]) if word[0] in changing else word[0], answer.convention
    )


def _declared(answer: Answer, spelled: Callable[[str], str]) -> str:
    return f"with {', '.join(f'{spelled(name)}: {shape}' for name, shape in answer.shapes.items())}"


def _on_terminal(told: Sequence[Told], *, quiet: bool) -> None:
    """Show the answers, each with a dim line of what is to be known about it."""
    from mdiff.cli import terminal

    spelled = partial(symbol, taken=told[0].answer.shapes) if is_utf8() else str
    for each in told:
        changing = spelled(each.answer.wrt.split(",")[-1])
        map_of = f"d{changing} {'↦' if is_utf8() else '->'} "
        text = f"{map_of}{each.text}" if each.answer.form == "operator" else each.text
        terminal.show_answer(text, apart=not quiet)
        sys.stdout.flush()
        if each.facts:
            terminal.show_facts(each.facts)
    if len(told) > 1 and not quiet:
        terminal.show_facts([_declared(told[0].answer, spelled)])


def present_tree(question: Question, limits: Limits, form: str | None, output: str | None) -> None:
    """Show every subexpression with its shape, and on standard error how the text was read."""
    problem, rows = within(limits, partial(_tree, question))
    lines = [f"{'  ' * min(depth, DEEPEST)}{text}: {shape}" for depth, text, shape in rows]
    if problem.readings:
        remark("read", *problem.readings)
    if form == "json":
        told = {
            "expr": problem.text,
            "reading": SEPARATOR.join(problem.readings),
            "shapes": {name: show_shape(each.shape) for name, each in problem.variables.items()},
            "tree": [{"depth": depth, "text": text, "shape": shape} for depth, text, shape in rows],
        }
        deliver(as_json(told), output)
    elif form is None and output is None and sys.stdout.isatty():
        from mdiff.cli import terminal

        terminal.show_tree(rows, lines)
    else:
        deliver("\n".join(lines), output)


def _tree(question: Question) -> tuple[Problem, list[tuple[int, str, str]]]:
    """What `shape` tells."""
    problem = pose(question.expr, (), question.let, strict=question.strict)
    return problem, shapes.subexpressions(problem)
